//! Queries: questions as values.

mod executor;
mod load;
mod stream;

pub use executor::{Executor, IntoExecutor};
pub(crate) use executor::{fetch_text, read as executor_read};
pub use load::{Fill, IntoLoad, Load, LoadRelation, Side};
pub use stream::{Chunks, Rows};

use std::{fmt, marker::PhantomData, panic::Location};

use aludel_sql::{
    Dialect, Error, ErrorKind, Result, dialect,
    expr::Expr as Node,
    render::{self, Rendered},
    statement::{Delete, Select, Source},
};

use crate::{
    expr::{Expr, IntoPredicate, Order},
    model::{Model, ModelDef},
};

/// A question about the rows of a model: a value that can be kept, extended and asked again.
///
/// ```ignore
/// let users = User::query().filter(|u| u.username.starts_with("s")).order_by(|u| u.username.desc()).all(&db).await?;
/// ```
///
/// It is asked of a [`Db`](crate::Db), which answers with plain values, or through a [`Session`](crate::Session), whose
/// [`all`](crate::Session::all) answers with handles.
pub struct Query<M: Model> {
    select: Select,
    loads: Vec<Load<M>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Query<M> {
    pub(crate) fn new() -> Self {
        Query { select: select_all(M::definition()), loads: Vec::new(), model: PhantomData }
    }

    /// Keeps the rows for which the condition holds; several filters must all hold.
    #[must_use]
    pub fn filter<P: IntoPredicate<M>>(self, condition: impl FnOnce(M::Fields<M>) -> P) -> Self {
        let condition = condition(M::fields(0)).into_predicate();
        self.filter_expr(condition)
    }

    /// Like [`Query::filter`], when there is a value: `filter_some(email, |u, e| u.email.eq(e))`.
    #[must_use]
    pub fn filter_some<V, P: IntoPredicate<M>>(
        self,
        value: Option<V>,
        condition: impl FnOnce(M::Fields<M>, V) -> P,
    ) -> Self {
        match value {
            Some(value) => self.filter(|fields| condition(fields, value)),
            None => self,
        }
    }

    /// Like [`Query::filter`], with a condition made elsewhere.
    #[must_use]
    pub fn filter_expr(mut self, condition: Expr<M>) -> Self {
        let condition = condition.into_node();
        self.select.filter = Some(match self.select.filter {
            Some(before) => before.and(condition),
            None => condition,
        });
        self
    }

    /// Orders the rows; by several things when called several times, the first counting most.
    #[must_use]
    pub fn order_by(mut self, order: impl FnOnce(M::Fields<M>) -> Order<M>) -> Self {
        self.select.order_by.push(order(M::fields(0)).into_order());
        self
    }

    /// At most this many rows.
    #[must_use]
    pub fn limit(mut self, rows: u64) -> Self {
        self.select.limit = Some(rows);
        self
    }

    /// Leaves out this many rows at the beginning.
    #[must_use]
    pub fn offset(mut self, rows: u64) -> Self {
        self.select.offset = Some(rows);
        self
    }

    /// Loads a relation along with the rows, with one more statement for all of them: `.with(|u| u.posts)`, or deeper,
    /// `.with(|u| u.posts.with(|p| p.author))`.
    #[must_use]
    pub fn with<L: IntoLoad<M>>(mut self, relation: impl FnOnce(M::Fields<M>) -> L) -> Self {
        self.loads.push(relation(M::fields(0)).into_load());
        self
    }

    /// The SQL of the query in a dialect, and its parameters.
    ///
    /// # Errors
    /// The database has nothing like a construct of the query.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Rendered> {
        render::select(dialect, &self.select)
    }

    pub(crate) fn select(&self) -> &Select {
        &self.select
    }

    pub(crate) fn loads(&self) -> &[Load<M>] {
        &self.loads
    }

    /// All rows.
    ///
    /// # Errors
    /// The database refused the query or cannot be reached, or a row does not fit the model.
    #[track_caller]
    pub fn all<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Vec<M>>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        async move { executor.all(&self, caller).await }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[track_caller]
    pub fn first<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Option<M>>> + Send {
        let rows = self.limit(1).all(executor);
        async move { Ok(rows.await?.into_iter().next()) }
    }

    /// The one row there is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, [`ErrorKind::MultipleFound`] when there are more; and as [`Query::all`].
    #[track_caller]
    pub fn one<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<M>> + Send {
        let rows = self.limit(2).all(executor);
        async move {
            let mut rows = rows.await?.into_iter();
            let name = M::definition().name;
            match (rows.next(), rows.next()) {
                (Some(row), None) => Ok(row),
                (None, _) => Err(Error::new(ErrorKind::NotFound, format!("no `{name}` fits")).with_model(name)),
                (Some(_), Some(_)) => {
                    Err(Error::new(ErrorKind::MultipleFound, format!("more than one `{name}` fits")).with_model(name))
                }
            }
        }
    }

    /// How many rows there are, limit and offset left aside.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[track_caller]
    pub fn count<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        let select = counting(self.select);
        async move { executor.count(&select, caller).await }
    }

    /// Deletes the rows at once, and says how many they were. Entities that a session has of them do not notice.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the query has a limit or an offset; the database refused.
    #[track_caller]
    pub fn delete<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        let limited = self.select.limit.is_some() || self.select.offset.is_some();
        let filter = self.select.filter.map(unqualified);
        let delete = Delete { filter, ..Delete::table(M::definition().table) };
        async move {
            if limited {
                return Err(Error::new(ErrorKind::Unsupported, "a DELETE has no limit and no offset")
                    .with_help("Filter by key instead."));
            }
            executor.delete(&delete, caller).await
        }
    }
}

impl<M: Model> Clone for Query<M> {
    fn clone(&self) -> Self {
        Query { select: self.select.clone(), loads: self.loads.clone(), model: PhantomData }
    }
}

/// As portable SQL.
impl<M: Model> fmt::Debug for Query<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_sql(&dialect::ANSI) {
            Ok(rendered) => f.write_str(&rendered.sql),
            Err(error) => write!(f, "{error}"),
        }
    }
}

/// The SELECT that counts the rows of another, limit and offset left aside.
pub(crate) fn counting(select: Select) -> Select {
    Select { columns: vec![Node::CountAll], order_by: Vec::new(), limit: None, offset: None, ..select }
}

/// All columns of a model, from its table.
pub(crate) fn select_all(model: &ModelDef) -> Select {
    Select {
        columns: model.fields.iter().map(|field| Node::column(0, field.column)).collect(),
        from: vec![Source::table(model.table)],
        ..Select::default()
    }
}

/// The condition as a DELETE, which has no numbered sources, understands it.
fn unqualified(condition: Node) -> Node {
    let mut condition = condition;
    strip(&mut condition);
    condition
}

fn strip(node: &mut Node) {
    if let Node::Column(column) = node {
        column.source = None;
    }
    node.parts_mut(&mut strip);
}
