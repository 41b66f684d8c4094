//! PostgreSQL.
//!
//! | what | how |
//! |---|---|
//! | a statement | prepared once a connection, by its text; then one way there and back |
//! | a batch | all runs are sent before the first answer is awaited |
//! | rows in portions | a cursor: one way there and back a portion |
//! | BEGIN | sent with the first statement: on the same way if that reads or has to be prepared, else before it |
//! | COMMIT | only when nothing failed; the answer has to say that it was committed |
//! | a future dropped half-way | the server is asked to stop the statement, and the connection is closed |
//! | a connection dropped in a transaction | rolled back at once, by a task that has a few seconds for it |
//!
//! BEGIN and a statement that changes rows never travel together: were BEGIN stopped, the statement would commit by itself.
//!
//! The state of a transaction is what the server says it is. Sessions are in UTC.

mod array;
mod connection;
mod cursor;
mod decode;
mod encode;
mod error;
mod line;
mod numeric;
mod open;
mod pool;
mod run;
mod statements;
mod tls;
mod types;
mod wire;

use std::{sync::Arc, time::Duration};

use aludel_sql::{Dialect, Result, dialect::POSTGRES};

use crate::{
    driver::{BoxFuture, Driver, DriverConnection},
    pool::PoolStatus,
    runtime::{check_timer, runtime},
    url::Url,
};
use connection::PgConnection;
use open::Opener;
use pool::Pool;

/// The PostgreSQL driver of one database.
#[derive(Debug)]
pub struct PostgresDriver(Arc<Pool>);

/// Connects to the database of `url` once, to see that it works.
///
/// # Errors
/// Those of [`crate::Engine::connect`].
pub async fn connect(url: &Url, acquire_timeout: Duration) -> Result<PostgresDriver> {
    let runtime = runtime()?;
    check_timer()?;
    let options = url.postgres_options()?;
    let opener = Opener::new(url, &options)?;
    let first = opener.open(&runtime).await?;
    Ok(PostgresDriver(Pool::new(opener, first, &options, acquire_timeout)))
}

impl Driver for PostgresDriver {
    fn dialect(&self) -> &'static dyn Dialect {
        &POSTGRES
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn DriverConnection>>> {
        Box::pin(async {
            let lease = self.0.acquire().await?;
            Ok(Box::new(PgConnection::new(lease)) as Box<dyn DriverConnection>)
        })
    }

    fn status(&self) -> PoolStatus {
        self.0.places.status()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            drop(self.0.places.close());
            self.0.places.all_back().await
        })
    }
}
