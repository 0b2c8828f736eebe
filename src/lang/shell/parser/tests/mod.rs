//! One group of tests a construct, named by what a reader of the tree would notice.

use super::parse;
use crate::lang::shell::ast::*;
use crate::model::Limits;

mod hostile;

const ALL: [Dialect; 3] = [Dialect::Bash, Dialect::Dash, Dialect::Zsh];

fn read(text: &str, dialect: Dialect) -> Script {
    parse(text, dialect, &Limits::default())
}

fn bash(text: &str) -> Script {
    let script = read(text, Dialect::Bash);
    assert_eq!(script.gaps, vec![], "{text}");
    script
}

/// The simple commands at the top, each as the text of its words where they are constant, else `…`.
fn commands(script: &Script) -> Vec<Vec<String>> {
    let pipelines =
        script.list.items.iter().flat_map(|item| {
            std::iter::once(&item.first).chain(item.rest.iter().map(|(_, pipeline)| pipeline))
        });
    pipelines
        .flat_map(|pipeline| &pipeline.stages)
        .filter_map(|stage| match &stage.command {
            Command::Simple(simple) => Some(simple.words.iter().map(text).collect()),
            _ => None,
        })
        .collect()
}

fn text(word: &Word) -> String {
    word.parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) | Part::Glob(text) | Part::Quoted { text, .. } => text.clone(),
            Part::Tilde(name) => format!("~{name}"),
            Part::Double(parts) => text(&Word {
                parts: parts.clone(),
                ..Word::default()
            }),
            _ => "…".to_owned(),
        })
        .collect()
}

fn first(script: &Script) -> &Command {
    &script.list.items[0].first.stages[0].command
}

fn simple(script: &Script) -> &Simple {
    match first(script) {
        Command::Simple(simple) => simple,
        other => panic!("not a simple command: {other:?}"),
    }
}

fn compound(script: &Script) -> &Compound {
    match first(script) {
        Command::Compound { kind, .. } => kind,
        other => panic!("not a compound command: {other:?}"),
    }
}

#[test]
fn backslash_newline_joins_before_anything_else_is_seen() {
    for dialect in [Dialect::Bash, Dialect::Dash] {
        let script = read("echo a\\\n#b; cat x\\\ny &\\\n& id", dialect);
        assert_eq!(
            commands(&script),
            [vec!["echo", "a#b"], vec!["cat", "xy"], vec!["id"]]
        );
    }
}

#[test]
fn a_hash_starts_a_comment_only_where_a_word_could() {
    let script = bash("[ a ]#; cat x # it's $(\nid;#c\ntrue");
    assert_eq!(
        commands(&script),
        [vec!["[", "a", "]#"], vec!["cat", "x"], vec!["id"], vec!["true"]]
    );
}

#[test]
fn quotes_are_removed_and_their_text_is_kept() {
    let script = bash(r#"e'c'h"o" 'a  b' "c \" \$ \x" \~ '' $'\x41\u00e9\n' "#);
    assert_eq!(
        commands(&script),
        [vec!["echo", "a  b", "c \" $ \\x", "~", "", "Aé\n"]]
    );
}

#[test]
fn escapes_that_hide_plain_characters_are_flagged() {
    let flag = |text: &str| match simple(&bash(text)).words[1].parts[0].clone() {
        Part::Quoted { escaped, .. } => escaped,
        other => panic!("{other:?}"),
    };
    assert!(flag(r"e $'\x63at'"));
    assert!(flag(r"e $'\143at'"));
    assert!(!flag(r"e $'a\tb'"));
}

#[test]
fn dash_does_not_know_what_bash_added() {
    let script = read("echo $'a' {a,b} x &>f; [[ a && b ]]", Dialect::Dash);
    assert_eq!(script.gaps, vec![]);
    let read = commands(&script);
    assert_eq!(read[0], ["echo", "$a", "{a,b}", "x"]);
    assert!(script.list.items[0].background, "`&>` is `&` and `>`");
    assert_eq!(read[2], ["[[", "a"]);
    for text in [
        "cat <(id)",
        "x=(1 2)",
        "a |& b",
        "function f { id; }",
        "cat <<<a",
        "for ((;;)); do :; done",
        "a-b() { id; }",
    ] {
        assert!(!self::read(text, Dialect::Dash).gaps.is_empty(), "{text}");
        bash(text);
    }
}

#[test]
fn here_documents_end_at_their_line_and_the_command_goes_on() {
    let script = bash("cat <<A <<-'B' | sh; id\n$x\nA\n\ty $z\n\tB\necho end\n");
    assert_eq!(
        commands(&script),
        [vec!["cat"], vec!["sh"], vec!["id"], vec!["echo", "end"]]
    );
    let bodies: Vec<_> = simple(&script)
        .redirects
        .iter()
        .map(|redirect| redirect.target.parts.clone())
        .collect();
    assert!(
        matches!(&bodies[0][..], [Part::Double(parts)] if matches!(parts[..], [Part::Parameter(_), Part::Literal(_)]))
    );
    assert_eq!(
        bodies[1],
        [Part::Quoted {
            text: "y $z\n".to_owned(),
            escaped: false
        }]
    );
}

#[test]
fn here_documents_work_inside_substitutions_and_loops() {
    let script = bash("x=$(cat <<E\nfoo ) $(id)\nE\n)\nwhile read l; do :; done <<E\na\nE\nid");
    assert_eq!(commands(&script), [vec![], vec!["id"]] as [Vec<&str>; 2]);
    let Value::Scalar(word) = &simple(&script).assignments[0].value else {
        panic!()
    };
    let Part::Command { list, .. } = &word.parts[0] else {
        panic!()
    };
    let Command::Simple(cat) = &list.items[0].first.stages[0].command else {
        panic!()
    };
    assert!(matches!(&cat.redirects[0].target.parts[..], [Part::Double(parts)] if parts.len() == 3));
}

#[test]
fn the_shells_differ_where_a_here_document_ends() {
    let text = "cat <<EOF\nEO\\\nF\nid\nEOF\n";
    assert_eq!(
        commands(&read(text, Dialect::Bash)),
        [vec!["cat"], vec!["id"], vec!["EOF"]]
    );
    assert_eq!(commands(&read(text, Dialect::Dash)), [vec!["cat"]]);
    let text = "x=$(cat <<E\na\nE)\nid";
    assert_eq!(commands(&bash(text)).last().unwrap(), &["id"]);
    assert!(!read(text, Dialect::Dash).gaps.is_empty());
}

#[test]
fn substitutions_are_parsed_with_the_grammar() {
    let script =
        bash("echo $(case x in a) id;; esac) \"$(echo \")\")\" `echo \\`id\\`` $( (id) ) $((1 + (2)))");
    let words = &simple(&script).words;
    assert!(
        matches!(&words[1].parts[0], Part::Command { list, backticks: false, .. } if list.items.len() == 1)
    );
    assert!(matches!(
        &words[3].parts[0],
        Part::Command { backticks: true, .. }
    ));
    assert!(matches!(&words[4].parts[0], Part::Command { .. }));
    assert!(matches!(&words[5].parts[0], Part::Arithmetic(_)));
    let script = bash("echo $((id); id)");
    assert!(
        matches!(&simple(&script).words[1].parts[0], Part::Command { list, .. } if list.items.len() == 2)
    );
    assert!(!read("echo $((id); id)", Dialect::Dash).gaps.is_empty());
}

#[test]
fn spans_inside_escaped_backticks_lie_in_the_text_as_written() {
    let text = "echo `echo \\`cat f\\``";
    let script = bash(text);
    let Part::Command { list, .. } = &simple(&script).words[1].parts[0] else {
        panic!()
    };
    let Command::Simple(echo) = &list.items[0].first.stages[0].command else {
        panic!()
    };
    let Part::Command { list, .. } = &echo.words[1].parts[0] else {
        panic!()
    };
    let span = list.items[0].first.span;
    assert_eq!(&text[span.start..span.end], "cat f");
}

#[test]
fn parameter_expansions_keep_operator_and_word() {
    let op = |text: &str| match &simple(&bash(text)).words[1].parts[0] {
        Part::Parameter(parameter) => (parameter.name.clone(), parameter.op.clone()),
        other => panic!("{other:?}"),
    };
    assert!(
        matches!(op("e ${x:-a b}").1, ParameterOp::Default { colon: true, word } if text(&word) == "a b")
    );
    assert!(matches!(
        op("e ${x##*/}").1,
        ParameterOp::RemovePrefix { longest: true, .. }
    ));
    assert!(matches!(
        op("e ${x//a/b}").1,
        ParameterOp::Replace {
            kind: ReplaceKind::All,
            ..
        }
    ));
    assert!(matches!(
        op("e ${x:1:2}").1,
        ParameterOp::Substring { length: Some(_), .. }
    ));
    assert!(matches!(
        op("e ${x^^}").1,
        ParameterOp::Case {
            upper: true,
            all: true,
            pattern: None
        }
    ));
    assert!(matches!(op("e ${x@Q}").1, ParameterOp::Transform('Q')));
    assert_eq!(op("e ${#x}"), ("x".to_owned(), ParameterOp::Length));
    assert_eq!(op("e ${#}").0, "#");
    assert_eq!(op("e ${!x}").1, ParameterOp::Indirect);
    assert_eq!(op("e ${!x*}").1, ParameterOp::Names);
    assert!(matches!(op("e ${!x:-a}").1, ParameterOp::Through(_)));
    assert_eq!(op("e ${x:-'}'}").0, "x");
}

#[test]
fn braces_expand_where_bash_expands_them() {
    let brace = |text: &str| simple(&bash(text)).words[1].parts.clone();
    assert!(matches!(&brace("e {a,b}")[..], [Part::Brace(Brace::List(words))] if words.len() == 2));
    assert!(matches!(
        &brace("e {1..9..2}")[..],
        [Part::Brace(Brace::Range(_, _, Some(_)))]
    ));
    assert!(matches!(&brace("e {{a,b}")[..], [Part::Literal(open), Part::Brace(_)] if open == "{"));
    assert_eq!(brace("e {a}"), [Part::Literal("{a}".to_owned())]);
    assert_eq!(brace("e {a,b"), [Part::Literal("{a,b".to_owned())]);
    let script = bash("x={a,b}");
    let Value::Scalar(value) = &simple(&script).assignments[0].value else {
        panic!()
    };
    assert_eq!(text(value), "{a,b}");
}

#[test]
fn what_bash_expands_a_second_time_is_a_gap() {
    for text in [
        "e $x{a,b}",
        "e {$,}{HOME}",
        "e {$x,y}z",
        "e $x{1..3}",
        "e $x\\\n{a,b}",
        "e $x\\\ny{a,b}",
        "e {,x}~/a",
        "e a={~,b}/c",
        "e ~=~",
        "e a=~b=~",
    ] {
        assert!(!read(text, Dialect::Bash).gaps.is_empty(), "{text}");
    }
    assert!(!read(r#"e "${x:-$'\x24(id)'}""#, Dialect::Bash).gaps.is_empty());
    for text in ["e ${x}{a,b}", "e {$x,$y}", "e {$x,$y}/z", "e $x/{a,b}"] {
        bash(text);
    }
}

#[test]
fn globs_and_tildes_are_told_from_plain_text() {
    let script = bash("ls *.rs a[b-c]? \"*\" [ ~ ~root/x a~ '~' [\"e\"]nv");
    let kinds: Vec<Vec<&Part>> = simple(&script)
        .words
        .iter()
        .map(|word| word.parts.iter().collect())
        .collect();
    assert!(matches!(kinds[1][..], [Part::Glob(_), Part::Literal(_)]));
    assert!(matches!(kinds[2][1], Part::Glob(text) if text == "[b-c]?"));
    assert!(matches!(kinds[3][0], Part::Double(_)));
    assert!(matches!(kinds[4][0], Part::Literal(_)));
    assert!(matches!(kinds[5][0], Part::Tilde(name) if name.is_empty()));
    assert!(matches!(kinds[6][0], Part::Tilde(name) if name == "root"));
    assert!(matches!(kinds[7][0], Part::Literal(_)));
    assert!(matches!(kinds[9][0], Part::Glob(text) if text == "[e]"));
}

#[test]
fn extended_globs_need_shopt_outside_conditions() {
    assert!(!read("ls !(a)", Dialect::Bash).gaps.is_empty());
    let script = bash("shopt -s extglob\nls !(a|'b')\n[[ x == @(a|b) ]]");
    assert!(matches!(&commands(&script)[1][..], [_, glob] if glob == "!(a|b)"));
    bash("[[ x == @(a|b) ]]");
    assert_eq!(commands(&bash("!(id)")), [] as [Vec<String>; 0]);
}

#[test]
fn redirects_stand_anywhere() {
    let script = bash("2>&1 >out echo {fd}>>log a <in b &>>all c 10>|x <>y");
    let simple = simple(&script);
    assert_eq!(
        simple.words.iter().map(text).collect::<Vec<_>>(),
        ["echo", "a", "b", "c"]
    );
    let ops: Vec<_> = simple.redirects.iter().map(|redirect| redirect.op).collect();
    assert_eq!(
        ops,
        [
            RedirectOp::DupOut,
            RedirectOp::Write,
            RedirectOp::Append,
            RedirectOp::Read,
            RedirectOp::BothAppend,
            RedirectOp::Clobber,
            RedirectOp::ReadWrite
        ]
    );
    assert_eq!(
        simple.redirects[2].fd,
        Some(Descriptor::Variable("fd".to_owned()))
    );
    assert_eq!(simple.redirects[5].fd, Some(Descriptor::Number(10)));
}

#[test]
fn assignments_arrays_and_declarations() {
    let script = bash("a=1 b+=2 c[i]=3 d=(x [5]=y \"z w\" # c\n) id");
    let simple = simple(&script);
    assert_eq!(simple.assignments.len(), 4);
    assert!(matches!(&simple.assignments[3].value, Value::Array(elements) if elements.len() == 3));
    assert_eq!(
        commands(&bash("declare -a x=(1 2) y=3")),
        [vec!["declare", "-a", "y=3"]]
    );
    assert_eq!(self::simple(&bash("export x=(1)")).declared.len(), 1);
    assert_eq!(commands(&bash("a[ 1 ] b")), [vec!["a[ 1 ]", "b"]]);
}

#[test]
fn compound_commands() {
    assert!(
        matches!(compound(&bash("if a; then b; elif c; then d; else e; fi")), Compound::If { branches, otherwise: Some(_) } if branches.len() == 2)
    );
    assert!(matches!(
        compound(&bash("until a; do b; done")),
        Compound::While { until: true, .. }
    ));
    assert!(
        matches!(compound(&bash("for x in a b; do c; done")), Compound::For { words: Some(words), .. } if words.len() == 2)
    );
    assert!(matches!(
        compound(&bash("for x do c; done")),
        Compound::For { words: None, .. }
    ));
    assert!(matches!(
        compound(&bash("for ((i=0;i<3;i++)); do c; done")),
        Compound::ArithmeticFor { .. }
    ));
    assert!(matches!(
        compound(&bash("select x in a; do c; done")),
        Compound::Select { .. }
    ));
    assert!(
        matches!(compound(&bash("case x in a|b) c;& (d) e;;& *) f; esac")), Compound::Case { arms, .. } if arms.len() == 3)
    );
    assert!(matches!(compound(&bash("((x > 1))")), Compound::Arithmetic(_)));
    assert!(matches!(compound(&bash("((a); (b))")), Compound::Subshell(_)));
    assert!(matches!(
        compound(&bash("coproc N { a; }")),
        Compound::Coproc { name: Some(_), .. }
    ));
    assert!(matches!(
        compound(&bash("coproc a b")),
        Compound::Coproc { name: None, .. }
    ));
    assert!(matches!(compound(&bash("{ (a) }")), Compound::Brace(_)));
    for text in [
        "f() { a; }",
        "f () (a)",
        "function f { a; }",
        "function f() if a; then b; fi",
    ] {
        assert!(matches!(first(&bash(text)), Command::Function { .. }), "{text}");
    }
}

#[test]
fn reserved_words_are_words_elsewhere() {
    let script = bash("echo if then } {; \\if a; 'while' b; x=1 for");
    assert_eq!(commands(&script).len(), 4);
}

#[test]
fn conditions_keep_operators_and_operands_in_order() {
    let words = |text: &str| match compound(&bash(text)) {
        Compound::Test(words) => words.iter().map(self::text).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        words("[[ ! -f a && ( b < c || $x =~ ^(a| b)+$ ) ]]")[..9],
        ["!", "-f", "a", "&&", "(", "b", "<", "c", "||"]
    );
    assert_eq!(words("[[ a =~ a|b ]]"), ["a", "=~", "a|b"]);
    assert_eq!(words("[[ -n $x\n&& y ]]").len(), 4);
}

#[test]
fn pipelines_and_lists() {
    let script = bash("! time a |& b || c && d & e");
    let item = &script.list.items[0];
    assert!(item.first.negated && item.first.timed && item.background);
    assert!(item.first.stages[0].with_stderr);
    assert_eq!(
        item.rest
            .iter()
            .map(|(operator, _)| *operator)
            .collect::<Vec<_>>(),
        [AndOr::Or, AndOr::And]
    );
    assert_eq!(script.list.items.len(), 2);
}

#[test]
fn zsh_rejects_what_bash_joins() {
    for text in [
        "a &\\\n& b",
        "a |\\\n| b",
        "a >\\\n> b",
        "f ( ) { a; }",
        "coproc X { a; }",
        "cat <<E}\nE\n",
    ] {
        assert!(
            read(text, Dialect::Bash).gaps.is_empty() || text.contains("<<"),
            "{text}"
        );
        assert!(!read(text, Dialect::Zsh).gaps.is_empty(), "{text}");
    }
}

#[test]
fn zsh_forms() {
    let zsh = |text: &str| {
        let script = read(text, Dialect::Zsh);
        assert_eq!(script.gaps, vec![], "{text}");
        script
    };
    assert!(
        matches!(compound(&zsh("for x (a b) { id }")), Compound::For { words: Some(words), .. } if words.len() == 2)
    );
    assert!(matches!(compound(&zsh("{echo a}")), Compound::Brace(_)));
    assert_eq!(commands(&zsh("ls *(.) (a|b)")), [vec!["ls", "*(.)", "(a|b)"]]);
    assert!(matches!(
        &simple(&zsh("diff =(a) x")).words[1].parts[0],
        Part::Process { .. }
    ));
    assert!(matches!(compound(&zsh("[[ a == (a|b) ]]")), Compound::Test(words) if words.len() == 3));
    assert!(zsh("id &!\n").list.items[0].background);
    assert!(matches!(first(&zsh("() { id }")), Command::Function { .. }));
}
