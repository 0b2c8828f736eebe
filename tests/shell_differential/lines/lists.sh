echo a | time p b
%%
! ! true && p y
%%
p <(true)a | sed s/[0-9]//g
%%
p a<(true) | sed s/[0-9]//g
%%
((1+1)) && p y
%%
((p a);p b)
%%
time -p true; time; p x
%%
p !(a)
%%
!(false) && p y
%%
( )
%%
;
%%
p a;;
%%
echo a | ! cat
%%
p 10>/dev/stdout a
%%
p a&>/dev/stdout
%%
p a |& cat
%%
p a;#c
p b
%%
(p a)(p b)
%%
p a & p b; wait
%%
p a & & p b
%%
p 2>&1>/dev/null a
%%
p >1>/dev/null
