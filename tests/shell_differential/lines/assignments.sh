p a=~ a:~ ~/x ~x a=b:~ --x=~
%%
x=a:~:~/b; p $x
%%
a[ 1 ] b
%%
p $'a\0b'c $'\x41\u41\cA\101\e[' $'\q' $'\x{41}'
%%
export x=~; readonly y=~/b; p $x $y
%%
x=/dev/stdout; p a {x}>/dev/null
%%
p "$x["
p two "]"
