//! The query log: what was sent to a database, how long it took, and which line of the program sent it.

use std::{
    borrow::Cow,
    panic::Location,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use aludel_sql::Value;
use tracing::Level;

use crate::driver::Text;

/// One statement that was sent.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its text, with placeholders.
    pub sql: String,
    /// Its parameters; those of the first run in a batch.
    pub params: Vec<Value>,
    /// How often it was run: more than once in a batch.
    pub runs: usize,
    /// How many rows it gave, or changed if it gave none. 0 if it failed.
    pub rows: u64,
    /// How long it took.
    pub duration: Duration,
    /// The line of the program it came from.
    pub caller: Option<&'static Location<'static>>,
    /// Whether it only begins or ends a transaction or a savepoint.
    pub control: bool,
}

/// Collects every statement of an engine until it is dropped. Made by [`crate::Engine::record`].
#[derive(Debug)]
pub struct Recording {
    log: Arc<Log>,
    entries: Entries,
}

type Entries = Arc<Mutex<Vec<Entry>>>;

impl Recording {
    /// The statements so far, in the order they ended.
    pub fn entries(&self) -> Vec<Entry> {
        lock(&self.entries).clone()
    }

    /// How many statements were sent so far, without those that only begin or end a transaction. A batch is one.
    pub fn statements(&self) -> usize {
        lock(&self.entries).iter().filter(|entry| !entry.control).count()
    }

    /// Forgets the statements so far.
    pub fn clear(&self) {
        lock(&self.entries).clear();
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        lock(&self.log.recordings).retain(|entries| !Arc::ptr_eq(entries, &self.entries));
        self.log.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who listens to the statements of one engine.
#[derive(Debug)]
pub(crate) struct Log {
    /// The recordings, and one more for `echo`: nothing is measured while this is 0 and tracing is off.
    listeners: AtomicUsize,
    recordings: Mutex<Vec<Entries>>,
    echo: bool,
}

impl Log {
    pub(crate) fn new(echo: bool) -> Arc<Self> {
        Arc::new(Log { listeners: AtomicUsize::new(usize::from(echo)), recordings: Mutex::default(), echo })
    }

    pub(crate) fn record(self: &Arc<Self>) -> Recording {
        let entries = Entries::default();
        lock(&self.recordings).push(entries.clone());
        self.listeners.fetch_add(1, Ordering::Relaxed);
        Recording { log: self.clone(), entries }
    }

    /// Starts the clock of a statement if anyone wants to know.
    pub(crate) fn watch(
        &self,
        sql: &Text,
        params: &[Value],
        runs: usize,
        caller: Option<&'static Location<'static>>,
    ) -> Option<Watch<'_>> {
        let keep = self.listeners.load(Ordering::Relaxed) > 0;
        if !keep && !tracing::enabled!(target: "aludel::query", Level::DEBUG) {
            return None;
        }
        let params = if keep { params.to_vec() } else { Vec::new() };
        Some(Watch { log: self, keep, sql: sql.clone(), params, runs, caller, start: Instant::now() })
    }

    fn send(&self, entry: Entry) {
        if self.echo {
            echo(&entry);
        }
        for recording in lock(&self.recordings).iter() {
            lock(recording).push(entry.clone());
        }
    }
}

/// The running clock of one statement.
pub(crate) struct Watch<'a> {
    log: &'a Log,
    keep: bool,
    sql: Text,
    params: Vec<Value>,
    runs: usize,
    caller: Option<&'static Location<'static>>,
    start: Instant,
}

impl Watch<'_> {
    /// Stops the clock and tells everyone.
    pub(crate) fn done(self, rows: u64) {
        let duration = self.start.elapsed();
        // Values never go to tracing: its output is shipped to places where personal data must not be.
        tracing::debug!(target: "aludel::query", elapsed = ?duration, rows, runs = self.runs, "{}", &*self.sql);
        if self.keep {
            let control = is_control(&self.sql);
            let Watch { log, sql, params, runs, caller, .. } = self;
            log.send(Entry { sql: sql.to_string(), params, runs, rows, duration, caller, control });
        }
    }
}

/// Whether a statement only begins or ends a transaction or a savepoint.
pub(crate) fn is_control(sql: &str) -> bool {
    let word = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"].iter().any(|control| word.eq_ignore_ascii_case(control))
}

fn echo(entry: &Entry) {
    let Entry { sql, params, runs, duration, caller, .. } = entry;
    let params = match params.as_slice() {
        [] => Cow::Borrowed(""),
        params => Cow::Owned(format!("  -- {params:?}")),
    };
    let runs = if *runs > 1 { Cow::Owned(format!(" × {runs}")) } else { Cow::Borrowed("") };
    match caller {
        Some(caller) => eprintln!("[sql {duration:.1?}{runs}] {sql}{params}  at {caller}"),
        None => eprintln!("[sql {duration:.1?}{runs}] {sql}{params}"),
    }
}

/// A lock that a panic elsewhere does not spoil: what it guards is whole after every statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
