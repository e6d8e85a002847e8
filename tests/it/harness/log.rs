//! The service's log, kept for the test.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// Everything the service wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    /// The lines so far. Lines are written by a thread of their own, so ask at the end.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Fails on any warning or error that holds none of the expected words.
    pub(crate) fn assert_calm(&self, expected: &[String]) {
        let alarms: Vec<String> = self
            .lines()
            .into_iter()
            .filter(|line| matches!(line["level"].as_str(), Some("WARN" | "ERROR")))
            .map(|line| line.to_string())
            .filter(|line| !expected.iter().any(|word| line.contains(word)))
            .collect();
        assert!(alarms.is_empty(), "the service raised an alarm:\n{}", alarms.join("\n"));
    }
}
