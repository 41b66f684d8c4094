//! The connections to one server: who has them, and how they come back.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use aludel_sql::Result;
use tokio::{
    runtime::Handle,
    sync::OwnedSemaphorePermit,
    time::{self, Instant},
};
use tokio_postgres::Client;

use super::{line::Line, open::Opener, statements::Statements, wire::Status};
use crate::{
    isolation::Isolation,
    pool::{Places, lock},
    runtime::{gone, runtime},
    url::PostgresOptions,
};

/// How long a server may take to answer a connection that comes back, or is tried before it is lent out.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait at first before a statement is asked again to stop; twice as long each time.
const PAUSE: Duration = Duration::from_millis(5);

/// Undoes all that a session can have set, but keeps what is prepared.
const RESET: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; \
                     SELECT pg_advisory_unlock_all(); DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES";

/// One connection.
#[derive(Debug)]
pub(super) struct Slot {
    /// Which of the servers it is to.
    pub(super) server: usize,
    pub(super) client: Client,
    /// Dropped after the client, and so able to tell the server that this is the end.
    pub(super) line: Line,
    pub(super) statements: Statements,
    pub(super) opened: Instant,
    pub(super) used: Instant,
    /// A statement may have set something that outlives its transaction.
    pub(super) touched: bool,
    /// What was set belongs to all it is lent to.
    pub(super) set_up: bool,
    /// How often it has waited for the server.
    pub(super) trips: u64,
    /// How many cursors it has had: each has a name of its own.
    pub(super) cursors: u64,
    pub(super) runtime: Handle,
}

/// The connections to one server.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) places: Places<Box<Slot>>,
    pub(super) isolation: Option<Isolation>,
    recycle: Option<Duration>,
    ping: Duration,
    /// When a connection was lost. Those unused since then may be lost too.
    suspect: Mutex<Option<Instant>>,
    opener: Opener,
}

impl Pool {
    pub(super) fn new(
        opener: Opener,
        first: Box<Slot>,
        options: &PostgresOptions,
        acquire_timeout: Duration,
    ) -> Arc<Self> {
        Arc::new(Pool {
            places: Places::new(options.pool, options.overflow, acquire_timeout, first),
            isolation: options.isolation,
            recycle: options.recycle,
            ping: options.ping,
            suspect: Mutex::default(),
            opener,
        })
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
                // Apart, as most futures that acquire are spared its size.
                None => break Box::pin(self.opener.open(&runtime)).await?,
            }
        };
        Ok(Lease { slot: Some(slot), permit: Some(permit), pool: self.clone() })
    }

    async fn is_good(&self, slot: &mut Slot) -> bool {
        slot.line.take_in();
        let now = Instant::now();
        if slot.line.status() == Status::Closed || self.recycle.is_some_and(|age| now - slot.opened > age) {
            return false;
        }
        let suspect = lock(&self.suspect).is_some_and(|lost| slot.used <= lost);
        if !suspect && now - slot.used <= self.ping {
            return true;
        }
        // Boxed, as most connections are not asked.
        let mut asked = Box::pin(slot.client.check_connection());
        matches!(time::timeout(PATIENCE, slot.line.drive(asked.as_mut())).await, Ok(Ok(())))
    }

    /// A connection was lost: the server may have been restarted.
    pub(super) fn suspect(&self) {
        *lock(&self.suspect) = Some(Instant::now());
    }

    fn give_back(&self, mut slot: Box<Slot>) {
        slot.used = Instant::now();
        self.places.give_back(slot);
    }
}

/// A connection lent out, with its place in the pool. Dropping a lease gives the connection back, and rolls back what it
/// is in the middle of.
#[derive(Debug)]
pub(super) struct Lease {
    slot: Option<Box<Slot>>,
    permit: Option<OwnedSemaphorePermit>,
    pub(super) pool: Arc<Pool>,
}

impl Lease {
    pub(super) fn slot(&mut self) -> Result<&mut Slot> {
        self.slot.as_deref_mut().ok_or_else(gone)
    }

    pub(super) fn status(&self) -> Status {
        self.slot.as_ref().map_or(Status::Closed, |slot| slot.line.status())
    }

    pub(super) fn trips(&self) -> u64 {
        self.slot.as_ref().map_or(0, |slot| slot.trips)
    }

    pub(super) fn is_new(&self) -> bool {
        self.slot.as_ref().is_some_and(|slot| !slot.set_up)
    }

    /// Stops what the connection is at, and closes it. Its place in the pool is free when the server has answered all that
    /// was sent, so that what was under way has ended by then.
    pub(super) fn abandon(mut self) {
        let (Some(slot), permit, pool) = (self.slot.take(), self.permit.take(), self.pool.clone()) else { return };
        let runtime = slot.runtime.clone();
        runtime.spawn(async move {
            let Slot { server, client, mut line, .. } = *slot;
            let stopping = async {
                let token = client.cancel_token();
                drop(client);
                let mut pause = PAUSE;
                // A request to stop that overtakes the statement is lost, so it is made again until all answers are in.
                loop {
                    pool.opener.cancel(server, token.clone()).await;
                    if time::timeout(pause, line.finish()).await.is_ok() {
                        break;
                    }
                    pause *= 2;
                }
            };
            // If not even that works, the connection is closed as it is.
            let _ = time::timeout(PATIENCE, stopping).await;
            drop(permit);
        });
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut slot) = self.slot.take() else { return };
        match slot.line.status() {
            Status::Closed => {}
            Status::Idle if !slot.touched => self.pool.give_back(slot),
            _ => {
                let (permit, pool, runtime) = (self.permit.take(), self.pool.clone(), slot.runtime.clone());
                // If the runtime is gone, this closes the connection.
                runtime.spawn(async move {
                    if matches!(time::timeout(PATIENCE, clean(&mut slot)).await, Ok(true)) {
                        pool.give_back(slot);
                    }
                    drop(permit);
                });
            }
        }
    }
}

/// Makes a connection as good as new; whether that worked. If not, it is to be closed, and so rolled back too.
async fn clean(slot: &mut Slot) -> bool {
    slot.line.settle().await;
    if slot.line.status() != Status::Idle && slot.line.drive(pin!(slot.client.batch_execute("ROLLBACK"))).await.is_err()
    {
        return false;
    }
    if slot.touched {
        if slot.line.drive(pin!(slot.client.batch_execute(RESET))).await.is_err() {
            return false;
        }
        (slot.touched, slot.set_up) = (false, false);
    }
    slot.line.status() == Status::Idle
}
