//! What rows are ordered by.

use std::marker::PhantomData;

use aludel_sql::{
    expr as sql,
    statement::{self, Nulls},
};

use super::{Expr, Typed};
use crate::{field::placed, handle::Column};

/// One of the things rows of a query of scope `S` are ordered by.
#[must_use = "an order does nothing until a query has it"]
pub struct Order<S> {
    order: statement::Order,
    scope: PhantomData<fn() -> S>,
}

impl<S> Order<S> {
    pub(crate) fn new(expr: sql::Expr, descending: bool) -> Self {
        Order { order: statement::Order { expr, descending, nulls: None }, scope: PhantomData }
    }

    /// NULLs before all others.
    pub fn nulls_first(mut self) -> Self {
        self.order.nulls = Some(Nulls::First);
        self
    }

    /// NULLs after all others.
    pub fn nulls_last(mut self) -> Self {
        self.order.nulls = Some(Nulls::Last);
        self
    }
}

/// What rows of a query of scope `S` can be ordered by: `u.name.desc()`, a column (from low to high), or a tuple of these.
#[diagnostic::on_unimplemented(
    message = "rows of this query cannot be ordered by `{Self}`",
    label = "expected a column or expression of this query",
    note = "`|u| u.name`, `|u| u.name.desc()`, `|u| (u.name, u.id.desc())`"
)]
pub trait IntoOrder<S> {
    #[doc(hidden)]
    fn push_order(self, into: &mut Vec<statement::Order>);
}

impl<S> IntoOrder<S> for Order<S> {
    fn push_order(self, into: &mut Vec<statement::Order>) {
        into.push(self.order);
    }
}

impl<S, T: Typed> IntoOrder<S> for Expr<S, T> {
    fn push_order(self, into: &mut Vec<statement::Order>) {
        Order::<S>::new(placed(T::NAMES, self.into_node()), false).push_order(into);
    }
}

impl<S, T: Typed> IntoOrder<S> for Column<S, T> {
    fn push_order(self, into: &mut Vec<statement::Order>) {
        Order::<S>::new(placed(T::NAMES, self.node()), false).push_order(into);
    }
}

/// As many as a program makes out.
impl<S, O: IntoOrder<S>> IntoOrder<S> for Vec<O> {
    fn push_order(self, into: &mut Vec<statement::Order>) {
        self.into_iter().for_each(|order| order.push_order(into));
    }
}

macro_rules! tuples {
    ($(($($name:ident),*);)*) => {$(
        #[allow(non_snake_case)]
        impl<S, $($name: IntoOrder<S>),*> IntoOrder<S> for ($($name,)*) {
            fn push_order(self, into: &mut Vec<statement::Order>) {
                let ($($name,)*) = self;
                $($name.push_order(into);)*
            }
        }
    )*};
}

tuples! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}
