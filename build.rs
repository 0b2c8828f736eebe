//! Compiles the data that people extend (program pages, rule pages) into the binary, and refuses a broken page.

use std::path::PathBuf;
use std::process::ExitCode;

#[path = "build/model.rs"]
mod model;
#[path = "build/programs.rs"]
mod programs;
#[path = "build/prose.rs"]
mod prose;
#[path = "build/rules.rs"]
mod rules;
#[path = "build/tables.rs"]
mod tables;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let (root, out) = (folder("CARGO_MANIFEST_DIR"), folder("OUT_DIR"));
    let parts = [
        rules::build(&root, &out),
        programs::build(&root, &out),
        prose::build(&root, &out),
        tables::build(&root, &out),
    ];
    let problems: Vec<String> = parts.into_iter().filter_map(Result::err).collect();
    for problem in problems.iter().flat_map(|text| text.lines()) {
        println!("cargo::error={problem}");
    }
    if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
