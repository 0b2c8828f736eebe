cat <<A $(cat <<B)
b
B
a
A
%%
echo a | ! cat
%%
export x=~; readonly y=~/b; p $x $y
%%
p "${x:-'$HOME'}" "${x:-"'}'"}"
%%
p $(( '1' + 1 ))
%%
p $(( "1" + 1 ))
%%
p "$(p ")")" $(case x in x) p a;; esac) `case x in x) p a;; esac`
%%
p ${#} ${##} ${#-} ${#HOME} ${#:-x} ${!#}
%%
p 10>/dev/stdout a
%%
x=/dev/stdout; p a {x}>/dev/null
%%
cat <<A <<B
a
A
b
B
%%
cat <<"A B"
$x
A B
%%
cat <<$x
a
$x
%%
cat <<$(a b)
a
$(a b)
%%
cat <<-A
	x
		y\
	z
	A
%%
cat <<A | p $(cat)
$(p ")" "a b") `p x` \$x \` \" \\ \a "q" 'r' ${x:-'a'} ${x:-"b"} ${x:-a\}b}
A
%%
p ${x:-a b} ${x:-'a b'} "${x:-a b}" ${x:-"a b"c}
%%
p "a\q\$\"\`\\b"
%%
p a&>/dev/stdout
%%
p a |& cat
%%
x=(1 2 [5]=3 "4 5"); p "${x[@]}" 
%%
p ~+ ~- "~" \~ ~/"a" ~"a" ~\a
%%
case a in [a-z]) p 1;; esac; case "*" in \*) p 2;; esac
%%
p $"hi" $'a\'b'
%%
p a\
b#c #d
%%
p a;#c
p b
%%
function f { p 1; }; f; function g() (p 2); g; function h
{ p 3; }; h
%%
if p a; then p b; elif p c; then p d; else p e; fi
%%
[[ a == a && ( b < c || ! -e /x ) ]] && p ok
%%
[[ "a b" =~ ^(a| b)+.b$ ]] && p ok
%%
[[ a =~ a|b ]] && p ok
%%
[[ a == @(a|b) ]] && p ok
%%
[[ a
== a ]] && p ok
%%
p `p \`p a\`` "`p "a b"`"
%%
p "`p '\"'`" "`p \\\\a`"
%%
for ((i=0;i<2;i++)); do p $i; done
%%
for ((i=0;i<2;i++)) { p $i; }
%%
for x do p $x; done; for y; do p $y; done
%%
select x in a b; do p $x; break; done <<< 1
%%
cat <<<"a b" <<<c
%%
(p a)(p b)
%%
p a & p b; wait
%%
p a & & p b
%%
{ p a; };
%%
{ p a; } p b
%%
while false; do :; done < /dev/null | cat
%%
p } a } { 
%%
if=1; p $if; if
%%
p {a,b}{1,2} {x,{y,z}} {1..3} {a..e..2} {01..03} {3..1} {1..} {..} a{,b}c
%%
p {~,x}/a ~{a,b}
%%
p {a,b}~ {"a",'b c'} {a" ",b} {$(p x),y} {a b,c}
%%
p [a]{b,c} x{a}y {a,b
%%
p {a..b}{ {a..1} {1..3..x} {-1..1} {a...c}
%%
p {a,b,} {,,} {a,b}{,} {{a,b},c} {{a},b} {a,{b,c}d}
%%
p "{a,b}" {a\,b,c} {a,b\} {\{a,b} \{a,b} {"a,b"} ${x:-{a,b}}
%%
x[1]={a,b}; p ${x[1]}
