//! A seeded generator of texts made of probes.

/// A small generator of numbers: the same texts on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from((self.next() >> 33) % most as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// At least `count` lines of texts that the shells may run.
pub fn lines(seed: u64, count: usize) -> Vec<String> {
    let mut made = vec![];
    let mut total = 0;
    let mut random = Random(seed);
    while total < count {
        let text = Text {
            random: &mut random,
            pending: vec![],
            depth: 0,
            names: 0,
            inside: 0,
            compounds: 0,
        }
        .script();
        total += text.lines().count();
        made.push(text);
    }
    made
}

/// At least `count` lines with a random change; these are never run.
pub fn changed(seed: u64, count: usize) -> Vec<String> {
    let mut random = Random(seed);
    let texts = lines(seed + 1, count);
    texts
        .into_iter()
        .map(|text| {
            let mut characters: Vec<char> = text.chars().collect();
            for _ in 0..=random.below(2) {
                let at = random.below(characters.len() + 1);
                match random.below(3) {
                    0 if at < characters.len() => {
                        characters.remove(at);
                    }
                    1 if at < characters.len() => {
                        let other = random.below(characters.len());
                        characters.swap(at, other);
                    }
                    _ => {
                        let odd = [
                            '(', ')', '{', '}', '\'', '"', '`', '$', ';', '&', '|', '<', '>', '\\', '\n',
                            '#', '[', ' ', '!',
                        ];
                        characters.insert(at, odd[random.below(odd.len())]);
                    }
                }
            }
            characters.into_iter().collect()
        })
        .collect()
}

/// A text being made.
struct Text<'r> {
    random: &'r mut Random,
    /// Bodies of here-documents that follow the next newline.
    pending: Vec<String>,
    depth: usize,
    names: usize,
    /// Substitutions that are open. In them nothing follows a here-document on its line, and compound
    /// commands hold none: bash 5.2 reads `$(a && h <<E && b …)` and `$(if h <<E …)` well, but prints
    /// them wrongly for the subshell and then runs its own printing.
    inside: usize,
    /// Compound commands that are open in the innermost substitution.
    compounds: usize,
}

impl Text<'_> {
    fn script(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.random.below(2) {
            text.push_str(&self.and_or());
            if self.random.chance(15) {
                text.push_str(" # it's a \"comment $( `");
            }
            text.push_str(&self.newline());
        }
        text
    }

    /// A newline, and the bodies that wait for it.
    fn newline(&mut self) -> String {
        let bodies: String = std::mem::take(&mut self.pending).concat();
        format!("\n{bodies}")
    }

    fn blank(&mut self) -> &'static str {
        self.random
            .pick(&[" ", " ", " ", " ", "  ", "\t", " \\\n", " \\\n\\\n "])
    }

    fn and_or(&mut self) -> String {
        let mut text = self.pipeline();
        while self.random.chance(15) {
            if self.inside > 0 && !self.pending.is_empty() {
                break;
            }
            let operator = self.random.pick(&["&&", "||", "&\\\n&", " && \n"]);
            if operator.ends_with('\n') && !self.pending.is_empty() {
                continue;
            }
            text.push_str(self.blank());
            text.push_str(operator);
            text.push_str(&self.pipeline());
        }
        text
    }

    fn pipeline(&mut self) -> String {
        let mut text = String::from(self.random.pick(&["", "", "", "", "! ", "!  "]));
        text.push_str(&self.command());
        if self.random.chance(20) && (self.inside == 0 || self.pending.is_empty()) {
            text.push_str(self.random.pick(&["|", " | ", " |\t"]));
            text.push_str(self.random.pick(&["h", "h ", "{ h; }", "( h )", "h \\\n"]));
        }
        text
    }

    fn command(&mut self) -> String {
        self.depth += 1;
        let text = if self.depth > 3 || self.random.chance(75) {
            self.simple()
        } else {
            self.compound()
        };
        self.depth -= 1;
        text
    }

    fn simple(&mut self) -> String {
        if self.random.chance(12) && (self.inside == 0 || self.compounds == 0) {
            return self.here_document();
        }
        let mut text = String::new();
        if self.random.chance(10) {
            let value = self.word();
            text.push_str(&format!("x={value}"));
            text.push_str(self.blank());
        }
        if self.random.chance(5) {
            text.push_str("2>/dev/null ");
        }
        text.push_str(self.random.pick(&["p", "p", "p", "'p'", "\\p", "\"p\"", "p\\\n"]));
        for _ in 0..self.random.below(4) {
            text.push_str(self.blank());
            let word = self.word();
            text.push_str(&word);
        }
        if self.random.chance(8) {
            text.push_str(self.random.pick(&[
                " >/dev/null",
                ">/dev/null",
                " 2>&1",
                " >&2",
                " </dev/null",
                " 2>>/dev/null",
                " >|/dev/null",
                "&>/dev/null",
                " <<<word",
                " 10>/dev/null",
            ]));
        }
        text
    }

    fn here_document(&mut self) -> String {
        self.names += 1;
        let name = format!("E{}", self.names);
        let (strip, quoted) = (self.random.chance(30), self.random.chance(30));
        let written = match (quoted, self.random.below(4)) {
            (false, _) => name.clone(),
            (true, 0) => format!("'{name}'"),
            (true, 1) => format!("\"{name}\""),
            (true, 2) => format!("\\{name}"),
            (true, _) => format!("E\"{}\"", &name[1..]),
        };
        let mut body = String::new();
        for _ in 0..self.random.below(4) {
            if strip {
                body.push_str(self.random.pick(&["", "\t", "\t\t"]));
            }
            body.push_str(self.random.pick(&[
                "plain text",
                "it's \"quoted\"",
                "$x and ${x:-none}",
                "\\$x \\` \\\\ \\q \\\"",
                "$(p a 'b c' \")\")",
                "`p a`",
                "E",
                " E1",
                "#no comment",
                "joined \\\nline",
                "$((1 + 2))",
                "'$HOME'",
                "{a,b} * ~",
                "",
            ]));
            body.push('\n');
        }
        if strip {
            body.push_str(self.random.pick(&["", "\t"]));
        }
        self.pending.push(format!("{body}{name}\n"));
        let operator = if strip { "<<-" } else { "<<" };
        let space = self.random.pick(&["", " "]);
        match self.random.below(4) {
            0 => format!("{operator}{space}{written} h"),
            1 => format!("h 0{operator}{space}{written}"),
            _ => format!("h {operator}{space}{written}"),
        }
    }

    /// A list inside a compound command, which ends with `;` or a newline.
    fn body(&mut self) -> String {
        let mut text = String::from(self.random.pick(&[" ", " ", "\n", " # c)\n", "\t"]));
        if text.contains('\n') && !self.pending.is_empty() {
            text = " ".to_owned();
        }
        for _ in 0..=self.random.below(1) {
            text.push_str(&self.and_or());
            if self.random.chance(50) || !self.pending.is_empty() {
                text.push_str(&self.newline());
            } else {
                text.push_str(self.random.pick(&["; ", ";", " ;\t"]));
            }
        }
        text
    }

    fn compound(&mut self) -> String {
        self.compounds += 1;
        let text = self.compound_command();
        self.compounds -= 1;
        text
    }

    fn compound_command(&mut self) -> String {
        let word = self.word();
        match self.random.below(12) {
            0 => format!("{{{}}}", self.body()),
            1 => format!("({})", self.body()),
            2 => format!("if{}then{}fi", self.body(), self.body()),
            3 => {
                let (a, b, c, d, e) = (self.body(), self.body(), self.body(), self.body(), self.body());
                format!("if{a}then{b}elif{c}then{d}else{e}fi")
            }
            4 => format!("while false; do{}done", self.body()),
            5 => format!("until true; do{}done", self.body()),
            6 => {
                let more = self.word();
                format!("for x in {word} {more}; do{}done", self.body())
            }
            7 | 8 => {
                let (first, second) = (self.word(), self.word());
                let open = self.random.pick(&["", "(", "( "]);
                let arm = self.body();
                let last = self.body();
                let end = self.random.pick(&[";;", ";;", ";;", ";&"]);
                format!("case {word} in {open}{first}){arm}\n{end} {second} | *){last} ;;\n esac")
                    .replace("; ;;", ";;")
                    .replace(";;;", ";;")
                    .replace("\n ;;", "\n:;;")
                    .replace("\t;;", "\n:;;")
                    .replace(";\n;", "\n;")
            }
            9 => {
                self.names += 1;
                let name = format!("f{}", self.names);
                let head = self.random.pick(&["()", " ()", " ( ) ", "()\n"]);
                let head = if self.pending.is_empty() { head } else { "()" };
                let space = if head.ends_with('\n') { "" } else { " " };
                format!("{name}{head}{space}{{{}}}\n{name}", self.body())
                    .replace("}\n", if self.pending.is_empty() { "}\n" } else { "}; " })
            }
            10 => self
                .random
                .pick(&["((1+1))", "(( 2 * 0 ))", "((p a); p b)", "(( 1 + (2) ))"])
                .to_owned(),
            _ => format!("{{ {}; }} </dev/null", self.simple_without_documents()),
        }
    }

    fn simple_without_documents(&mut self) -> String {
        let word = self.word();
        format!("p {word}")
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..=self.random.below(3) {
            let fragment = self.fragment();
            word.push_str(&fragment);
        }
        word
    }

    fn fragment(&mut self) -> String {
        self.depth += 1;
        let deep = self.depth > 4;
        let text = match self.random.below(if deep { 20 } else { 24 }) {
            0..=4 => self
                .random
                .pick(&[
                    "a", "bc", "-x", "a.b", "1", "é", "if", "done", "a:b", "%", "x=1", "in",
                ])
                .to_owned(),
            5 => self
                .random
                .pick(&["''", "'a b'", "'$x'", "'\\'", "'it\"s'", "'#'", "';'", "'a\nb'"])
                .to_owned(),
            6 | 7 => format!("\"{}\"", self.quoted()),
            8 => self
                .random
                .pick(&[
                    "\\ ", "\\a", "\\\\", "\\'", "\\\"", "\\$", "\\;", "\\#", "\\*", "\\{",
                ])
                .to_owned(),
            9 => "\\\n".to_owned(),
            10 => self
                .random
                .pick(&["$x", "${x}", "$HOME", "${#x}", "$y", "${x-d}"])
                .to_owned(),
            11 => self
                .random
                .pick(&["a#b", "#", "a\\\n#b", "]#", "=#"])
                .to_owned()
                .replacen('#', "x#", 1),
            12 => self
                .random
                .pick(&[
                    "{a,b}",
                    "{1..3}",
                    "{a,{b,c}}",
                    "{a}",
                    "{,x}",
                    "{a,'b c'}",
                    "{a..c}",
                    "{a",
                    "b}",
                    "{a,\"}\"}",
                    "{}",
                    "{x,}",
                ])
                .to_owned(),
            13 => self
                .random
                .pick(&["*", "?", "[ab]", "[!a]", "a*b", "[", "]", "[]a]", "[[:alpha:]]"])
                .to_owned(),
            14 => self.random.pick(&["~", "~/a", "a~", "'~'", "\\~"]).to_owned(),
            15 => self
                .random
                .pick(&[
                    "$'a\\tb'",
                    "$'\\x41'",
                    "$'\\101'",
                    "$'it\\'s'",
                    "$'\\u00e9'",
                    "$\"a $x\"",
                    "$'\\\\'",
                    "$'a\\\nb'",
                ])
                .to_owned(),
            16 => self
                .random
                .pick(&["$", "$'", "%", "^", "!", "@", "+", "a=~", "x,y", ",", "=", ":"])
                .to_owned()
                .replace("$'", "$="),
            17 => self.parameter(),
            18 => self
                .random
                .pick(&[
                    "$((1+2))",
                    "$(( (1+2) * 3 ))",
                    "$((\n1))",
                    "$((1\\\n+1))",
                    "$[1+1]",
                ])
                .to_owned(),
            19 => self
                .random
                .pick(&[
                    "`p a`",
                    "`p \\`p b\\``",
                    "`p 'a b'`",
                    "`p \"a\" # c`",
                    "`p \\\\\\$x`",
                    "``",
                ])
                .to_owned(),
            _ => self.substitution(),
        };
        self.depth -= 1;
        text
    }

    /// Text inside double quotes.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.random.below(3) {
            let piece = match self.random.below(if self.depth > 5 { 8 } else { 10 }) {
                0 => self
                    .random
                    .pick(&["a b", "'", "#c", ";", "{a,b}", "*", "~", "(", ")", "\n"])
                    .to_owned(),
                1 => self
                    .random
                    .pick(&["\\\"", "\\$x", "\\\\", "\\a", "\\\n", "\\`", "\\'"])
                    .to_owned(),
                2 => self
                    .random
                    .pick(&["$x", "${x}", "$HOME", "${x:-a b}", "$", "$ "])
                    .to_owned(),
                3 => self
                    .random
                    .pick(&["`p a`", "`p \\\"a b\\\"`", "`p 'a'`"])
                    .to_owned(),
                4 => self
                    .random
                    .pick(&["$((1+1))", "$(p \")\")", "$(p ')')"])
                    .to_owned(),
                5 => self
                    .random
                    .pick(&[
                        "${y:-\"a}b\"}",
                        "${y:-a\\}b}",
                        "${x#'a'}",
                        "${x%\"b\"}",
                        "${y-$x}",
                    ])
                    .to_owned(),
                6 | 7 => "plain ".to_owned(),
                _ => self.substitution(),
            };
            text.push_str(&piece);
        }
        text
    }

    fn parameter(&mut self) -> String {
        let name = self.random.pick(&["x", "y", "HOME"]);
        let operator = self
            .random
            .pick(&[":-", "-", ":+", "+", ":=", "=", "#", "##", "%", "%%", "^^", ",,"]);
        let operand = if matches!(operator, "^^" | ",,") {
            ""
        } else {
            self.random.pick(&[
                "a", "'a b'", "\"a b\"", "a b", "*", "?", "$x", "\\}", "'}'", "\"}\"", "a\\ b", "", "`p`",
                "$(p a)",
            ])
        };
        format!("${{{name}{operator}{operand}}}")
    }

    fn substitution(&mut self) -> String {
        let outer = std::mem::take(&mut self.pending);
        self.inside += 1;
        let compounds = std::mem::take(&mut self.compounds);
        let mut inner = self.random.pick(&["", " ", "\n", " # it's )\n"]).to_owned();
        inner.push_str(&self.and_or());
        if self.pending.is_empty() {
            inner.push_str(self.random.pick(&["", " ", "; ", "\n", " # )\n"]));
        } else {
            inner.push_str(&self.newline());
        }
        self.pending = outer;
        self.inside -= 1;
        self.compounds = compounds;
        let space = if inner.starts_with('(') { " " } else { "" };
        format!("$({space}{inner})")
    }
}
