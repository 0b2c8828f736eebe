{ (p a) >/dev/null }
%%
{ (p a) }
%%
if (true) then p a; fi
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
if :; then fi
%%
{ }
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
%%
p "$(p ")")" $(case x in x) p a;; esac) `case x in x) p a;; esac`
%%
case a in [a-z]) p 1;; esac; case "*" in \*) p 2;; esac
%%
function f { p 1; }; f; function g() (p 2); g; function h
{ p 3; }; h
%%
if p a; then p b; elif p c; then p d; else p e; fi
%%
for ((i=0;i<2;i++)); do p $i; done
%%
for ((i=0;i<2;i++)) { p $i; }
%%
for x do p $x; done; for y; do p $y; done
%%
select x in a b; do p $x; break; done <<< 1
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
p {a..b}{ {a..1} {1..3..x} {-1..1} {a...c}
