//! The connections of one database file: who has them, and who may write.

use std::{
    collections::HashSet,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aludel_sql::Result;
use tokio::{
    sync::{Mutex as Queue, OwnedMutexGuard, OwnedSemaphorePermit},
    task::coop,
    time,
};

use super::{
    checkpoint::Checkpoint,
    error,
    open::{Opener, Slot},
    run,
};
use crate::{
    pool::Places,
    runtime::{gone, runtime},
    url::SqliteOptions,
};

/// The connections of one database file.
#[derive(Debug)]
pub(super) struct Pool {
    /// Boxed, as they are handed from one to the next.
    pub(super) places: Places<Box<Slot>>,
    /// Held by the one who writes; the others wait in order of arrival.
    pub(super) writer: Arc<Queue<()>>,
    pub(super) slow: Slow,
    pub(super) checkpoint: Checkpoint,
    /// Last, as its temporary folder goes when all connections are closed.
    pub(super) opener: Opener,
}

impl Pool {
    pub(super) fn new(opener: Opener, first: Slot, options: &SqliteOptions, acquire_timeout: Duration) -> Arc<Self> {
        Arc::new(Pool {
            places: Places::new(options.pool, options.overflow, acquire_timeout, Box::new(first)),
            writer: Arc::default(),
            slow: Slow::default(),
            checkpoint: Checkpoint::default(),
            opener,
        })
    }

    pub(super) async fn acquire(self: &Arc<Self>) -> Result<Lease> {
        let runtime = runtime()?;
        // Here and not with a connection in hand: others would queue for it, and a queue for what is short never ends.
        coop::consume_budget().await;
        let permit = self.places.acquire().await?;
        let slot = match self.places.pop() {
            Some(slot) => slot,
            None => {
                let pool = self.clone();
                Box::new(runtime.spawn_blocking(move || pool.opener.open()).await.map_err(|_| gone())??)
            }
        };
        Ok(Lease { slot: Some(slot), writer: None, _permit: permit, pool: self.clone() })
    }
}

/// A connection lent out, with its place in the pool and, while it writes, its turn to write.
///
/// They stay together wherever the connection goes, so that the bounds hold until it is really back. Dropping a lease
/// rolls back and gives the connection back.
#[derive(Debug)]
pub(super) struct Lease {
    slot: Option<Box<Slot>>,
    writer: Option<OwnedMutexGuard<()>>,
    _permit: OwnedSemaphorePermit,
    pub(super) pool: Arc<Pool>,
}

impl Lease {
    pub(super) fn slot(&mut self) -> Result<&mut Slot> {
        self.slot.as_deref_mut().ok_or_else(gone)
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.slot.as_ref().is_some_and(|slot| !slot.connection.is_autocommit())
    }

    pub(super) fn is_new(&self) -> bool {
        self.slot.as_ref().is_some_and(|slot| !slot.set_up)
    }

    pub(super) fn has_turn(&self) -> bool {
        self.writer.is_some()
    }

    /// Waits for this connection's turn to write.
    pub(super) async fn take_turn(&mut self) -> Result<()> {
        if self.writer.is_some() {
            return Ok(());
        }
        let (queue, timeout) = (&self.pool.writer, self.pool.opener.timeout);
        self.writer = Some(match queue.clone().try_lock_owned() {
            Ok(turn) => turn,
            // Boxed, to keep the future of a statement that does not wait small.
            Err(_) => {
                let turn = Box::pin(time::timeout(timeout, queue.clone().lock_owned())).await;
                turn.map_err(|_| error::no_turn(timeout))?
            }
        });
        Ok(())
    }

    pub(super) fn end_turn(&mut self) {
        self.writer = None;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(mut slot) = self.slot.take()
            && clean(&mut slot)
        {
            self.pool.places.give_back(slot);
        }
    }
}

/// Makes a connection as good as new; whether that worked. If not, it is closed, and so rolled back too.
fn clean(slot: &mut Slot) -> bool {
    slot.budget.reset();
    if !slot.connection.is_autocommit() && run::control(&slot.connection, "ROLLBACK").is_err() {
        return false;
    }
    if slot.unsettled {
        // The schema changes of a migration turn these off outside a transaction.
        const SETTINGS: &str = "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF; PRAGMA query_only = OFF";
        slot.unsettled = slot.connection.execute_batch(SETTINGS).is_err();
        slot.set_up = false;
    }
    !slot.unsettled
}

/// The texts of statements that took too long for the calling task.
#[derive(Debug, Default)]
pub(super) struct Slow {
    any: AtomicBool,
    texts: RwLock<HashSet<Box<str>>>,
}

/// How many texts are remembered. A program that makes more up at run time starts over.
const SLOW_TEXTS: usize = 1_024;

impl Slow {
    pub(super) fn contains(&self, sql: &str) -> bool {
        self.any.load(Ordering::Relaxed) && self.texts.read().unwrap_or_else(PoisonError::into_inner).contains(sql)
    }

    #[cold]
    pub(super) fn remember(&self, sql: &str) {
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        if texts.len() >= SLOW_TEXTS {
            texts.clear();
        }
        texts.insert(sql.into());
        self.any.store(true, Ordering::Relaxed);
    }
}
