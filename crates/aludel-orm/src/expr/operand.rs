//! What can stand on either side of a comparison.

use std::borrow::Cow;

use aludel_sql::expr as sql;

use super::{Aggregate, Boolean, Expr, ExprOps, NotNull, Nullability, Nullable, Typed};
use crate::{field::Field, handle::Column, query::In};

/// An expression whose type was forgotten.
#[doc(hidden)]
#[derive(Clone)]
pub struct Operand {
    pub(crate) node: sql::Expr,
    /// Whether it may be NULL.
    pub(crate) nullable: bool,
}

impl Operand {
    pub(crate) fn value<T: Field>(value: &T) -> Self {
        Operand { node: sql::Expr::Value(value.to_value()), nullable: T::NULLABLE }
    }
}

/// A value, column or expression that can be compared with a column of type `T` in a query of scope `S`.
///
/// In a sub-query, columns and expressions of the query around it are such, too; those further out by
/// [`outer`](super::outer).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a column of type `{T}`",
    label = "expected a value that converts to `{T}`, or a column of this query",
    note = "an `Option` is compared by `filter_some`, `is_null` or `is_not_distinct_from(value(option))`"
)]
pub trait IntoExpr<S, T> {
    /// Whether it may be NULL.
    type Null: Nullability;

    #[doc(hidden)]
    fn into_operand(self) -> Operand;
}

/// A condition: a boolean expression or column of a query of scope `S`. NULL counts as false.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition of this query",
    label = "expected a boolean expression or column",
    note = "compare a column with something: `|u| u.username.eq(\"susan\")`; put conditions together by `.and(…)` and `.or(…)`"
)]
pub trait IntoPredicate<S> {
    /// The expression.
    fn into_predicate(self) -> Expr<S>;
}

#[diagnostic::do_not_recommend]
impl<S, T: Boolean> IntoPredicate<S> for Expr<S, T> {
    fn into_predicate(self) -> Expr<S> {
        Expr::of(self.into_inner())
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Boolean> IntoPredicate<S> for Column<S, T> {
    fn into_predicate(self) -> Expr<S> {
        Expr::of(self.operand_of())
    }
}

// Each for `T` and for `Option<T>` by itself, so that a type that does not fit is told in our words.
macro_rules! expressions {
    ($($ty:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, T: Field<Base = T>> IntoExpr<S, T> for $ty<S, T> {
            type Null = NotNull;

            fn into_operand(self) -> Operand {
                self.operand()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S, T: Field<Base = T>> IntoExpr<S, T> for $ty<S, Option<T>> {
            type Null = Nullable;

            fn into_operand(self) -> Operand {
                self.operand()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<C, S, T: Field<Base = T>> IntoExpr<In<C, S>, T> for $ty<S, T> {
            type Null = NotNull;

            fn into_operand(self) -> Operand {
                self.operand()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<C, S, T: Field<Base = T>> IntoExpr<In<C, S>, T> for $ty<S, Option<T>> {
            type Null = Nullable;

            fn into_operand(self) -> Operand {
                self.operand()
            }
        }
    )*};
}

expressions!(Column Expr Aggregate);

#[diagnostic::do_not_recommend]
impl<S, T: Field<Base = T>> IntoExpr<S, T> for T {
    type Null = NotNull;

    fn into_operand(self) -> Operand {
        Operand::value(&self)
    }
}

// Written out, as the compiler shows the whole of a macro where it names an implementation that does not fit.

#[diagnostic::do_not_recommend]
impl<S> IntoExpr<S, String> for &str {
    type Null = NotNull;

    fn into_operand(self) -> Operand {
        Operand::value(&self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoExpr<S, String> for &String {
    type Null = NotNull;

    fn into_operand(self) -> Operand {
        Operand::value(self)
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoExpr<S, String> for Cow<'_, str> {
    type Null = NotNull;

    fn into_operand(self) -> Operand {
        Operand::value(&self.into_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoExpr<S, Vec<u8>> for &[u8] {
    type Null = NotNull;

    fn into_operand(self) -> Operand {
        Operand::value(&self.to_owned())
    }
}

/// Anything a function, or SQL of the program's own, can be given: an expression of a query of scope `S` or a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to SQL here",
    label = "expected a column or expression of this query, or a value that a column can hold"
)]
pub trait IntoArgument<S> {
    #[doc(hidden)]
    fn into_argument(self) -> Operand;
}

impl<S, T: Typed> IntoArgument<S> for Expr<S, T> {
    fn into_argument(self) -> Operand {
        self.into_inner()
    }
}

impl<S, T: Typed> IntoArgument<S> for Column<S, T> {
    fn into_argument(self) -> Operand {
        self.operand_of()
    }
}

impl<S, T: Field> IntoArgument<S> for T {
    fn into_argument(self) -> Operand {
        Operand::value(&self)
    }
}

impl<S> IntoArgument<S> for &str {
    fn into_argument(self) -> Operand {
        Operand::value(&self.to_owned())
    }
}

impl<S> IntoArgument<S> for &String {
    fn into_argument(self) -> Operand {
        Operand::value(self)
    }
}
