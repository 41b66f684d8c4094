//! Functions that give rows.

use crate::expr::Expr;

/// A function whose rows a statement reads.
#[derive(Clone, Debug, PartialEq)]
pub enum TableFunction {
    /// Integers from one to another, both included, in one column: none where one of the two is NULL, or where the steps lead
    /// away from `stop`.
    Series {
        /// the first
        start: Expr,
        /// what none is beyond
        stop: Expr,
        /// from one to the next; not 0
        step: i64,
    },
    /// The elements of a JSON array: the place of each from 0, and what it is. Nothing of what is no array.
    Elements(Expr),
    /// The members of a JSON object: the key of each, and what it is. Nothing of what is no object.
    Members(Expr),
    /// The elements of an array: the place of each from 0, and what it is.
    Unnest(Expr),
}

impl TableFunction {
    /// What it is called where nothing else is said.
    pub fn name(&self) -> &'static str {
        match self {
            TableFunction::Series { .. } => "series",
            TableFunction::Elements(_) => "elements",
            TableFunction::Members(_) => "members",
            TableFunction::Unnest(_) => "unnest",
        }
    }

    /// What it is given.
    pub fn arguments(&self) -> impl Iterator<Item = &Expr> {
        let (first, second) = match self {
            TableFunction::Series { start, stop, .. } => (start, Some(stop)),
            TableFunction::Elements(of) | TableFunction::Members(of) | TableFunction::Unnest(of) => (of, None),
        };
        std::iter::once(first).chain(second)
    }

    /// How many columns its rows have.
    pub(crate) fn width(&self) -> usize {
        if matches!(self, TableFunction::Series { .. }) { 1 } else { 2 }
    }
}
