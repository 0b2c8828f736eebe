//! What a program does with its operands: a [`Call`] to effects, flows and the commands it starts in turn.

use super::Context;
use super::shell::ast::Dialect;
use crate::model::effect::{Exec, Gate, How, Understood};
use crate::model::{
    Effect, EffectId, EffectKind, Location, Lowered, Origin, PathOperand, Place, Scheme, Sources, Word,
};

/// What a command reads from.
#[derive(Debug, Clone, Default)]
pub struct Stdin {
    /// Whose bytes it carries.
    pub origins: Vec<Origin>,
    /// The bytes, where they are known.
    pub text: Option<Word>,
    /// Decoding steps the bytes took on the way here, in order (the `decoded` of the output before the pipe).
    pub decoded: Vec<Scheme>,
    /// A pipe, a redirect or a here-document, as opposed to inherited.
    pub connected: bool,
}

/// What a command prints.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Whose bytes it carries.
    pub origins: Vec<Origin>,
    /// The bytes, where they are known (a filter over known input, `echo`).
    pub text: Option<Word>,
    /// Decoding steps the bytes took so far, those before this command included, in order: hand
    /// them on as [`Stdin::decoded`].
    pub decoded: Vec<Scheme>,
}

/// One program start.
pub struct Call<'a> {
    /// The program word.
    pub program: &'a Word,
    /// The words after it.
    pub argv: &'a [Word],
    /// Where the program word and each argument stand.
    pub places: &'a [Place],
    /// The whole command.
    pub place: Place,
    /// Assignments before the command.
    pub assignments: &'a [(String, Word)],
    /// Working folder.
    pub cwd: &'a Location,
    /// Standard input.
    pub stdin: &'a Stdin,
    /// How it is started.
    pub how: How,
    /// Conditions under which it is started.
    pub gates: &'a [Gate],
    /// The program start that starts this one.
    pub by: Option<EffectId>,
    /// What the whole text started with.
    pub context: &'a Context<'a>,
}

/// What the caller must do next, in order.
#[derive(Debug, Clone)]
pub enum Then {
    /// A wrapper's inner command (`env`, `sudo`, `xargs`, `timeout`, `find -exec`): to be lowered as a command.
    Command {
        /// Program and arguments.
        words: Vec<Word>,
        /// Where each stands.
        places: Vec<Place>,
        /// How it is started.
        how: How,
        /// Its standard input.
        stdin: Stdin,
        /// Variables set for it.
        assignments: Vec<(String, Word)>,
        /// Working folder, where the wrapper changes it.
        cwd: Option<Location>,
    },
    /// Text to be parsed as shell (`sh -c`, standard input of `sh`). The text may be unknown: then
    /// the caller notes the gap and the flow into `exec`.
    Shell {
        /// The text.
        text: Word,
        /// Where it stands.
        place: Place,
        /// `$0` and on.
        argv: Vec<Word>,
        /// Its standard input.
        stdin: Stdin,
        /// Which shell; `None`: the one that runs the text around it.
        dialect: Option<Dialect>,
        /// The shell's own start.
        exec: EffectId,
    },
    /// A shell script file, to be read from the tree and lowered in a child shell (`bash x.sh`, `./x.sh`).
    Script {
        /// The file.
        path: PathOperand,
        /// Arguments, `$1` and on.
        argv: Vec<Word>,
        /// Its standard input.
        stdin: Stdin,
        /// Which shell; `None`: the file's first line decides.
        dialect: Option<Dialect>,
        /// The start of the shell or of the script itself.
        exec: EffectId,
        /// Where the reference stands.
        place: Place,
    },
}

/// What a call came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The program's start.
    pub exec: EffectId,
    /// What the caller must do next.
    pub then: Vec<Then>,
    /// What reaches standard output.
    pub output: Output,
}

/// Adds the effects of one program start to `out`.
pub fn lower_call(call: &Call<'_>, out: &mut Lowered, _sources: &mut Sources) -> Outcome {
    let exec = out.push(Effect {
        gates: call.gates.to_vec(),
        by: call.by,
        ..Effect::stated(
            EffectKind::Exec(Exec {
                program: call.program.clone(),
                argv: call.argv.to_vec(),
                how: call.how,
                understood: Understood::Opaque,
                followed: false,
                package: None,
            }),
            call.place,
        )
    });
    let output = Output {
        origins: vec![Origin::Effect(exec)],
        ..Output::default()
    };
    Outcome {
        exec,
        then: vec![],
        output,
    }
}
