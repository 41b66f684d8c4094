//! Calculating.

use std::ops;

use aludel_sql::{
    Expr as Node,
    expr::{BinaryOp, Function, UnaryOp},
};

use super::{
    Aggregate, Either, Expr, ExprOps, Inner, Integer, IntoExpr, Like, Number, Operand, Typed,
    compare::{call, cast},
};
use crate::handle::Column;

/// What numbers can be asked, beside `+`, `-`, `*`, `/` and `%`.
///
/// A result has the same type on every database: the sum of integers is an `i64`, a quotient or an average an `f64`, and
/// with decimals all is a `Decimal`.
pub trait NumberOps: ExprOps {
    /// Without its sign.
    fn abs(self) -> Expr<Self::Scope, Self::Type>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(call(Function::Abs, [self.operand()]))
    }

    /// Rounded to as many digits after the point. Of halves decimals go away from zero; floating-point numbers, which are seldom
    /// exact halves, as the database has it.
    fn round(self, digits: i32) -> Expr<Self::Scope, Self::Type>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(exact::<Inner<Self::Type>>(call(
            Function::Round,
            [self.operand(), Operand::value(&i64::from(digits))],
        )))
    }

    /// The greatest whole number that is not greater.
    fn floor(self) -> Expr<Self::Scope, Self::Type>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(exact::<Inner<Self::Type>>(call(Function::Floor, [self.operand()])))
    }

    /// The least whole number that is not less.
    fn ceil(self) -> Expr<Self::Scope, Self::Type>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(exact::<Inner<Self::Type>>(call(Function::Ceil, [self.operand()])))
    }

    /// -1, 0 or 1.
    fn sign(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(cast::<i64>(call(Function::Sign, [self.operand()])))
    }

    /// The square root. Of a negative number PostgreSQL makes an error, the others NULL, which no `f64` is: leave such rows out,
    /// or take `.greatest(0)`.
    fn sqrt(self) -> Expr<Self::Scope, Like<Self::Type, f64>>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(cast::<f64>(call(Function::Sqrt, [self.operand()])))
    }

    /// To the power of the other. What has none, as -1 to the power of 0.5, is an error or NULL, as with
    /// [`sqrt`](NumberOps::sqrt).
    fn power<R>(self, exponent: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, f64>>
    where
        Inner<Self::Type>: Number,
        R: IntoExpr<Self::Scope, f64>,
    {
        Expr::of(cast::<f64>(call(Function::Power, [cast::<f64>(self.operand()), exponent.into_operand()])))
    }

    /// e to the power of this.
    fn exp(self) -> Expr<Self::Scope, Like<Self::Type, f64>>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(cast::<f64>(call(Function::Exp, [self.operand()])))
    }

    /// The natural logarithm. Of 0 and less PostgreSQL makes an error, the others NULL, which no `f64` is: take
    /// `.nullif(0)` of what may be 0, which is NULL on all of them.
    fn ln(self) -> Expr<Self::Scope, Like<Self::Type, f64>>
    where
        Inner<Self::Type>: Number,
    {
        Expr::of(cast::<f64>(call(Function::Ln, [self.operand()])))
    }

    /// The quotient without its fraction, cut off towards zero as in Rust.
    fn int_div<R>(self, other: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        Inner<Self::Type>: Integer,
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::of(binary(self.operand(), BinaryOp::IntDiv, other.into_operand()))
    }

    /// Bits that both have: `&`.
    fn bit_and<R>(self, other: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        Inner<Self::Type>: Integer,
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::of(binary(self.operand(), BinaryOp::BitAnd, other.into_operand()))
    }

    /// Bits that one has: `|`.
    fn bit_or<R>(self, other: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        Inner<Self::Type>: Integer,
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::of(binary(self.operand(), BinaryOp::BitOr, other.into_operand()))
    }

    /// Bits that one alone has: `^` in Rust.
    fn bit_xor<R>(self, other: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        Inner<Self::Type>: Integer,
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::of(binary(self.operand(), BinaryOp::BitXor, other.into_operand()))
    }

    /// Each bit turned over, as of an `i64`.
    fn bit_not(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Inner<Self::Type>: Integer,
    {
        let Operand { node, nullable } = self.operand();
        Expr::new(Node::Unary(UnaryOp::BitNot, Box::new(node)), nullable)
    }

    /// Bits moved to the left, as of an `i64`.
    fn shift_left<R: IntoExpr<Self::Scope, i64>>(self, bits: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, i64>>
    where
        Inner<Self::Type>: Integer,
    {
        Expr::of(binary(self.operand(), BinaryOp::Shl, bits.into_operand()))
    }

    /// Bits moved to the right, as of an `i64`: the sign stays.
    fn shift_right<R: IntoExpr<Self::Scope, i64>>(self, bits: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, i64>>
    where
        Inner<Self::Type>: Integer,
    {
        Expr::of(binary(self.operand(), BinaryOp::Shr, bits.into_operand()))
    }
}

impl<E: ExprOps> NumberOps for E {}

/// A number at random, from 0 on and less than 1: another for each row. `.order_by(|_| random())` shuffles the rows, all of
/// which are looked at for it.
pub fn random<S>() -> Expr<S, f64> {
    Expr::new(Node::Call(Function::Random, Vec::new()), false)
}

fn binary(left: Operand, op: BinaryOp, right: Operand) -> Operand {
    Operand { node: left.node.binary(op, right.node), nullable: left.nullable || right.nullable }
}

/// Converted to the type that is promised, unless the database's own is exact.
pub(super) fn exact<T: Number>(operand: Operand) -> Operand {
    if T::EXACT { operand } else { cast::<T>(operand) }
}

macro_rules! operators {
    ($($ty:ident { $($trait:ident, $method:ident, $op:ident, $bound:ident;)* })*) => {$($(
        impl<S, T: Typed, R> ops::$trait<R> for $ty<S, T>
        where
            T::Inner: $bound,
            R: IntoExpr<S, T::Inner>,
        {
            type Output = Expr<S, Either<T, R::Null, T::Inner>>;

            fn $method(self, right: R) -> Self::Output {
                Expr::of(binary(self.operand(), BinaryOp::$op, right.into_operand()))
            }
        }
    )*

        /// The exact quotient: of two integers it has a fraction. [`NumberOps::int_div`] has none.
        impl<S, T: Typed, R> ops::Div<R> for $ty<S, T>
        where
            T::Inner: Number,
            R: IntoExpr<S, T::Inner>,
        {
            type Output = Expr<S, Either<T, R::Null, <T::Inner as Number>::Quotient>>;

            fn div(self, right: R) -> Self::Output {
                let quotient = binary(self.operand(), BinaryOp::Div, right.into_operand());
                Expr::of(exact::<<T::Inner as Number>::Quotient>(quotient))
            }
        }

        impl<S, T: Typed> ops::Neg for $ty<S, T>
        where
            T::Inner: Number,
        {
            type Output = Expr<S, T>;

            fn neg(self) -> Self::Output {
                let Operand { node, nullable } = self.operand();
                Expr::new(Node::Unary(UnaryOp::Negate, Box::new(node)), nullable)
            }
        }
    )*};
}

operators! {
    Column {
        Add, add, Add, Number;
        Sub, sub, Sub, Number;
        Mul, mul, Mul, Number;
        Rem, rem, Rem, Integer;
    }
    Aggregate {
        Add, add, Add, Number;
        Sub, sub, Sub, Number;
        Mul, mul, Mul, Number;
        Rem, rem, Rem, Integer;
    }
    Expr {
        Add, add, Add, Number;
        Sub, sub, Sub, Number;
        Mul, mul, Mul, Number;
        Rem, rem, Rem, Integer;
    }
}
