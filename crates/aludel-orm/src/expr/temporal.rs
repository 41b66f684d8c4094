//! Dates and times.

use aludel_sql::{
    Expr as Node,
    expr::{Field as Part, Function},
};
use jiff::{Timestamp, civil::Date};

use super::{Expr, ExprOps, Inner, Like, Temporal, compare::call};

/// What dates and times can be asked. Timestamps are read in UTC.
pub trait TemporalOps: ExprOps {
    /// The year. Of one before the year 1, PostgreSQL gives one less: its calendar has no year 0.
    fn year(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Temporal,
    {
        extract(self, Part::Year)
    }

    /// The month, 1 to 12.
    fn month(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Temporal,
    {
        extract(self, Part::Month)
    }

    /// The day of the month, from 1.
    fn day(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Temporal,
    {
        extract(self, Part::Day)
    }

    /// The hour, 0 to 23.
    fn hour(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Temporal,
    {
        extract(self, Part::Hour)
    }

    /// The minute.
    fn minute(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Temporal,
    {
        extract(self, Part::Minute)
    }

    /// The second, without its fraction.
    fn second(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Temporal,
    {
        extract(self, Part::Second)
    }
}

impl<E: ExprOps> TemporalOps for E {}

fn extract<E: ExprOps>(expr: E, part: Part) -> Expr<E::Scope, Like<E::Type, i64>> {
    Expr::of(call(Function::Extract(part), [expr.operand()]))
}

/// The instant, as the database's clock has it.
pub fn now<S>() -> Expr<S, Timestamp> {
    Expr::new(Node::CurrentTimestamp, false)
}

/// The day in UTC, as the database's clock has it.
pub fn today<S>() -> Expr<S, Date> {
    Expr::new(Node::CurrentDate, false)
}
