//! Comparisons, and what else any expression can be asked.

#[cfg(feature = "decimal")]
use aludel_sql::Type;
use aludel_sql::{
    Expr as Node,
    expr::{BinaryOp, Function, Is, Name},
};

use super::{Either, Expr, Inner, IntoExpr, Like, Operand, Order, Several, Typed, sql_type, typed::Both};
use crate::{
    field::{self, Field},
    handle::Column,
    query::SubQuery,
};

/// What columns and expressions can be asked alike.
///
/// A comparison with NULL is neither true nor false, as in SQL, and keeps no row: ask [`ExprOps::is_null`], or
/// [`ExprOps::is_not_distinct_from`], to which NULL is a value like others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column or an expression",
    label = "expected a column or an expression"
)]
#[allow(clippy::wrong_self_convention, reason = "an expression is part of the one it is asked for")]
pub trait ExprOps: Sized {
    /// The scope of the query it belongs to.
    type Scope;

    /// Its type.
    type Type: Typed;

    #[doc(hidden)]
    fn operand(self) -> Operand;

    /// `=`
    fn eq<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        compare(self.operand(), BinaryOp::Eq, right.into_operand())
    }

    /// `<>`
    fn ne<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        compare(self.operand(), BinaryOp::Ne, right.into_operand())
    }

    /// `<`
    fn lt<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        compare(placed::<Self::Type>(self.operand()), BinaryOp::Lt, placed::<Self::Type>(right.into_operand()))
    }

    /// `<=`
    fn le<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        compare(placed::<Self::Type>(self.operand()), BinaryOp::Le, placed::<Self::Type>(right.into_operand()))
    }

    /// `>`
    fn gt<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        compare(placed::<Self::Type>(self.operand()), BinaryOp::Gt, placed::<Self::Type>(right.into_operand()))
    }

    /// `>=`
    fn ge<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        compare(placed::<Self::Type>(self.operand()), BinaryOp::Ge, placed::<Self::Type>(right.into_operand()))
    }

    /// Unequal, where NULL is equal to NULL and to nothing else.
    fn is_distinct_from<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        Expr::new(self.operand().node.binary(BinaryOp::IsDistinct, right.into_operand().node), false)
    }

    /// Equal, where NULL is equal to NULL and to nothing else: `u.nick.is_not_distinct_from(value(nick))` for an `Option`.
    fn is_not_distinct_from<R: IntoExpr<Self::Scope, Inner<Self::Type>>>(self, right: R) -> Expr<Self::Scope> {
        Expr::new(self.operand().node.binary(BinaryOp::IsNotDistinct, right.into_operand().node), false)
    }

    /// `BETWEEN low AND high`, both included.
    fn between<L, H>(self, low: L, high: H) -> Expr<Self::Scope>
    where
        L: IntoExpr<Self::Scope, Inner<Self::Type>>,
        H: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        let [low, high] = [low.into_operand(), high.into_operand()].map(placed::<Self::Type>);
        between(placed::<Self::Type>(self.operand()), low, high, false)
    }

    /// `NOT BETWEEN low AND high`
    fn not_between<L, H>(self, low: L, high: H) -> Expr<Self::Scope>
    where
        L: IntoExpr<Self::Scope, Inner<Self::Type>>,
        H: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        let [low, high] = [low.into_operand(), high.into_operand()].map(placed::<Self::Type>);
        between(placed::<Self::Type>(self.operand()), low, high, true)
    }

    /// `BETWEEN SYMMETRIC one AND other`: both included, whichever is the lower one.
    fn between_symmetric<L, H>(self, one: L, other: H) -> Expr<Self::Scope>
    where
        L: IntoExpr<Self::Scope, Inner<Self::Type>>,
        H: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        let [expr, one, other] = [self.operand(), one.into_operand(), other.into_operand()].map(placed::<Self::Type>);
        let nullable = expr.nullable || one.nullable || other.nullable;
        let (expr, one, other) = (Box::new(expr.node), Box::new(one.node), Box::new(other.node));
        Expr::new(Node::BetweenSymmetric { expr, one, other }, nullable)
    }

    /// `IN (…)`: nothing is in an empty list.
    fn in_list<R>(self, list: impl IntoIterator<Item = R>) -> Expr<Self::Scope>
    where
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        in_list(self.operand(), list.into_iter().map(IntoExpr::into_operand), false)
    }

    /// `NOT IN (…)`: everything is, where the list is empty.
    fn not_in_list<R>(self, list: impl IntoIterator<Item = R>) -> Expr<Self::Scope>
    where
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        in_list(self.operand(), list.into_iter().map(IntoExpr::into_operand), true)
    }

    /// `IN (SELECT …)`: a query of one column.
    fn in_query<Q>(self, query: Q) -> Expr<Self::Scope>
    where
        Q: SubQuery<Self::Scope>,
        Q::Out: Typed<Inner = Inner<Self::Type>>,
    {
        in_query(self.operand(), query, false)
    }

    /// `NOT IN (SELECT …)`: true of no row if the query finds a NULL, as in SQL; NOT EXISTS is not so.
    fn not_in_query<Q>(self, query: Q) -> Expr<Self::Scope>
    where
        Q: SubQuery<Self::Scope>,
        Q::Out: Typed<Inner = Inner<Self::Type>>,
    {
        in_query(self.operand(), query, true)
    }

    /// Whether the comparison holds with any row of a query of one column, `= ANY (SELECT …)`, or with any element of an array:
    /// `value("new").compare_any(Compare::Eq, p.tags)`, `u.id.compare_any(Compare::Eq, vec![1, 2])`.
    fn compare_any<M: Several<Self::Scope, Inner<Self::Type>>>(self, how: Compare, several: M) -> Expr<Self::Scope> {
        Expr::new(several.quantified(self.operand(), how, false), true)
    }

    /// Whether the comparison holds with every row of a query of one column, `>= ALL (SELECT …)`, or with every element of an
    /// array. It does if there is none.
    fn compare_all<M: Several<Self::Scope, Inner<Self::Type>>>(self, how: Compare, several: M) -> Expr<Self::Scope> {
        Expr::new(several.quantified(self.operand(), how, true), true)
    }

    /// `IS NULL`
    fn is_null(self) -> Expr<Self::Scope> {
        is(self.operand(), Is::Null, false)
    }

    /// `IS NOT NULL`
    fn is_not_null(self) -> Expr<Self::Scope> {
        is(self.operand(), Is::Null, true)
    }

    /// From low to high.
    fn asc(self) -> Order<Self::Scope> {
        Order::new(placed::<Self::Type>(self.operand()).node, false)
    }

    /// From high to low.
    fn desc(self) -> Order<Self::Scope> {
        Order::new(placed::<Self::Type>(self.operand()).node, true)
    }

    /// This, or the other where this is NULL.
    fn coalesce<R>(self, other: R) -> Expr<Self::Scope, Both<Self::Type, R::Null, Inner<Self::Type>>>
    where
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        let (this, other) = (self.operand(), other.into_operand());
        let nullable = this.nullable && other.nullable;
        Expr::new(call(Function::Coalesce, [this, other]).node, nullable)
    }

    /// NULL where this equals the other.
    fn nullif<R>(self, other: R) -> Expr<Self::Scope, Option<Inner<Self::Type>>>
    where
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::new(call(Function::NullIf, [self.operand(), other.into_operand()]).node, true)
    }

    /// The greater of the two; NULL if one is.
    fn greatest<R>(self, other: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::of(extreme::<Self::Type>(Function::Greatest, self.operand(), other.into_operand()))
    }

    /// The lesser of the two; NULL if one is.
    fn least<R>(self, other: R) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        R: IntoExpr<Self::Scope, Inner<Self::Type>>,
    {
        Expr::of(extreme::<Self::Type>(Function::Least, self.operand(), other.into_operand()))
    }

    /// Converted by the database: `u.code.cast::<i64>()`. None has TRY_CAST: ask what may not convert in a `case` around it. A decimal has its digits said: [`ExprOps::cast_decimal`].
    fn cast<T: Field<Base = T>>(self) -> Expr<Self::Scope, Like<Self::Type, T>> {
        Expr::of(cast::<T>(self.operand()))
    }

    /// Taken for a `T` in Rust, as it is in SQL: `u.id.type_coerce::<UserId>()`, or what SQL of the program's own gives, as an enum.
    /// What is no `T` is an error where it is read.
    fn type_coerce<T: Field<Base = T>>(self) -> Expr<Self::Scope, Like<Self::Type, T>> {
        Expr::of(self.operand())
    }

    /// Converted by the database to a decimal of as many digits, so many of them after the point.
    #[cfg(feature = "decimal")]
    fn cast_decimal(self, precision: u8, scale: u8) -> Expr<Self::Scope, Like<Self::Type, rust_decimal::Decimal>> {
        let Operand { node, nullable } = self.operand();
        Expr::new(Node::Cast(Box::new(node), Type::Decimal { precision, scale }), nullable)
    }

    /// Compared and ordered by a collation of the database, which each names in its own way.
    fn collate(self, collation: impl Into<Name>) -> Expr<Self::Scope, Self::Type>
    where
        Self::Type: super::Text,
    {
        let Operand { node, nullable } = self.operand();
        Expr::new(Node::Collate(Box::new(node), collation.into()), nullable)
    }
}

impl<S, T: Typed> ExprOps for Column<S, T> {
    type Scope = S;
    type Type = T;

    fn operand(self) -> Operand {
        self.operand_of()
    }
}

impl<S, T: Typed> ExprOps for Expr<S, T> {
    type Scope = S;
    type Type = T;

    fn operand(self) -> Operand {
        self.into_inner()
    }
}

/// How [`ExprOps::compare_any`] and [`ExprOps::compare_all`] compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

fn compare<S>(left: Operand, op: BinaryOp, right: Operand) -> Expr<S> {
    Expr::new(left.node.binary(op, right.node), left.nullable || right.nullable)
}

/// What compares and sorts as an operand of this type does: an enum by its place among the others.
fn placed<T: Field>(operand: Operand) -> Operand {
    Operand { node: field::placed(T::NAMES, operand.node), nullable: operand.nullable }
}

/// The greater or the lesser of two: of an enum, by its places.
fn extreme<T: Field>(function: Function, left: Operand, right: Operand) -> Operand {
    if T::NAMES.is_empty() {
        return call(function, [left, right]);
    }
    // Beside nothing but values, or a NULL, a value must have its type.
    let of_type = |operand: Operand| match operand {
        Operand { node: node @ Node::Value(_), nullable } => cast::<T>(Operand { node, nullable }),
        other => other,
    };
    let Operand { node, nullable } = call(function, [left, right].map(|operand| placed::<T>(of_type(operand))));
    Operand { node: field::unplaced(T::NAMES, node), nullable }
}

fn between<S>(expr: Operand, low: Operand, high: Operand, negated: bool) -> Expr<S> {
    let nullable = expr.nullable || low.nullable || high.nullable;
    let (expr, low, high) = (Box::new(expr.node), Box::new(low.node), Box::new(high.node));
    Expr::new(Node::Between { expr, low, high, negated }, nullable)
}

pub(super) fn in_list<S>(expr: Operand, list: impl Iterator<Item = Operand>, negated: bool) -> Expr<S> {
    let mut nullable = expr.nullable;
    let list = list.inspect(|item| nullable |= item.nullable).map(|item| item.node).collect();
    Expr::new(Node::In { expr: Box::new(expr.node), list, negated }, nullable)
}

pub(super) fn in_query<S, Q: SubQuery<S>>(expr: Operand, query: Q, negated: bool) -> Expr<S> {
    let select = query.into_select();
    Expr::new(Node::InQuery { expr: Box::new(expr.node), select, negated }, true)
}

fn is<S>(operand: Operand, what: Is, negated: bool) -> Expr<S> {
    Expr::new(Node::Is { expr: Box::new(operand.node), what, negated }, false)
}

/// A call, which gives NULL if an argument is.
pub(super) fn call<const N: usize>(function: Function, arguments: [Operand; N]) -> Operand {
    let nullable = arguments.iter().any(|argument| argument.nullable);
    let arguments = arguments.into_iter().map(|argument| argument.node).collect();
    Operand { node: Node::Call(function, arguments), nullable }
}

pub(super) fn cast<T: Field>(operand: Operand) -> Operand {
    Operand { node: Node::Cast(Box::new(operand.node), sql_type::<T>()), nullable: operand.nullable }
}
