p {},a} {a}b,c} {a,b}} {{a,b} {a,{b} {,} a{1..3}b {a..c..2} {a\,b} {"a,b",c} '{a,b}' x={1,2}
%%
x=1 xa=2; p $x{a,b} {$,}x
%%
x={a,b}; declare y={a,b}; p $x $y
%%
p {a,b}{1,2} {x,{y,z}} {1..3} {a..e..2} {01..03} {3..1} {1..} {..} a{,b}c
%%
p {~,x}/a ~{a,b}
%%
p {a,b}~ {"a",'b c'} {a" ",b} {$(p x),y} {a b,c}
%%
p [a]{b,c} x{a}y {a,b
%%
p {a,b,} {,,} {a,b}{,} {{a,b},c} {{a},b} {a,{b,c}d}
%%
p "{a,b}" {a\,b,c} {a,b\} {\{a,b} \{a,b} {"a,b"} ${x:-{a,b}}
%%
x[1]={a,b}; p ${x[1]}
