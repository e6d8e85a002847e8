//! House law: what the compiler and clippy cannot hold, read from the source tree itself.
//!
//! Each rule is a function from texts to findings, so that a bad snippet can prove that the rule
//! still bites; the tests apply it to the tree and print every finding with its remedy.

mod dependencies;
mod documented;
mod doors;
mod reading;
mod rooms;
mod statements;
mod tree;
mod words;

use std::fmt;

/// One breach of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// The file, relative to the repository.
    pub(super) file: String,
    /// The line, from 1; 0 means the whole file.
    pub(super) line: usize,
    /// What is wrong.
    pub(super) what: String,
    /// What to do about it.
    pub(super) fix: &'static str,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>, fix: &'static str) -> Self {
        Self { file: file.to_owned(), line, what: what.into(), fix }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({})", self.file, self.line, self.what, self.fix)
    }
}

/// A file that may break a rule for now. The list may only shrink.
struct Exception {
    rule: &'static str,
    file: &'static str,
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[
    Exception {
        rule: "front doors",
        file: "src/main.rs",
        reason: "app::commands is the list of what the command line can do, made for it alone",
    },
    Exception {
        rule: "narrow doors",
        file: "src/web/limits.rs",
        reason: "takes the configured rates as they are",
    },
    Exception {
        rule: "narrow doors",
        file: "src/web/problem.rs",
        reason: "gives the database's trouble its status, once for all rooms",
    },
];

/// Fails with every finding of a rule that no exception covers, and with exceptions nobody needs.
fn must_be_clean(rule: &str, findings: &[Finding]) {
    let complaints = complaints(rule, findings, EXCEPTIONS);
    let fault = complaints.join("\n  ");
    assert!(complaints.is_empty(), "{} breach(es) of `{rule}`:\n  {fault}\n", complaints.len());
}

fn complaints(rule: &str, findings: &[Finding], exceptions: &[Exception]) -> Vec<String> {
    let excepted: Vec<&Exception> = exceptions.iter().filter(|e| e.rule == rule).collect();
    let idle = excepted
        .iter()
        .filter(|e| !findings.iter().any(|finding| finding.file == e.file))
        .map(|e| format!("{}: the exception is no longer needed ({})", e.file, e.reason));
    let mut all: Vec<String> = idle.collect();
    let mut left: Vec<&Finding> =
        findings.iter().filter(|f| !excepted.iter().any(|e| e.file == f.file)).collect();
    left.sort();
    all.extend(left.into_iter().map(Finding::to_string));
    all
}

#[test]
fn an_exception_hides_its_file_and_is_reported_when_idle() {
    let exceptions = [
        Exception { rule: "r", file: "src/a.rs", reason: "why" },
        Exception { rule: "r", file: "src/b.rs", reason: "why" },
    ];
    let findings =
        vec![Finding::new("src/a.rs", 1, "x", "y"), Finding::new("src/c.rs", 2, "x", "y")];
    assert_eq!(
        complaints("r", &findings, &exceptions),
        ["src/b.rs: the exception is no longer needed (why)", "src/c.rs:2: x (y)"]
    );
}
