p "${x:-it's}" b
%%
p "${x:-'}'}" b
%%
p ${x:-'}'} b
%%
p "${x:-"a}b"}" b
%%
p "${x:-a\}b}" c
%%
x=aXb; p "${x#'a'}" "${x%'b'}"
%%
p $\
{HOME} $\
(echo hi) &\
& p two
%%
cat <<A $(cat <<B
b
B
)
a
A
%%
p $(cat <<B)
b
B
p c
%%
p $(cat <<B; p z)
b
B
p c
%%
cat <<A; p $(p
q
)
body
A
%%
p $(cat <<B
x
B) d
%%
cat <<E
a\
E
E
%%
cat <<EOF
a
EO\
F
p x
EOF
%%
cat <<E
$(echo
E
)
E
%%
echo a | time p b
%%
p {},a} {a}b,c} {a,b}} {{a,b} {a,{b} {,} a{1..3}b {a..c..2} {a\,b} {"a,b",c} '{a,b}' x={1,2}
%%
x=1 xa=2; p $x{a,b} {$,}x
%%
x={a,b}; declare y={a,b}; p $x $y
%%
{ (p a) >/dev/null }
%%
{ (p a) }
%%
if (true) then p a; fi
%%
p a=~ a:~ ~/x ~x a=b:~ --x=~
%%
x=a:~:~/b; p $x
%%
x=`p '\
'`; p "$x"
%%
a[ 1 ]=3; p ${a[1]}
%%
a[ 1 ] b
%%
p $'a\0b'c $'\x41\u41\cA\101\e[' $'\q' $'\x{41}'
%%
! ! true && p y
%%
p <(true)a | sed s/[0-9]//g
%%
p a<(true) | sed s/[0-9]//g
%%
echo $((1+1)) $( (echo a) ) $((echo a);echo b)
%%
((1+1)) && p y
%%
((p a);p b)
%%
p "`p \"a\"`"
%%
p "a\
b" 'a\
b'
%%
command declare z=(1 2); p ${z[@]}
%%
eval z=(1 2); p ${z[@]}
%%
time -p true; time; p x
%%
coproc X { p a; }; p z
%%
f() p hi; f
%%
f() (p hi); f
%%
my-f() { p a; }; my-f
%%
for x-y in a; do p b; done
%%
for i in 1 2; { p $i; }
%%
p !(a)
%%
!(false) && p y
%%
if :; then fi
%%
{ }
%%
( )
%%
;
%%
p a;;
%%
case x in esac; p y
%%
case x in (esac) p n;; (x) p e;; esac
%%
case x in x) p a
esac
%%
case x
in
# c
a|x) p a;; esac
