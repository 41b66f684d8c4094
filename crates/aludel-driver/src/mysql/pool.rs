//! The connections to one server: who has them, and how they come back.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use aludel_sql::Result;
use mysql_async::{Conn, prelude::Queryable};
use tokio::{
    runtime::Handle,
    sync::OwnedSemaphorePermit,
    time::{self, Instant},
};

use super::{flavour::Flavour, open::Opener};
use crate::{
    pool::{Places, lock},
    runtime::{gone, runtime},
    url::MySqlOptions,
};

/// How long a server may take to answer a connection that comes back, or is tried before it is lent out.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection.
pub(super) struct Slot {
    /// Which of the servers it is to.
    pub(super) server: usize,
    pub(super) conn: Conn,
    pub(super) flavour: &'static Flavour,
    /// The longest packet the server takes.
    pub(super) longest: usize,
    /// What the server said last.
    pub(super) in_transaction: bool,
    /// The server hung up, or said what could not be understood.
    pub(super) lost: bool,
    /// Rows of a query are still to come.
    pub(super) streaming: bool,
    /// A statement may have set something that outlives its transaction.
    pub(super) touched: bool,
    /// What was set belongs to all it is lent to.
    pub(super) set_up: bool,
    /// How often it has waited for the server.
    pub(super) trips: u64,
    /// The number of the statement prepared last: a greater one was not known before.
    pub(super) prepared: u32,
    /// Prepared statements are kept, and not closed after use.
    pub(super) keeps_statements: bool,
    pub(super) opened: Instant,
    pub(super) used: Instant,
    pub(super) runtime: Handle,
}

impl Slot {
    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.conn.is_disconnected()
    }
}

/// Says no more than this: the protocol's client would print the password.
impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("id", &self.conn.id()).finish_non_exhaustive()
    }
}

/// The connections to one server.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) places: Places<Slot>,
    recycle: Option<Duration>,
    ping: Duration,
    /// When a connection was lost. Those unused since then may be lost too.
    suspect: Mutex<Option<Instant>>,
    opener: Opener,
}

impl Pool {
    pub(super) fn new(opener: Opener, first: Slot, options: &MySqlOptions, acquire_timeout: Duration) -> Arc<Self> {
        Arc::new(Pool {
            places: Places::new(options.pool, options.overflow, acquire_timeout, first),
            recycle: options.recycle,
            ping: options.ping,
            suspect: Mutex::default(),
            opener,
        })
    }

    pub(super) fn flavour(&self) -> &'static Flavour {
        self.opener.flavour
    }

    pub(super) async fn acquire(self: &Arc<Self>) -> Result<Lease> {
        let runtime = runtime()?;
        let permit = self.places.acquire().await?;
        let slot = loop {
            match self.places.pop() {
                Some(mut slot) => {
                    if self.is_good(&mut slot).await {
                        break slot;
                    }
                }
                None => break self.opener.open(&runtime).await?,
            }
        };
        Ok(Lease { slot: Some(slot), permit: Some(permit), pool: self.clone() })
    }

    async fn is_good(&self, slot: &mut Slot) -> bool {
        if slot.is_lost() || self.recycle.is_some_and(|age| slot.opened.elapsed() > age) {
            return false;
        }
        let suspect = lock(&self.suspect).is_some_and(|lost| slot.used <= lost);
        if !suspect && slot.used.elapsed() <= self.ping {
            return true;
        }
        matches!(time::timeout(PATIENCE, slot.conn.ping()).await, Ok(Ok(())))
    }

    /// A connection was lost: the server may have been restarted.
    pub(super) fn suspect(&self) {
        *lock(&self.suspect) = Some(Instant::now());
    }

    fn give_back(&self, mut slot: Slot) {
        slot.used = Instant::now();
        self.places.give_back(slot);
    }

    /// Makes a connection as good as new; whether that worked. If not, it is to be closed, and so rolled back too.
    async fn clean(&self, slot: &mut Slot) -> bool {
        let cleaned = if slot.touched {
            (slot.set_up, slot.prepared) = (false, 0);
            self.opener.reset(&mut slot.conn).await
        } else {
            slot.conn.query_drop("ROLLBACK").await.is_ok()
        };
        (slot.touched, slot.in_transaction) = (false, false);
        cleaned
    }
}

/// A connection lent out, with its place in the pool. Dropping a lease gives the connection back, and rolls back what it
/// is in the middle of.
#[derive(Debug)]
pub(super) struct Lease {
    slot: Option<Slot>,
    permit: Option<OwnedSemaphorePermit>,
    pub(super) pool: Arc<Pool>,
}

impl Lease {
    pub(super) fn slot(&mut self) -> Result<&mut Slot> {
        self.slot.as_mut().ok_or_else(gone)
    }

    pub(super) fn is_lost(&self) -> bool {
        self.slot.as_ref().is_none_or(Slot::is_lost)
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.slot.as_ref().is_some_and(|slot| slot.in_transaction)
    }

    pub(super) fn trips(&self) -> u64 {
        self.slot.as_ref().map_or(0, |slot| slot.trips)
    }

    pub(super) fn is_new(&self) -> bool {
        self.slot.as_ref().is_some_and(|slot| !slot.set_up)
    }

    /// Stops what the connection is at, and closes it. Its place in the pool is free when the server has ended it, so that
    /// what was under way is over by then.
    pub(super) fn abandon(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        let (Some(slot), permit, pool) = (self.slot.take(), self.permit.take(), self.pool.clone()) else { return };
        let runtime = slot.runtime.clone();
        // If the runtime is gone, this closes the connection.
        runtime.spawn(async move {
            // Held until then, so that its number stays its own.
            let _ = time::timeout(PATIENCE, pool.opener.end(slot.server, slot.conn.id())).await;
            drop(slot);
            drop(permit);
        });
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.slot.as_ref().is_some_and(|slot| slot.streaming) {
            return self.stop();
        }
        let Some(mut slot) = self.slot.take() else { return };
        if slot.is_lost() {
            return;
        }
        if !slot.in_transaction && !slot.touched {
            return self.pool.give_back(slot);
        }
        let (permit, pool, runtime) = (self.permit.take(), self.pool.clone(), slot.runtime.clone());
        runtime.spawn(async move {
            if matches!(time::timeout(PATIENCE, pool.clean(&mut slot)).await, Ok(true)) {
                pool.give_back(slot);
            }
            drop(permit);
        });
    }
}
