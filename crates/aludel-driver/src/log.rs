//! The query log: what was sent to a database, how long it took, and which line of the program sent it.

mod task;

use std::{
    borrow::Cow,
    ops::Deref,
    panic::Location,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use aludel_sql::{ErrorKind, Result, Value};
use tracing::Level;

use crate::{
    driver::Text,
    engine::EngineOptions,
    hook::{Hook, Statement},
};
pub use task::{Recorded, recorded};

/// One statement that was sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its text, with placeholders.
    pub sql: String,
    /// Its parameters; those of the first run in a batch. None if [`EngineOptions::hide_parameters`] says so.
    pub params: Vec<Value>,
    /// How often it was run: more than once in a batch.
    pub runs: usize,
    /// How many rows it gave, or changed if it gave none. 0 if it failed; those so far, if it was a stream that was dropped.
    pub rows: u64,
    /// How long it took.
    pub duration: Duration,
    /// How often the driver waited for the server: see [`crate::driver::DriverConnection::round_trips`]. 0 if it was dropped.
    pub round_trips: u64,
    /// The line of the program it came from.
    pub caller: Option<&'static Location<'static>>,
    /// Whether it only begins or ends a transaction or a savepoint.
    pub control: bool,
    /// How it failed, if it did. [`ErrorKind::Interrupted`] if its future was dropped before its end, or the stream of its rows: it
    /// may have been sent or not.
    pub error: Option<ErrorKind>,
}

/// Collects every statement of an engine until it is dropped. Made by [`crate::Engine::record`].
#[derive(Debug)]
pub struct Recording {
    log: Arc<Log>,
    recorded: Recorded,
}

impl Deref for Recording {
    type Target = Recorded;

    fn deref(&self) -> &Recorded {
        &self.recorded
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        lock(&self.log.recordings).retain(|other| !other.is(&self.recorded));
        self.log.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who listens to the statements of one engine.
#[derive(Debug)]
pub(crate) struct Log {
    /// The recordings, and one more each for `echo` and for hooks: nothing is measured while this is 0, no task records and
    /// tracing is off.
    listeners: AtomicUsize,
    recordings: Mutex<Vec<Recorded>>,
    echo: bool,
    pub(crate) hides: bool,
    pub(crate) hooks: Vec<Arc<dyn Hook>>,
}

impl Log {
    pub(crate) fn new(options: EngineOptions) -> Arc<Self> {
        let listeners = usize::from(options.echo) + usize::from(!options.hooks.is_empty());
        Arc::new(Log {
            listeners: AtomicUsize::new(listeners),
            recordings: Mutex::default(),
            echo: options.echo,
            hides: options.hide_parameters,
            hooks: options.hooks,
        })
    }

    pub(crate) fn record(self: &Arc<Self>) -> Recording {
        let recorded = Recorded::default();
        lock(&self.recordings).push(recorded.clone());
        self.listeners.fetch_add(1, Ordering::Relaxed);
        Recording { log: self.clone(), recorded }
    }

    /// Lets the hooks see a statement, and starts its clock if anyone wants to know. `trips` are those of the connection.
    pub(crate) fn watch(
        self: &Arc<Self>,
        mut statement: Statement<'_>,
        trips: impl FnOnce() -> u64,
    ) -> Result<Option<Watch>> {
        for hook in &self.hooks {
            hook.before(&mut statement)?;
        }
        Ok(self.clock(statement, trips))
    }

    /// Starts the clock of a statement if anyone wants to know.
    pub(crate) fn clock(self: &Arc<Self>, statement: Statement<'_>, trips: impl FnOnce() -> u64) -> Option<Watch> {
        let keep = self.listeners.load(Ordering::Relaxed) > 0 || task::records();
        if !keep && !self.hides && !tracing::enabled!(target: "aludel::query", Level::DEBUG) {
            return None;
        }
        let Statement { sql, runs, caller, .. } = statement;
        let params = match runs.first() {
            Some(params) if keep && !self.hides => params.clone(),
            _ => Vec::new(),
        };
        let secrets = if self.hides { runs.concat() } else { Vec::new() };
        let (log, sql, runs) = (self.clone(), sql.clone(), runs.len());
        let (trips, start) = (trips(), Instant::now());
        Some(Watch { log, keep, sql, params, secrets, runs, rows: 0, caller, trips, start, told: false })
    }

    fn send(&self, entry: &Entry) {
        if self.echo {
            echo(entry);
        }
        for recorded in lock(&self.recordings).iter() {
            recorded.push(entry);
        }
        task::push(entry);
        for hook in &self.hooks {
            hook.after(entry);
        }
    }
}

/// The running clock of one statement. It is told of even if nobody waits for its end.
pub(crate) struct Watch {
    log: Arc<Log>,
    keep: bool,
    sql: Text,
    params: Vec<Value>,
    /// What errors must not repeat.
    secrets: Vec<Value>,
    runs: usize,
    /// How many there were so far.
    pub(crate) rows: u64,
    caller: Option<&'static Location<'static>>,
    trips: u64,
    start: Instant,
    told: bool,
}

impl Watch {
    /// Stops the clock and tells everyone.
    pub(crate) fn done<T>(mut self, trips: u64, done: Result<T>, rows: impl FnOnce(&T) -> u64) -> Result<T> {
        self.rows = done.as_ref().map_or(0, rows);
        self.tell(trips - self.trips, done.as_ref().err().map(aludel_sql::Error::kind));
        if self.log.hides { done.map_err(|error| error.hiding(&self.secrets)) } else { done }
    }

    fn tell(&mut self, round_trips: u64, error: Option<ErrorKind>) {
        self.told = true;
        let Watch { ref sql, runs, rows, caller, .. } = *self;
        let duration = self.start.elapsed();
        // Values never go to tracing: its output is shipped to places where personal data must not be.
        tracing::debug!(target: "aludel::query", elapsed = ?duration, rows, runs, "{}", &**sql);
        if self.keep {
            let (sql, control, params) = (sql.to_string(), is_control(sql), std::mem::take(&mut self.params));
            self.log.send(&Entry { sql, params, runs, rows, duration, round_trips, caller, control, error });
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.told {
            self.tell(0, Some(ErrorKind::Interrupted));
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
