//! A tree without positions, in one form for what bash prints differently from how it was written.

use claude_guard::lang::shell::ast::*;

/// The shape of a whole text.
pub fn of_body(script: &Script) -> Vec<String> {
    let mut shape = Shape::default();
    shape.list(&script.list);
    shape.out
}

/// The shape of the body of the only function of a text.
pub fn of_function(script: &Script) -> Vec<String> {
    let mut shape = Shape::default();
    for stage in script.list.items.iter().flat_map(|item| &item.first.stages) {
        if let Command::Function { body, .. } = &stage.command
            && let Command::Compound { kind, .. } = body.as_ref()
            && let Compound::Brace(list) = kind.as_ref()
        {
            shape.list(list);
        }
    }
    for (_, gap) in &script.gaps {
        shape.out.push(format!("gap: {gap}"));
    }
    shape.out
}

pub fn first_difference(ours: &[String], theirs: &[String]) -> String {
    let at = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    format!("ours {:?}, bash {:?}", ours.get(at), theirs.get(at))
}

#[derive(Default)]
struct Shape {
    out: Vec<String>,
}

impl Shape {
    fn say(&mut self, text: impl Into<String>) {
        self.out.push(text.into());
    }

    fn list(&mut self, list: &List) {
        for item in &list.items {
            self.pipeline(&item.first);
            for (operator, pipeline) in &item.rest {
                self.say(format!("{operator:?}"));
                self.pipeline(pipeline);
            }
            self.say(if item.background { "&" } else { ";" });
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if pipeline.negated {
            self.say("!");
        }
        if pipeline.timed {
            self.say("time");
        }
        for (n, stage) in pipeline.stages.iter().enumerate() {
            if n > 0 {
                self.say("|");
            }
            self.command(&stage.command);
            if stage.with_stderr {
                self.say(">Number(2) DupOut");
                self.say("L1");
                self.say(" ");
            }
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound { kind, redirects, .. } => {
                self.compound(kind);
                self.redirects(redirects);
            }
            Command::Function { name, body, .. } => {
                self.say("function");
                self.word(name);
                // bash prints braces around any body.
                let braced = matches!(body.as_ref(), Command::Compound { kind, .. } if matches!(**kind, Compound::Brace(_)));
                if !braced {
                    self.say("{");
                }
                self.command(body);
                if !braced {
                    self.say(";");
                    self.say("}");
                }
            }
        }
    }

    fn simple(&mut self, simple: &Simple) {
        for assignment in simple.assignments.iter().chain(&simple.declared) {
            self.say(format!("set {} {}", assignment.name, assignment.append));
            if let Some(index) = &assignment.index {
                self.word(index);
            }
            match &assignment.value {
                Value::Scalar(word) => self.word(word),
                Value::Array(elements) => {
                    self.say("array");
                    for (index, word) in elements {
                        if let Some(index) = index {
                            self.say("at");
                            self.word(index);
                        }
                        self.word(word);
                    }
                }
            }
        }
        self.say("run");
        for word in &simple.words {
            self.word(word);
        }
        self.redirects(&simple.redirects);
    }

    fn compound(&mut self, compound: &Compound) {
        match compound {
            Compound::Brace(list) => {
                self.say("{");
                self.list(list);
                self.say("}");
            }
            Compound::Subshell(list) => {
                self.say("(");
                self.list(list);
                self.say(")");
            }
            Compound::If { branches, otherwise } => self.conditional(branches, otherwise.as_ref()),
            Compound::While {
                until,
                condition,
                body,
            } => {
                self.say(format!("while {until}"));
                self.list(condition);
                self.say("do");
                self.list(body);
                self.say("done");
            }
            Compound::For { name, words, body } => self.loops("for", name, words.as_ref(), body),
            Compound::Select { name, words, body } => self.loops("select", name, words.as_ref(), body),
            // bash prints empty expressions as `1`.
            Compound::ArithmeticFor { body, .. } => {
                self.say("for ((");
                self.list(body);
                self.say("done");
            }
            Compound::Case { word, arms } => {
                self.say("case");
                self.word(word);
                for arm in arms {
                    self.say("arm");
                    for pattern in &arm.patterns {
                        self.word(pattern);
                    }
                    self.list(&arm.body);
                    self.say(format!("{:?}", arm.end));
                }
                self.say("esac");
            }
            Compound::Arithmetic(word) => {
                self.say("((");
                self.arithmetic(&word.parts);
            }
            // bash prints `[[ $x ]]` as `[[ -n $x ]]`.
            Compound::Test(words) => {
                self.say("[[");
                for word in words {
                    if word.parts != [Part::Literal("-n".to_owned())] {
                        self.word(word);
                    }
                }
                self.say("]]");
            }
            Compound::Coproc { name, body } => {
                self.say(format!("coproc {}", name.as_deref().unwrap_or("COPROC")));
                self.command(body);
            }
        }
    }

    /// bash prints `elif` as `else if`.
    fn conditional(&mut self, branches: &[(List, List)], otherwise: Option<&List>) {
        let Some(((condition, body), rest)) = branches.split_first() else {
            return;
        };
        self.say("if");
        self.list(condition);
        self.say("then");
        self.list(body);
        if !rest.is_empty() {
            self.say("else");
            self.conditional(rest, otherwise);
            self.say(";");
        } else if let Some(list) = otherwise {
            self.say("else");
            self.list(list);
        }
        self.say("fi");
    }

    fn loops(&mut self, kind: &str, name: &str, words: Option<&Vec<Word>>, body: &List) {
        self.say(format!("{kind} {name}"));
        match words {
            Some(words) => words.iter().for_each(|word| self.word(word)),
            None => {
                self.say("\"");
                self.say("$@");
                self.say("Plain");
                self.say("\"");
                self.say(" ");
            }
        }
        self.say("do");
        self.list(body);
        self.say("done");
    }

    fn redirects(&mut self, redirects: &[Redirect]) {
        for redirect in redirects {
            let digits = match redirect.target.parts.as_slice() {
                [Part::Literal(text)] => text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
                _ => false,
            };
            let (default, op) = match redirect.op {
                // bash prints `<&-` as `>&-`.
                RedirectOp::DupIn if is_closing(redirect) => (0, RedirectOp::DupOut),
                RedirectOp::Read | RedirectOp::ReadWrite | RedirectOp::DupIn => (0, redirect.op),
                RedirectOp::HereDoc { .. } | RedirectOp::HereString => (0, redirect.op),
                // bash prints `>&x` as `&>x`.
                RedirectOp::DupOut if !digits && redirect.fd.is_none() => (1, RedirectOp::Both),
                op => (1, op),
            };
            // bash prints some descriptors that go without saying, and drops others.
            let fd = match &redirect.fd {
                None => Descriptor::Number(default),
                Some(fd) => fd.clone(),
            };
            let fd = format!("{fd:?}");
            self.say(format!(">{fd} {op:?}"));
            self.word(&redirect.target);
        }
    }

    fn word(&mut self, word: &Word) {
        self.parts(&word.parts);
        self.say(" ");
    }

    fn arithmetic(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Literal(text) => self.say(text.replace([' ', '\t', '\n'], "")),
                part => self.part(part),
            }
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            self.part(part);
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Literal(text) => self.say(format!("L{text}")),
            // bash prints `$'it\'s'` as `'it'\''s'`.
            Part::Quoted { text, .. } => match self.out.last_mut() {
                Some(last) if last.starts_with('Q') => last.push_str(text),
                _ => self.say(format!("Q{text}")),
            },
            Part::Double(parts) => {
                self.say("\"");
                self.parts(parts);
                self.say("\"");
            }
            Part::Parameter(parameter) => self.parameter(parameter),
            Part::Command { list, backticks, .. } => {
                self.say(format!("$( {backticks}"));
                self.list(list);
                self.say(")");
            }
            Part::Arithmetic(parts) => {
                self.say("$((");
                self.arithmetic(parts);
            }
            Part::Process { output, list, .. } => {
                self.say(format!("<( {output}"));
                self.list(list);
                self.say(")");
            }
            Part::Tilde(name) => self.say(format!("~{name}")),
            Part::Glob(text) => self.say(format!("G{text}")),
            Part::Brace(Brace::List(words)) => {
                self.say("{,");
                words.iter().for_each(|word| self.word(word));
            }
            Part::Brace(range) => self.say(format!("{range:?}")),
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.say(format!("${}", parameter.name));
        if let Some(index) = &parameter.index {
            self.say("[");
            self.word(index);
        }
        self.op(&parameter.op);
    }

    fn op(&mut self, op: &ParameterOp) {
        let words: Vec<&Word> = match op {
            ParameterOp::Default { word, .. }
            | ParameterOp::Assign { word, .. }
            | ParameterOp::Error { word, .. }
            | ParameterOp::Alternative { word, .. }
            | ParameterOp::RemovePrefix { pattern: word, .. }
            | ParameterOp::RemoveSuffix { pattern: word, .. } => vec![word],
            ParameterOp::Replace { pattern, with, .. } => vec![pattern, with],
            ParameterOp::Substring { offset, length } => std::iter::once(offset).chain(length).collect(),
            ParameterOp::Case { pattern, .. } => pattern.iter().collect(),
            ParameterOp::Through(op) => return self.op(op),
            _ => vec![],
        };
        let name = format!("{op:?}");
        self.say(name.split([' ', '(']).next().unwrap_or_default());
        for word in words {
            self.word(word);
        }
    }
}

fn is_closing(redirect: &Redirect) -> bool {
    redirect.target.parts == [Part::Literal("-".to_owned())]
}
