//! Compiles the data that people extend (program pages, rule pages) into the binary, and refuses a broken page.

use std::path::PathBuf;
use std::process::ExitCode;

#[path = "build/model.rs"]
mod model;
#[path = "build/rules.rs"]
mod rules;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let (root, out) = (folder("CARGO_MANIFEST_DIR"), folder("OUT_DIR"));
    match rules::build(&root, &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems.lines() {
                println!("cargo::error={problem}");
            }
            ExitCode::FAILURE
        }
    }
}
