//! Do we read a shell text as bash, dash and zsh read it?
//!
//! Three comparisons, none of which runs anything but probes:
//!
//! - *accepted*: `bash -n` and `dash -n` parse a text and run nothing. What the shell rejects must be a
//!   gap in our tree; what it accepts must have none, or counts as partial.
//! - *printed*: bash defines the text as the body of a function, never calls it, and prints it back in
//!   its own words (`declare -f`). Both texts must give the same tree.
//! - *run*: lines of harmless probes (functions that print their arguments) run in both shells with an
//!   empty PATH; a small evaluator of our trees must print the same.
//!
//! zsh is asked only what it accepts, and no changed lines: of its parentheses inside words (groups and
//! qualifiers of patterns) we take more than it does.
//!
//! Texts: a seeded generator, the lines in `lines/`, and scripts of real repositories. The last are not
//! part of this repository: name folders in `SHELL_DIFFERENTIAL_SCRIPTS` (separated by `:`), holding
//! scripts and `*.jsonl` files with rows `{"input":{"command":"…"}}`; or put them into `../shared`.
//!
//! Not on Windows, and only where both shells are installed.
#![cfg(unix)]
#![allow(clippy::print_stderr, clippy::unwrap_used, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "this test asks the real shells")]

mod eval;
mod generator;
mod pure;
mod real;
mod shape;
mod shells;

use claude_guard::lang::shell::ast::{Dialect, Script};
use claude_guard::lang::shell::parse;
use claude_guard::model::{Limits, Span};
use shells::Shell;

/// Lines that the generator makes for each run.
const GENERATED: usize = 6_000;
/// Generated lines with a random change, compared by acceptance only.
const CHANGED: usize = 3_000;
/// Partial lines of real scripts, at most, in 1,000.
const MOST_PARTIAL: usize = 30;

/// What a comparison gave.
#[derive(Default)]
struct Tally {
    texts: usize,
    lines: usize,
    partial_lines: usize,
    gaps: Vec<String>,
    not_compared: usize,
    disagreements: Vec<String>,
}

impl Tally {
    fn disagree(&mut self, shell: Shell, text: &str, what: &str) {
        self.disagreements
            .push(format!("{shell:?}: {what}\n---\n{text}\n---"));
    }

    fn report(&self, name: &str) {
        eprintln!(
            "{name}: {} texts, {} lines, {} disagreements, {} lines partial, {} texts not compared in full",
            self.texts,
            self.lines,
            self.disagreements.len(),
            self.partial_lines,
            self.not_compared
        );
        let mut shortest: Vec<&String> = self.disagreements.iter().collect();
        shortest.sort_by_key(|disagreement| disagreement.len());
        for disagreement in shortest.iter().take(10) {
            eprintln!("{disagreement}");
        }
        assert!(
            self.disagreements.is_empty(),
            "{name}: {} disagreements",
            self.disagreements.len()
        );
    }
}

impl Tally {
    /// Real scripts are hardly ever partial. Shows where they are.
    fn mostly_complete(&self) {
        for gap in self.gaps.iter().take(50) {
            eprintln!("{gap}");
        }
        let share = self.partial_lines * 1_000 / self.lines.max(1);
        assert!(
            share <= MOST_PARTIAL,
            "{share} of 1,000 lines of real scripts are partial"
        );
    }
}

/// The generator's seed; `SHELL_DIFFERENTIAL_SEED` asks for other lines.
fn seed() -> u64 {
    let asked = std::env::var("SHELL_DIFFERENTIAL_SEED").ok();
    asked.and_then(|seed| seed.parse().ok()).unwrap_or(20_261_121)
}

fn read(text: &str, shell: Shell) -> Script {
    let dialect = match shell {
        Shell::Bash => Dialect::Bash,
        Shell::Dash => Dialect::Dash,
        Shell::Zsh => Dialect::Zsh,
    };
    parse(text, dialect, &Limits::default())
}

/// Lines of `text` that a gap touches.
fn partial_lines(text: &str, script: &Script) -> usize {
    let line = |at: usize| {
        text.as_bytes()[..at.min(text.len())]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
    };
    let mut lines: Vec<usize> = script
        .gaps
        .iter()
        .flat_map(|(span, _)| line(span.start)..=line(span.end.max(span.start)))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines.len()
}

fn compare_acceptance(texts: &[String], shell: Shell, tally: &mut Tally) {
    let accepted = shells::accepted(shell, texts);
    for (text, accepted) in texts.iter().zip(accepted) {
        let script = read(text, shell);
        tally.texts += 1;
        tally.lines += text.lines().count();
        if accepted && !script.gaps.is_empty() {
            tally.partial_lines += partial_lines(text, &script);
            let shown = |(span, reason): &(Span, String)| {
                let line = text.get(span.start..).and_then(|rest| rest.lines().next());
                format!("{shell:?}: {reason}: {}", line.unwrap_or_default())
            };
            tally.gaps.extend(script.gaps.iter().map(shown));
        }
        if !accepted && script.gaps.is_empty() {
            tally.disagree(shell, text, "the shell rejects this, we have no gap");
        }
    }
}

fn compare_runs(texts: &[String], shell: Shell, tally: &mut Tally) {
    let outputs = shells::run(shell, texts);
    for (text, output) in texts.iter().zip(outputs) {
        let script = read(text, shell);
        if !script.gaps.is_empty() {
            continue;
        }
        match eval::run(&script) {
            Ok(expected) if expected == output => {}
            Ok(expected) => {
                tally.disagree(
                    shell,
                    text,
                    &format!("prints {output:?}, our tree gives {expected:?}"),
                );
            }
            Err(_) => tally.not_compared += 1,
        }
    }
}

fn compare_printed(texts: &[String], tally: &mut Tally) {
    // bash prints the pattern `(esac)` without its parenthesis, so that it ends the `case`.
    let readable: Vec<String> = texts
        .iter()
        .filter(|text| !text.contains("(esac)") && read(text, Shell::Bash).gaps.is_empty())
        .cloned()
        .collect();
    for (text, printed) in readable.iter().zip(shells::printed(&readable)) {
        let Some(printed) = printed else { continue };
        let ours = shape::of_body(&read(text, Shell::Bash));
        let theirs = shape::of_function(&read(&printed, Shell::Bash));
        tally.texts += 1;
        tally.lines += text.lines().count();
        if ours != theirs && !is_stable(&printed) {
            tally.not_compared += 1;
        } else if ours != theirs {
            let difference = shape::first_difference(&ours, &theirs);
            tally.disagree(
                Shell::Bash,
                text,
                &format!("bash prints another tree: {difference}\n{printed}"),
            );
        }
    }
}

/// Whether bash reads its own printing as it was meant: it loses here-documents in conditions and in lists.
fn is_stable(printed: &str) -> bool {
    let body = printed
        .strip_prefix("_printed () \n{ \n")
        .and_then(|rest| rest.strip_suffix("}\n"));
    body.is_some_and(|body| shells::printed(&[body.to_owned()]) == [Some(printed.to_owned())])
}

fn all_shells(texts: &[String], name: &str) {
    let mut tally = Tally::default();
    for shell in [Shell::Bash, Shell::Dash] {
        compare_acceptance(texts, shell, &mut tally);
        compare_runs(texts, shell, &mut tally);
    }
    tally.report(name);
}

#[test]
fn generated_lines_are_read_as_the_shells_read_them() {
    if !shells::present() {
        return;
    }
    let texts = generator::lines(seed(), GENERATED);
    all_shells(&texts, "generated lines");
    let mut printed = Tally::default();
    compare_printed(&texts, &mut printed);
    printed.report("generated lines as bash prints them");
}

#[test]
fn broken_lines_are_rejected_where_the_shells_reject_them() {
    if !shells::present() {
        return;
    }
    let texts = generator::changed(seed() + 7, CHANGED);
    let mut tally = Tally::default();
    for shell in [Shell::Bash, Shell::Dash] {
        compare_acceptance(&texts, shell, &mut tally);
    }
    tally.report("changed lines");
}

#[test]
fn our_own_lines_are_read_as_the_shells_read_them() {
    if !shells::present() {
        return;
    }
    let texts = real::own_lines();
    all_shells(&texts, "own lines");
    let mut printed = Tally::default();
    compare_printed(&texts, &mut printed);
    printed.report("own lines as bash prints them");
}

#[test]
fn real_scripts_are_read_as_the_shells_read_them() {
    if !shells::present() {
        return;
    }
    let real = real::scripts();
    if real.bash.is_empty() {
        eprintln!(
            "SKIPPED: no real scripts. Name folders in SHELL_DIFFERENTIAL_SCRIPTS, or put them into ../shared."
        );
        return;
    }
    let mut tally = Tally::default();
    compare_acceptance(&real.bash, Shell::Bash, &mut tally);
    compare_acceptance(&real.dash, Shell::Dash, &mut tally);
    tally.report("real scripts");
    tally.mostly_complete();
    let mut printed = Tally::default();
    compare_printed(&real.bash, &mut printed);
    printed.report("real scripts as bash prints them");
}

#[test]
fn zsh_accepts_what_we_read_without_a_gap() {
    if !shells::zsh_is_present() {
        return;
    }
    let mut tally = Tally::default();
    compare_acceptance(&generator::lines(seed(), GENERATED), Shell::Zsh, &mut tally);
    compare_acceptance(&real::own_lines(), Shell::Zsh, &mut tally);
    tally.report("lines for zsh");
    let scripts = real::scripts().zsh;
    if scripts.is_empty() {
        eprintln!("SKIPPED: no real scripts for zsh");
    }
    let mut real = Tally::default();
    compare_acceptance(&scripts, Shell::Zsh, &mut real);
    real.report("real scripts for zsh");
    real.mostly_complete();
}
