//! Checkpoints: moving what was committed from the log into the database file, off the request path.

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::runtime::Handle;

use super::{
    open::{Slot, WAL_BOUND},
    pool::Pool,
};
use crate::pool::lock;

/// How many commits and rows lie between two looks at the size of the log.
const INTERVAL: u64 = 256;

/// What decides when the next checkpoint is due.
#[derive(Debug, Default)]
pub(super) struct Checkpoint {
    written: AtomicU64,
    running: AtomicBool,
    /// A connection of its own, opened when first needed.
    connection: Mutex<Option<Slot>>,
}

impl Pool {
    /// Counts what was written, without a thought of checkpoints: a transaction is under way.
    pub(super) fn wrote(&self, rows: u64) {
        self.checkpoint.written.fetch_add(rows, Ordering::Relaxed);
    }

    /// Counts a commit, and starts a checkpoint on the blocking pool if the log has grown long.
    pub(super) fn committed(self: &Arc<Self>) {
        let Checkpoint { written, running, .. } = &self.checkpoint;
        if written.fetch_add(1, Ordering::Relaxed) < INTERVAL {
            return;
        }
        written.store(0, Ordering::Relaxed);
        let long = fs::metadata(self.opener.wal()).is_ok_and(|wal| wal.len() > WAL_BOUND);
        let (true, Ok(runtime)) = (long, Handle::try_current()) else { return };
        if running.swap(true, Ordering::AcqRel) {
            return;
        }
        // Weak, as an engine that was dropped meanwhile needs none: closing its last connection does it.
        let pool = Arc::downgrade(self);
        runtime.spawn_blocking(move || {
            if let Some(pool) = pool.upgrade() {
                pool.run_checkpoint();
                pool.checkpoint.running.store(false, Ordering::Release);
            }
        });
    }

    fn run_checkpoint(&self) {
        let mut connection = lock(&self.checkpoint.connection);
        if connection.is_none() {
            *connection = self.opener.open().ok();
        }
        let Some(slot) = &*connection else { return };
        // The first moves most of the log while others write. The second, in a turn of its own, moves the rest, which is
        // short: only a log that was moved whole is begun anew, and with writers always at work it never would be.
        let moved = passive(slot).and_then(|()| {
            let _turn = self.writer.blocking_lock();
            passive(slot)
        });
        // SQLite makes its own checkpoint when the log has grown far longer.
        if let Err(error) = moved {
            tracing::warn!(target: "aludel::sqlite", %error, "a checkpoint failed");
        }
    }
}

/// A checkpoint that waits for nobody and does what it can.
fn passive(slot: &Slot) -> rusqlite::Result<()> {
    slot.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
