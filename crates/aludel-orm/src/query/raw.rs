//! SQL of the program's own.

use std::{borrow::Cow, panic::Location};

use aludel_driver::{Access, Query as Driven, Row};
use aludel_sql::{
    Dialect, Error, ErrorKind, Result, Value, ValueRef,
    expr::{self as tree, Name},
    render::Rendered,
};

use super::{Executor, FromRow, IntoExecutor};
use crate::{
    expr::{IntoArgument, fill},
    field::Field,
};

/// SQL of the program's own: `sql("SELECT id, username FROM user WHERE id = {}").bind(7).all::<(i64, String)>(&db)`.
///
/// Each `{}` stands for a value, which is bound, never written into the text; `{{` and `}}` stand for braces. Never make the
/// text of input.
pub fn sql(text: impl Into<Cow<'static, str>>) -> Sql {
    Sql { text: text.into(), values: Vec::new(), access: Access::Write }
}

/// SQL of the program's own, and the values it is given.
#[must_use = "SQL does nothing until it is run: `.all::<(i64,)>(&db)`, `.exec(&db)`"]
#[derive(Clone, Debug)]
pub struct Sql {
    text: Name,
    values: Vec<Value>,
    access: Access,
}

impl Sql {
    /// What the next `{}` stands for.
    pub fn bind<V: IntoArgument<()>>(mut self, value: V) -> Self {
        // Without a query around it there are no columns: it is a value.
        if let tree::Expr::Value(value) = &mut value.into_argument().node {
            self.values.push(std::mem::take(value));
        }
        self
    }

    /// Says that it changes nothing: a session then need not begin a transaction for it, and it may be run again when it was
    /// interrupted.
    pub fn read_only(mut self) -> Self {
        self.access = Access::Read;
        self
    }

    /// Runs it; how many rows it changed.
    ///
    /// # Errors
    /// There are more or fewer values than `{}` ([`ErrorKind::Usage`]); the database refused.
    #[track_caller]
    pub fn exec<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        async move {
            let driven = self.driven(executor.target().dialect, caller)?;
            executor.execute(driven).await
        }
    }

    /// Runs it, and gives its rows: models and structs that derive `FromRow` by the names of columns, tuples by their places.
    ///
    /// # Errors
    /// As [`Sql::exec`]; a column is missing, or does not fit ([`ErrorKind::Decode`]).
    #[track_caller]
    pub fn all<'e, R: FromRow>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Vec<R>>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        async move { self.rows(executor, caller).await }
    }

    pub(crate) async fn rows<R: FromRow>(
        self,
        executor: Executor<'_>,
        caller: &'static Location<'static>,
    ) -> Result<Vec<R>> {
        let driven = self.driven(executor.target().dialect, caller)?;
        executor.fetch(driven, decoder::<R>()).await
    }

    /// Runs it, and gives its first row, if there is one.
    ///
    /// # Errors
    /// As [`Sql::all`].
    #[track_caller]
    pub fn first<'e, R: FromRow>(
        self,
        executor: impl IntoExecutor<'e>,
    ) -> impl Future<Output = Result<Option<R>>> + Send {
        let rows = self.all(executor);
        async move { Ok(rows.await?.into_iter().next()) }
    }

    /// Runs it, and gives the one value of its first row, if there is one: `.value::<i64>(&db)`.
    ///
    /// # Errors
    /// As [`Sql::all`].
    #[track_caller]
    pub fn value<'e, T: Field>(
        self,
        executor: impl IntoExecutor<'e>,
    ) -> impl Future<Output = Result<Option<T>>> + Send {
        let caller = Location::caller();
        let executor = executor.into_executor();
        async move {
            let driven = self.driven(executor.target().dialect, caller)?;
            let values = executor.fetch(driven, |row: &dyn Row| T::from_value(row.get(0)?)).await?;
            Ok(values.into_iter().next())
        }
    }

    /// Its text in a dialect, and its parameters.
    ///
    /// # Errors
    /// There are more or fewer values than `{}` ([`ErrorKind::Usage`]).
    #[track_caller]
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Rendered> {
        let Driven { sql, params, .. } = self.driven(dialect, Location::caller())?;
        Ok(Rendered { sql: sql.to_string(), params })
    }

    pub(super) fn driven(&self, dialect: &dyn Dialect, caller: &'static Location<'static>) -> Result<Driven> {
        let values = self.values.iter().cloned().map(tree::Expr::Value).collect();
        let parts = fill(&self.text, values).map_err(|why| Error::new(ErrorKind::Usage, why))?;
        self.values.iter().try_for_each(Value::check)?;
        let (mut text, mut params) = (String::new(), Vec::new());
        for mut part in parts {
            match &mut part {
                tree::Fragment::Text(plain) => text.push_str(plain),
                tree::Fragment::Part(tree::Expr::Value(value)) => {
                    params.push(std::mem::take(value));
                    dialect.placeholder(&mut text, params.len());
                }
                tree::Fragment::Part(_) => {}
            }
        }
        Ok(Driven { sql: text.into(), params, access: self.access, caller: Some(caller) })
    }
}

/// How a row becomes an `R`: where its columns are is found out by the first row.
pub(super) fn decoder<R: FromRow>() -> impl FnMut(&dyn Row) -> Result<R> + Clone + Send + 'static {
    let mut places: Option<Vec<usize>> = None;
    move |row: &dyn Row| {
        let places = match &mut places {
            Some(places) => places,
            none => none.insert(places_of::<R>(row)?),
        };
        R::decode_row(&Placed { row, places }, 0)
    }
}

/// Where in a row the columns are that `R` wants.
fn places_of<R: FromRow>(row: &dyn Row) -> Result<Vec<usize>> {
    let labels = R::labels();
    if !R::BY_NAME {
        if row.len() != labels.len() {
            let message = format!("the rows have {} columns, and a tuple of {} was asked for", row.len(), labels.len());
            return Err(Error::new(ErrorKind::Decode, message));
        }
        return Ok((0..labels.len()).collect());
    }
    let names: Vec<&str> = (0..row.len()).map(|column| row.name(column).unwrap_or_default()).collect();
    let place = |label: &Name| {
        names.iter().position(|name| name == label).ok_or_else(|| {
            Error::new(ErrorKind::Decode, format!("the rows have no column `{label}`: they have {}", names.join(", ")))
                .with_help("Name it in the SELECT: `… AS name`.")
        })
    };
    labels.iter().map(place).collect()
}

/// A row whose columns are in another order.
struct Placed<'a> {
    row: &'a dyn Row,
    places: &'a [usize],
}

impl Row for Placed<'_> {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        self.row.get(self.places.get(column).copied().unwrap_or(usize::MAX))
    }

    fn name(&self, column: usize) -> Option<&str> {
        self.row.name(*self.places.get(column)?)
    }
}
