//! A small evaluator of trees made of probes, to compare with what the shells print. It knows what the
//! generator and our own lines use; anything else is [`Unsupported`] and is not compared by running.

use crate::pure::{braces, cut, is_all, matches, push_split, sum};
use claude_guard::lang::shell::ast::*;
use std::collections::BTreeMap;

/// Why a tree was not evaluated.
#[derive(Debug)]
pub struct Unsupported;

pub type Result<T> = std::result::Result<T, Unsupported>;

/// Commands whose effect this evaluator does not model.
const BUILTINS: &str = "alias bg bind break builtin caller cd command compgen complete compopt continue \
    declare dirs disown echo enable eval exec exit export fc fg getopts hash help history jobs kill let local \
    logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source suspend \
    test time times trap type typeset ulimit umask unalias unset . [ function coproc";

/// What `script` prints.
pub fn run(script: &Script) -> Result<String> {
    let mut shell = Shell {
        steps: 2_000,
        ..Shell::default()
    };
    shell.set("HOME", "/h");
    shell.list(&script.list)?;
    Ok(shell.out)
}

#[derive(Default, Clone)]
struct Shell {
    steps: usize,
    variables: BTreeMap<String, Vec<String>>,
    functions: BTreeMap<String, Command>,
    input: String,
    out: String,
    status: bool,
}

/// A character of a word after expansion; quoted ones neither split nor match as patterns.
pub type Char = (char, bool);

impl Shell {
    fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), vec![value.to_owned()]);
    }

    fn step(&mut self) -> Result<()> {
        self.steps = self.steps.checked_sub(1).ok_or(Unsupported)?;
        Ok(())
    }

    fn list(&mut self, list: &List) -> Result<()> {
        for item in &list.items {
            if item.background {
                return Err(Unsupported);
            }
            self.pipeline(&item.first)?;
            for (operator, pipeline) in &item.rest {
                if self.status == (*operator == AndOr::And) {
                    self.pipeline(pipeline)?;
                }
            }
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> Result<()> {
        if let [stage] = pipeline.stages.as_slice() {
            self.command(&stage.command)?;
        } else {
            let mut input = self.input.clone();
            for (n, stage) in pipeline.stages.iter().enumerate() {
                let mut inner = Self {
                    input,
                    out: String::new(),
                    ..self.clone()
                };
                inner.command(&stage.command)?;
                if n + 1 == pipeline.stages.len() {
                    self.out.push_str(&inner.out);
                    self.status = inner.status;
                }
                input = inner.out;
            }
        }
        self.status ^= pipeline.negated;
        Ok(())
    }

    fn command(&mut self, command: &Command) -> Result<()> {
        self.step()?;
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound { kind, redirects, .. } => {
                self.redirected(redirects, |shell| shell.compound(kind))
            }
            Command::Function { name, body, .. } => {
                let name = self.text(name)?;
                self.functions.insert(name, body.as_ref().clone());
                self.status = true;
                Ok(())
            }
        }
    }

    fn redirected(
        &mut self,
        redirects: &[Redirect],
        run: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let (mut input, mut discard) = (None, false);
        for redirect in redirects {
            let standard_in = matches!(redirect.fd, None | Some(Descriptor::Number(0)));
            match redirect.op {
                RedirectOp::HereDoc { .. } if standard_in => input = Some(self.text(&redirect.target)?),
                RedirectOp::HereString if standard_in => input = Some(self.text(&redirect.target)? + "\n"),
                RedirectOp::Read if self.text(&redirect.target)? == "/dev/null" => {
                    input = Some(String::new())
                }
                RedirectOp::Write
                | RedirectOp::Append
                | RedirectOp::Clobber
                | RedirectOp::Both
                | RedirectOp::BothAppend
                    if self.text(&redirect.target)? == "/dev/null" =>
                {
                    discard |= matches!(redirect.fd, None | Some(Descriptor::Number(1)));
                }
                RedirectOp::DupOut => match (&redirect.fd, self.text(&redirect.target)?.as_str()) {
                    (None | Some(Descriptor::Number(1)), "2") => discard = true,
                    (Some(Descriptor::Number(2)), "1") if redirects.len() == 1 => {}
                    _ => return Err(Unsupported),
                },
                _ => return Err(Unsupported),
            }
        }
        let kept = (std::mem::take(&mut self.out), self.input.clone());
        if let Some(input) = &input {
            self.input.clone_from(input);
        }
        let result = run(self);
        let printed = std::mem::replace(&mut self.out, kept.0);
        if input.is_some() {
            self.input = kept.1;
        }
        if !discard {
            self.out.push_str(&printed);
        }
        result
    }

    fn simple(&mut self, simple: &Simple) -> Result<()> {
        if !simple.declared.is_empty() {
            return Err(Unsupported);
        }
        let mut words = vec![];
        for word in &simple.words {
            words.extend(self.fields(word)?);
        }
        let Some((name, arguments)) = words.split_first() else {
            self.status = true;
            for assignment in &simple.assignments {
                self.assign(assignment)?;
            }
            return self.redirected(&simple.redirects, |_| Ok(()));
        };
        let before = self.variables.clone();
        for assignment in &simple.assignments {
            self.assign(assignment)?;
        }
        self.redirected(&simple.redirects, |shell| shell.call(name, arguments))?;
        if !simple.assignments.is_empty() {
            self.variables = before;
        }
        Ok(())
    }

    fn call(&mut self, name: &str, arguments: &[String]) -> Result<()> {
        self.status = true;
        if let Some(body) = self.functions.get(name).cloned() {
            if !arguments.is_empty() {
                return Err(Unsupported);
            }
            return self.command(&body);
        }
        match name {
            "p" => {
                for argument in arguments {
                    self.out.push_str(&format!("<{argument}>"));
                }
                if arguments.is_empty() {
                    self.out.push_str("<>");
                }
                self.out.push('\n');
            }
            "h" => {
                for line in std::mem::take(&mut self.input).lines() {
                    self.out.push_str(&format!("[{line}]"));
                }
                self.out.push('\n');
            }
            ":" | "true" => {}
            "false" => self.status = false,
            _ if name.contains('/') || BUILTINS.split_whitespace().any(|builtin| builtin == name) => {
                return Err(Unsupported);
            }
            _ => self.status = false,
        }
        Ok(())
    }

    fn assign(&mut self, assignment: &Assignment) -> Result<()> {
        let mut value = match &assignment.value {
            Value::Scalar(word) => vec![self.text(word)?],
            Value::Array(elements) => {
                let mut values = vec![];
                for (index, word) in elements {
                    if index.is_some() {
                        return Err(Unsupported);
                    }
                    values.extend(self.fields(word)?);
                }
                values
            }
        };
        if assignment.index.is_some() {
            return Err(Unsupported);
        }
        if assignment.append {
            let old = self.variables.get(&assignment.name).cloned().unwrap_or_default();
            value = match assignment.value {
                Value::Scalar(_) => vec![old.first().cloned().unwrap_or_default() + &value.concat()],
                Value::Array(_) => old.into_iter().chain(value).collect(),
            };
        }
        self.variables.insert(assignment.name.clone(), value);
        Ok(())
    }

    fn compound(&mut self, compound: &Compound) -> Result<()> {
        match compound {
            Compound::Brace(list) => self.list(list)?,
            Compound::Subshell(list) => {
                let mut inner = self.clone();
                inner.list(list)?;
                (self.out, self.input, self.status) = (inner.out, inner.input, inner.status);
            }
            Compound::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.list(condition)?;
                    if self.status {
                        return self.list(body);
                    }
                }
                self.status = true;
                if let Some(list) = otherwise {
                    self.list(list)?;
                }
            }
            Compound::While {
                until,
                condition,
                body,
            } => loop {
                self.step()?;
                self.list(condition)?;
                if self.status == *until {
                    self.status = true;
                    break;
                }
                self.list(body)?;
            },
            Compound::For { name, words, body } => {
                let mut values = vec![];
                for word in words.iter().flatten() {
                    values.extend(self.fields(word)?);
                }
                self.status = true;
                for value in values {
                    self.set(name, &value);
                    self.list(body)?;
                }
            }
            Compound::Case { word, arms } => self.case(word, arms)?,
            Compound::Arithmetic(word) => {
                let value = self.arithmetic(&word.parts)?;
                self.status = value != 0;
            }
            _ => return Err(Unsupported),
        }
        Ok(())
    }

    fn case(&mut self, word: &Word, arms: &[Arm]) -> Result<()> {
        let subject: Vec<char> = self.text(word)?.chars().collect();
        let mut falls = false;
        self.status = true;
        for arm in arms {
            let mut matched = falls;
            for pattern in &arm.patterns {
                let pattern = self.single(pattern)?;
                matched |= matches(&pattern, &subject)?;
            }
            if matched {
                self.list(&arm.body)?;
                match arm.end {
                    ArmEnd::Break => return Ok(()),
                    ArmEnd::Fall => falls = true,
                    ArmEnd::Continue => falls = false,
                }
            }
        }
        Ok(())
    }

    /// The word as one text: no splitting.
    fn text(&mut self, word: &Word) -> Result<String> {
        Ok(self
            .single(word)?
            .into_iter()
            .map(|(character, _)| character)
            .collect())
    }

    fn single(&mut self, word: &Word) -> Result<Vec<Char>> {
        let mut fields = self.expand(&word.parts, false)?;
        match fields.len() {
            0 => Ok(vec![]),
            1 => Ok(fields.remove(0)),
            _ => Err(Unsupported),
        }
    }

    fn fields(&mut self, word: &Word) -> Result<Vec<String>> {
        let mut fields = vec![];
        for parts in braces(&word.parts)? {
            fields.extend(self.expand(&parts, true)?);
        }
        // Outside the empty folder a pattern may match.
        let reaches_out = |field: &Vec<Char>| {
            field.iter().any(|(c, _)| *c == '/')
                && field.iter().any(|(c, quoted)| !quoted && "*?[".contains(*c))
        };
        if fields.iter().any(reaches_out) {
            return Err(Unsupported);
        }
        Ok(fields
            .into_iter()
            .map(|field| field.into_iter().map(|(character, _)| character).collect())
            .collect())
    }

    /// The fields of a word.
    fn expand(&mut self, parts: &[Part], split: bool) -> Result<Vec<Vec<Char>>> {
        let mut fields: Vec<Vec<Char>> = vec![];
        let mut open: Option<Vec<Char>> = None;
        // bash splits nothing of a word that holds a plain `$` (`$(a)$`); the other shells do.
        let bare_dollar = |part: &Part| matches!(part, Part::Literal(text) if text.contains('$'));
        if split && parts.iter().any(bare_dollar) {
            return Err(Unsupported);
        }
        for part in parts {
            match part {
                Part::Literal(text) => open
                    .get_or_insert_default()
                    .extend(text.chars().map(|c| (c, false))),
                // Nothing matches in the empty folder: the pattern stands for itself.
                Part::Glob(text) => open
                    .get_or_insert_default()
                    .extend(text.chars().map(|c| (c, false))),
                Part::Quoted { text, .. } => open
                    .get_or_insert_default()
                    .extend(text.chars().map(|c| (c, true))),
                Part::Tilde(name) if name.is_empty() => {
                    open.get_or_insert_default()
                        .extend("/h".chars().map(|c| (c, true)));
                }
                Part::Double(inner) => {
                    if let [Part::Parameter(parameter)] = inner.as_slice()
                        && is_all(parameter)
                    {
                        let values = self.variables.get(&parameter.name).cloned().unwrap_or_default();
                        for (n, value) in values.iter().enumerate() {
                            if n > 0 {
                                fields.extend(open.take());
                            }
                            open.get_or_insert_default()
                                .extend(value.chars().map(|c| (c, true)));
                        }
                        continue;
                    }
                    let text = self.double(inner)?;
                    open.get_or_insert_default()
                        .extend(text.chars().map(|c| (c, true)));
                }
                Part::Parameter(parameter) => {
                    let value = self.parameter(parameter, false)?;
                    push_split(&value, split, &mut fields, &mut open);
                }
                Part::Command { list, .. } => {
                    let value: Vec<Char> = self.capture(list)?.chars().map(|c| (c, false)).collect();
                    push_split(&value, split, &mut fields, &mut open);
                }
                Part::Arithmetic(parts) => {
                    let value = self.arithmetic(parts)?.to_string();
                    open.get_or_insert_default()
                        .extend(value.chars().map(|c| (c, true)));
                }
                Part::Tilde(_) | Part::Process { .. } | Part::Brace(_) => return Err(Unsupported),
            }
        }
        fields.extend(open);
        Ok(fields)
    }

    fn capture(&mut self, list: &List) -> Result<String> {
        self.step()?;
        let mut inner = Self {
            out: String::new(),
            ..self.clone()
        };
        inner.list(list)?;
        self.input = inner.input;
        self.status = inner.status;
        Ok(inner.out.trim_end_matches('\n').to_owned())
    }

    fn double(&mut self, parts: &[Part]) -> Result<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Literal(plain) | Part::Quoted { text: plain, .. } => text.push_str(plain),
                Part::Double(inner) => text.push_str(&self.double(inner)?),
                Part::Parameter(parameter) => {
                    text.extend(
                        self.parameter(parameter, true)?
                            .into_iter()
                            .map(|(character, _)| character),
                    );
                }
                Part::Command { list, .. } => text.push_str(&self.capture(list)?),
                Part::Arithmetic(parts) => text.push_str(&self.arithmetic(parts)?.to_string()),
                _ => return Err(Unsupported),
            }
        }
        Ok(text)
    }

    fn parameter(&mut self, parameter: &Parameter, quoted: bool) -> Result<Vec<Char>> {
        let plain_name = parameter
            .name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if parameter.index.is_some()
            || !plain_name
            || parameter.name.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(Unsupported);
        }
        let value = self
            .variables
            .get(&parameter.name)
            .and_then(|values| values.first())
            .cloned();
        let set = |colon: bool| value.as_ref().is_some_and(|value| !colon || !value.is_empty());
        let chars = |text: &str| text.chars().map(|c| (c, false)).collect::<Vec<Char>>();
        let current = value.clone().unwrap_or_default();
        Ok(match &parameter.op {
            ParameterOp::Plain => chars(&current),
            ParameterOp::Length => chars(&current.chars().count().to_string()),
            ParameterOp::Default { colon, word } if set(*colon) => {
                let _ = word;
                chars(&current)
            }
            ParameterOp::Default { word, .. } => self.operand(word, quoted)?,
            ParameterOp::Alternative { colon, word } => {
                if set(*colon) {
                    self.operand(word, quoted)?
                } else {
                    vec![]
                }
            }
            ParameterOp::Assign { colon, word } => {
                if set(*colon) {
                    chars(&current)
                } else {
                    let value = self.operand(word, quoted)?;
                    let text: String = value.iter().map(|(character, _)| *character).collect();
                    self.set(&parameter.name, &text);
                    chars(&text)
                }
            }
            ParameterOp::RemovePrefix { longest, pattern } => {
                let pattern = self.single(pattern)?;
                let text: Vec<char> = current.chars().collect();
                chars(
                    &text[cut(&pattern, &text, *longest, true)?..]
                        .iter()
                        .collect::<String>(),
                )
            }
            ParameterOp::RemoveSuffix { longest, pattern } => {
                let pattern = self.single(pattern)?;
                let text: Vec<char> = current.chars().collect();
                chars(
                    &text[..cut(&pattern, &text, *longest, false)?]
                        .iter()
                        .collect::<String>(),
                )
            }
            ParameterOp::Case {
                upper,
                all: true,
                pattern: None,
            } => chars(&if *upper {
                current.to_uppercase()
            } else {
                current.to_lowercase()
            }),
            _ => return Err(Unsupported),
        })
    }

    /// The word of an operator; what is quoted in it does not split.
    fn operand(&mut self, word: &Word, quoted: bool) -> Result<Vec<Char>> {
        if quoted {
            return Ok(self.double(&word.parts)?.chars().map(|c| (c, true)).collect());
        }
        self.single(word)
    }

    fn arithmetic(&mut self, parts: &[Part]) -> Result<i64> {
        let text = self.double(parts)?;
        let mut tokens = vec![];
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                ' ' | '\n' | '\t' => {}
                '0'..='9' => {
                    let mut number = i64::from(character as u8 - b'0');
                    while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
                        number = number
                            .checked_mul(10)
                            .and_then(|n| n.checked_add(i64::from(digit)))
                            .ok_or(Unsupported)?;
                        characters.next();
                    }
                    tokens.push((number, ' '));
                }
                '+' | '*' | '(' | ')' => tokens.push((0, character)),
                _ => return Err(Unsupported),
            }
        }
        let mut at = 0;
        let value = sum(&tokens, &mut at, 0)?;
        if at == tokens.len() {
            Ok(value)
        } else {
            Err(Unsupported)
        }
    }
}
