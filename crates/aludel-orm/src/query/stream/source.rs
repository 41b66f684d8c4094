//! Where the rows of a stream come from: whose connection, and what it is asked, portion by portion.

use std::{panic::Location, vec};

use aludel_driver::{Connection, Cursor, Query as Driven, Row, TransactionMode, driver::BoxFuture};
use aludel_sql::{
    Error, ErrorKind, Result, Value, ValueRef,
    expr::{BinaryOp, Expr as Node},
    statement::{Relation, Select},
};

use crate::{
    model::ModelDef,
    query::{Boxed, Executor, FromRow, Query, Sql, executor, raw, text},
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
    Keys(&'static ModelDef, vec::IntoIter<Vec<Value>>),
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
                    let select = with_keys(model, query.select_node(), keys.take(self.portion).collect());
                    rows = executor::fetch(connection, &select, query.decoder(), self.caller).await?;
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
        let (model, select) = keys_of(query, dialect.name())?;
        let columns = model.key.len();
        self.portion = self.portion.min(dialect.capability().max_params / columns.max(1) / 2).max(1);
        let cached = text::select(connection.target(), &select)?;
        let driven = Driven::read(cached.sql, cached.params).called_at(self.caller);
        let decode = move |row: &dyn Row| {
            (0..columns).map(|i| row.get(i).map(ValueRef::to_value)).collect::<Result<Vec<Value>>>()
        };
        self.way = Way::Keys(model, connection.fetch(driven, decode).await?.into_iter());
        Ok(())
    }
}

/// The model of the rows of a query, and the SELECT of their keys, in their order.
fn keys_of<T>(query: &Query<Boxed, T>, database: &str) -> Result<(&'static ModelDef, Select)> {
    let select = query.select_node();
    let table = matches!(&select.from[..], [from] if matches!(from.relation, Relation::Table(_)));
    let plain = table && select.joins.is_empty() && select.compound.is_empty() && select.group_by.is_empty();
    match query.model() {
        Some(model) if plain && !select.distinct && select.distinct_on.is_empty() => {
            Ok((model, Select { columns: key_columns(model).collect(), ..select.clone() }))
        }
        _ => {
            let message =
                format!("on {database}, a stream cannot load relations along with rows that are joined or grouped");
            Err(Error::new(ErrorKind::Unsupported, message)
                .with_help("Leave `with` away and load per chunk, or take all rows at once with `all`."))
        }
    }
}

/// The SELECT of those rows of another that have one of these keys.
fn with_keys(model: &ModelDef, select: &Select, keys: Vec<Vec<Value>>) -> Select {
    let one_of = match &model.key[..] {
        [_] => {
            let list = keys.into_iter().flatten().map(Node::Value).collect();
            key_columns(model).next().map(|column| Node::In { expr: Box::new(column), list, negated: false })
        }
        _ => {
            let one = |key: Vec<Value>| {
                let parts = key_columns(model).zip(key);
                Node::And(parts.map(|(column, value)| column.binary(BinaryOp::Eq, Node::Value(value))).collect())
            };
            Some(Node::Or(keys.into_iter().map(one).collect()))
        }
    };
    let filter = match (select.filter.clone(), one_of) {
        (Some(filter), Some(one_of)) => Some(filter.and(one_of)),
        (filter, one_of) => filter.or(one_of),
    };
    Select { filter, limit: None, offset: None, ..select.clone() }
}

fn key_columns(model: &ModelDef) -> impl Iterator<Item = Node> {
    model.key.iter().map(|&column| Node::column(0, model.fields[column].column))
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
