//! Rows in portions, with no more of them in memory than one portion has.

use std::sync::atomic::{AtomicU64, Ordering};

use aludel_sql::{Error, ErrorKind, Result};

use super::{Collect, Connection};
use crate::{
    driver::{Query, State, Text},
    log::Watch,
    row::Row,
};

/// A query whose rows are taken portion by portion, inside a transaction of one connection, which is named at each portion.
///
/// Where the database has no [`aludel_sql::dialect::Capability::statements_between_rows`], any other statement on the connection ends it.
/// It is recorded in the query log when it ends, or is dropped.
pub struct Cursor<F> {
    stage: Stage,
    portion: usize,
    decode: F,
}

enum Stage {
    /// Nothing was sent.
    Waiting(Query),
    Open(Opened),
    /// All rows were taken, or something failed.
    Over,
}

impl<F> Cursor<F> {
    /// A cursor over the rows of `query`, `portion` of them at a time. Nothing is sent before [`Cursor::next`].
    pub fn new(query: Query, portion: usize, decode: F) -> Self {
        Cursor { stage: Stage::Waiting(query), portion: portion.max(1), decode }
    }

    /// The next portion of rows, full unless they are the last. Nothing when there are no more.
    ///
    /// # Errors
    /// Those of the database and of `decode`, with the statement's text; kind `Session` outside a transaction, and when another
    /// statement has ended it. There are no more rows afterwards.
    pub async fn next<T>(&mut self, connection: &mut Connection) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Clone + Send + 'static,
    {
        let (number, sql, mut watch, before) = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Waiting(query) => connection.open(query, self.portion).await?,
            Stage::Open(opened) => opened,
            Stage::Over => return Ok(Vec::new()),
        };
        if connection.cursor != Some(number) {
            return Err(ended().with_sql(&*sql));
        }
        let done = connection.driver.fetch(Collect::boxed(self.decode.clone())).await;
        let done = done.and_then(Collect::<T, F>::finish).map_err(|error| error.with_sql(&*sql));
        let last = done.as_ref().map_or(true, |rows| rows.len() < self.portion);
        let rows = before + done.as_ref().map_or(0, |rows| rows.len() as u64);
        if !last {
            watch.iter_mut().for_each(|watch| watch.rows = rows);
            self.stage = Stage::Open((number, sql, watch, rows));
            return done;
        }
        connection.cursor = None;
        let closed = if done.is_ok() { connection.driver.close().await } else { Ok(()) };
        connection.end(watch, closed.and(done), |_| rows)
    }
}

/// The number of a cursor, its text and its clock, and how many rows were taken.
type Opened = (u64, Text, Option<Watch>, u64);

impl Connection {
    async fn open(&mut self, mut query: Query, portion: usize) -> Result<Opened> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if self.state() == State::Idle {
            return Err(Error::new(ErrorKind::Session, "rows can be taken in portions inside a transaction alone")
                .with_help("Begin one: `TransactionMode::Read` is enough."));
        }
        self.close_cursor().await?;
        let watch = self.watch(query.statement())?;
        let sql = query.sql.clone();
        if let Err(error) = self.driver.open(query, portion).await {
            return self.end(watch, Err(error.with_sql(&*sql)), |_: &Opened| 0);
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.cursor = Some(number);
        Ok((number, sql, watch, 0))
    }

    /// Ends the cursor that is open, if there is one.
    pub(super) async fn close_cursor(&mut self) -> Result<()> {
        if self.cursor.take().is_some() { self.driver.close().await } else { Ok(()) }
    }

    /// Makes way for another statement.
    pub(super) async fn make_way(&mut self) -> Result<()> {
        if self.cursor.is_none() || self.dialect().capability().statements_between_rows {
            return Ok(());
        }
        self.close_cursor().await
    }
}

#[cold]
fn ended() -> Error {
    Error::new(
        ErrorKind::Session,
        "the rows cannot be read on: another statement, or the end of the transaction, came between",
    )
    .with_help("Read all rows of a stream before the next statement, or give each a connection of its own.")
}
