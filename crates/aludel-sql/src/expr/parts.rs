//! The larger parts of expressions: aggregates, windows, paths into JSON, fragments of SQL.

use std::time::Duration;

use super::{Expr, Name};
use crate::{statement::Order, types::Type, value::Value};

/// `SUM(DISTINCT a ORDER BY b) FILTER (WHERE c)`
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// The function: [`Expr::Call`] or [`Expr::CountAll`].
    pub call: Expr,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// In which order the rows are taken, where it matters.
    pub order_by: Vec<Order>,
    /// Which rows are taken.
    pub filter: Option<Expr>,
}

/// `RANK() OVER (PARTITION BY a ORDER BY b ROWS …)`
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// The function: [`Expr::Call`], [`Expr::CountAll`] or [`Expr::Aggregate`].
    pub call: Expr,
    /// What the rows are parted by.
    pub partition_by: Vec<Expr>,
    /// In which order the rows of a part are.
    pub order_by: Vec<Order>,
    /// Which of them are seen from each row.
    pub frame: Option<Frame>,
}

/// The rows of a window that are seen from one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// What is counted.
    pub unit: FrameUnit,
    /// From where.
    pub start: Bound<Distance>,
    /// To where, included.
    pub end: Bound<Distance>,
    /// Which are left out.
    pub exclude: Option<Exclude>,
}

/// What a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// The value that rows are ordered by.
    Range,
    /// Groups of rows that are ordered alike.
    Groups,
}

/// Where a frame begins or ends, as far from the row as a `D` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound<D = u64> {
    /// The first row of the part.
    UnboundedPreceding,
    /// So far before.
    Preceding(D),
    /// This row, and with RANGE and GROUPS those ordered alike.
    CurrentRow,
    /// So far after.
    Following(D),
    /// The last row of the part.
    UnboundedFollowing,
}

impl<D> Bound<D> {
    /// The same, with the distance said in another way.
    pub fn map<E>(self, distance: impl FnOnce(D) -> E) -> Bound<E> {
        match self {
            Bound::UnboundedPreceding => Bound::UnboundedPreceding,
            Bound::Preceding(before) => Bound::Preceding(distance(before)),
            Bound::CurrentRow => Bound::CurrentRow,
            Bound::Following(after) => Bound::Following(distance(after)),
            Bound::UnboundedFollowing => Bound::UnboundedFollowing,
        }
    }

    /// How far from the row it is, if that is said.
    pub fn distance(&self) -> Option<&D> {
        match self {
            Bound::Preceding(distance) | Bound::Following(distance) => Some(distance),
            _ => None,
        }
    }
}

/// How far from a row its frame begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Distance {
    /// So many rows or groups, or so much in an integer.
    Count(u64),
    /// So much in a floating-point or decimal number: one that is not negative.
    Number(Value),
    /// So much in a date or time. What is finer than a microsecond is cut off.
    Time(Duration),
}

/// The rows of a frame that are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exclude {
    /// This row.
    CurrentRow,
    /// This row and those ordered alike.
    Group,
    /// Those ordered alike, but not this row.
    Ties,
}

/// One step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JsonStep {
    /// The member of an object.
    Key(Name),
    /// The element of an array, from 0; from the end, where -1 is the last, if negative.
    Index(i64),
}

/// As what a part of a JSON value is given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JsonResult {
    /// As JSON: the JSON `null` is a value.
    Json,
    /// As text: a text without its quotes, anything else as JSON writes it; the JSON `null` is NULL.
    Text,
    /// As a value of this type; the JSON `null` is NULL.
    As(Type),
    /// Not at all: what is given is the JSON value without it, or the whole where there is nothing.
    Removed,
}

/// A piece of SQL of the program's own.
#[derive(Clone, Debug, PartialEq)]
pub enum Fragment {
    /// SQL as it is.
    Text(Name),
    /// An expression, its values bound.
    Part(Expr),
}

/// A full-text search.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The texts; MySQL and MariaDB want a full-text index over exactly these columns.
    pub columns: Vec<Expr>,
    /// What is looked for.
    pub query: Expr,
    /// How that is read.
    pub mode: SearchMode,
    /// The language of the texts, where it is not the one that the database takes by itself.
    pub language: Option<Name>,
    /// How well it fits, a number, rather than whether it does.
    pub rank: bool,
}

/// How a full-text search reads what is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// As words: all of them on PostgreSQL, any of them on MySQL and MariaDB.
    #[default]
    Words,
    /// As words that follow each other. PostgreSQL.
    Phrase,
    /// As people write it for search engines, `"a phrase" or word -not`; whatever is written makes sense. PostgreSQL.
    Web,
    /// With operators, `+must -not "a phrase" begin*`. MySQL and MariaDB, which refuse what makes no sense to them.
    Boolean,
    /// As words, and then once more with those that stand beside them in what fits best. MySQL and MariaDB.
    Expansion,
}
