//! `set`, `shopt`, `shift`, `getopts`.

use super::super::command::Run;
use super::super::conditions::Tested;
use super::super::state::State;
use super::super::walk::Walk;
use crate::lang::programs::Output;
use crate::model::{Origin, Word};

impl Walk<'_> {
    pub(super) fn set_options(&mut self, state: &mut State, args: &[Word], run: &Run<'_>) -> Tested {
        if args.is_empty() {
            let id = self.read_environment(state, run.place);
            let output = Output {
                origins: vec![Origin::Effect(id)],
                ..Output::default()
            };
            self.emit(state, 1, &output);
            return Tested::status(true);
        }
        let mut rest = args;
        while let Some((first, more)) = rest.split_first() {
            let Some(text) = first.as_known() else { break };
            if text == "--" || text == "-" {
                more.clone_into(&mut state.positional);
                state.positional_open = false;
                return Tested::status(true);
            }
            let (on, flags) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
                (Some(flags), _) if !flags.is_empty() => (true, flags),
                (_, Some(flags)) => (false, flags),
                _ => break,
            };
            rest = more;
            for flag in flags.chars() {
                match flag {
                    'a' => state.options.allexport = on,
                    'f' => state.options.noglob = on,
                    'x' => state.options.xtrace = on,
                    'o' => {
                        if let Some((name, after)) = rest.split_first() {
                            match name.as_known() {
                                Some("allexport") => state.options.allexport = on,
                                Some("noglob") => state.options.noglob = on,
                                Some("xtrace") => state.options.xtrace = on,
                                _ => {}
                            }
                            rest = after;
                        }
                    }
                    _ => {}
                }
            }
            if state.options.xtrace {
                // The shell expands `PS4` before each command it shows.
                if let Some(prompt) = state.scalar("PS4").cloned() {
                    self.hidden_code(state, &prompt, run.place.span);
                }
            }
        }
        if !rest.is_empty() {
            rest.clone_into(&mut state.positional);
            state.positional_open = rest.iter().any(Word::has_unknown) && rest.len() == 1;
        }
        Tested::status(true)
    }

    pub(super) fn shopt(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let on = args.iter().any(|word| word.as_known() == Some("-s"));
        let off = args.iter().any(|word| word.as_known() == Some("-u"));
        if on || off {
            for word in args {
                let options = &mut state.options;
                match word.as_known() {
                    Some("expand_aliases") => options.aliases = on,
                    Some("nullglob") => options.nullglob = on,
                    Some("dotglob") => options.dotglob = on,
                    Some("globstar") => options.globstar = on,
                    Some("nocaseglob") => options.nocaseglob = on,
                    Some("lastpipe") => options.lastpipe = on,
                    _ => {}
                }
            }
        }
        Tested::default()
    }

    pub(super) fn shift(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let by = match args.first() {
            Some(word) => word.as_known().and_then(|text| text.parse::<usize>().ok()),
            None => Some(1),
        };
        match by {
            Some(n) if n <= state.positional.len() => {
                state.positional.drain(..n);
                Tested::status(true)
            }
            Some(_) if !state.positional_open => Tested::status(false),
            Some(_) => {
                state.positional.clear();
                Tested::default()
            }
            None => {
                state.positional.clear();
                state.positional_open = true;
                Tested::default()
            }
        }
    }

    pub(super) fn getopts(&mut self, state: &mut State, args: &[Word]) -> Tested {
        let mut from = vec![];
        for word in args.iter().skip(2).chain(&state.positional) {
            super::super::channel::add_origins(&mut from, &word.origins());
        }
        if state.positional_open {
            super::super::channel::add_origins(&mut from, &[Origin::Arguments]);
        }
        if let Some(name) = args.get(1).and_then(Word::as_known).map(str::to_owned) {
            state.set(&name, Word::unknown(crate::model::Why::Parameter));
        }
        let value = match state.positional.as_slice() {
            [only] if !state.positional_open => only.clone(),
            _ => Word::unknown_from(crate::model::Why::Parameter, from),
        };
        state.set("OPTARG", value);
        state.set("OPTIND", Word::unknown(crate::model::Why::Arithmetic));
        Tested::default()
    }
}
