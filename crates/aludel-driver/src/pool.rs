//! What the pools of all drivers share: how many connections there may be, the wait for one, and those nobody uses.

use std::{
    mem,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};

use crate::runtime::gone;

/// How the pool of an engine is doing, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// How many connections are kept open when they come back: `pool` of the URL.
    pub size: usize,
    /// How many more there may be, which are closed when they come back: `overflow` of the URL.
    pub overflow: usize,
    /// How many are open and nobody uses.
    pub idle: usize,
    /// How many are lent out, or on their way back.
    pub lent: usize,
    /// How many tasks wait for one.
    pub waiting: usize,
}

/// The places of a pool, and the connections nobody uses. Whoever waits for a place is served in order of arrival.
#[derive(Debug)]
pub(crate) struct Places<S> {
    size: usize,
    overflow: usize,
    timeout: Duration,
    semaphore: Arc<Semaphore>,
    waiting: AtomicUsize,
    closed: AtomicBool,
    /// The last used on top.
    idle: Mutex<Vec<S>>,
}

impl<S> Places<S> {
    pub(crate) fn new(size: NonZeroUsize, overflow: usize, timeout: Duration, first: S) -> Self {
        let size = size.get();
        Places {
            size,
            overflow,
            timeout,
            semaphore: Arc::new(Semaphore::new(size + overflow)),
            waiting: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            idle: Mutex::new(vec![first]),
        }
    }

    pub(crate) async fn acquire(&self) -> Result<OwnedSemaphorePermit> {
        let permit = match self.semaphore.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) if self.closed.load(Ordering::Acquire) => return Err(closed()),
            Err(_) => {
                let _waiting = Waiting::new(&self.waiting);
                // Boxed, to keep the future of one who need not wait small.
                Box::pin(time::timeout(self.timeout, self.semaphore.clone().acquire_owned()))
                    .await
                    .map_err(|_| self.exhausted())?
                    .map_err(|_| gone())?
            }
        };
        if self.closed.load(Ordering::Acquire) { Err(closed()) } else { Ok(permit) }
    }

    /// Takes the connection used last.
    pub(crate) fn pop(&self) -> Option<S> {
        lock(&self.idle).pop()
    }

    /// Keeps a connection for the next one who wants it, unless there are enough.
    pub(crate) fn give_back(&self, connection: S) {
        let mut idle = lock(&self.idle);
        if idle.len() < self.size && !self.closed.load(Ordering::Acquire) {
            idle.push(connection);
        } else {
            // Closing it takes longer than others should wait for the lock.
            drop(idle);
        }
    }

    pub(crate) fn status(&self) -> PoolStatus {
        PoolStatus {
            size: self.size,
            overflow: self.overflow,
            idle: lock(&self.idle).len(),
            lent: (self.size + self.overflow).saturating_sub(self.semaphore.available_permits()),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Lends out nothing any more, and gives what is to be closed now.
    pub(crate) fn close(&self) -> Vec<S> {
        let mut idle = lock(&self.idle);
        self.closed.store(true, Ordering::Release);
        mem::take(&mut *idle)
    }

    /// Waits for what is lent out to come back.
    pub(crate) async fn all_back(&self) -> Result<()> {
        let all = u32::try_from(self.size + self.overflow).unwrap_or(u32::MAX);
        match time::timeout(self.timeout, self.semaphore.acquire_many(all)).await {
            Ok(_) => Ok(()),
            Err(_) => {
                let (lent, seconds) = (self.status().lent, self.timeout.as_secs_f64());
                let message = format!("{lent} connections were still lent out {seconds} s after the engine was closed");
                Err(Error::new(ErrorKind::Timeout, message)
                    .with_help("Drop sessions, connections and streams before closing the engine, or end their tasks."))
            }
        }
    }

    fn exhausted(&self) -> Error {
        let (size, seconds) = (self.size + self.overflow, self.timeout.as_secs_f64());
        let message = format!("all {size} connections are lent out, and none came back within {seconds} s");
        Error::new(ErrorKind::Timeout, message).with_help(
            "Look for a task that holds a session while it waits for another one, end sessions sooner, or allow more \
             connections with `?pool=N` or `?overflow=N` in the database URL.",
        )
    }
}

/// One who waits, for as long as it waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Waiting(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorKind::Connect, "the engine was closed")
        .with_help("Close it last, after every task that uses it has ended.")
}

/// A lock that a panic elsewhere does not spoil: what it guards is whole after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
