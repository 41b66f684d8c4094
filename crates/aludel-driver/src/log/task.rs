//! What one task sends, on whichever engine.

use std::sync::{Arc, Mutex};

use super::{Entry, lock};

tokio::task_local! {
    /// Who records this task, the outermost first.
    static RECORDING: Vec<Recorded>;
}

/// Statements that were kept, in the order they ended. A clone is another handle to the same.
#[derive(Clone, Debug, Default)]
pub struct Recorded(Arc<Mutex<Vec<Entry>>>);

impl Recorded {
    /// Keeps the statements that `work` sends, on any engine. Those of tasks it spawns are not its own.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut recording = RECORDING.try_with(Clone::clone).unwrap_or_default();
        recording.push(self.clone());
        RECORDING.scope(recording, work).await
    }

    /// The statements so far.
    pub fn entries(&self) -> Vec<Entry> {
        lock(&self.0).clone()
    }

    /// How many statements were sent so far, without those that only begin or end a transaction. A batch is one.
    pub fn statements(&self) -> usize {
        lock(&self.0).iter().filter(|entry| !entry.control).count()
    }

    /// How often the driver waited for the server so far, for those that begin or end a transaction too: see
    /// [`crate::driver::DriverConnection::round_trips`].
    pub fn round_trips(&self) -> u64 {
        lock(&self.0).iter().map(|entry| entry.round_trips).sum()
    }

    /// Forgets the statements so far.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }

    pub(super) fn push(&self, entry: &Entry) {
        lock(&self.0).push(entry.clone());
    }

    pub(super) fn is(&self, other: &Recorded) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Runs `work`, and gives with its output every statement it sent, on any engine. Those of tasks it spawns are not its own.
pub async fn recorded<T>(work: impl Future<Output = T>) -> (T, Vec<Entry>) {
    let recorded = Recorded::default();
    let output = recorded.during(work).await;
    (output, recorded.entries())
}

/// Whether this task is recorded.
pub(super) fn records() -> bool {
    RECORDING.try_with(|_| ()).is_ok()
}

pub(super) fn push(entry: &Entry) {
    // Outside of any recording there is nobody to tell.
    let _ = RECORDING.try_with(|recording| recording.iter().for_each(|recorded| recorded.push(entry)));
}
