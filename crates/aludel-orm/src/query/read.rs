//! Asking a query.

use std::panic::Location;

use aludel_sql::{
    Error, ErrorKind, Expr as Node, Result, Value,
    expr::{BinaryOp, ColumnRef},
    statement::Relation,
};

use super::{IntoExecutor, Query, counting};

impl<Src, Out: Send + 'static> Query<Src, Out> {
    /// All rows.
    ///
    /// # Errors
    /// The database refused the query or cannot be reached, or a row does not fit the model.
    #[track_caller]
    pub fn all<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Vec<Out>>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        async move { executor.all(&self, caller).await }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[track_caller]
    pub fn first<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Option<Out>>> + Send {
        let (query, executor, caller) = (self.at_most(1), executor.into_executor(), Location::caller());
        async move { Ok(executor.all(&query, caller).await?.into_iter().next()) }
    }

    /// The one row there is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, [`ErrorKind::MultipleFound`] when there are more; and as [`Query::all`].
    #[track_caller]
    pub fn one<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Out>> + Send {
        let (query, executor, caller) = (self.at_most(2), executor.into_executor(), Location::caller());
        async move {
            let mut rows = executor.all(&query, caller).await?.into_iter();
            let error = |kind, how: &str| match query.model {
                Some(model) => {
                    Error::new(kind, format!("{how} `{name}` fits", name = model.name)).with_model(model.name)
                }
                None => Error::new(kind, format!("{how} row fits")),
            };
            match (rows.next(), rows.next()) {
                (Some(row), None) => Ok(row),
                (None, _) => Err(error(ErrorKind::NotFound, "no")),
                (Some(_), Some(_)) => Err(error(ErrorKind::MultipleFound, "more than one")),
            }
        }
    }

    /// At most so many rows. Where the filter names a row by its key there is one at most anyway, and a limit would only be one
    /// more thing for the database to take in and evaluate.
    pub(crate) fn at_most(mut self, rows: u64) -> Self {
        self.select.limit = (!self.is_of_key()).then_some(rows);
        self.select.with_ties = false;
        self
    }

    /// Whether the one table that is read is filtered by a value for each column of its key.
    fn is_of_key(&self) -> bool {
        let select = &self.select;
        let (Some(model), Some(filter), [source]) = (self.model, &select.filter, &select.from[..]) else {
            return false;
        };
        let is_given = |&key: &usize| has_value(filter, source.id, model.fields[key].column);
        matches!(&source.relation, Relation::Table(name) if name == model.table)
            && select.joins.is_empty()
            && select.compound.is_empty()
            && !model.key.is_empty()
            && model.key.iter().all(is_given)
    }

    /// How many rows there are, limit and offset left aside.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[track_caller]
    pub fn count<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        async move {
            self.check()?;
            let select = counting(*self.select);
            executor.count(&select, caller).await
        }
    }

    /// Whether there is a row.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[track_caller]
    pub fn exists<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<bool>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        let mut query = self.limit(1);
        if !query.select.distinct && query.select.group_by.is_empty() && query.select.compound.is_empty() {
            query.select.columns = vec![Node::Value(Value::I64(1))].into();
            query.select.order_by.clear();
        }
        query.select.lock = None;
        let query = query.giving_rows();
        async move { Ok(!executor.all(&query, caller).await?.is_empty()) }
    }

    /// The same query, of whose rows only that they are there matters.
    fn giving_rows(self) -> Query<Src, ()> {
        let columns = self.select.columns.clone();
        self.giving(columns, |_| Ok(()))
    }
}

/// Whether a condition holds only where this column has a certain value.
fn has_value(condition: &Node, source: u32, column: &str) -> bool {
    let is_it = |is: &ColumnRef| is.source == Some(source) && is.name == column;
    match condition {
        Node::And(parts) => parts.iter().any(|part| has_value(part, source, column)),
        Node::Binary(BinaryOp::Eq, left, right) => match (&**left, &**right) {
            (Node::Column(is), Node::Value(_)) => is_it(is),
            _ => false,
        },
        _ => false,
    }
}
