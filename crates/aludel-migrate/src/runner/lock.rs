//! The lock that keeps other runs out while one is under way, and the pauses between tries to get a lock.
//!
//! It is held on a connection of its own, and asked for again and again: who waits for it inside the database would hold up
//! what the run itself waits for.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

use aludel_driver::{Connection, Engine, Query, TransactionMode};
use aludel_sql::{Error, ErrorKind, Result};

use super::Migrator;
use crate::catalog::{self, LockSql};

/// The first pause, which doubles up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Waits before try number `tried`, counted from 1: longer each time, and never as long as others do.
pub(super) async fn pause(tried: u32) {
    let longest = PAUSE.saturating_mul(1 << tried.saturating_sub(1).min(10)).min(LONGEST_PAUSE);
    let share = f64::from(RandomState::new().hash_one(tried) as u32) / f64::from(u32::MAX);
    tokio::time::sleep(longest.mul_f64(0.5 + share / 2.0)).await;
}

/// The lock of one run. Dropping it gives it back, as the driver leaves nothing of a transaction or a session behind.
pub(super) struct RunLock(Option<(Connection, &'static LockSql)>);

impl RunLock {
    /// Takes the lock, waiting for it as long as the migrator says; does nothing where a transaction is lock enough.
    pub(super) async fn take(migrator: &Migrator, engine: &Engine) -> Result<Self> {
        let Some(lock) = &catalog::of(engine.dialect())?.lock else { return Ok(RunLock(None)) };
        if engine.url().options().iter().any(|(name, value)| name == "pool" && value == "1") {
            return Err(Error::new(
                ErrorKind::Config,
                "a migration needs two connections, one of them for its lock, and the database URL says `pool=1`",
            )
            .with_help("Allow two with `?pool=2` in the database URL"));
        }
        let mut connection = engine.acquire().await?;
        if lock.in_transaction {
            connection.begin(TransactionMode::Write).await?;
        }
        for sql in lock.before {
            connection.execute(Query::other(*sql)).await?;
        }
        if let Some(partial) = lock.partial.filter(|_| !migrator.allow_cluster)
            && !connection.fetch(Query::read(partial, Vec::new()), |_| Ok(())).await?.is_empty()
        {
            return Err(Error::new(
                ErrorKind::Migration,
                "the server is a node of a cluster, and its locks keep out only those who are connected to the same node",
            )
            .with_help("Make sure that nobody else migrates, then allow it with `Migrator::allow_cluster`"));
        }
        let begun = Instant::now();
        let mut tried = 0;
        while catalog::numbers(&mut connection, Query::other(lock.take)).await? != [1] {
            if begun.elapsed() >= migrator.lock_timeout {
                let seconds = migrator.lock_timeout.as_secs_f64();
                let message = format!("another program has been migrating the database for more than {seconds} s");
                return Err(
                    Error::new(ErrorKind::Busy, message).with_help("Wait until it is done, or end it, then try again")
                );
            }
            tried += 1;
            pause(tried).await;
        }
        Ok(RunLock(Some((connection, lock))))
    }

    /// Makes sure that the lock is still held.
    pub(super) async fn check(&mut self) -> Result<()> {
        let Some((connection, lock)) = &mut self.0 else { return Ok(()) };
        let lost = || {
            Error::new(ErrorKind::Migration, "the lock that keeps other programs from migrating was lost")
                .with_help("Look whether the server was restarted, then run the migration again")
        };
        match catalog::numbers(connection, Query::other(lock.held)).await {
            Ok(held) if held == [1] => Ok(()),
            Ok(_) => Err(lost()),
            Err(error) => Err(lost().with_source(error)),
        }
    }

    /// Gives the lock back. If that fails, the connection is gone and the lock with it.
    pub(super) async fn release(self) {
        let Some((mut connection, lock)) = self.0 else { return };
        let _ = match lock.release {
            Some(sql) => connection.execute(Query::other(sql)).await.map(drop),
            None => connection.rollback().await,
        };
    }
}
