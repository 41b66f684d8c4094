//! What statements that change rows hand back.

use std::panic::Location;

use aludel_sql::{Dialect, Result, expr::Name, render::Rendered, statement::CteBody};

use super::{Cte, Decode, FromRow, IntoExecutor, text};
use crate::{error::Change, model::ModelDef};

/// A statement that changes rows and hands back something of each.
#[must_use = "a statement does nothing until it is run: `.all(&db)`"]
pub struct Returning<Out> {
    pub(super) statement: Result<CteBody>,
    pub(super) model: &'static ModelDef,
    pub(super) change: Change,
    pub(super) decode: Decode<Out>,
}

impl<Out: Send + 'static> Returning<Out> {
    /// The SQL in a dialect, and its parameters.
    ///
    /// # Errors
    /// As [`Returning::all`], the database's own aside.
    pub fn into_sql(self, dialect: &dyn Dialect) -> Result<Rendered> {
        let cached = text::change(dialect.into(), &self.statement?)?;
        Ok(Rendered { sql: cached.sql.to_string(), params: cached.params })
    }

    /// Runs it, and gives what it hands back of each row, in no particular order.
    ///
    /// # Errors
    /// The statement makes no sense, or the database lacks something of it
    /// ([`Unsupported`](aludel_sql::ErrorKind::Unsupported)); the database refused.
    #[track_caller]
    pub fn all<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Vec<Out>>> + Send {
        let caller = Location::caller();
        let mut executor = executor.into_executor();
        async move {
            let cached = text::change(executor.target(), &self.statement?)?;
            let rows = executor.reborrow().write_returning(cached, self.decode, caller).await;
            rows.map_err(|error| executor.explain(error, self.model, self.change))
        }
    }

    /// Runs it, and gives what it hands back of the first row, if it changed one.
    ///
    /// # Errors
    /// As [`Returning::all`].
    #[track_caller]
    pub fn first<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Option<Out>>> + Send {
        let rows = self.all(executor);
        async move { Ok(rows.await?.into_iter().next()) }
    }
}

impl<Out: FromRow> Returning<Out> {
    /// The statement with a name, for others to read what it hands back: both are one statement. PostgreSQL only; elsewhere, run two
    /// in one session.
    ///
    /// It changes its rows once, whether or not they are read, and no part of the whole sees what another part changes but by what
    /// is handed back.
    ///
    /// ```ignore
    /// let moved = Post::query().filter(|p| p.words.eq(0)).deletion().returning(|p| (p.id, p.body)).cte("moved")?;
    /// Draft::insert_from(moved.query(), |d| (d.id, d.body)).exec(&db).await?;
    /// ```
    ///
    /// # Errors
    /// The statement makes no sense, as [`Returning::all`] would say.
    pub fn cte(self, name: impl Into<Name>) -> Result<Cte<Out>> {
        Ok(Cte::new(name.into(), self.statement?))
    }
}
