p $\
{HOME} $\
(echo hi) &\
& p two
%%
p "a\
b" 'a\
b'
%%
p ~+ ~- "~" \~ ~/"a" ~"a" ~\a
%%
p $"hi" $'a\'b'
%%
p a\
b#c #d
%%
cat <<<"a b" <<<c
