//! Bodies of here-documents: read after the line, then put into the tree.

use super::Parser;
use super::cursor::{Clean, Map};
use super::quotes::Until;
use crate::lang::shell::ast::{
    Assignment, Brace, Command, Compound, List, Parameter, ParameterOp, Part, Redirect, RedirectOp, Simple,
    Value, Word,
};
use std::collections::HashMap;

/// A here-document whose body has not been read.
pub(super) struct Pending {
    /// Position of its operator in the whole text.
    pub(super) operator: usize,
    pub(super) delimiter: String,
    pub(super) quoted: bool,
    pub(super) strip_tabs: bool,
}

/// Where a body lies, and where the text goes on.
struct Extent {
    start: usize,
    end: usize,
    after: usize,
}

impl Parser<'_, '_> {
    /// Reads the bodies that wait, in the order of their operators.
    pub(super) fn read_bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.pos;
            let document = std::mem::replace(&mut self.in_document, true);
            let (parts, end) = if pending.quoted {
                self.quoted_body(&pending)
            } else if self.is_dash() {
                // dash finds the end while it reads: a substitution may hold the delimiter's line.
                let parts = self.double_parts(Until::Line(&pending));
                (double(parts), self.pos)
            } else {
                self.expanded_body(&pending)
            };
            self.in_document = document;
            let body = Word {
                parts,
                span: self.span(start, end),
            };
            self.shared.body(pending.operator, body);
        }
    }

    fn quoted_body(&mut self, pending: &Pending) -> (Vec<Part>, usize) {
        let extent = self.extent(pending);
        let body = &self.text[extent.start..extent.end];
        let text = if pending.strip_tabs {
            body.split_inclusive('\n')
                .map(|line| line.trim_start_matches('\t'))
                .collect()
        } else {
            body.to_owned()
        };
        self.pos = extent.after;
        let parts = if text.is_empty() {
            vec![]
        } else {
            vec![Part::Quoted { text, escaped: false }]
        };
        (parts, extent.end)
    }

    fn expanded_body(&mut self, pending: &Pending) -> (Vec<Part>, usize) {
        let extent = self.extent(pending);
        if !self.shared.affords(extent.end - extent.start) {
            self.gap(extent.start, extent.end, "here-documents nested in others");
            self.pos = extent.after;
            return (vec![], extent.end);
        }
        let tabs = if pending.strip_tabs {
            self.leading_tabs(&extent)
        } else {
            vec![]
        };
        let parts = if tabs.is_empty() {
            let end = std::mem::replace(&mut self.end, extent.end);
            self.pos = extent.start;
            let parts = self.double_parts(Until::End);
            self.end = end;
            parts
        } else {
            let clean = Clean::new(self.text, extent.start, extent.end, &tabs, &self.map);
            let map = Map::table(&clean.table);
            let mut parser = Parser::new(&clean.text, map, self.dialect, self.shared);
            parser.in_document = true;
            parser.double_parts(Until::End)
        };
        self.pos = extent.after;
        (double(parts), extent.end)
    }

    /// The tabs at the starts of lines; a line that backslash-newline continues keeps its own.
    fn leading_tabs(&self, extent: &Extent) -> Vec<usize> {
        let mut tabs = vec![];
        let mut at = extent.start;
        let mut continues = false;
        for line in self.text[extent.start..extent.end].split_inclusive('\n') {
            if !continues {
                tabs.extend(at..at + line.len() - line.trim_start_matches('\t').len());
            }
            continues = is_continued(line);
            at += line.len();
        }
        tabs
    }

    /// Finds the delimiter's line. Without one, the body goes to the end.
    fn extent(&self, pending: &Pending) -> Extent {
        let start = self.pos;
        let mut at = start;
        while at < self.end {
            let line_start = at;
            let mut line = self.line(at);
            at += line.len();
            let mut joined = String::new();
            while !pending.quoted && is_continued(line) {
                joined.push_str(&line[..line.len() - 2]);
                line = self.line(at);
                at += line.len();
            }
            let last = line;
            if !joined.is_empty() || line.len() < at - line_start {
                joined.push_str(line);
                line = &joined;
            }
            let mut text = line.strip_suffix('\n').unwrap_or(line);
            if pending.strip_tabs {
                text = text.trim_start_matches('\t');
            }
            if text == pending.delimiter {
                return Extent {
                    start,
                    end: line_start,
                    after: at,
                };
            }
            // Inside `$(…)` bash takes `EOF)` for the end (5.2).
            if self.is_bash() && self.in_substitution && line.len() == last.len() {
                let rest = text
                    .strip_prefix(pending.delimiter.as_str())
                    .filter(|rest| rest.contains(')'));
                if let Some(rest) = rest {
                    let newline = usize::from(line.ends_with('\n'));
                    return Extent {
                        start,
                        end: line_start,
                        after: at - newline - rest.len(),
                    };
                }
            }
        }
        Extent {
            start,
            end: self.end,
            after: self.end,
        }
    }

    /// The rest of the line at `at`, with its newline.
    fn line(&self, at: usize) -> &str {
        let rest = &self.text[at..self.end];
        &rest[..rest.find('\n').map_or(rest.len(), |newline| newline + 1)]
    }

    /// dash: whether the line here is the delimiter's; consumes it, or its leading tabs.
    pub(super) fn took_delimiter(&mut self, pending: &Pending) -> bool {
        if pending.strip_tabs {
            self.take_run(|byte| byte != b'\t');
        }
        let line = self.line(self.pos);
        let is_end = line.strip_suffix('\n').unwrap_or(line) == pending.delimiter;
        let length = line.len();
        if is_end {
            self.pos += length;
        }
        is_end
    }
}

fn double(parts: Vec<Part>) -> Vec<Part> {
    if parts.is_empty() {
        parts
    } else {
        vec![Part::Double(parts)]
    }
}

/// Whether an odd number of backslashes stands before the newline.
fn is_continued(line: &str) -> bool {
    line.strip_suffix('\n')
        .is_some_and(|line| (line.len() - line.trim_end_matches('\\').len()) % 2 == 1)
}

/// Puts the bodies into `list`.
pub(super) fn fill_list(list: &mut List, bodies: &mut HashMap<usize, Word>) {
    if bodies.is_empty() {
        return;
    }
    for item in &mut list.items {
        let rest = item.rest.iter_mut().map(|(_, pipeline)| pipeline);
        for stage in std::iter::once(&mut item.first)
            .chain(rest)
            .flat_map(|pipeline| &mut pipeline.stages)
        {
            fill_command(&mut stage.command, bodies);
        }
    }
}

fn fill_command(command: &mut Command, bodies: &mut HashMap<usize, Word>) {
    match command {
        Command::Simple(Simple {
            assignments,
            words,
            declared,
            redirects,
            ..
        }) => {
            fill_assignments(assignments, bodies);
            fill_words(words, bodies);
            fill_assignments(declared, bodies);
            fill_redirects(redirects, bodies);
        }
        Command::Compound { kind, redirects, .. } => {
            fill_compound(kind, bodies);
            fill_redirects(redirects, bodies);
        }
        Command::Function { name, body, .. } => {
            fill_word(name, bodies);
            fill_command(body, bodies);
        }
    }
}

fn fill_compound(kind: &mut Compound, bodies: &mut HashMap<usize, Word>) {
    match kind {
        Compound::Brace(list) | Compound::Subshell(list) => fill_list(list, bodies),
        Compound::If { branches, otherwise } => {
            for (condition, body) in branches {
                fill_list(condition, bodies);
                fill_list(body, bodies);
            }
            if let Some(list) = otherwise {
                fill_list(list, bodies);
            }
        }
        Compound::While { condition, body, .. } => {
            fill_list(condition, bodies);
            fill_list(body, bodies);
        }
        Compound::For { words, body, .. } | Compound::Select { words, body, .. } => {
            fill_words(words.as_deref_mut().unwrap_or_default(), bodies);
            fill_list(body, bodies);
        }
        Compound::ArithmeticFor { head, body } => {
            fill_word(head, bodies);
            fill_list(body, bodies);
        }
        Compound::Case { word, arms } => {
            fill_word(word, bodies);
            for arm in arms {
                fill_words(&mut arm.patterns, bodies);
                fill_list(&mut arm.body, bodies);
            }
        }
        Compound::Arithmetic(word) => fill_word(word, bodies),
        Compound::Test(words) => fill_words(words, bodies),
        Compound::Coproc { body, .. } => fill_command(body, bodies),
    }
}

fn fill_assignments(assignments: &mut [Assignment], bodies: &mut HashMap<usize, Word>) {
    for assignment in assignments {
        if let Some(index) = &mut assignment.index {
            fill_word(index, bodies);
        }
        match &mut assignment.value {
            Value::Scalar(word) => fill_word(word, bodies),
            Value::Array(elements) => {
                for (index, word) in elements {
                    index.iter_mut().for_each(|index| fill_word(index, bodies));
                    fill_word(word, bodies);
                }
            }
        }
    }
}

fn fill_redirects(redirects: &mut [Redirect], bodies: &mut HashMap<usize, Word>) {
    for redirect in redirects {
        let is_document = matches!(redirect.op, RedirectOp::HereDoc { .. });
        if is_document && let Some(body) = bodies.remove(&redirect.span.start) {
            redirect.target = body;
        }
        fill_word(&mut redirect.target, bodies);
    }
}

fn fill_words(words: &mut [Word], bodies: &mut HashMap<usize, Word>) {
    for word in words {
        fill_word(word, bodies);
    }
}

fn fill_word(word: &mut Word, bodies: &mut HashMap<usize, Word>) {
    fill_parts(&mut word.parts, bodies);
}

fn fill_parts(parts: &mut [Part], bodies: &mut HashMap<usize, Word>) {
    for part in parts {
        match part {
            Part::Double(parts) | Part::Arithmetic(parts) => fill_parts(parts, bodies),
            Part::Command { list, .. } | Part::Process { list, .. } => fill_list(list, bodies),
            Part::Parameter(parameter) => fill_parameter(parameter, bodies),
            Part::Brace(Brace::List(words)) => fill_words(words, bodies),
            Part::Literal(_) | Part::Quoted { .. } | Part::Tilde(_) | Part::Glob(_) | Part::Brace(_) => {}
        }
    }
}

fn fill_parameter(parameter: &mut Parameter, bodies: &mut HashMap<usize, Word>) {
    if let Some(index) = &mut parameter.index {
        fill_word(index, bodies);
    }
    fill_op(&mut parameter.op, bodies);
}

fn fill_op(op: &mut ParameterOp, bodies: &mut HashMap<usize, Word>) {
    match op {
        ParameterOp::Through(op) => fill_op(op, bodies),
        ParameterOp::Default { word, .. }
        | ParameterOp::Assign { word, .. }
        | ParameterOp::Error { word, .. }
        | ParameterOp::Alternative { word, .. }
        | ParameterOp::RemovePrefix { pattern: word, .. }
        | ParameterOp::RemoveSuffix { pattern: word, .. }
        | ParameterOp::Case {
            pattern: Some(word), ..
        } => fill_word(word, bodies),
        ParameterOp::Replace {
            pattern: first,
            with: second,
            ..
        } => {
            fill_word(first, bodies);
            fill_word(second, bodies);
        }
        ParameterOp::Substring { offset, length } => {
            fill_word(offset, bodies);
            length.iter_mut().for_each(|length| fill_word(length, bodies));
        }
        _ => {}
    }
}
