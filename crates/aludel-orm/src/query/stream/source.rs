//! Where the rows of a stream come from: whose connection, and what it is asked, portion by portion.

use std::{collections::HashMap, panic::Location, sync::Arc, vec};

use aludel_driver::{Connection, Cursor, Query as Driven, Row, TransactionMode, driver::BoxFuture};
use aludel_sql::{Error, ErrorKind, Result, ValueRef, statement::Select};

use crate::{
    key::Key,
    model::ModelDef,
    query::{
        Boxed, Executor, FromRow, Query, Sql, executor,
        load::{Side, distinct},
        raw, text,
    },
};

/// Where further rows come from, if there may be more, and a portion of them.
pub(super) type Fetched<'e, T> = (Option<Box<Source<'e, T>>>, Result<Vec<T>>);

pub(super) struct Source<'e, T> {
    lender: Lender<'e>,
    asked: Asked<T>,
    caller: &'static Location<'static>,
    pub(super) portion: usize,
    way: Way<T>,
    /// There are no more rows.
    over: bool,
}

/// What the database is asked.
pub(super) enum Asked<T> {
    Query(Box<Query<Boxed, T>>),
    /// SQL of the program's own, and the cursor over its rows.
    Sql(Sql, fn(Driven, usize) -> Box<dyn Portions<T>>),
}

enum Way<T> {
    Unknown,
    /// The rows, as they come.
    Cursor(Box<dyn Portions<T>>),
    /// The keys of the rows, of which those of a portion are read at a time.
    Keys(&'static ModelDef, vec::IntoIter<Key>),
}

/// A cursor, however its rows are decoded.
pub(super) trait Portions<T>: Send {
    fn next<'a>(&'a mut self, connection: &'a mut Connection) -> BoxFuture<'a, Result<Vec<T>>>;
}

impl<T, F> Portions<T> for Cursor<F>
where
    T: Send + 'static,
    F: FnMut(&dyn Row) -> Result<T> + Clone + Send + 'static,
{
    fn next<'a>(&'a mut self, connection: &'a mut Connection) -> BoxFuture<'a, Result<Vec<T>>> {
        Box::pin(Cursor::next(self, connection))
    }
}

impl<R: FromRow> Asked<R> {
    pub(super) fn sql(sql: Sql) -> Self {
        Asked::Sql(sql.read_only(), |query, portion| Box::new(Cursor::new(query, portion, raw::decoder::<R>())))
    }
}

impl<'e, T: Send + 'static> Source<'e, T> {
    pub(super) fn new(
        asked: Asked<T>,
        executor: Executor<'e>,
        caller: &'static Location<'static>,
        portion: usize,
    ) -> Self {
        Source { lender: Lender::Executor(executor), asked, caller, portion, way: Way::Unknown, over: false }
    }

    pub(super) async fn advance(mut self: Box<Self>) -> Fetched<'e, T> {
        let mut done = self.next_portion().await;
        if done.is_ok() && !self.over {
            return (Some(self), done);
        }
        // Nothing was changed: a rollback ends the snapshot.
        if let Lender::Own(connection) = &mut self.lender
            && let Err(error) = connection.rollback().await
            && done.is_ok()
        {
            done = Err(error);
        }
        if let Asked::Query(query) = &self.asked
            && let Some(model) = query.model()
        {
            done = done.map_err(|error| error.with_model(model.name));
        }
        (None, done)
    }

    async fn next_portion(&mut self) -> Result<Vec<T>> {
        if matches!(self.way, Way::Unknown) {
            self.begin().await?;
        }
        let connection = self.lender.connection().await?;
        let mut rows = Vec::new();
        match (&mut self.way, &self.asked) {
            (Way::Cursor(cursor), _) => {
                rows = cursor.next(connection).await?;
                self.over = rows.len() < self.portion;
            }
            (Way::Keys(model, keys), Asked::Query(query)) => {
                // At a weak level of isolation, rows may be gone by now.
                while rows.is_empty() && keys.len() > 0 {
                    let portion = keys.take(self.portion).collect();
                    rows = rows_of(portion, model, query, connection, self.caller).await?;
                }
                self.over = keys.len() == 0;
            }
            _ => {}
        }
        if let Asked::Query(query) = &self.asked
            && !rows.is_empty()
        {
            for load in query.loads() {
                load.fill(&mut rows, connection, self.caller).await?;
            }
        }
        Ok(rows)
    }

    /// Begins to read, inside a transaction.
    async fn begin(&mut self) -> Result<()> {
        self.lender.begin(&self.asked, self.caller).await?;
        let connection = self.lender.connection().await?;
        let dialect = connection.dialect();
        let query = match &self.asked {
            Asked::Query(query) => query,
            Asked::Sql(sql, cursor) => {
                self.way = Way::Cursor(cursor(sql.driven(dialect, self.caller)?, self.portion));
                return Ok(());
            }
        };
        let select = query.select_node();
        if query.loads().is_empty() || dialect.capability().statements_between_rows {
            let cached = text::select(connection.target(), select)?;
            let driven = Driven::read(cached.sql, cached.params).called_at(self.caller);
            self.way = Way::Cursor(Box::new(Cursor::new(driven, self.portion, query.decoder())));
            return Ok(());
        }
        let Some(model) = query.model() else {
            return Err(Error::new(ErrorKind::Session, "rows with relations are of no model"));
        };
        let (select, columns) = keys_of(model, select);
        let cached = text::select(connection.target(), &select)?;
        let driven = Driven::read(cached.sql, cached.params).called_at(self.caller);
        let keys = connection.fetch(driven, move |row: &dyn Row| key(row, &columns)).await?;
        self.way = Way::Keys(model, keys.into_iter());
        Ok(())
    }
}

/// A SELECT of the keys of a query whose rows are a model's, in their order, and the places of their columns in it.
fn keys_of(model: &ModelDef, select: &Select) -> (Select, Vec<usize>) {
    let by_columns =
        select.distinct || !select.distinct_on.is_empty() || !select.group_by.is_empty() || !select.compound.is_empty();
    if by_columns {
        // Which rows there are may depend on what is selected.
        return (select.clone(), model.key.clone());
    }
    let columns = model.key.iter().map(|&column| select.columns[column].clone()).collect();
    (Select { columns, labels: Vec::new(), ..select.clone() }, (0..model.key.len()).collect())
}

fn key(row: &dyn Row, columns: &[usize]) -> Result<Key> {
    let values = columns.iter().map(|&column| row.get(column).map(ValueRef::to_value));
    values.collect::<Result<Vec<_>>>().map(Key::new)
}

/// The rows of a model with these keys, in their order, as often as each is there: a join gives a row several times.
async fn rows_of<T: Send + 'static>(
    keys: Vec<Key>,
    model: &'static ModelDef,
    query: &Query<Boxed, T>,
    connection: &mut Connection,
    caller: &'static Location<'static>,
) -> Result<Vec<T>> {
    let mut times = HashMap::new();
    for key in &keys {
        *times.entry(key.clone()).or_insert(0) += 1;
    }
    let times = Arc::new(times);
    let mut found: HashMap<Key, Vec<T>> = HashMap::new();
    for mut select in Side::of_key(model).selects(model, &distinct(keys.iter().cloned()), connection.dialect()) {
        select.lock = query.select_node().lock.clone();
        let cached = text::select(connection.target(), &select)?;
        let driven = Driven::read(cached.sql, cached.params).called_at(caller);
        let (times, decode) = (times.clone(), query.decoder());
        // A row cannot be cloned, but read again.
        let read = move |row: &dyn Row| {
            let key = key(row, &model.key)?;
            let copies = (0..times.get(&key).copied().unwrap_or(0)).map(|_| decode(row));
            let copies = copies.collect::<Result<Vec<T>>>()?;
            Ok((key, copies))
        };
        found.extend(connection.fetch(driven, read).await?);
    }
    Ok(keys.iter().filter_map(|key| found.get_mut(key)?.pop()).collect())
}

/// Whose connection the rows come through.
enum Lender<'e> {
    Executor(Executor<'e>),
    /// One of the rows' own, in a transaction that reads.
    Own(Connection),
}

impl Lender<'_> {
    /// Sees to it that there is a transaction: that of the session, or one that reads.
    async fn begin<T>(&mut self, asked: &Asked<T>, caller: &'static Location<'static>) -> Result<()> {
        let locks = matches!(asked, Asked::Query(query) if query.select_node().lock.is_some());
        if let Asked::Query(query) = asked {
            query.check()?;
            if query.select_node().writes() {
                return Err(Error::new(ErrorKind::Usage, "a query whose WITH changes rows cannot be streamed")
                    .with_help("Ask for all of its rows: `.all(…)`."));
            }
        }
        let engine = match self {
            Lender::Executor(Executor::Db(_)) if locks => return Err(executor::no_transaction_to_lock_in()),
            Lender::Executor(Executor::Db(db)) => db.engine().clone(),
            Lender::Executor(Executor::Session(session)) => {
                match asked {
                    Asked::Query(query) => session.flush_before(query.select_node()).await?,
                    Asked::Sql(..) => session.flush().await?,
                }
                session.called_at(caller);
                if locks {
                    session.open().await?;
                }
                if session.in_transaction() {
                    return Ok(());
                }
                session.db().engine().clone()
            }
            Lender::Own(_) => return Ok(()),
        };
        let mut connection = engine.acquire_at(caller).await?;
        connection.begin(TransactionMode::Read).await?;
        *self = Lender::Own(connection);
        Ok(())
    }

    async fn connection(&mut self) -> Result<&mut Connection> {
        match self {
            Lender::Own(connection) => Ok(connection),
            Lender::Executor(Executor::Session(session)) => session.open_connection().await,
            Lender::Executor(Executor::Db(_)) => {
                Err(Error::new(ErrorKind::Session, "the rows have no transaction to be read in"))
            }
        }
    }
}
