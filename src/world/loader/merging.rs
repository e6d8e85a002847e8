//! Renewing the base of the fences beside the work: one at a time, off the threads that answer.

use std::future::pending;
use std::sync::Arc;

use tokio::task::{JoinHandle, spawn_blocking};

use super::LoadError;
use crate::atlas::{BuildError, FenceLayer};

/// The making of a new base, if one is being made.
#[derive(Debug, Default)]
pub(super) struct Merging(Option<Work>);

#[derive(Debug)]
struct Work {
    then: Arc<FenceLayer>,
    task: JoinHandle<Result<FenceLayer, BuildError>>,
}

/// A new base, and the fences it was made of.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) then: Arc<FenceLayer>,
    pub(super) layer: FenceLayer,
}

impl Merging {
    /// Begins, where it is worth its while and not under way.
    pub(super) fn consider(&mut self, fences: &Arc<FenceLayer>) {
        if self.0.is_none() && fences.wants_merging() {
            let (then, now) = (Arc::clone(fences), Arc::clone(fences));
            self.0 = Some(Work { then, task: spawn_blocking(move || now.merged()) });
        }
    }

    /// Returns when the new base is made; never while none is being made.
    pub(super) async fn done(&mut self) -> Result<Merged, LoadError> {
        let Some(work) = &mut self.0 else { return pending().await };
        let made = (&mut work.task).await;
        let then = Arc::clone(&work.then);
        self.0 = None;
        Ok(Merged { then, layer: made?? })
    }
}
