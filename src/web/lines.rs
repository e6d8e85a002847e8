//! NDJSON: one line in, one line out, in order.

use std::convert::Infallible;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde::Serialize;

/// A line of a batch, with its number from 1. Empty lines are passed over but counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the body.
    pub number: u64,
    /// Its text.
    pub text: Bytes,
}

/// The lines of a body, without copying.
pub fn lines(body: &Bytes) -> impl Iterator<Item = Line> + use<> {
    let mut rest = body.clone();
    let mut number = 0;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let end = rest.iter().position(|byte| *byte == b'\n');
            let mut text = rest.split_to(end.map_or(rest.len(), |end| end + 1));
            number += 1;
            while text.last().is_some_and(u8::is_ascii_whitespace) {
                text.truncate(text.len() - 1);
            }
            if !text.iter().all(u8::is_ascii_whitespace) {
                return Some(Line { number, text });
            }
        }
    })
}

/// A streamed answer of one JSON line each, sent as they come.
pub fn answer_lines<T: Serialize>(lines: impl Stream<Item = T> + 'static) -> HttpResponse {
    let bytes = lines.map(|line| {
        let mut text = serde_json::to_vec(&line).unwrap_or_default();
        text.push(b'\n');
        Ok::<_, Infallible>(Bytes::from(text))
    });
    HttpResponse::Ok().content_type("application/x-ndjson").streaming(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers() {
        let body = Bytes::from_static(b"{\"a\":1}\r\n\n  \n{\"b\":2}");
        let read: Vec<_> = lines(&body).map(|line| (line.number, line.text)).collect();
        let expected = [(1, "{\"a\":1}"), (4, "{\"b\":2}")];
        assert_eq!(read, expected.map(|(n, text)| (n, Bytes::from_static(text.as_bytes()))));
    }
}
