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
