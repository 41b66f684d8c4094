//! Who answers a query.

use std::panic::Location;

use aludel_driver::{Access, Batch, Connection, Query as Sql, Row, TransactionMode};
use aludel_sql::{
    Error, ErrorKind, Result, ValueRef,
    render::{Cached, Target},
    statement::Select,
};

use super::{Query, text};
use crate::{
    db::Db,
    error::{Change, explain, explain_select},
    model::{Model, ModelDef},
    session::Session,
};

/// How a row becomes a value.
pub(crate) type Decode<T> = fn(&dyn Row) -> Result<T>;

/// What can answer a query: `&db`, or `&mut session`, whose unwritten changes are then written first.
pub trait IntoExecutor<'e> {
    #[doc(hidden)]
    fn into_executor(self) -> Executor<'e>;
}

/// Who answers a query.
#[doc(hidden)]
pub enum Executor<'e> {
    Db(&'e Db),
    Session(&'e mut Session),
}

impl<'e> IntoExecutor<'e> for &'e Db {
    fn into_executor(self) -> Executor<'e> {
        Executor::Db(self)
    }
}

impl<'e> IntoExecutor<'e> for &'e mut Session {
    fn into_executor(self) -> Executor<'e> {
        Executor::Session(self)
    }
}

impl<'e> IntoExecutor<'e> for Executor<'e> {
    fn into_executor(self) -> Executor<'e> {
        self
    }
}

impl Executor<'_> {
    /// The same, for one statement before others.
    pub(crate) fn reborrow(&mut self) -> Executor<'_> {
        match self {
            Executor::Db(db) => Executor::Db(db),
            Executor::Session(session) => Executor::Session(session),
        }
    }

    /// What its statements are written for.
    pub(crate) fn target(&self) -> Target<'_> {
        match self {
            Executor::Db(db) => db.engine().target(),
            Executor::Session(session) => session.db().engine().target(),
        }
    }

    /// Adds to an error of a statement that changes rows of a model what the models know.
    pub(crate) fn explain(&self, error: Error, model: &'static ModelDef, change: Change) -> Error {
        let db = match self {
            Executor::Db(db) => db,
            Executor::Session(session) => session.db(),
        };
        explain(error, model, db.models(), change)
    }

    pub(crate) async fn all<Src, Out: Send + 'static>(
        self,
        query: &Query<Src, Out>,
        caller: &'static Location<'static>,
    ) -> Result<Vec<Out>> {
        query.check()?;
        let select = query.select_node();
        match self {
            Executor::Db(_) if select.lock.is_some() => Err(no_transaction_to_lock_in()),
            Executor::Db(db) => {
                let mut connection = db.engine().acquire_at(caller).await?;
                let rows = read(&mut connection, query, caller).await;
                rows.map_err(|error| explain_select(error, select, db.models()))
            }
            Executor::Session(session) => {
                session.flush_before(select).await?;
                session.called_at(caller);
                if begins(select) {
                    session.open().await?;
                }
                let rows = read(session.connection().await?, query, caller).await;
                session.release();
                rows.map_err(|error| explain_select(error, select, session.db().models()))
            }
        }
    }

    /// Runs a SELECT that gives one number.
    pub(crate) async fn count(self, select: &Select, caller: &'static Location<'static>) -> Result<u64> {
        let count = |row: &dyn Row| match row.get(0)? {
            ValueRef::I64(count) => Ok(count.unsigned_abs()),
            other => Err(Error::new(ErrorKind::Decode, format!("expected a count, found {}", other.kind()))),
        };
        let counts = match self {
            Executor::Db(db) => {
                let mut connection = db.engine().acquire_at(caller).await?;
                let counts = fetch(&mut connection, select, count, caller).await;
                counts.map_err(|error| explain_select(error, select, db.models()))?
            }
            Executor::Session(session) => {
                session.flush_before(select).await?;
                session.called_at(caller);
                if begins(select) {
                    session.open().await?;
                }
                let counts = fetch(session.connection().await?, select, count, caller).await;
                session.release();
                counts.map_err(|error| explain_select(error, select, session.db().models()))?
            }
        };
        Ok(counts.first().copied().unwrap_or(0))
    }

    /// Runs a statement that changes rows, in the session's transaction if it is a session's; how many they were.
    pub(crate) async fn write(self, sql: Cached, caller: &'static Location<'static>) -> Result<u64> {
        self.execute(Sql::write(sql.sql, sql.params).called_at(caller)).await
    }

    /// Runs any statement, in the session's transaction if it is a session's; how many rows it changed.
    pub(crate) async fn execute(self, sql: Sql) -> Result<u64> {
        match self {
            Executor::Db(db) => acquire(db, sql.caller).await?.execute(sql).await,
            Executor::Session(session) => {
                session.flush().await?;
                session.called_at(caller(sql.caller));
                session.open().await?;
                session.connection().await?.execute(sql).await
            }
        }
    }

    /// Runs statements that insert rows, all or none: how many rows they changed, and what they handed back of each.
    pub(crate) async fn write_batches<T: Send + 'static>(
        self,
        batches: Vec<Batch>,
        decode: Option<Decode<T>>,
    ) -> Result<(u64, Vec<T>)> {
        match self {
            Executor::Db(db) => {
                let mut connection = acquire(db, batches.first().and_then(|batch| batch.caller)).await?;
                if batches.len() < 2 {
                    return run_batches(&mut connection, batches, decode).await;
                }
                connection.begin(TransactionMode::Write).await?;
                // Dropping the connection rolls back.
                let done = run_batches(&mut connection, batches, decode).await?;
                connection.commit().await?;
                Ok(done)
            }
            Executor::Session(session) => {
                session.flush().await?;
                session.called_at(caller(batches.first().and_then(|batch| batch.caller)));
                session.open().await?;
                run_batches(session.connection().await?, batches, decode).await
            }
        }
    }

    /// Runs a statement that changes rows and hands back something of each.
    pub(crate) async fn write_returning<T, F>(
        self,
        sql: Cached,
        decode: F,
        caller: &'static Location<'static>,
    ) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
    {
        self.fetch(Sql::write(sql.sql, sql.params).called_at(caller), decode).await
    }

    /// Runs any statement that gives rows. Before one that may change something, a session writes its changes and begins.
    pub(crate) async fn fetch<T, F>(self, sql: Sql, decode: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
    {
        match self {
            Executor::Db(db) => acquire(db, sql.caller).await?.fetch(sql, decode).await,
            Executor::Session(session) => {
                session.flush().await?;
                session.called_at(caller(sql.caller));
                if sql.access != Access::Read {
                    session.open().await?;
                }
                let rows = session.connection().await?.fetch(sql, decode).await;
                session.release();
                rows
            }
        }
    }
}

/// What is said of a lock on rows that is asked of a [`Db`].
pub(super) fn no_transaction_to_lock_in() -> Error {
    Error::new(ErrorKind::Usage, "a lock on rows lasts as long as a transaction, and there is none")
        .with_help("Ask through a session: `.all(&mut session)`.")
}

/// The line a statement came from.
#[track_caller]
fn caller(said: Option<&'static Location<'static>>) -> &'static Location<'static> {
    said.unwrap_or_else(Location::caller)
}

async fn acquire(db: &Db, said: Option<&'static Location<'static>>) -> Result<Connection> {
    db.engine().acquire_at(caller(said)).await
}

async fn run_batches<T: Send + 'static>(
    connection: &mut Connection,
    batches: Vec<Batch>,
    decode: Option<Decode<T>>,
) -> Result<(u64, Vec<T>)> {
    let (mut changed, mut rows) = (0, Vec::new());
    for mut batch in batches {
        // A statement that is run once is no batch, which would be a transaction of its own.
        let single = if batch.rows.len() == 1 { batch.rows.pop() } else { None };
        match (single, decode) {
            (Some(params), decode) => {
                let sql = Sql { sql: batch.sql, params, access: Access::Write, caller: batch.caller };
                match decode {
                    Some(decode) => rows.extend(connection.fetch(sql, decode).await?),
                    None => changed += connection.execute(sql).await?,
                }
            }
            (None, Some(decode)) => rows.extend(connection.fetch_many(batch, decode).await?.1),
            (None, None) => changed += connection.execute_many(batch).await?.into_iter().sum::<u64>(),
        }
    }
    Ok((changed, rows))
}

/// Runs a query and its loads on a connection; in one snapshot, when there are loads.
pub(crate) async fn read<Src, Out: Send + 'static>(
    connection: &mut Connection,
    query: &Query<Src, Out>,
    caller: &'static Location<'static>,
) -> Result<Vec<Out>> {
    let named = |error: Error| match query.model() {
        Some(model) => error.with_model(model.name),
        None => error,
    };
    if query.loads().is_empty() {
        return fetch(connection, query.select_node(), query.decoder(), caller).await.map_err(named);
    }
    let own = connection.state() == aludel_driver::driver::State::Idle;
    let writes = query.select_node().writes();
    if own {
        connection.begin(if writes { TransactionMode::Write } else { TransactionMode::Read }).await?;
    }
    let result = rows_with_loads(connection, query, caller).await.map_err(named);
    if own && writes && result.is_ok() {
        connection.commit().await?;
    } else if own {
        // Nothing was changed: a rollback ends the snapshot whatever happened in it.
        connection.rollback().await?;
    }
    result
}

async fn rows_with_loads<Src, Out: Send + 'static>(
    connection: &mut Connection,
    query: &Query<Src, Out>,
    caller: &'static Location<'static>,
) -> Result<Vec<Out>> {
    let mut rows = fetch(connection, query.select_node(), query.decoder(), caller).await?;
    for load in query.loads() {
        load.fill(&mut rows, connection, caller).await?;
    }
    Ok(rows)
}

pub(crate) async fn rows<M: Model>(
    connection: &mut Connection,
    select: &Select,
    caller: &'static Location<'static>,
) -> Result<Vec<M>> {
    fetch(connection, select, |row| M::decode(row, 0), caller)
        .await
        .map_err(|error| error.with_model(M::definition().name))
}

pub(crate) async fn fetch<T: Send + 'static>(
    connection: &mut Connection,
    select: &Select,
    decode: Decode<T>,
    caller: &'static Location<'static>,
) -> Result<Vec<T>> {
    let sql = driven(connection.target(), select, caller)?;
    connection.fetch(sql, decode).await
}

/// A SELECT as it is sent: one whose WITH changes rows is a statement that writes.
pub(crate) fn driven(target: Target<'_>, select: &Select, caller: &'static Location<'static>) -> Result<Sql> {
    let Cached { sql, params, .. } = text::select(target, select)?;
    let sql = if select.writes() { Sql::write(sql, params) } else { Sql::read(sql, params) };
    Ok(sql.called_at(caller))
}

/// Whether a session begins its transaction before a SELECT: one that locks rows, or changes some.
pub(crate) fn begins(select: &Select) -> bool {
    select.lock.is_some() || select.writes()
}
