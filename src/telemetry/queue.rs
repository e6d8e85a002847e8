//! Lines on their way out: put into memory by whoever has one, written by a thread of their own.
//!
//! A line costs its writer a lock and a copy. The thread is woken by the first line after a silence;
//! while lines keep coming it looks again by itself after a pause and writes what has gathered at
//! once, so that a busy service makes fifty writes a second, not one for every request.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Between two writes while lines keep coming.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes that may wait; a line more is dropped and counted rather than waited for.
const MOST: usize = 16 * 1024 * 1024;

/// Where lines are put; cloned freely.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    text: Vec<u8>,
    dropped: u64,
    /// The thread waits for a first line, or for its end.
    idle: bool,
    ended: bool,
}

/// The writing thread; dropping it writes what is left.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Queue,
    thread: Option<JoinHandle<()>>,
}

impl Queue {
    /// Starts the writing thread on `out`. Where no thread can be had, lines are kept until the
    /// bound and then dropped: a log is no reason not to serve.
    pub(super) fn start(out: impl Write + Send + 'static) -> (Self, Writer) {
        let queue = Self { shared: Arc::default() };
        let own = queue.clone();
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || own.write_on(out));
        (queue.clone(), Writer { queue, thread: thread.ok() })
    }

    /// Puts one whole line, with its end.
    pub(super) fn put(&self, line: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.text.len() + line.len() > MOST {
            waiting.dropped += 1;
            return;
        }
        waiting.text.extend_from_slice(line);
        let wakes = mem::take(&mut waiting.idle);
        drop(waiting);
        if wakes {
            self.shared.came.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what has gathered, waiting for a first line; none when everything is written.
    fn take(&self, spare: Vec<u8>) -> Option<(Vec<u8>, u64)> {
        let mut waiting = self.waiting();
        while waiting.text.is_empty() && waiting.dropped == 0 {
            if waiting.ended {
                return None;
            }
            waiting.idle = true;
            waiting = self.shared.came.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.idle = false;
        let text = mem::replace(&mut waiting.text, spare);
        Some((text, mem::take(&mut waiting.dropped)))
    }

    /// Lets lines gather; the end is not kept waiting.
    fn pause(&self) {
        let goes_on = |waiting: &mut Waiting| !waiting.ended;
        let paused = self.shared.came.wait_timeout_while(self.waiting(), PAUSE, goes_on);
        drop(paused.unwrap_or_else(PoisonError::into_inner));
    }

    fn write_on(&self, mut out: impl Write) {
        let mut spare = Vec::new();
        while let Some((mut text, dropped)) = self.take(spare) {
            // an output that cannot be written to must not stop the service
            let mut _lost = out.write_all(&text);
            if dropped > 0 {
                _lost = writeln!(out, "{dropped} log lines were dropped: the output is too slow");
            }
            _lost = out.flush();
            text.clear();
            spare = text;
            self.pause();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.waiting().ended = true;
        self.queue.shared.came.notify_one();
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// Lines of `tracing`: its formatter writes each as a whole.
impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Queue {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_once_and_in_order() {
        let kept = Kept::default();
        let (queue, writer) = Queue::start(kept.clone());
        let lines: Vec<String> = (0..2_000).map(|number| format!("line {number}\n")).collect();
        for line in &lines {
            queue.put(line.as_bytes());
        }
        drop(writer);
        assert_eq!(*kept.0.lock().unwrap(), lines.concat().into_bytes());
    }

    #[test]
    fn what_is_too_much_is_dropped_and_told() {
        let kept = Kept::default();
        let blocked = kept.0.lock().unwrap();
        let (queue, writer) = Queue::start(kept.clone());
        let line = vec![b'x'; MOST / 4];
        for _ in 0..16 {
            queue.put(&line);
        }
        drop(blocked);
        drop(writer);
        let text = kept.0.lock().unwrap().clone();
        assert!(text.len() < 16 * line.len());
        assert!(text.ends_with(b" log lines were dropped: the output is too slow\n"));
    }
}
