//! Reading a live stream as a browser would.

use reqwest::Response;
use serde_json::Value;

use crate::harness::Caller;

/// An event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    pub(crate) id: i64,
    pub(crate) event: String,
    pub(crate) data: Value,
}

/// A stream that is being read.
pub(crate) struct Reading {
    answer: Response,
    text: String,
}

impl Reading {
    /// Opens the caller's stream at an address of a service, after a number.
    pub(crate) async fn open(address: &str, caller: &Caller, after: Option<i64>) -> Self {
        Self::of(&format!("{address}/v1/approvals/stream"), caller, after).await
    }

    /// Opens another stream, after a number.
    pub(crate) async fn of(url: &str, caller: &Caller, after: Option<i64>) -> Self {
        let request = reqwest::Client::builder().no_proxy().build().unwrap().get(url);
        let request = request.bearer_auth(&caller.token);
        let request = match after {
            Some(after) => request.header("last-event-id", after.to_string()),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, text: String::new() }
    }

    /// The next event; none at the end. Signs of life are passed over.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if let Some(frame) = frame(&block) {
                    return Some(frame);
                }
            }
            let chunk = self.answer.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next events of the feed, so many.
    pub(crate) async fn some(&mut self, count: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        while frames.len() < count {
            let frame = self.next().await.expect("the stream goes on");
            if frame.event != "ready" {
                frames.push(frame);
            }
        }
        frames
    }

    /// Reads on until an event speaks of a clearance, and answers that event.
    pub(crate) async fn until(&mut self, clearance_id: &str) -> Frame {
        loop {
            let frame = self.next().await.expect("the stream goes on");
            if frame.data.to_string().contains(clearance_id) {
                return frame;
            }
        }
    }

    /// Everything up to the last event, and that.
    pub(crate) async fn rest(mut self) -> (Vec<Frame>, Frame) {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        let last = frames.pop().expect("a stream ends with a word");
        frames.retain(|frame| frame.event != "ready");
        (frames, last)
    }
}

/// Reads a block of lines; none where it is a sign of life.
pub(crate) fn frame(block: &str) -> Option<Frame> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    Some(Frame {
        event: field("event: ")?.to_owned(),
        // what has no place in the feed has no number
        id: field("id: ").map_or(0, |id| id.parse().unwrap()),
        data: serde_json::from_str(field("data: ").unwrap()).unwrap(),
    })
}
