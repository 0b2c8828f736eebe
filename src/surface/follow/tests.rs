use super::Follower;
use crate::model::clock::Clock;
use crate::model::effect::{Exec, How, Understood};
use crate::model::lowered::{Reference, Target};
use crate::model::source::Hop;
use crate::model::tree::MemoryTree;
use crate::model::trigger::Observation;
use crate::model::{
    Effect, EffectKind, GapReason, Limits, Location, Lowered, Place, RepoPath, Sources, Span, Word,
};
use crate::surface::files::Files;
use crate::surface::traced::Traced;
use crate::surface::{Scope, Start};

struct Followed {
    lowered: Lowered,
    sources: Sources,
    observations: Vec<Observation>,
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap_or_default()
}

fn at(text: &str) -> Location {
    Location::Tree(path(text))
}

fn follow(tree: &MemoryTree, target: Target, argv: &[&str]) -> Followed {
    let limits = Limits::default();
    let mut sources = Sources::new();
    let source = sources.file(path("start"), "x");
    let place = Place::new(source, Span::new(0, 1));
    let mut lowered = Lowered::default();
    let exec = Exec {
        program: Word::known("start"),
        argv: vec![],
        how: How::Direct,
        understood: Understood::Told,
        followed: false,
        package: None,
    };
    let by = lowered.push(Effect::stated(EffectKind::Exec(exec), place));
    lowered.references.push(Reference {
        by,
        target,
        argv: argv.iter().map(|a| Word::known(*a)).collect(),
        cwd: at(""),
        env: vec![],
        stdin: vec![],
        place,
    });
    let traced = Traced::new(tree);
    let mut files = Files::new(&traced, &limits);
    let mut observations = vec![];
    let mut follower = Follower {
        files: &mut files,
        sources: &mut sources,
        limits: &limits,
        clock: Clock::default(),
        scope: Scope::Project,
        observations: &mut observations,
    };
    follower.follow(&mut lowered, &Start::project(&RepoPath::root()));
    Followed {
        lowered,
        sources,
        observations,
    }
}

impl Followed {
    fn programs(&self) -> Vec<String> {
        let effects = self.lowered.effects.iter();
        effects
            .filter_map(|effect| match &effect.kind {
                EffectKind::Exec(exec) => Some(exec.program.display()),
                _ => None,
            })
            .collect()
    }

    fn started_is_followed(&self) -> bool {
        matches!(&self.lowered.effects[0].kind, EffectKind::Exec(exec) if exec.followed)
    }

    fn gaps(&self) -> Vec<(GapReason, &str)> {
        let gaps = self.lowered.coverage.gaps.iter();
        gaps.map(|g| (g.reason, g.detail.as_str())).collect()
    }

    /// File and text of the place of the effect of `program`.
    fn place_of(&self, program: &str) -> (String, String) {
        let effect =
            self.lowered.effects.iter().find(
                |e| matches!(&e.kind, EffectKind::Exec(exec) if exec.program.as_known() == Some(program)),
            );
        let Some(effect) = effect else {
            return Default::default();
        };
        let place = self.sources.in_file(effect.place);
        let source = self.sources.get(place.source);
        let text = source.text[place.span.start..place.span.end].to_owned();
        (source.path.to_string(), text)
    }
}

fn script(path: &str) -> Target {
    Target::Script {
        path: at(path),
        language: None,
    }
}

#[test]
fn a_script_is_absorbed_with_its_chain() {
    let tree = MemoryTree::new().file("a.sh", "#!/bin/sh\nfirst x\nsecond y\n");
    let followed = follow(&tree, script("a.sh"), &[]);
    assert_eq!(followed.programs(), ["start", "first", "second"]);
    assert!(followed.started_is_followed());
    let chain: Vec<Option<Hop>> = followed
        .sources
        .chain(followed.lowered.effects[1].place)
        .iter()
        .map(|(hop, _)| *hop)
        .collect();
    assert_eq!(chain.last(), Some(&None));
    assert_eq!(followed.place_of("second").0, "a.sh");
}

#[test]
fn what_cannot_be_followed_is_a_gap_and_what_is_disguised_is_noted() {
    let tree = MemoryTree::new()
        .file("tool", b"\x7fELF\x02".to_vec())
        .file("logo.png", "#!/bin/sh\nhidden\n")
        .file("x.sh", b"\x7fELF\x02".to_vec())
        .link("out.sh", "../../out.sh");
    assert_eq!(
        follow(&tree, script("none.sh"), &[]).gaps(),
        [(GapReason::Missing, "none.sh")]
    );
    let followed = follow(&tree, script("tool"), &[]);
    assert_eq!(followed.gaps(), [(GapReason::Binary, "tool (a program (ELF))")]);
    assert!(!followed.started_is_followed() && followed.observations.is_empty());
    let followed = follow(&tree, script("logo.png"), &[]);
    assert_eq!(followed.programs(), ["start", "hidden"]);
    let kinds: Vec<&str> = follow(&tree, script("x.sh"), &[])
        .observations
        .iter()
        .map(|o| o.kind)
        .collect();
    assert_eq!(kinds, ["binary-in-disguise"]);
    assert_eq!(
        follow(&tree, script("out.sh"), &[]).gaps()[0].0,
        GapReason::Outside
    );
}

#[test]
fn package_scripts_run_with_those_before_and_after() {
    let tree = MemoryTree::new().file(
        "package.json",
        r#"{"scripts": {"prebuild": "one", "build": "two \"a\"", "postbuild": "three", "install": "four"}}"#,
    );
    let member = |name: &str| Target::PackageScript {
        dir: at("src/deep"),
        name: name.to_owned(),
        or_program: false,
    };
    let followed = follow(&tree, member("build"), &["--flag"]);
    assert_eq!(followed.programs(), ["start", "one", "two", "three"]);
    let (file, text) = followed.place_of("two");
    assert_eq!(file, "package.json");
    assert!(text.starts_with("two"), "{text}");
    assert_eq!(
        follow(&tree, member("install"), &[]).programs(),
        ["start", "four"]
    );
    assert_eq!(follow(&tree, member("nothing"), &[]).programs(), ["start"]);
    let tree = tree.file("./tool.sh", "five\n");
    assert_eq!(
        follow(&tree, member("./tool.sh"), &[]).programs(),
        ["start", "five"]
    );
}

#[test]
fn some_managers_start_a_program_where_there_is_no_such_script() {
    let tree = MemoryTree::new()
        .file("package.json", r#"{"scripts": {"build": "one"}}"#)
        .file("x.ts", "require('child_process').execFileSync('two')\n");
    let member = |name: &str| Target::PackageScript {
        dir: at(""),
        name: name.to_owned(),
        or_program: true,
    };
    assert_eq!(
        follow(&tree, member("tsx"), &["x.ts"]).programs(),
        ["start", "tsx", "two"]
    );
    assert_eq!(
        follow(&tree, member("build"), &["x.ts"]).programs(),
        ["start", "one"]
    );
}

#[test]
fn a_build_target_runs_what_it_needs_first() {
    let tree = MemoryTree::new()
        .file(
            "Makefile",
            "include mk/*.mk mk/more.mk\nall: late early\n\tlast\nlate:\n\tcd x && two\n\tthree\n",
        )
        .file("mk/more.mk", "early:\n\tone\n");
    let make = Target::BuildTarget {
        tool: "make".to_owned(),
        dir: at(""),
        file: None,
        name: None,
    };
    let followed = follow(&tree, make, &[]);
    assert_eq!(followed.programs(), ["start", "two", "three", "one", "last"]);
    assert_eq!(followed.place_of("one").0, "mk/more.mk");
    assert_eq!(
        followed.place_of("three"),
        ("Makefile".to_owned(), "three".to_owned())
    );
    assert!(followed.started_is_followed());
}

#[test]
fn files_that_tools_load_are_followed() {
    let tree = MemoryTree::new()
        .file("t/a.sh", "one\n")
        .file("t/b/c.sh", "two\n");
    let loaded = |name: &str| Target::Loaded {
        dir: at("t"),
        names: vec![name.to_owned()],
        language: "shell".to_owned(),
    };
    assert_eq!(follow(&tree, loaded("a.sh"), &[]).programs(), ["start", "one"]);
    assert_eq!(
        follow(&tree, loaded("**/*.sh"), &[]).programs(),
        ["start", "one", "two"]
    );
    assert_eq!(follow(&tree, loaded("none.sh"), &[]).gaps(), []);
}

#[test]
fn modules_are_found_beside_and_below() {
    let tree = MemoryTree::new()
        .file("pkg/__init__.py", "import os\nos.system('one')\n")
        .file("pkg/tool.py", "import os\nos.system('two')\n");
    let module = Target::Module {
        name: "pkg.tool".to_owned(),
        language: "python".to_owned(),
    };
    let programs = follow(&tree, module, &[]).programs();
    assert!(
        programs.contains(&"one".to_owned()) && programs.contains(&"two".to_owned()),
        "{programs:?}"
    );
}

#[test]
fn bytes_flow_through_files_between_texts() {
    let tree = MemoryTree::new()
        .file("a.sh", "sh get.sh\nsh use.sh\n")
        .file("get.sh", "git clone https://h.example/x.git .cache/x\n")
        .file("use.sh", ". .cache/x/run.sh\n");
    let followed = follow(&tree, script("a.sh"), &[]);
    let through = followed.lowered.flows.iter().any(|flow| {
        let kind = |id| &followed.lowered.get(id).kind;
        let from = match flow.from {
            crate::model::Origin::Effect(id) => kind(id),
            _ => return false,
        };
        matches!(from, EffectKind::Write { .. }) && matches!(kind(flow.to), EffectKind::Read { .. })
    });
    assert!(through, "{:?}", followed.lowered.flows);
}
