use proptest::prelude::*;

use super::*;
use crate::lang::data::Value;

fn hidden(text: &str) -> Vec<(HiddenKind, String)> {
    let page = read(text);
    page.hidden
        .iter()
        .map(|hidden| (hidden.kind, page.slice(hidden.content).trim().to_owned()))
        .collect()
}

#[test]
fn front_matter_and_body() {
    let page = read("---\nname: x\n---\n# Title\n");
    assert_eq!(
        page.metadata().root().get("name").and_then(Value::as_str),
        Some("x")
    );
    assert_eq!(page.slice(page.body), "# Title\n");
    for text in ["# Title\n---\n", "---\nnever closed\n", " ---\na: b\n---\n", ""] {
        assert_eq!(read(text).front_matter, None, "{text}");
    }
    assert!(read("---\r\na: b\r\n---\r\nx").front_matter.is_some());
}

#[test]
fn code_is_found_with_its_content() {
    let page = read("```Bash title=x\nls -l\n```\n\nUse `rm x` or ``a`b``.\n\n    indented\n\n~~~\nopen");
    let code: Vec<_> = page
        .code
        .iter()
        .map(|code| (code.kind.clone(), page.slice(code.content)))
        .collect();
    assert_eq!(code[0], (CodeKind::Fence("bash".into()), "ls -l\n"));
    assert_eq!(code[1], (CodeKind::Inline, "rm x"));
    assert_eq!(code[2], (CodeKind::Inline, "a`b"));
    assert_eq!(code[3].0, CodeKind::Indented);
    assert_eq!(code[4], (CodeKind::Fence(String::new()), "open"));
}

#[test]
fn links_and_pictures() {
    let page =
        read("[a](docs/x.md) ![p](https://img.example/p.png) <https://b.example> [r]\n\n[r]: /there\n");
    let links: Vec<_> = page
        .links
        .iter()
        .map(|link| {
            (
                link.target.as_str(),
                link.destination.map(|span| page.slice(span)),
                link.picture,
            )
        })
        .collect();
    assert_eq!(links[0], ("docs/x.md", Some("docs/x.md"), false));
    assert!(links[1].2);
    assert_eq!(links[2].1, Some("https://b.example"));
    assert_eq!(links[3], ("/there", None, false));
}

#[test]
fn what_a_page_does_not_show() {
    use HiddenKind::{Alternative, Attribute, Comment, Definition, Element, Title};
    for (text, kind, content) in [
        ("a <!-- one\ntwo --> b", Comment, "one\ntwo"),
        ("<!-- block\n\nstill -->\n\ntext", Comment, "block\n\nstill"),
        ("<!-- never closed\n\ntext", Comment, "never closed\n\ntext"),
        ("[//]: # \"first\"\n", Definition, "first"),
        ("[//]: # (in brackets)\n", Definition, "in brackets"),
        ("[a b c d]: #\n", Definition, "a b c d"),
        (
            "x <span style=\"color: red; DISPLAY : none\">gone *too*</span> y",
            Element,
            "gone *too*",
        ),
        (
            "<div hidden>\n\nPara **bold**\n\n<div>inner</div>\n</div>\n",
            Element,
            "Para **bold**\n\n<div>inner</div>",
        ),
        ("<p style='font-size:1px'>tiny</p>", Element, "tiny"),
        (
            "<img src=\"x.png\" alt=\"words for nobody\">",
            Alternative,
            "words for nobody",
        ),
        ("<b title=\"on top\">x</b>", Attribute, "on top"),
        ("[x](y \"the title\")", Title, "the title"),
        ("![stand in](y.png)", Alternative, "stand in"),
    ] {
        assert_eq!(hidden(text).first(), Some(&(kind, content.to_owned())), "{text}");
    }
    let two = hidden("[//]: # \"one\"\n[//]: # \"two\"\n");
    assert_eq!(two.len(), 2, "equal labels are each a comment");
}

#[test]
fn what_a_page_shows_is_not_hidden() {
    for text in [
        "<details><summary>More</summary>\n\ntext\n\n</details>",
        "`<!-- code -->`",
        "```html\n<!-- code -->\n[//]: # \"x\"\n```\n",
        "<p style=\"color: red\">x</p>",
        "[docs]: https://docs.example/a\n",
        "[^1]: a footnote that people read\n",
        "a < b and c > d",
        "Say \"closes TODO: <title>\".\n\nIf there is none, skip this silently.\n",
    ] {
        assert_eq!(hidden(text), vec![], "{text}");
    }
}

#[test]
fn imports_as_the_client_reads_them() {
    let text = "@docs/a.md and @~/b.md @./c\\ d.md#part\nmail a@b.example `@code` @@x @#y <!-- @no -->\n```\n@no\n```\n(@also-no)";
    let paths: Vec<_> = read(text).imports.into_iter().map(|import| import.path).collect();
    assert_eq!(paths, ["docs/a.md", "~/b.md", "./c d.md"]);
}

#[test]
fn inline_shell_and_arguments() {
    let text = "---\nx: !`not here`\n---\nState: !`git status`\n```!\nls\npwd\n```\nFix $ARGUMENTS in $1. Use `println!` and `dbg!`.\n";
    let page = read(text);
    let shell: Vec<_> = page
        .shell
        .iter()
        .map(|shell| (page.slice(shell.command), shell.fenced))
        .collect();
    assert_eq!(shell, [("git status", false), ("ls\npwd", true)]);
    assert_eq!(page.arguments.len(), 2);
}

#[test]
fn deep_and_odd_texts_end_soon() {
    for text in [
        ">".repeat(20_000),
        "[".repeat(20_000),
        "<b ".repeat(20_000),
        "<!--".repeat(20_000),
        "<div \n".repeat(20_000),
        "[//]: # \"\n".repeat(20_000),
        "[//]: # \"".repeat(20_000),
        "- ".repeat(5_000),
        "`".repeat(20_000),
        "*a ".repeat(20_000),
    ] {
        let page = read(text.as_str());
        assert_eq!(page.body.end, text.len());
    }
}

proptest! {
    #[test]
    fn spans_lie_in_the_text(text in r##"(---\n|```|`|!`|@|<!--|-->|<p hidden>|</p>|\[//\]: # "|"|\[|\]\(|\)|>|\n| |é|\$1|a|    |<img alt='){0,40}"##) {
        let page = read(text.as_str());
        let spans = page.code.iter().flat_map(|code| [code.span, code.content])
            .chain(page.hidden.iter().flat_map(|hidden| [hidden.span, hidden.content]))
            .chain(page.links.iter().flat_map(|link| [Some(link.span), link.destination]).flatten())
            .chain(page.shell.iter().flat_map(|shell| [shell.span, shell.command]))
            .chain(page.imports.iter().map(|import| import.span))
            .chain(page.quotes.iter().copied())
            .chain(page.front_matter)
            .chain([page.body]);
        for span in spans {
            prop_assert!(text.get(span.start..span.end).is_some());
        }
        let _ = page.metadata();
    }

    #[test]
    fn a_fence_holds_what_is_written_in_it(code in "([a-zé $|<>&!@#*_\\[\\]()'\"\\\\-]{0,12}\n){0,6}") {
        let text = format!("# A\n\n````sh\n{code}````\n\nend\n");
        let page = read(text.as_str());
        let fence = page.code.iter().find(|found| matches!(&found.kind, CodeKind::Fence(_))).unwrap();
        prop_assert_eq!(page.slice(fence.content), code);
    }
}
