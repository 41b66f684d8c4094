//! DELETE.

use std::{marker::PhantomData, panic::Location};

use aludel_sql::{
    Dialect, Result,
    render::{self, Rendered},
    statement::{self, CteBody},
};

use super::{
    IntoExecutor, Query, Returning, Rooted, Scope, Selection, text,
    update::{Changed, changed_rows},
};
use crate::{
    error::Change,
    model::{Model, ModelDef},
};

/// A DELETE of the rows of a query, which hands back something of each.
#[must_use = "a deletion does nothing until it is run"]
pub struct Delete<Src> {
    statement: Result<statement::Delete>,
    model: &'static ModelDef,
    scope: PhantomData<fn() -> Src>,
}

impl<Src, Out> Query<Src, Out> {
    /// Deletes the rows of the first model at once, and says how many they were. Entities that a session has of them do not
    /// notice.
    ///
    /// # Errors
    /// [`Unsupported`](aludel_sql::ErrorKind::Unsupported) when the query has what a DELETE has not, such as a limit, or the
    /// database lacks something of it; the database refused.
    #[track_caller]
    pub fn delete<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send
    where
        Src: Rooted,
    {
        self.deletion().exec(executor)
    }

    /// The statement that [`Query::delete`] runs: to hand back something of each row, or to look at:
    /// `.deletion().returning(|p| p.id).all(&db)`.
    pub fn deletion(self) -> Delete<Src>
    where
        Src: Rooted,
    {
        let statement = self.check().and_then(|()| {
            let Changed { with, key, sources, joins, filter } = changed_rows::<Src::Root>(*self.select, "DELETE")?;
            let table = statement::Delete::table(Src::Root::definition().table);
            Ok(statement::Delete { with, key, using: sources, joins, filter, ..table })
        });
        Delete { statement, model: Src::Root::definition(), scope: PhantomData }
    }
}

impl<Src: Scope> Delete<Src> {
    /// Runs it; how many rows it deleted.
    ///
    /// # Errors
    /// As [`Query::delete`].
    #[track_caller]
    pub fn exec<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let mut executor = executor.into_executor();
        async move {
            let cached = text::delete(executor.target(), &self.statement?)?;
            let done = executor.reborrow().write(cached, caller).await;
            done.map_err(|error| executor.explain(error, self.model, Change::Deleted))
        }
    }

    /// Hands back something of each row as it was. MySQL cannot.
    pub fn returning<T: Selection<Src>>(self, what: impl FnOnce(Src::Handles) -> T) -> Returning<T::Out> {
        let mut columns = Vec::new();
        what(Src::handles(0)).push_columns(&mut columns);
        let statement =
            self.statement.map(|delete| CteBody::Delete(statement::Delete { returning: columns, ..delete }));
        Returning { statement, model: self.model, change: Change::Deleted, decode: |row| T::decode(row, &mut 0) }
    }

    /// The SQL in a dialect, and its parameters.
    ///
    /// # Errors
    /// As [`Query::delete`], the database's own aside.
    pub fn into_sql(self, dialect: &dyn Dialect) -> Result<Rendered> {
        render::delete(dialect, &self.statement?)
    }
}
