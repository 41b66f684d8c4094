//! SELECT, INSERT, UPDATE and DELETE.

use crate::expr::{Expr, Name};

/// A table a statement reads, and what it is called there.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The table's name.
    pub table: Name,
    /// Another name for it in this statement.
    pub alias: Option<Name>,
}

impl Source {
    /// A table under its own name.
    pub fn table(name: impl Into<Name>) -> Self {
        Source { table: name.into(), alias: None }
    }
}

/// `SELECT`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Select {
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// What each row is made of.
    pub columns: Vec<Expr>,
    /// The tables read. The first has the number that follows those of the enclosing statements.
    pub from: Vec<Source>,
    /// Which rows.
    pub filter: Option<Expr>,
    /// What rows are grouped by.
    pub group_by: Vec<Expr>,
    /// In which order.
    pub order_by: Vec<Order>,
    /// At most how many.
    pub limit: Option<u64>,
    /// After leaving out how many.
    pub offset: Option<u64>,
}

/// One of the things rows are ordered by.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The expression.
    pub expr: Expr,
    /// Whether from high to low.
    pub descending: bool,
}

/// `INSERT`
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: Name,
    /// The columns that are given values; with none, every row is all defaults.
    pub columns: Vec<Name>,
    /// The rows.
    pub rows: Rows,
    /// The columns handed back for each row.
    pub returning: Vec<Name>,
}

/// Where the rows of an INSERT come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// `VALUES`: each row as many expressions as there are columns.
    Values(Vec<Vec<Expr>>),
    /// `SELECT`
    Select(Box<Select>),
}

/// `UPDATE`
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The table.
    pub table: Name,
    /// The columns and their new values.
    pub set: Vec<(Name, Expr)>,
    /// Which rows.
    pub filter: Option<Expr>,
}

/// `DELETE`
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: Name,
    /// Which rows.
    pub filter: Option<Expr>,
}
