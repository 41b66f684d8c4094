//! How each database spells things, and what it can do.

pub mod ansi;
pub(crate) mod literal;
pub mod sqlite;

pub use ansi::ANSI;
pub use sqlite::SQLITE;

use std::fmt::{Debug, Write};

use crate::{
    error::Result,
    expr::{Expr, Field, Function},
    render::Sql,
    types::Type,
    value::Value,
};

/// What a database can do: the table that code asks instead of asking which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability {
    /// INSERT, UPDATE and DELETE can hand back columns of the rows they touched.
    pub returning: bool,
    /// DDL can be rolled back.
    pub transactional_ddl: bool,
    /// `ALTER TABLE` can do no more than rename, add and drop columns: the rest is a rebuild of the table.
    pub alter_by_rebuild: bool,
    /// An index can be renamed.
    pub rename_index: bool,
    /// An index can be over part of the rows.
    pub partial_index: bool,
    /// An index can be over an expression.
    pub expression_index: bool,
    /// How many parameters one statement can have.
    pub max_params: usize,
}

/// How one database spells things.
///
/// Implementations are unit structs, handed around as `&'static dyn Dialect`. [`crate::render`] walks the trees and asks
/// the dialect wherever databases differ; a construct the database lacks is a typed error, and nothing is sent.
pub trait Dialect: Debug + Send + Sync {
    /// The database's name as URLs and `-- @on` spell it: `sqlite`.
    fn name(&self) -> &'static str;

    /// What it can do.
    fn capability(&self) -> &'static Capability;

    /// Writes a name, quoted so that it means exactly itself.
    fn quote(&self, out: &mut String, name: &str) {
        out.push('"');
        for c in name.chars() {
            if c == '"' {
                out.push('"');
            }
            out.push(c);
        }
        out.push('"');
    }

    /// Writes the placeholder of parameter `number`, counted from 1.
    fn placeholder(&self, out: &mut String, number: usize) {
        let _ = write!(out, "?{number}");
    }

    /// Writes the type a column of this portable type is declared with.
    ///
    /// # Errors
    /// The database has no exact storage for the type.
    fn column_type(&self, out: &mut String, ty: &Type) -> Result<()>;

    /// Writes a value as a literal.
    ///
    /// # Errors
    /// The database has no literal for the value.
    fn literal(&self, out: &mut String, value: &Value) -> Result<()>;

    /// Writes what stands after the name of a column that the database counts: its type, and that it is the primary key.
    ///
    /// # Errors
    /// The database cannot count in this type.
    fn identity(&self, out: &mut String, ty: &Type) -> Result<()>;

    /// Whether a primary-key column may hold NULL unless it says NOT NULL.
    fn nullable_primary_key(&self) -> bool {
        false
    }

    /// Whether this expression may stand after DEFAULT without parentheses.
    fn bare_default(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Value(_))
    }

    /// Writes what stands for "no limit" where OFFSET needs a LIMIT before it.
    fn no_limit(&self) -> Option<&'static str> {
        None
    }

    /// The operator of the exact quotient, with blanks around it.
    fn quotient(&self) -> &'static str {
        " / "
    }

    /// Writes `CAST(expr AS ty)`, so that it can be an operand of anything.
    ///
    /// # Errors
    /// The database cannot convert so.
    fn cast(&self, sql: &mut Sql<'_>, expr: &Expr, ty: &Type) -> Result<()>;

    /// Writes a call of a portable function, so that it can be an operand of anything. The number of arguments is right.
    ///
    /// # Errors
    /// The database has nothing like it.
    fn call(&self, sql: &mut Sql<'_>, function: Function, arguments: &[Expr]) -> Result<()>;

    /// Writes `EXTRACT(field FROM expr)`.
    ///
    /// # Errors
    /// The database has nothing like it.
    fn extract(&self, sql: &mut Sql<'_>, field: Field, expr: &Expr) -> Result<()>;

    /// Writes the current instant, in the form timestamps are stored in.
    fn current_timestamp(&self, out: &mut String);

    /// Writes the current day in UTC, in the form dates are stored in.
    fn current_date(&self, out: &mut String);

    /// Writes `left IS [NOT] DISTINCT FROM right`.
    ///
    /// # Errors
    /// Those of the operands.
    fn distinct(&self, sql: &mut Sql<'_>, left: &Expr, right: &Expr, negated: bool) -> Result<()>;
}
