//! Just enough of Rust's grammar: comments and literals set apart, paths resolved to their modules.

#![expect(clippy::string_slice, reason = "offsets come from searching the same text")]

/// A Rust file as the rules see it.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the repository.
    pub(super) path: String,
    /// String literals.
    pub(super) literals: Vec<Piece>,
    /// Comments, with their marks.
    pub(super) comments: Vec<Piece>,
    /// Identifiers and punctuation, without comments; a literal is the token `""`.
    pub(super) tokens: Vec<Piece>,
    /// Every path, `use` trees spread out, `crate`, `self` and `super` resolved to `crate`.
    pub(super) names: Vec<Name>,
    /// Lines of `#[cfg(test)]` modules.
    test_lines: Vec<(usize, usize)>,
}

/// A piece of text and the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) line: usize,
    pub(super) text: String,
}

/// A path such as `crate::model::Level`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) line: usize,
    pub(super) segments: Vec<String>,
}

impl Source {
    pub(super) fn read(path: &str, text: &str) -> Self {
        let mut lexer = Lexer { rest: text, line: 1, ..Lexer::default() };
        lexer.run();
        let Lexer { literals, comments, tokens, .. } = lexer;
        let mut walk =
            Walk { module: module_of(path), tokens: &tokens, names: Vec::new(), tests: Vec::new() };
        walk.run();
        let (names, mut test_lines) = (walk.names, walk.tests);
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            test_lines.push((0, usize::MAX));
        }
        Self { path: path.to_owned(), literals, comments, tokens, names, test_lines }
    }

    /// The room a file of `src/` belongs to.
    pub(super) fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        Some(inside.split('/').next()?.trim_end_matches(".rs"))
    }

    /// Whether a line is inside a module of tests.
    pub(super) fn is_test(&self, line: usize) -> bool {
        self.test_lines.iter().any(|(first, last)| (*first..=*last).contains(&line))
    }
}

/// The module path of a file: `src/trips/store.rs` is `[trips, store]`.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

#[derive(Default)]
struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    literals: Vec<Piece>,
    comments: Vec<Piece>,
    tokens: Vec<Piece>,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        while let Some(next) = self.rest.chars().next() {
            if self.rest.starts_with("//") {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.comment(end);
            } else if self.rest.starts_with("/*") {
                self.comment(block_comment_end(self.rest));
            } else if let Some((open, close)) = string_marks(self.rest) {
                self.string(open, &close);
            } else if next == '\'' {
                self.quote();
            } else if next.is_alphanumeric() || next == '_' {
                let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                self.token(end.unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("::") {
                self.token(2);
            } else if next.is_whitespace() {
                self.take(next.len_utf8());
            } else {
                self.token(next.len_utf8());
            }
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.line += taken.matches('\n').count();
        taken
    }

    fn token(&mut self, length: usize) {
        let line = self.line;
        let text = self.take(length).to_owned();
        self.tokens.push(Piece { line, text });
    }

    fn comment(&mut self, length: usize) {
        let line = self.line;
        let text = self.take(length).to_owned();
        self.comments.push(Piece { line, text });
    }

    fn string(&mut self, open: usize, close: &str) {
        let line = self.line;
        self.take(open);
        let escapes = close == "\"";
        let mut end = 0;
        let bytes = self.rest.as_bytes();
        while end < bytes.len() && !self.rest[end..].starts_with(close) {
            let step = if escapes && bytes[end] == b'\\' { 2 } else { 1 };
            end += step;
            while end < bytes.len() && !self.rest.is_char_boundary(end) {
                end += 1;
            }
        }
        let end = end.min(self.rest.len());
        let text = self.take(end).to_owned();
        self.take(close.len().min(self.rest.len()));
        self.literals.push(Piece { line, text });
        self.tokens.push(Piece { line, text: "\"\"".to_owned() });
    }

    /// A character literal, or the mark of a lifetime.
    fn quote(&mut self) {
        let mut chars = self.rest.char_indices().skip(1);
        let first = chars.next();
        let second = chars.next();
        match (first, second) {
            (Some((_, '\\')), Some((at, escaped))) => {
                let after = at + escaped.len_utf8();
                let end = self.rest[after..].find('\'').map_or(self.rest.len(), |e| after + e + 1);
                self.take(end);
            }
            (Some(_), Some((at, '\''))) => {
                self.take(at + 1);
            }
            _ => {
                self.take(1);
            }
        }
    }
}

fn block_comment_end(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the opening mark of a string literal here, and its closing mark.
fn string_marks(text: &str) -> Option<(usize, String)> {
    for prefix in ["", "b", "c"] {
        if let Some(rest) = text.strip_prefix(prefix) {
            if rest.starts_with('"') {
                return Some((prefix.len() + 1, "\"".to_owned()));
            }
            let raw = rest.strip_prefix('r').unwrap_or_default();
            let fences = raw.len() - raw.trim_start_matches('#').len();
            if raw.trim_start_matches('#').starts_with('"') {
                return Some((prefix.len() + 2 + fences, format!("\"{}", "#".repeat(fences))));
            }
        }
    }
    None
}

/// Walks the tokens, keeping track of inline modules.
struct Walk<'a> {
    module: Vec<String>,
    tokens: &'a [Piece],
    names: Vec<Name>,
    tests: Vec<(usize, usize)>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut depth = 0_usize;
        let mut inline: Vec<(usize, usize, bool)> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.text(at) {
                "mod" if self.text(at + 2) == "{" => {
                    let test = self.texts_before(at, &["#", "[", "cfg", "(", "test", ")", "]"]);
                    inline.push((depth, self.tokens[at].line, test));
                    self.module.push(self.text(at + 1).to_owned());
                    depth += 1;
                    at += 3;
                }
                "{" => {
                    depth += 1;
                    at += 1;
                }
                "}" => {
                    depth = depth.saturating_sub(1);
                    if inline.last().is_some_and(|(opened, ..)| *opened == depth)
                        && let Some((_, first, test)) = inline.pop()
                    {
                        self.module.pop();
                        if test {
                            self.tests.push((first, self.tokens[at].line));
                        }
                    }
                    at += 1;
                }
                _ if self.begins_path(at) => at = self.path(at, &[]),
                _ => at += 1,
            }
        }
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    fn texts_before(&self, at: usize, expected: &[&str]) -> bool {
        at.checked_sub(expected.len()).is_some_and(|first| {
            expected.iter().enumerate().all(|(offset, text)| self.text(first + offset) == *text)
        })
    }

    fn begins_path(&self, at: usize) -> bool {
        let field = at > 0 && matches!(self.text(at - 1), "." | "::");
        is_name(self.text(at)) && !field
    }

    /// Reads the path that begins here, and all branches of a `use` tree; returns what follows it.
    fn path(&mut self, mut at: usize, before: &[String]) -> usize {
        let line = self.tokens[at].line;
        let mut segments = before.to_vec();
        segments.push(self.text(at).to_owned());
        at += 1;
        while self.text(at) == "::" {
            match self.text(at + 1) {
                "{" => return self.branches(at + 2, &segments),
                next if is_name(next) || next == "*" => {
                    segments.push(next.to_owned());
                    at += 2;
                }
                _ => {
                    at += 1;
                    break;
                }
            }
        }
        let segments = self.resolved(&segments);
        self.names.push(Name { line, segments });
        at
    }

    fn branches(&mut self, mut at: usize, before: &[String]) -> usize {
        while at < self.tokens.len() && self.text(at) != "}" {
            let starts = matches!(self.text(at - 1), "{" | ",");
            if starts && (is_name(self.text(at)) || self.text(at) == "*") {
                at = self.path(at, before);
            } else {
                at += 1;
            }
        }
        at + 1
    }

    fn resolved(&self, segments: &[String]) -> Vec<String> {
        let mut module = self.module.clone();
        let mut rest = segments;
        match rest.first().map(String::as_str) {
            Some("self") if rest.len() > 1 => rest = &rest[1..],
            Some("super") => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
            }
            Some("safeconduct") => {
                module.clear();
                rest = &rest[1..];
            }
            _ => return segments.to_vec(),
        }
        let mut resolved = vec!["crate".to_owned()];
        resolved.extend(module);
        resolved.extend_from_slice(rest);
        resolved
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<String> {
        let source = Source::read(path, text);
        let paths = source.names.iter().filter(|name| name.segments.len() > 1);
        paths.map(|name| name.segments.join("::")).collect()
    }

    #[test]
    fn comments_and_literals_are_not_code() {
        let text = "// crate::a::X\n/* crate::b /* nested */ crate::c */ let s = \"crate::d \\\" //\";\n\
            let r = r#\"crate::e \" x\"#; let c = '\"'; let l: &'static str = \"y\"; let e = '\\'';";
        let source = Source::read("src/x/y.rs", text);
        assert!(source.names.iter().all(|name| name.segments[0] != "crate"));
        let literals: Vec<&str> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(literals, ["crate::d \\\" //", "crate::e \" x", "y"]);
        assert_eq!(source.literals[1].line, 3);
        assert_eq!(source.comments.len(), 2);
    }

    #[test]
    fn use_trees_are_spread_and_relative_paths_resolved() {
        let text = "use crate::{atlas::{self, Atlas as A}, model::*};\nuse super::super::web::X;\n\
            mod inner { use super::y::Z; }\nfn f() { self::g(); crate::cache::get::<u8>(); v.z() }";
        assert_eq!(
            names("src/trips/store.rs", text),
            [
                "crate::atlas::self",
                "crate::atlas::Atlas",
                "crate::model::*",
                "crate::web::X",
                "crate::trips::store::y::Z",
                "crate::trips::store::g",
                "crate::cache::get",
            ]
        );
    }

    #[test]
    fn modules_of_tests_are_known_by_their_lines() {
        let source = Source::read("src/a/b.rs", "fn f() {}\n#[cfg(test)]\nmod t {\n  x();\n}\n");
        assert_eq!([1, 4, 6].map(|line| source.is_test(line)), [false, true, false]);
    }
}
