//! Errors, asked about in terms of models.

mod explain;

pub(crate) use explain::{Change, explain, explain_select};

use aludel_sql::{Error, ErrorKind, Result, name};

use crate::{handle::Column, model::Model};

/// What a program asks of an [`Error`] in terms of its models.
pub trait ErrorExt {
    /// Whether a unique column refused the row: `e.violates_unique::<User, _>(|u| u.email)`.
    fn violates_unique<M: Model, T>(&self, column: impl FnOnce(M::Fields<M>) -> Column<M, T>) -> bool;
}

impl ErrorExt for Error {
    fn violates_unique<M: Model, T>(&self, column: impl FnOnce(M::Fields<M>) -> Column<M, T>) -> bool {
        let name = column(M::fields(0)).name();
        self.kind() == ErrorKind::Unique
            && self.table().is_some_and(|table| is_of(table, M::definition().table))
            && self.columns().is_some_and(|columns| columns == [name])
    }
}

/// Whether a table as an error names it is this one: databases leave its schema out.
pub(crate) fn is_of(found: &str, table: &str) -> bool {
    found == table || found == name::plain(table)
}

/// Turns "there is none" into an error that a web application answers with 404.
pub trait OrNotFound<T> {
    /// The value.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    fn or_404(self) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_404(self) -> Result<T> {
        self.ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no such row"))
    }
}
