//! Typed expressions: what a column can be asked, and what it can be compared with.
//!
//! | file | what it holds |
//! |---|---|
//! | `typed` | the types of expressions, and whether there may be NULL |
//! | `operand`, `several` | what converts to an expression; what is compared with any or all of it |
//! | `compare`, `text`, `search`, `number`, `temporal`, `json` | what expressions can be asked |
//! | `aggregate`, `window`, `range` | what is made of many rows, and how far those may be |
//! | `case`, `function`, `row` | CASE, other functions and SQL of one's own, several columns at once |

mod aggregate;
mod case;
mod compare;
mod function;
#[cfg(feature = "json")]
mod json;
mod number;
mod operand;
mod order;
mod range;
mod row;
mod search;
mod several;
mod temporal;
mod text;
mod typed;
mod window;

pub use aggregate::{Aggregate, AggregateOps, count_all};
pub use case::{Case, CaseStart, case};
pub use compare::{Compare, ExprOps};
pub(crate) use function::fill;
pub use function::{Fragment, Func, fragment, func};
#[cfg(feature = "json")]
pub use json::{JsonOps, JsonPath, JsonType};
pub use number::{NumberOps, random};
#[doc(hidden)]
pub use operand::Operand;
pub use operand::{IntoArgument, IntoExpr, IntoPredicate};
pub use order::{IntoOrder, Order};
pub use range::{Ranged, Step};
pub use row::{IntoRow, RowValue, row};
pub use search::{FullText, IntoTexts, SearchMode, full_text};
pub use several::Several;
pub use temporal::{TemporalOps, now, today};
pub use text::TextOps;
pub(crate) use typed::sql_type;
pub use typed::{Boolean, Either, Inner, Integer, Like, NotNull, Nullability, Nullable, Number, Temporal, Text, Typed};
pub use window::{
    Bound, Exclude, Window, WindowFunction, WindowOps, cume_dist, dense_rank, ntile, percent_rank, rank, row_number,
};

pub use crate::query::{GroupingSets, cube, exists, grouping, grouping_sets, not_exists, rollup, scalar};

use std::{fmt, marker::PhantomData, ops};

use aludel_sql::{dialect::ANSI, expr as sql, render};

use crate::{field::Field, handle::Column, query::In};

/// An expression of type `T` in a query of scope `S`; a condition, unless said otherwise.
///
/// `T` is an `Option` where there may be NULL. A condition is true or not: one that SQL leaves unknown, as a comparison with
/// NULL is, filters its row out, and is `false` when it is selected ([`Expr::or_null`] gives the `Option`).
///
/// Reusable conditions are plain functions, over any scope:
///
/// ```ignore
/// fn recent<S>(p: PostFields<S>, since: Timestamp) -> Expr<S> {
///     p.timestamp.gt(since)
/// }
/// ```
#[must_use = "an expression does nothing until a query has it"]
pub struct Expr<S, T = bool> {
    operand: Operand,
    scope: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Expr<S, T> {
    pub(crate) fn of(operand: Operand) -> Self {
        Expr { operand, scope: PhantomData }
    }

    pub(crate) fn new(node: sql::Expr, nullable: bool) -> Self {
        Expr::of(Operand { node, nullable })
    }

    pub(crate) fn into_inner(self) -> Operand {
        self.operand
    }

    pub(crate) fn into_node(self) -> sql::Expr {
        self.operand.node
    }
}

impl<S, T: Typed> Expr<S, T> {
    /// The same as an `Option`; for a condition, with NULL where SQL leaves it unknown.
    pub fn or_null(self) -> Expr<S, Option<T::Inner>> {
        Expr::of(self.operand)
    }
}

impl<S, T> Clone for Expr<S, T> {
    fn clone(&self) -> Self {
        Expr::of(self.operand.clone())
    }
}

/// As portable SQL.
impl<S, T> fmt::Debug for Expr<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match render::expr(&ANSI, &self.operand.node) {
            Ok(text) => f.write_str(&text),
            Err(_) => self.operand.node.fmt(f),
        }
    }
}

impl<S, T> From<Column<S, T>> for Expr<S, T>
where
    T: Field,
{
    fn from(column: Column<S, T>) -> Self {
        Expr::new(column.node(), T::NULLABLE)
    }
}

impl<S> Expr<S> {
    /// Both conditions.
    pub fn and(self, other: impl IntoPredicate<S>) -> Self {
        let (left, right) = (self.operand, other.into_predicate().operand);
        Expr::new(left.node.and(right.node), left.nullable || right.nullable)
    }

    /// Either condition.
    pub fn or(self, other: impl IntoPredicate<S>) -> Self {
        let (left, right) = (self.operand, other.into_predicate().operand);
        Expr::new(left.node.or(right.node), left.nullable || right.nullable)
    }
}

impl<S, T: Boolean> Column<S, T> {
    /// Both conditions.
    pub fn and(self, other: impl IntoPredicate<S>) -> Expr<S> {
        self.into_predicate().and(other)
    }

    /// Either condition.
    pub fn or(self, other: impl IntoPredicate<S>) -> Expr<S> {
        self.into_predicate().or(other)
    }
}

impl<S> ops::Not for Expr<S> {
    type Output = Self;

    fn not(self) -> Self {
        Expr::new(!self.operand.node, self.operand.nullable)
    }
}

/// `!u.active`
impl<S, T: Boolean> ops::Not for Column<S, T> {
    type Output = Expr<S>;

    fn not(self) -> Expr<S> {
        !self.into_predicate()
    }
}

impl<S, P: IntoPredicate<S>> ops::BitAnd<P> for Expr<S> {
    type Output = Self;

    fn bitand(self, other: P) -> Self {
        self.and(other)
    }
}

impl<S, P: IntoPredicate<S>> ops::BitOr<P> for Expr<S> {
    type Output = Self;

    fn bitor(self, other: P) -> Self {
        self.or(other)
    }
}

/// All of the conditions: true if there are none.
pub fn all_of<S, P: IntoPredicate<S>>(conditions: impl IntoIterator<Item = P>) -> Expr<S> {
    let none = Expr::new(sql::Expr::And(Vec::new()), false);
    let mut conditions = conditions.into_iter().map(IntoPredicate::into_predicate);
    let first = conditions.next().unwrap_or(none);
    conditions.fold(first, Expr::and)
}

/// Any of the conditions: false if there are none.
pub fn any_of<S, P: IntoPredicate<S>>(conditions: impl IntoIterator<Item = P>) -> Expr<S> {
    let none = Expr::new(sql::Expr::Or(Vec::new()), false);
    let mut conditions = conditions.into_iter().map(IntoPredicate::into_predicate);
    let first = conditions.next().unwrap_or(none);
    conditions.fold(first, Expr::or)
}

/// A value as an expression of its own: `value(None::<String>)`, `value(0i64)`.
pub fn value<S, T: Typed>(value: T) -> Expr<S, T> {
    Expr::of(Operand::value(&value))
}

/// An expression of the query around the one around this: a sub-query sees those of the next query around it by themselves.
pub fn outer<C, E: ExprOps>(expr: E) -> Expr<In<C, E::Scope>, E::Type> {
    Expr::of(expr.operand())
}
