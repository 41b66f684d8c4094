//! Functions whose rows are read.

use super::Dialect;
use crate::{error::Error, expr::Name, render::Sql, statement::TableFunction};

/// A function whose rows are read.
#[derive(Clone, Copy, Debug)]
pub struct FunctionSource<'e> {
    /// The function.
    pub function: &'e TableFunction,
    /// What it is called in the statement.
    pub name: &'e str,
    /// What its columns are called.
    pub columns: &'e [Name],
}

impl FunctionSource<'_> {
    /// Writes a column that has this name in the database.
    pub(super) fn column(&self, sql: &mut Sql<'_>, column: &str) {
        sql.name(self.name);
        sql.push(".");
        sql.name(column);
    }

    /// Writes that something is taken as often as there are steps in a one.
    pub(super) fn times(&self, sql: &mut Sql<'_>, step: i64) {
        if step != 1 {
            sql.push(&format!(" * {step}"));
        }
    }
}

/// That a database has no arrays to take apart.
#[cold]
pub(super) fn no_unnest(dialect: &dyn Dialect) -> Error {
    dialect.lacks(
        "unnest, nor any arrays",
        "Keep the list as JSON, a field of the type `Json<Vec<…>>`, and read its elements",
    )
}
