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
cat <<A $(cat <<B)
b
B
a
A
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
x=; h <<E
${x:-$'a\x41b'}
E
