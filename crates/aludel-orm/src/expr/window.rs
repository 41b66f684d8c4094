//! Windows: what is made of the rows around each row.

use std::{convert::Infallible, marker::PhantomData};

use aludel_sql::{
    Expr as Node,
    expr::{self as sql, Distance, Frame, FrameUnit, Function},
    statement,
};

pub use aludel_sql::expr::{Bound, Exclude};

use super::{Expr, ExprOps, Inner, IntoOrder, Operand, Ranged, Step, Typed};
use crate::query::Selection;

/// The rows that a function over a window sees: `|w| w.partition_by(p.user_id).order_by(p.id.desc())`.
#[must_use = "a window does nothing until a function has it"]
pub struct Window<S> {
    partition_by: Vec<Node>,
    order_by: Vec<statement::Order>,
    frame: Option<Frame>,
    scope: PhantomData<fn() -> S>,
}

impl<S> Window<S> {
    pub(super) fn new() -> Self {
        Window { partition_by: Vec::new(), order_by: Vec::new(), frame: None, scope: PhantomData }
    }

    /// Only the rows that are equal to this one in these: a column or expression, or a tuple of them.
    pub fn partition_by(mut self, by: impl Selection<S>) -> Self {
        by.push_columns(&mut self.partition_by);
        self
    }

    /// In this order.
    pub fn order_by(mut self, order: impl IntoOrder<S>) -> Self {
        order.push_order(&mut self.order_by);
        self
    }

    /// From so many rows before this one to so many after it.
    pub fn rows(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Rows, start.map(Distance::Count), end.map(Distance::Count))
    }

    /// From the first row, or those that are ordered like this one, to those or to the last row.
    pub fn range(self, start: Bound<Infallible>, end: Bound<Infallible>) -> Self {
        self.frame(FrameUnit::Range, start.map(|none| match none {}), end.map(|none| match none {}))
    }

    /// In the order of this alone, from low to high: from the rows that have so much less in it to those that have so much more.
    ///
    /// How far is said in integers by a `u64`, in other numbers by one of their type, in dates and times by a
    /// [`Duration`](std::time::Duration): `w.range_by(p.timestamp, Bound::Preceding(Duration::from_secs(3600)), Bound::CurrentRow)`.
    /// Of floating-point numbers, whether one that is just so far away is in is up to how the database rounds. SQLite has no frames by
    /// decimals, with which it does not compute exactly.
    pub fn range_by<E>(self, by: E, start: Bound<Step<E::Type>>, end: Bound<Step<E::Type>>) -> Self
    where
        E: ExprOps<Scope = S>,
        Inner<E::Type>: Ranged,
    {
        self.range_of(by, false, start, end)
    }

    /// [`Window::range_by`] from high to low: what precedes a row has more, and what follows it less.
    pub fn range_by_desc<E>(self, by: E, start: Bound<Step<E::Type>>, end: Bound<Step<E::Type>>) -> Self
    where
        E: ExprOps<Scope = S>,
        Inner<E::Type>: Ranged,
    {
        self.range_of(by, true, start, end)
    }

    fn range_of<E>(mut self, by: E, descending: bool, start: Bound<Step<E::Type>>, end: Bound<Step<E::Type>>) -> Self
    where
        E: ExprOps<Scope = S>,
        Inner<E::Type>: Ranged,
    {
        self.order_by = vec![statement::Order { expr: by.operand().node, descending, nulls: None }];
        let distance = <Inner<E::Type> as Ranged>::into_distance;
        self.frame(FrameUnit::Range, start.map(distance), end.map(distance))
    }

    /// From so many groups of rows that are ordered alike before this one to so many after it.
    pub fn groups(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Groups, start.map(Distance::Count), end.map(Distance::Count))
    }

    /// Leaves rows out of the frame, which must have been said.
    pub fn exclude(mut self, exclude: Exclude) -> Self {
        if let Some(frame) = &mut self.frame {
            frame.exclude = Some(exclude);
        }
        self
    }

    fn frame(mut self, unit: FrameUnit, start: Bound<Distance>, end: Bound<Distance>) -> Self {
        self.frame = Some(Frame { unit, start, end, exclude: None });
        self
    }

    /// The function over this window.
    pub(super) fn over(self, call: Node) -> Node {
        Node::Over(Box::new(sql::Over {
            call,
            partition_by: self.partition_by,
            order_by: self.order_by,
            frame: self.frame,
        }))
    }
}

/// A function that needs a window: [`WindowFunction::over`] gives it one.
#[must_use = "a window function needs `.over(|w| …)`"]
pub struct WindowFunction<S, T> {
    call: Node,
    types: PhantomData<fn() -> (S, T)>,
}

impl<S, T: Typed> WindowFunction<S, T> {
    fn new(function: Function, arguments: Vec<Node>) -> Self {
        WindowFunction { call: Node::Call(function, arguments), types: PhantomData }
    }

    /// For each row, over the rows of its window: `row_number().over(|w| w.order_by(p.id))`.
    pub fn over(self, window: impl FnOnce(Window<S>) -> Window<S>) -> Expr<S, T> {
        Expr::new(window(Window::new()).over(self.call), T::NULLABLE)
    }
}

/// The number of the row in its window, from 1.
pub fn row_number<S>() -> WindowFunction<S, i64> {
    WindowFunction::new(Function::RowNumber, Vec::new())
}

/// The rank of the row, with gaps after rows that are ordered alike.
pub fn rank<S>() -> WindowFunction<S, i64> {
    WindowFunction::new(Function::Rank, Vec::new())
}

/// The rank of the row without gaps.
pub fn dense_rank<S>() -> WindowFunction<S, i64> {
    WindowFunction::new(Function::DenseRank, Vec::new())
}

/// The rank of the row as a number from 0 to 1.
pub fn percent_rank<S>() -> WindowFunction<S, f64> {
    WindowFunction::new(Function::PercentRank, Vec::new())
}

/// Which part of the rows are not behind this one, as a number up to 1.
pub fn cume_dist<S>() -> WindowFunction<S, f64> {
    WindowFunction::new(Function::CumeDist, Vec::new())
}

/// Which of so many parts of about the same size the row is in, from 1; fewer than one part is an error.
pub fn ntile<S>(parts: i64) -> WindowFunction<S, i64> {
    WindowFunction::new(Function::Ntile, vec![Operand::value(&parts).node])
}

/// The values of a column or expression in other rows of the window.
pub trait WindowOps: ExprOps {
    /// In the row so many before this one, or after it for a negative number; NULL where there is none.
    fn lag(self, rows: i64) -> WindowFunction<Self::Scope, Option<Inner<Self::Type>>> {
        neighbour(self.operand(), rows.saturating_neg())
    }

    /// In the row so many after this one, or before it for a negative number; NULL where there is none.
    fn lead(self, rows: i64) -> WindowFunction<Self::Scope, Option<Inner<Self::Type>>> {
        neighbour(self.operand(), rows)
    }

    /// In the first row of the frame; NULL where it is empty.
    fn first_value(self) -> WindowFunction<Self::Scope, Option<Inner<Self::Type>>> {
        WindowFunction::new(Function::FirstValue, vec![self.operand().node])
    }

    /// In the last row of the frame, which ends with this one unless it says otherwise; NULL where it is empty.
    fn last_value(self) -> WindowFunction<Self::Scope, Option<Inner<Self::Type>>> {
        WindowFunction::new(Function::LastValue, vec![self.operand().node])
    }

    /// In the row of this number of the frame, from 1; NULL where there is none, and an error for a number less than 1.
    fn nth_value(self, number: i64) -> WindowFunction<Self::Scope, Option<Inner<Self::Type>>> {
        WindowFunction::new(Function::NthValue, vec![self.operand().node, Operand::value(&number).node])
    }
}

impl<E: ExprOps> WindowOps for E {}

/// In the row so many after this one. Not every database counts backwards.
fn neighbour<S, T: Typed>(operand: Operand, rows: i64) -> WindowFunction<S, T> {
    let (function, rows) = if rows < 0 { (Function::Lag, rows.saturating_neg()) } else { (Function::Lead, rows) };
    WindowFunction::new(function, vec![operand.node, Operand::value(&rows).node])
}
