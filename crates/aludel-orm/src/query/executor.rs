//! Who answers a query.

use std::panic::Location;

use aludel_driver::{Connection, Query as Sql, TransactionMode, driver::Text};
use aludel_sql::{
    Error, ErrorKind, Result, Value, ValueRef, render,
    statement::{Delete, Select},
};

use super::{Load, Query};
use crate::{db::Db, model::Model, session::Session};

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

impl Executor<'_> {
    pub(crate) async fn all<M: Model>(self, query: &Query<M>, caller: &'static Location<'static>) -> Result<Vec<M>> {
        match self {
            Executor::Db(db) => {
                let mut connection = db.engine().acquire().await?;
                read(&mut connection, query, caller).await
            }
            Executor::Session(session) => session.values_of(query, caller).await,
        }
    }

    pub(crate) async fn count(self, select: &Select, caller: &'static Location<'static>) -> Result<u64> {
        let count = |row: &dyn aludel_driver::Row| match row.get(0)? {
            ValueRef::I64(count) => Ok(count.unsigned_abs()),
            other => Err(Error::new(ErrorKind::Decode, format!("expected a count, found {}", other.kind()))),
        };
        let counts = match self {
            Executor::Db(db) => {
                let mut connection = db.engine().acquire().await?;
                fetch(&mut connection, select, count, caller).await?
            }
            Executor::Session(session) => {
                session.flush_before(select).await?;
                let counts = fetch(session.connection().await?, select, count, caller).await;
                session.release();
                counts?
            }
        };
        Ok(counts.first().copied().unwrap_or(0))
    }

    pub(crate) async fn delete(self, delete: &Delete, caller: &'static Location<'static>) -> Result<u64> {
        let sql = |dialect| -> Result<Sql> {
            let rendered = render::delete(dialect, delete)?;
            Ok(Sql::write(rendered.sql, rendered.params).called_at(caller))
        };
        match self {
            Executor::Db(db) => {
                let sql = sql(db.engine().dialect())?;
                db.engine().acquire().await?.execute(sql).await
            }
            Executor::Session(session) => {
                session.flush().await?;
                session.begin().await?;
                let sql = sql(session.db().engine().dialect())?;
                session.connection().await?.execute(sql).await
            }
        }
    }
}

/// Runs a query and its loads on a connection; in one snapshot, when there are loads.
pub(crate) async fn read<M: Model>(
    connection: &mut Connection,
    query: &Query<M>,
    caller: &'static Location<'static>,
) -> Result<Vec<M>> {
    if query.loads().is_empty() {
        return rows(connection, query.select(), caller).await;
    }
    let own = connection.state() == aludel_driver::driver::State::Idle;
    if own {
        connection.begin(TransactionMode::Read).await?;
    }
    let result = rows_with_loads(connection, query.select(), query.loads(), caller).await;
    if own {
        // Nothing was changed: a rollback ends the snapshot whatever happened in it.
        connection.rollback().await?;
    }
    result
}

pub(crate) async fn rows_with_loads<M: Model>(
    connection: &mut Connection,
    select: &Select,
    loads: &[Load<M>],
    caller: &'static Location<'static>,
) -> Result<Vec<M>> {
    let mut rows = rows(connection, select, caller).await?;
    for load in loads {
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
    decode: fn(&dyn aludel_driver::Row) -> Result<T>,
    caller: &'static Location<'static>,
) -> Result<Vec<T>> {
    let rendered = render::select(connection.dialect(), select)?;
    fetch_text(connection, rendered.sql.into(), rendered.params, decode, caller).await
}

pub(crate) async fn fetch_text<T: Send + 'static>(
    connection: &mut Connection,
    sql: Text,
    params: Vec<Value>,
    decode: fn(&dyn aludel_driver::Row) -> Result<T>,
    caller: &'static Location<'static>,
) -> Result<Vec<T>> {
    connection.fetch(Sql::read(sql, params).called_at(caller), decode).await
}
