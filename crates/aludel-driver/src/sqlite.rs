//! SQLite.
//!
//! A short statement costs a few microseconds, a hop to another thread tens of them. So:
//!
//! | statement | where it runs |
//! |---|---|
//! | one that reads | on the calling task, under a budget of operations; one that overruns is interrupted and run again on tokio's blocking pool, at once the next time |
//! | one that writes | on the calling task, never interrupted; on the blocking pool if it was long the last time, is a large batch, or waits for the disk |
//! | one whose rows are taken in portions | on the blocking pool, which waits there for someone to want more |
//! | COMMIT | on the calling task unless it waits for the disk |
//! | any other | on the blocking pool |
//!
//! No statement on the calling task waits for a lock: one that meets a busy database moves to the blocking pool and waits
//! there. The writers of one engine queue in order of arrival before they ask SQLite for its lock, so that they wait as
//! tasks and never meet each other there; the time-out of the URL bounds both waits.
//!
//! A statement on the blocking pool owns its connection meanwhile. If nobody waits for it any more, it is
//! interrupted, rolls back, and gives the connection back itself.

mod checkpoint;
mod connection;
mod error;
mod functions;
mod hooks;
mod job;
mod open;
mod pool;
mod run;
mod stream;
mod temporary;
mod value;

use std::{sync::Arc, time::Duration};

use aludel_sql::{Dialect, Result, dialect::SQLITE};

use crate::{
    driver::{BoxFuture, Driver, DriverConnection},
    pool::PoolStatus,
    runtime::{check_timer, gone, runtime},
    url::Url,
};
use connection::SqliteConnection;
use open::Opener;
use pool::Pool;

/// The SQLite driver of one database file.
#[derive(Debug)]
pub struct SqliteDriver(Arc<Pool>);

/// Opens the database file of `url`, and one connection to see that it works.
///
/// # Errors
/// Those of [`crate::Engine::connect`].
pub async fn connect(url: &Url, acquire_timeout: Duration) -> Result<SqliteDriver> {
    let runtime = runtime()?;
    check_timer()?;
    let options = url.sqlite_options()?;
    let path = url.path().map(ToOwned::to_owned);
    let opened = runtime.spawn_blocking(move || -> Result<_> {
        let opener = Opener::new(path, &options)?;
        let first = opener.first()?;
        Ok(Pool::new(opener, first, &options, acquire_timeout))
    });
    Ok(SqliteDriver(opened.await.map_err(|_| gone())??))
}

impl Driver for SqliteDriver {
    fn dialect(&self) -> &'static dyn Dialect {
        &SQLITE
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn DriverConnection>>> {
        Box::pin(async {
            let lease = self.0.acquire().await?;
            Ok(Box::new(SqliteConnection::new(lease)) as Box<dyn DriverConnection>)
        })
    }

    fn status(&self) -> PoolStatus {
        self.0.places.status()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            // The last one to be closed writes the log back into the file.
            let idle = self.0.places.close();
            runtime()?.spawn_blocking(move || drop(idle)).await.map_err(|_| gone())?;
            self.0.places.all_back().await
        })
    }
}
