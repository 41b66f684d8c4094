//! A driver that injects faults: for tests of what a program does when a database fails it.
//!
//! ```
//! # use aludel_driver::{EngineOptions, ErrorKind, Query, State, Url, instrument::{Fault, Faults}};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> aludel_driver::Result<()> {
//! let (engine, faults) = Faults::connect(&"sqlite://".parse()?, EngineOptions::default()).await?;
//! let mut connection = engine.acquire().await?;
//! faults.at(2, Fault::Lose);
//! connection.execute(Query::other("CREATE TABLE t (x)")).await?;
//! let error = connection.execute(Query::write("INSERT INTO t VALUES (1)", vec![])).await.unwrap_err();
//! assert_eq!((error.kind(), connection.state()), (ErrorKind::Connect, State::Lost));
//! assert_eq!(faults.seen()[1].fault, Some(Fault::Lose));
//! # Ok(())
//! # }
//! ```

mod connection;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aludel_sql::{Dialect, Error, ErrorKind, Result};
use tokio::sync::Notify;

use crate::{
    driver::{BoxFuture, Driver, DriverConnection},
    engine::{self, Engine, EngineOptions},
    pool::PoolStatus,
    url::Url,
};
use connection::Faulty;

/// What goes wrong at a statement. BEGIN, COMMIT and ROLLBACK of a transaction are statements too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not sent, and fails with an error of this kind. A COMMIT that fails rolls back; a ROLLBACK that fails loses the
    /// connection.
    Fail(ErrorKind),
    /// The connection is lost before it is sent, and the transaction rolled back.
    Lose,
    /// It is sent, and the connection lost before the answer comes: what it does has happened, unless a transaction was around
    /// it, which is rolled back.
    LoseAnswer,
    /// It is never sent: its future waits until it is dropped, which loses the connection.
    Hold,
    /// It is sent, and its answer never comes: its future waits until it is dropped, which loses the connection.
    HoldAnswer,
}

/// A statement that a program sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its text; `BEGIN`, `COMMIT`, `ROLLBACK` for what begins and ends a transaction.
    pub sql: String,
    /// What went wrong at it.
    pub fault: Option<Fault>,
}

/// The faults to inject, and what was seen meanwhile. A clone is another handle to the same.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    plan: Mutex<Plan>,
    held: Notify,
}

#[derive(Debug, Default)]
struct Plan {
    waiting: Vec<(Place, Fault)>,
    refusals: Vec<ErrorKind>,
    seen: Vec<Seen>,
}

#[derive(Debug)]
enum Place {
    /// At a position in what is seen.
    Position(usize),
    /// Where the text contains this.
    Text(String),
}

impl Faults {
    /// An engine whose driver injects faults, and the handle to them. Nothing goes wrong until it is asked for.
    ///
    /// # Errors
    /// Those of [`Engine::connect`].
    pub async fn connect(url: &Url, options: EngineOptions) -> Result<(Engine, Faults)> {
        let faults = Faults::default();
        let driver = faults.wrap(engine::driver(url, &options).await?);
        Ok((Engine::with_driver(url.clone(), driver, options), faults))
    }

    /// A driver that does what `driver` does, but for the faults.
    pub fn wrap(&self, driver: Box<dyn Driver>) -> Box<dyn Driver> {
        Box::new(Instrumented { driver, faults: self.clone() })
    }

    /// Injects a fault at the statement that comes `number`th from now on, counted from 1, whichever connection it is on.
    pub fn at(&self, number: usize, fault: Fault) {
        let mut plan = self.plan();
        let position = plan.seen.len() + number.max(1) - 1;
        plan.waiting.push((Place::Position(position), fault));
    }

    /// Injects a fault at the next statement whose text contains `text`.
    pub fn at_text(&self, text: impl Into<String>, fault: Fault) {
        self.plan().waiting.push((Place::Text(text.into()), fault));
    }

    /// Refuses with an error of this kind to hand out a connection, once.
    pub fn refuse(&self, kind: ErrorKind) {
        self.plan().refusals.push(kind);
    }

    /// Waits until a statement is held: by [`Fault::HoldAnswer`], until it was done.
    pub async fn held(&self) {
        self.0.held.notified().await;
    }

    /// The statements so far, in the order they were to be sent.
    pub fn seen(&self) -> Vec<Seen> {
        self.plan().seen.clone()
    }

    /// Forgets what was seen, and all faults that have not happened.
    pub fn clear(&self) {
        *self.plan() = Plan::default();
    }

    /// Takes note of a statement, and says what is to go wrong at it.
    fn meet(&self, sql: &str) -> Option<Fault> {
        let mut plan = self.plan();
        let position = plan.seen.len();
        let here = plan.waiting.iter().position(|(place, _)| match place {
            Place::Position(at) => *at == position,
            Place::Text(text) => sql.contains(text.as_str()),
        });
        let fault = here.map(|here| plan.waiting.remove(here).1);
        plan.seen.push(Seen { sql: sql.to_owned(), fault });
        fault
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A driver that injects faults.
struct Instrumented {
    driver: Box<dyn Driver>,
    faults: Faults,
}

impl Driver for Instrumented {
    fn dialect(&self) -> &'static dyn Dialect {
        self.driver.dialect()
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn DriverConnection>>> {
        Box::pin(async {
            let refusal = self.faults.plan().refusals.pop();
            match refusal {
                Some(kind) => Err(injected(kind, "no connection is handed out")),
                None => Ok(Faulty::boxed(self.driver.acquire().await?, self.faults.clone())),
            }
        })
    }

    fn status(&self) -> PoolStatus {
        self.driver.status()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.driver.close()
    }
}

impl fmt::Debug for Instrumented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instrumented").field(&self.driver).finish()
    }
}

fn injected(kind: ErrorKind, what: &str) -> Error {
    Error::new(kind, format!("{what}: a fault that was injected")).with_help("Look for `Faults` in the test.")
}
