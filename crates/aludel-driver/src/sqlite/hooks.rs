//! The progress handler: what bounds a statement on the calling task, and stops one that nobody waits for.
//!
//! This file is the only user of SQLite's hooks, whose signatures differ between the versions of `rusqlite` allowed.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;

/// How many operations of SQLite's virtual machine lie between two calls of the handler.
const OPERATIONS: i32 = 1_000;

/// How many calls a statement may take on the calling task: some milliseconds.
const CALLS: u32 = 250;

/// The operations a statement has used, and what happens when they are too many.
///
/// SQLite counts between operations, so one long operation (`count(*)` of a whole table) goes unnoticed.
#[derive(Debug)]
pub(super) struct Budget {
    used: AtomicU32,
    bounded: AtomicBool,
    stopped: AtomicBool,
    /// How long a statement may take, and when the one at hand began: `statement_timeout`.
    clock: Option<(Duration, Mutex<Instant>)>,
}

impl Budget {
    /// Begins to count anew; a bounded statement is interrupted once it has used too much.
    pub(super) fn start(&self, bounded: bool) {
        self.used.store(0, Ordering::Relaxed);
        self.bounded.store(bounded, Ordering::Relaxed);
        if let Some((_, began)) = &self.clock {
            *began.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }

    /// How long a statement may take, if the one at hand has taken longer.
    pub(super) fn expired(&self) -> Option<Duration> {
        let (limit, began) = self.clock.as_ref()?;
        let taken = began.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        (taken >= *limit).then_some(*limit)
    }

    /// Whether the statement has used more than is good for the calling task.
    pub(super) fn overran(&self) -> bool {
        self.used.load(Ordering::Relaxed) > CALLS
    }

    /// Interrupts whatever this connection runs, now and until [`Budget::reset`].
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether [`Budget::stop`] was called.
    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Lets the connection work again after a stop.
    pub(super) fn reset(&self) {
        self.stopped.store(false, Ordering::Relaxed);
        self.start(false);
    }

    /// Counts one call; whether to interrupt.
    fn tick(&self) -> bool {
        // One thread at a time runs statements, so a load and a store are enough.
        self.used.store(self.used.load(Ordering::Relaxed).saturating_add(1), Ordering::Relaxed);
        self.stopped() || (self.bounded.load(Ordering::Relaxed) && self.overran()) || self.expired().is_some()
    }
}

/// Installs the handler for as long as the connection lives.
#[allow(unused_mut, reason = "newer versions of rusqlite want `&mut`, older ones `&`")]
pub(super) fn install(mut connection: Connection, limit: Option<Duration>) -> (Connection, Arc<Budget>) {
    let clock = limit.map(|limit| (limit, Mutex::new(Instant::now())));
    let budget = Arc::new(Budget { used: 0.into(), bounded: false.into(), stopped: false.into(), clock });
    let counted = budget.clone();
    // Nothing to do about a failure, which newer versions report: statements then run unbounded.
    let _ = connection.progress_handler(OPERATIONS, Some(move || counted.tick()));
    (connection, budget)
}
