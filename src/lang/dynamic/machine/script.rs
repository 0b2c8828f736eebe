//! What Perl, Ruby and PHP compute in ways of their own.

use super::Machine;
use super::call::Args;
use crate::lang::dynamic::api::Act;
use crate::lang::dynamic::decode;
use crate::lang::dynamic::value::{Shape, State, Value};
use crate::lang::programs::address;
use crate::model::effect::{Connect, Traffic};
use crate::model::{EffectKind, Location, Origin, Piece, Scheme, Span, Via, Why, Word};

impl Machine<'_, '_> {
    pub(super) fn compute_more(
        &mut self,
        op: &str,
        act: &'static Act,
        of: Option<&Value>,
        args: &Args,
        span: Span,
    ) -> Value {
        let first = args.at(0).cloned().unwrap_or_default();
        match op {
            "open-by-mode" => self.open_by_mode(args, span),
            "packed-file" => {
                for word in self.words(&first) {
                    let (_, bytes) = self.read_word(word, span);
                    if let Some(archive) = of {
                        self.send_to(archive, &bytes, span);
                    }
                }
                Value::Nothing
            }
            "replace-stdio" => {
                self.stdio.push(first);
                Value::Nothing
            }
            "include" => self.include(&first, span),
            "download" => {
                let fetched = self.fetch(&first, span);
                let target = args.at(1).cloned().unwrap_or_default();
                for word in self.words(&target) {
                    let path = self.path(word);
                    let kind = EffectKind::Write {
                        path,
                        act: crate::model::effect::WriteAct::Overwrite,
                    };
                    let id = self.emit(kind, span);
                    self.flow_value(&fetched, id, Via::File);
                }
                fetched
            }
            "agent-request" => Value::unknown(Why::Output, self.origins(&first)),
            "pairs-connect" => self.connect_pairs(act, args, span),
            "pack" => self.pack(args),
            "reverse-text" => match &first {
                Value::Object(_) => self.sliced(&first, [None, None, Some(-1)]),
                _ => self.sliced(&first, [None, None, Some(-1)]),
            },
            "rot13" => match first.known() {
                Some(text) => {
                    let from = self.origins(&first);
                    Value::Text(Word {
                        from,
                        ..Word::known(decode::rot13(&text))
                    })
                    .decoded(Scheme::Substituted)
                }
                None => first,
            },
            "join-list" => {
                let (separator, list) = match (&first, args.at(1)) {
                    (Value::Object(_), Some(separator)) => (separator.clone(), first.clone()),
                    (_, Some(list @ Value::Object(_))) if args.list.len() == 2 => (first, list.clone()),
                    _ => (first, Value::list(args.list.iter().skip(1).cloned().collect())),
                };
                self.join(&list, &separator)
            }
            "format" => match first.known() {
                Some(format) => {
                    let rest: Vec<Value> = args.list.iter().skip(1).cloned().collect();
                    self.format(&format, &rest)
                }
                None => self.unknown_call(&first, args, span),
            },
            "call-name" => {
                let rest: Vec<Value> = args.list.iter().skip(1).cloned().collect();
                match first.known() {
                    Some(name) => {
                        let callee = self.named_value(&name, span);
                        self.call_value(&callee, rest, span)
                    }
                    None => self.unknown_call(&first, args, span),
                }
            }
            "name" => match first.known() {
                Some(name) => self.named_value(&name, span),
                None => first,
            },
            "script-folder" => match self.script() {
                Some(at) => Value::Text(self.location_word(&at.join(".."))),
                None => Value::unknown(Why::NotUnderstood, vec![]),
            },
            "expand" => {
                let base = args.at(1).cloned();
                let expanded = self.expand_home(&first);
                match base {
                    Some(base) => self.join_path(&[base, expanded], true),
                    None => expanded,
                }
            }
            "curl-option" => {
                for value in args.list.iter().skip(1).cloned().collect::<Vec<_>>() {
                    // The address may be given as an option.
                    if value.known().is_some_and(|t| t.contains("://")) {
                        let word = self.word(&value);
                        let id = self.emit(EffectKind::Connect(address::named(&word, Traffic::Both)), span);
                        if let Value::Object(object) = &first {
                            object.state.borrow_mut().effects.push(id);
                        }
                    } else {
                        self.send_to(&first, &value, span);
                    }
                }
                Value::unknown(Why::Output, self.origins(&first))
            }
            _ => self.unknown_call(&Value::Nothing, args, span),
        }
    }

    /// The function called `name`: one of the program, or of the platform.
    pub(super) fn named_value(&mut self, name: &str, span: Span) -> Value {
        match self.scope.get(name) {
            Some(value) => value,
            None => self.native(name, span, true),
        }
    }

    fn fetch(&mut self, url: &Value, span: Span) -> Value {
        let mut from = vec![];
        for word in self.words(url) {
            let id = self.emit(EffectKind::Connect(address::named(&word, Traffic::Fetch)), span);
            self.flow_word(&word, id, Via::Address);
            from.push(Origin::Effect(id));
        }
        Value::unknown(Why::Output, from)
    }

    /// Perl's `open`: the mode says whether it is a file or a command.
    fn open_by_mode(&mut self, args: &Args, span: Span) -> Value {
        let mode = args.at(0).cloned().unwrap_or_default();
        let text = match &mode {
            Value::Text(word) => word.known_prefix().trim().to_owned(),
            _ => String::new(),
        };
        let ends_in_pipe = match &mode {
            Value::Text(word) => {
                matches!(word.pieces.last(), Some(Piece::Known(t)) if t.trim_end().ends_with('|'))
            }
            _ => false,
        };
        if args.list.len() == 1 {
            if text.starts_with('|') || ends_in_pipe {
                let word = trimmed(&self.word(&mode), '|');
                return self.piped(word, span);
            }
            let kind: String = text
                .chars()
                .take_while(|c| matches!(c, '<' | '>' | '+'))
                .collect();
            let word = trimmed(&self.word(&mode), ' ');
            let word = strip_front(&word, kind.len());
            let kind = if kind.is_empty() { "<".to_owned() } else { kind };
            return self.open_with(&Value::Text(word), &kind, Some("file"), &Args::default(), span);
        }
        let target = args.at(1).cloned().unwrap_or_default();
        if text.contains('|') {
            if args.list.len() == 2 {
                let word = self.word(&target);
                return self.piped(word, span);
            }
            let words = Value::list(args.list.iter().skip(1).cloned().collect());
            return self.run_plain(&words, span);
        }
        self.open_with(&target, &text, Some("file"), &Args::default(), span)
    }

    fn piped(&mut self, word: Word, span: Span) -> Value {
        let id = self.shell_word(&word, span, None, None);
        Value::handle("file", vec![id])
    }

    /// A file that is read into the program: it is followed as a script.
    fn include(&mut self, value: &Value, span: Span) -> Value {
        for word in self.words(value) {
            let Some(text) = word.as_known().map(str::to_owned) else {
                let plain = matches!(word.pieces.first(), Some(Piece::Anchor(_)));
                if !plain {
                    self.run_code(value, span, None);
                    continue;
                }
                self.start_script(word, span);
                continue;
            };
            let suffix = if self.dialect.language == "ruby" && !text.ends_with(".rb") {
                ".rb"
            } else {
                ""
            };
            let pathlike = text.contains('/') || text.contains('.') || suffix == ".rb";
            if !pathlike {
                continue;
            }
            let mut bases = vec![self.cwd.clone()];
            if let Some(script) = self.script() {
                bases.insert(0, Self::folder_of(&script));
            }
            for base in bases {
                let at = base.join(&format!("{text}{suffix}"));
                let there = at
                    .in_tree()
                    .is_some_and(|p| self.context.tree.is_some_and(|t| t.resolve(p).is_ok()));
                if there {
                    let word = self.location_word(&at);
                    self.start_script(word, span);
                    break;
                }
            }
        }
        Value::Nothing
    }

    /// `IO::Socket::INET->new(PeerAddr => …, PeerPort => …)`.
    fn connect_pairs(&mut self, act: &'static Act, args: &Args, span: Span) -> Value {
        let mut host = None;
        let mut port = None;
        for pair in args.list.chunks(2) {
            if let [key, value] = pair {
                match key.known().unwrap_or_default().as_str() {
                    "PeerAddr" | "PeerHost" | "Host" => host = Some(value.clone()),
                    "PeerPort" | "Port" => port = value.known().and_then(|p| p.parse().ok()),
                    _ => {}
                }
            }
        }
        let host = host.or_else(|| args.at(0).cloned()).unwrap_or_default();
        let mut ids = vec![];
        for word in self.words(&host) {
            let (host, own) = address::split_port(&word);
            let connect = Connect {
                scheme: Some("tcp".to_owned()),
                host,
                port: port.or(own),
                path: None,
                userinfo: None,
                traffic: Traffic::Both,
            };
            let id = self.emit(EffectKind::Connect(connect), span);
            self.flow_word(&word, id, Via::Address);
            ids.push(id);
        }
        match act.class.as_deref() {
            Some(class) => Value::handle(class, ids),
            None => Value::Nothing,
        }
    }

    /// `pack("H*", x)`, `unpack("u", x)`.
    fn pack(&mut self, args: &Args) -> Value {
        let template = args.at(0).and_then(Value::known).unwrap_or_default();
        let rest: Vec<Value> = args.list.iter().skip(1).cloned().collect();
        self.packed(&template, &rest)
    }

    pub(super) fn packed(&mut self, template: &str, values: &[Value]) -> Value {
        let first = values.first().cloned().unwrap_or_default();
        let from = self.origins(&first);
        let letter = template.chars().next().unwrap_or(' ');
        match (letter, first.known_bytes()) {
            ('H' | 'h', Some(bytes)) => self.decoded_by("hex", &bytes, &from),
            ('m', Some(bytes)) => self.decoded_by("base64", &bytes, &from),
            ('C' | 'c' | 'U' | 'W', _) => {
                let list = Args::plain(values.to_vec(), Span::default());
                self.char_codes(&list)
            }
            ('u', _) => Value::unknown(Why::NotUnderstood, from).decoded(Scheme::Escapes),
            _ => {
                let from = values.iter().flat_map(|v| self.origins(v)).collect();
                Value::unknown(Why::Output, from)
            }
        }
    }

    /// A connection that a path stands for: `/inet/tcp/0/host/port` of awk, `/dev/tcp/host/port`.
    pub(super) fn network_path(&self, word: &Word) -> Option<Connect> {
        let text = word.known_prefix();
        let skip = [
            "/inet/tcp/",
            "/inet4/tcp/",
            "/inet/udp/",
            "/dev/tcp/",
            "/dev/udp/",
        ]
        .iter()
        .find(|p| text.starts_with(**p))?;
        let mut rest = strip_front(word, skip.len());
        if skip.starts_with("/inet") {
            let local = rest.known_prefix().find('/').map_or(0, |at| at + 1);
            rest = strip_front(&rest, local);
        }
        let known = rest.known_prefix();
        let (host, port) = match known.split_once('/') {
            Some((host, port)) if rest.pieces.len() == 1 => (Word::known(host), port.parse().ok()),
            _ => (rest.clone(), None),
        };
        let scheme = if skip.contains("udp") { "udp" } else { "tcp" };
        Some(Connect {
            scheme: Some(scheme.to_owned()),
            host,
            port,
            path: None,
            userinfo: None,
            traffic: Traffic::Both,
        })
    }

    /// A connection that a path stands for where files are opened by URL.
    pub(super) fn url_path(&self, word: &Word) -> Option<Connect> {
        let text = word.known_prefix();
        ["http://", "https://", "ftp://", "ftps://"]
            .iter()
            .any(|p| text.get(..p.len()).is_some_and(|t| t.eq_ignore_ascii_case(p)))
            .then(|| address::named(word, Traffic::Fetch))
            .or_else(|| self.network_path(word))
    }

    /// The state of something in a list, as Perl and Ruby give their arguments.
    pub(super) fn run_plain(&mut self, words: &Value, span: Span) -> Value {
        let stdin = crate::lang::programs::Stdin::default();
        let (items, complete) = self.items(words);
        let mut list = vec![];
        for item in items {
            list.push(self.word(&item));
        }
        if !complete && list.is_empty() {
            list.push(Word::unknown_from(Why::Parameter, self.origins(words)));
        }
        let at: Location = self.cwd.clone();
        let id = self.start(&list, &stdin, &at, crate::model::effect::How::Direct, span, 0);
        Value::object(
            Shape::Handle("file"),
            State {
                effects: vec![id],
                ..State::default()
            },
        )
    }
}

/// The word without its first `count` bytes of known text.
fn strip_front(word: &Word, count: usize) -> Word {
    let mut out = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    for (i, piece) in word.pieces.iter().enumerate() {
        match piece {
            Piece::Known(text) if i == 0 => out.push_str(text.get(count..).unwrap_or("")),
            piece => out.push(piece.clone()),
        }
    }
    out
}

/// The word without `mark` and white space at both ends.
fn trimmed(word: &Word, mark: char) -> Word {
    let cut = |c: char| c == mark || c.is_whitespace();
    let mut out = Word {
        pieces: vec![],
        from: word.from.clone(),
    };
    let count = word.pieces.len();
    for (i, piece) in word.pieces.iter().enumerate() {
        match piece {
            Piece::Known(text) => {
                let text = if i == 0 {
                    text.trim_start_matches(cut)
                } else {
                    text
                };
                out.push_str(if i + 1 == count {
                    text.trim_end_matches(cut)
                } else {
                    text
                });
            }
            piece => out.push(piece.clone()),
        }
    }
    out
}
