//! MySQL and MariaDB: whichever the server says it is.
//!
//! | what | how |
//! |---|---|
//! | a statement | prepared once a connection, by its text; then one way there and back |
//! | a batch | one way there and back for each run |
//! | rows in portions | read off the wire as they are asked for; a few left over are read, else the connection is ended |
//! | DDL | commits by itself; [`crate::Connection::state`] then says so |
//! | a deadlock | the server undoes the whole transaction, which can only be rolled back |
//! | a future dropped half-way | the server is asked to end the connection, and waited for |
//! | a connection dropped in a transaction | rolled back at once, by a task that has a few seconds for it |
//!
//! The state of a transaction is what the server says it is: with each answer, and after an error when it is asked.
//! An INSERT without RETURNING gives its sink the key that was counted up, as a row of one column. Affected rows
//! are those that were found, changed or not. Sessions are in UTC, strict, and in UTF-8.

mod connection;
mod decode;
mod encode;
mod error;
mod flavour;
mod open;
mod pool;
mod run;
mod stream;
mod tls;

use std::{sync::Arc, time::Duration};

use aludel_sql::{Dialect, Result};

use crate::{
    driver::{BoxFuture, Driver, DriverConnection},
    pool::PoolStatus,
    runtime::{check_timer, runtime},
    url::Url,
};
use connection::MySqlConnection;
use open::Opener;
use pool::Pool;

/// The driver of one database on a MySQL or MariaDB server.
#[derive(Debug)]
pub struct MySqlDriver(Arc<Pool>);

/// Connects to the database of `url` once, to see that it works and which server it is.
///
/// # Errors
/// Those of [`crate::Engine::connect`].
pub async fn connect(url: &Url, acquire_timeout: Duration) -> Result<MySqlDriver> {
    let runtime = runtime()?;
    check_timer()?;
    let options = url.mysql_options()?;
    let mut opener = Opener::new(url, &options)?;
    let first = opener.first(&runtime).await?;
    Ok(MySqlDriver(Pool::new(opener, first, &options, acquire_timeout)))
}

impl Driver for MySqlDriver {
    fn dialect(&self) -> &'static dyn Dialect {
        self.0.flavour().dialect
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn DriverConnection>>> {
        Box::pin(async {
            let lease = self.0.acquire().await?;
            Ok(Box::new(MySqlConnection::new(lease)) as Box<dyn DriverConnection>)
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
