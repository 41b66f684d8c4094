//! What can stand on either side of a comparison.

use std::borrow::Cow;

use aludel_sql::expr as sql;

use crate::{expr::Expr, field::Field, handle::Column};

/// A value, column or expression that can be compared with a column of type `T` in a query of scope `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a column of type `{T}`",
    label = "expected a value that converts to `{T}`"
)]
pub trait IntoExpr<S, T> {
    /// The expression.
    fn into_expr(self) -> Expr<S, T>;
}

/// A condition: a boolean expression or column of a query of scope `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition of this query",
    label = "expected a boolean expression or column",
    note = "compare a column with something: `|u| u.username.eq(\"susan\")`"
)]
pub trait IntoPredicate<S> {
    /// The expression.
    fn into_predicate(self) -> Expr<S>;
}

impl<S> IntoPredicate<S> for Expr<S> {
    fn into_predicate(self) -> Expr<S> {
        self
    }
}

impl<S> IntoPredicate<S> for Column<S, bool> {
    fn into_predicate(self) -> Expr<S> {
        Expr::new(self.node())
    }
}

/// NULL counts as false.
impl<S> IntoPredicate<S> for Column<S, Option<bool>> {
    fn into_predicate(self) -> Expr<S> {
        Expr::new(self.node())
    }
}

impl<S, T> IntoExpr<S, T> for Expr<S, T> {
    fn into_expr(self) -> Expr<S, T> {
        self
    }
}

impl<S, T: Field> IntoExpr<S, T::Base> for Column<S, T> {
    fn into_expr(self) -> Expr<S, T::Base> {
        Expr::new(self.node())
    }
}

impl<S, T: Field<Base = T>> IntoExpr<S, T> for T {
    fn into_expr(self) -> Expr<S, T> {
        Expr::new(sql::Expr::Value(self.to_value()))
    }
}

macro_rules! values {
    ($($ty:ty: $($from:ty),*;)*) => {$($(
        impl<S> IntoExpr<S, $ty> for $from {
            fn into_expr(self) -> Expr<S, $ty> {
                Expr::new(sql::Expr::Value(<$ty>::from(self).to_value()))
            }
        }
    )*)*};
}

values! {
    String: &str, &String, Cow<'_, str>;
    Vec<u8>: &[u8];
}
