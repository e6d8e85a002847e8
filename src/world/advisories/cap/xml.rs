//! Writing XML: elements and text, nothing else.

/// A document that is being written.
#[derive(Debug)]
pub(in crate::world::advisories) struct Xml {
    text: String,
}

impl Xml {
    /// An empty document with its declaration.
    pub(in crate::world::advisories) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned() }
    }

    /// An element with attributes.
    pub(in crate::world::advisories) fn within_named(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in attributes {
            self.text.push(' ');
            self.text.push_str(attribute);
            self.text.push_str("=\"");
            self.escaped(value);
            self.text.push('"');
        }
        self.text.push('>');
        inside(self);
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    /// An element with what is inside it.
    pub(in crate::world::advisories) fn within(
        &mut self,
        name: &str,
        inside: impl FnOnce(&mut Self),
    ) {
        self.within_named(name, &[], inside);
    }

    /// An element of text.
    pub(in crate::world::advisories) fn text(&mut self, name: &str, text: &str) {
        self.within(name, |xml| xml.escaped(text));
    }

    /// An element of text, if there is one.
    pub(in crate::world::advisories) fn maybe(
        &mut self,
        name: &str,
        text: Option<impl AsRef<str>>,
    ) {
        if let Some(text) = text {
            self.text(name, text.as_ref());
        }
    }

    /// The document.
    pub(in crate::world::advisories) fn finish(self) -> String {
        self.text
    }

    /// Text without what means markup, and without what XML 1.0 forbids altogether.
    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\t' | '\n' => self.text.push(letter),
                '\r' => self.text.push_str("&#13;"),
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.text.push('\u{fffd}'),
                letter => self.text.push(letter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_text() {
        let mut xml = Xml::new();
        xml.within_named("a", &[("b", "\"<")], |xml| {
            xml.text("c", "1 < 2 & \"3\" > ]]>\u{0}\r");
            xml.maybe("d", None::<&str>);
        });
        let expected = "<a b=\"&quot;&lt;\"><c>1 &lt; 2 &amp; &quot;3&quot; &gt; ]]&gt;\u{fffd}\
                        &#13;</c>\n</a>\n";
        assert!(xml.finish().ends_with(expected));
    }
}
