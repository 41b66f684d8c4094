//! What rows are ordered by.

use std::marker::PhantomData;

use aludel_sql::{expr as sql, statement};

/// One of the things rows of a query of scope `S` are ordered by.
pub struct Order<S> {
    order: statement::Order,
    scope: PhantomData<fn() -> S>,
}

impl<S> Order<S> {
    pub(crate) fn new(expr: sql::Expr, descending: bool) -> Self {
        Order { order: statement::Order { expr, descending, nulls: None }, scope: PhantomData }
    }

    pub(crate) fn into_order(self) -> statement::Order {
        self.order
    }
}
