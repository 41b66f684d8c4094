//! What a comparison is made with, with any or with all of it: the rows of a sub-query, the elements of an array.

use aludel_sql::{Expr as Node, Value, expr::BinaryOp, statement::Select};

use super::{Aggregate, Compare, Expr, ExprOps, Operand, Typed};
use crate::{
    field::{self, Element, Field},
    handle::Column,
    query::{Boxed, In, Query, Sources, SubQuery},
};

/// What [`ExprOps::compare_any`] and [`ExprOps::compare_all`] compare with, in a query of scope `S`: a query of one column of
/// type `T`, or an array.
///
/// An array is a `Vec`, or on PostgreSQL a column or an expression that is one. Elsewhere a list that is kept is JSON, of which
/// [`elements`](crate::query::elements) are rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not several of `{T}`",
    label = "expected a query of one column of this type, or an array of it"
)]
pub trait Several<S, T> {
    #[doc(hidden)]
    fn quantified(self, left: Operand, how: Compare, all: bool) -> Node;
}

#[diagnostic::do_not_recommend]
impl<L: Sources, S, T: Field, Out: Typed<Inner = T>> Several<S, T> for Query<L, Out> {
    fn quantified(self, left: Operand, how: Compare, all: bool) -> Node {
        of_query::<T>(left.node, how, all, SubQuery::<S>::into_select(self))
    }
}

#[diagnostic::do_not_recommend]
impl<L, S, T: Field, Out: Typed<Inner = T>> Several<S, T> for Query<In<L, S>, Out> {
    fn quantified(self, left: Operand, how: Compare, all: bool) -> Node {
        of_query::<T>(left.node, how, all, SubQuery::<S>::into_select(self))
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Field, Out: Typed<Inner = T>> Several<S, T> for Query<Boxed, Out> {
    fn quantified(self, left: Operand, how: Compare, all: bool) -> Node {
        of_query::<T>(left.node, how, all, SubQuery::<S>::into_select(self))
    }
}

#[diagnostic::do_not_recommend]
impl<S, T: Field, E: Element + Typed<Inner = T>> Several<S, T> for Vec<E> {
    fn quantified(self, left: Operand, how: Compare, all: bool) -> Node {
        of_array::<T>(left.node, how, all, Node::Value(self.to_value()))
    }
}

macro_rules! arrays {
    ($($ty:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, T: Field, E: Element + Typed<Inner = T>, A: Typed<Inner = Vec<E>>> Several<S, T> for $ty<S, A> {
            fn quantified(self, left: Operand, how: Compare, all: bool) -> Node {
                of_array::<T>(left.node, how, all, self.operand().node)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<C, S, T: Field, E: Element + Typed<Inner = T>, A: Typed<Inner = Vec<E>>> Several<In<C, S>, T> for $ty<S, A> {
            fn quantified(self, left: Operand, how: Compare, all: bool) -> Node {
                of_array::<T>(left.node, how, all, self.operand().node)
            }
        }
    )*};
}

arrays!(Column Expr Aggregate);

fn of_query<T: Field>(mut left: Node, how: Compare, all: bool, mut select: Box<Select>) -> Node {
    if how.sorts() {
        left = field::placed(T::NAMES, left);
        let columns = select.columns.into_owned().into_iter();
        select.columns = columns.map(|column| field::placed(T::NAMES, column)).collect();
    }
    Node::Quantified { left: Box::new(left), op: how.op(), all, select }
}

fn of_array<T: Field>(left: Node, how: Compare, all: bool, mut array: Node) -> Node {
    let op = how.op();
    match &mut array {
        // Enums sort by their places, which an array of values has not.
        Node::Value(Value::Array(elements)) if how.sorts() && !T::NAMES.is_empty() => {
            let placed = |node| field::placed(T::NAMES, node);
            let compared = |value| placed(left.clone()).binary(op, placed(Node::Value(value)));
            let compared = std::mem::take(elements).into_iter().map(compared).collect();
            if all { Node::And(compared) } else { Node::Or(compared) }
        }
        _ => Node::QuantifiedArray { left: Box::new(left), op, all, array: Box::new(array) },
    }
}

impl Compare {
    fn op(self) -> BinaryOp {
        match self {
            Compare::Eq => BinaryOp::Eq,
            Compare::Ne => BinaryOp::Ne,
            Compare::Lt => BinaryOp::Lt,
            Compare::Le => BinaryOp::Le,
            Compare::Gt => BinaryOp::Gt,
            Compare::Ge => BinaryOp::Ge,
        }
    }

    /// Whether it is about which comes first.
    fn sorts(self) -> bool {
        !matches!(self, Compare::Eq | Compare::Ne)
    }
}
