//! Rows one by one, with no more of them in memory than one portion has.

use std::{
    future::poll_fn,
    mem,
    panic::Location,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use aludel_driver::{Connection, Cursor, Query as Sql, Row, TransactionMode, driver::BoxFuture};
use aludel_sql::{
    Error, ErrorKind, Result, Value, ValueRef,
    expr::{BinaryOp, Expr as Node},
    statement::Select,
};
use futures_core::Stream;

use super::{Executor, IntoExecutor, Query, text};
use crate::model::{Model, ModelDef};

/// How many rows are fetched at a time, unless [`Rows::chunks`] says otherwise.
const PORTION: usize = 500;

impl<M: Model> Query<M> {
    /// The rows one by one, as they come from the database: `while let Some(user) = rows.next().await? { … }`.
    ///
    /// They are those of one state of the database. Of a `Db`, and of a session with no transaction open, that state is held, with a
    /// connection, until the rows end or are dropped. Relations asked for by [`Query::with`] are loaded for a portion of rows at a
    /// time. Where a database cannot do that between the rows of a query, the keys of all rows are read first.
    #[track_caller]
    pub fn stream<'e>(self, executor: impl IntoExecutor<'e>) -> Rows<'e, M> {
        let source = Source {
            lender: executor.into_executor().into(),
            query: self,
            caller: Location::caller(),
            portion: PORTION,
            way: Way::Unknown,
            over: false,
        };
        Rows { stage: Stage::Waiting(Box::new(source)), ready: Vec::new().into_iter() }
    }
}

/// Rows on their way from the database: see [`Query::stream`]. Also a [`futures_core::Stream`].
///
/// Nothing is sent before the first row is asked for. The future of [`Rows::next`] may be dropped, and nothing is lost; dropping
/// the rows themselves, at any time, stops the query.
pub struct Rows<'e, M: Model> {
    stage: Stage<'e, M>,
    ready: vec::IntoIter<M>,
}

impl<'e, M: Model> Rows<'e, M> {
    /// The next row, or `None` at the end.
    ///
    /// # Errors
    /// Those of [`Query::all`]; there are no rows after one. [`ErrorKind::Unsupported`] for relations of joined rows where the
    /// database can run nothing between the rows of a query.
    pub async fn next(&mut self) -> Result<Option<M>> {
        poll_fn(|context| self.poll_row(context)).await.transpose()
    }

    /// The rows in lists of `rows`, the last of which may be shorter.
    ///
    /// # Panics
    /// `rows` is 0.
    #[must_use]
    #[track_caller]
    pub fn chunks(mut self, rows: usize) -> Chunks<'e, M> {
        assert!(rows > 0, "a chunk has at least one row");
        if let Stage::Waiting(source) = &mut self.stage {
            source.portion = rows;
        }
        Chunks { rows: self, size: rows }
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<M>>> {
        loop {
            if let Some(row) = self.ready.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(self.poll_portion(context)) {
                Some(Ok(rows)) => self.ready = rows.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll_portion(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<M>>>> {
        if matches!(self.stage, Stage::Waiting(_))
            && let Stage::Waiting(source) = mem::replace(&mut self.stage, Stage::Over)
        {
            self.stage = Stage::Fetching(Box::pin(source.advance()));
        }
        let Stage::Fetching(fetching) = &mut self.stage else { return Poll::Ready(None) };
        let (source, rows) = ready!(fetching.as_mut().poll(context));
        self.stage = source.map_or(Stage::Over, Stage::Waiting);
        Poll::Ready(match rows {
            Ok(rows) if rows.is_empty() => None,
            rows => Some(rows),
        })
    }
}

/// Nothing in it is pinned.
impl<M: Model> Unpin for Rows<'_, M> {}

impl<M: Model> Stream for Rows<'_, M> {
    type Item = Result<M>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<M>>> {
        self.get_mut().poll_row(context)
    }
}

/// Rows in lists: see [`Rows::chunks`]. Also a [`futures_core::Stream`].
pub struct Chunks<'e, M: Model> {
    rows: Rows<'e, M>,
    size: usize,
}

impl<M: Model> Chunks<'_, M> {
    /// The next list of rows, or `None` at the end.
    ///
    /// # Errors
    /// As [`Rows::next`].
    pub async fn next(&mut self) -> Result<Option<Vec<M>>> {
        poll_fn(|context| self.poll_chunk(context)).await.transpose()
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<M>>>> {
        // Left over from when rows were taken one by one.
        if self.rows.ready.len() > 0 {
            return Poll::Ready(Some(Ok(self.rows.ready.by_ref().take(self.size).collect())));
        }
        self.rows.poll_portion(context)
    }
}

impl<M: Model> Unpin for Chunks<'_, M> {}

impl<M: Model> Stream for Chunks<'_, M> {
    type Item = Result<Vec<M>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Vec<M>>>> {
        self.get_mut().poll_chunk(context)
    }
}

enum Stage<'e, M: Model> {
    Waiting(Box<Source<'e, M>>),
    /// Kept here, so that whoever stops waiting for it loses nothing.
    Fetching(BoxFuture<'e, Fetched<'e, M>>),
    Over,
}

/// Where further rows come from, if there may be more, and a portion of them.
type Fetched<'e, M> = (Option<Box<Source<'e, M>>>, Result<Vec<M>>);

struct Source<'e, M: Model> {
    lender: Lender<'e>,
    query: Query<M>,
    caller: &'static Location<'static>,
    portion: usize,
    way: Way<M>,
    /// There are no more rows.
    over: bool,
}

enum Way<M> {
    Unknown,
    /// The rows, as they come.
    Cursor(Cursor<fn(&dyn Row) -> Result<M>>),
    /// The keys of the rows, of which those of a portion are read at a time.
    Keys(vec::IntoIter<Vec<Value>>),
}

impl<'e, M: Model> Source<'e, M> {
    async fn advance(mut self: Box<Self>) -> Fetched<'e, M> {
        let mut done = self.next_portion().await.map_err(|error| error.with_model(M::definition().name));
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
        (None, done)
    }

    async fn next_portion(&mut self) -> Result<Vec<M>> {
        if matches!(self.way, Way::Unknown) {
            self.begin().await?;
        }
        let connection = self.lender.connection().await?;
        let mut rows = match &mut self.way {
            Way::Cursor(cursor) => {
                let rows = cursor.next(connection).await?;
                self.over = rows.len() < self.portion;
                rows
            }
            Way::Keys(keys) => {
                let mut rows = Vec::new();
                // At a weak level of isolation, rows may be gone by now.
                while rows.is_empty() && keys.len() > 0 {
                    let select = with_keys::<M>(self.query.select_node(), keys.take(self.portion).collect());
                    rows = super::executor::rows::<M>(connection, &select, self.caller).await?;
                }
                self.over = keys.len() == 0;
                rows
            }
            Way::Unknown => Vec::new(),
        };
        if !rows.is_empty() {
            for load in self.query.loads() {
                load.fill(&mut rows, connection, self.caller).await?;
            }
        }
        Ok(rows)
    }

    /// Begins to read, inside a transaction.
    async fn begin(&mut self) -> Result<()> {
        let (select, caller) = (self.query.select_node(), self.caller);
        self.lender.begin(select).await?;
        let connection = self.lender.connection().await?;
        let dialect = connection.dialect();
        if self.query.loads().is_empty() || dialect.capability().statements_between_rows {
            let cached = text::select(dialect, select)?;
            let query = Sql::read(cached.sql, cached.params).called_at(caller);
            self.way = Way::Cursor(Cursor::new(query, self.portion, |row| M::decode(row, 0)));
            return Ok(());
        }
        let columns = M::definition().key.len();
        self.portion = self.portion.min(dialect.capability().max_params / columns.max(1) / 2).max(1);
        let cached = text::select(dialect, &keys_of(M::definition(), select, dialect.name())?)?;
        let query = Sql::read(cached.sql, cached.params).called_at(caller);
        let decode = move |row: &dyn Row| {
            (0..columns).map(|i| row.get(i).map(ValueRef::to_value)).collect::<Result<Vec<Value>>>()
        };
        self.way = Way::Keys(connection.fetch(query, decode).await?.into_iter());
        Ok(())
    }
}

/// The SELECT of the keys of the rows of another, in their order.
fn keys_of(model: &ModelDef, select: &Select, database: &str) -> Result<Select> {
    let plain =
        select.joins.is_empty() && select.from.len() == 1 && select.compound.is_empty() && select.group_by.is_empty();
    if !plain || select.distinct || !select.distinct_on.is_empty() {
        let message =
            format!("on {database}, a stream cannot load relations along with rows that are joined or grouped");
        return Err(Error::new(ErrorKind::Unsupported, message)
            .with_model(model.name)
            .with_help("Leave `with` away and load per chunk, or take all rows at once with `all`."));
    }
    Ok(Select { columns: key_columns(model).collect(), ..select.clone() })
}

/// The SELECT of those rows of another that have one of these keys.
fn with_keys<M: Model>(select: &Select, keys: Vec<Vec<Value>>) -> Select {
    let one_of = match &M::definition().key[..] {
        [_] => {
            let list = keys.into_iter().flatten().map(Node::Value).collect();
            key_columns(M::definition()).next().map(|column| Node::In { expr: Box::new(column), list, negated: false })
        }
        _ => {
            let one = |key: Vec<Value>| {
                let parts = key_columns(M::definition()).zip(key);
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

impl<'e> From<Executor<'e>> for Lender<'e> {
    fn from(executor: Executor<'e>) -> Self {
        Lender::Executor(executor)
    }
}

impl Lender<'_> {
    /// Sees to it that there is a transaction: that of the session, or one that reads.
    async fn begin(&mut self, select: &Select) -> Result<()> {
        let engine = match self {
            Lender::Executor(Executor::Db(db)) => db.engine().clone(),
            Lender::Executor(Executor::Session(session)) => {
                session.flush_before(select).await?;
                if session.in_transaction() {
                    return Ok(());
                }
                session.db().engine().clone()
            }
            Lender::Own(_) => return Ok(()),
        };
        let mut connection = engine.acquire().await?;
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
