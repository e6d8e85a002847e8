//! Rows in the text form of `COPY … FROM STDIN`.

use std::fmt::{Display, Write as _};

/// Rows under construction.
#[derive(Debug, Default)]
pub(super) struct CopyText {
    text: String,
    begun: bool,
}

impl CopyText {
    /// A text; none is null.
    pub(super) fn text(&mut self, value: Option<&str>) -> &mut Self {
        self.separate();
        match value {
            None => self.text.push_str("\\N"),
            Some(value) => self.escaped(value),
        }
        self
    }

    /// A number, a truth, a time: anything whose text needs no escaping; none is null.
    pub(super) fn plain(&mut self, value: Option<impl Display>) -> &mut Self {
        self.separate();
        match value {
            None => self.text.push_str("\\N"),
            // Writing into a text cannot fail.
            Some(value) => drop(write!(self.text, "{value}")),
        }
        self
    }

    /// Bytes.
    pub(super) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.separate();
        self.text.push_str("\\\\x");
        self.text.reserve(value.len() * 2);
        for byte in value {
            for digit in [byte >> 4, byte & 15] {
                self.text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        self
    }

    /// A list of texts.
    pub(super) fn list(&mut self, values: &[&str]) -> &mut Self {
        let quoted: Vec<String> = values
            .iter()
            .map(|value| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
            .collect();
        self.text(Some(&format!("{{{}}}", quoted.join(","))))
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.text.push('\n');
        self.begun = false;
    }

    /// The rows so far, for sending; the builder is empty again.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn separate(&mut self) {
        if self.begun {
            self.text.push('\t');
        }
        self.begun = true;
    }

    fn escaped(&mut self, value: &str) {
        for letter in value.chars() {
            match letter {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_as_postgresql_reads_them() {
        let mut rows = CopyText::default();
        rows.text(Some("a\tb\\c\nd")).text(None).plain(Some(1.5)).plain(None::<i32>);
        rows.bytes(&[0, 255]).list(&["KAS+00?", "a\"b\\c"]).end();
        assert_eq!(
            rows.take(),
            "a\\tb\\\\c\\nd\t\\N\t1.5\t\\N\t\\\\x00ff\t{\"KAS+00?\",\"a\\\\\"b\\\\\\\\c\"}\n"
        );
        assert_eq!(rows.take(), "");
    }
}
