//! Several columns at once: `row((p.year, p.number)).in_list([(2026, 1), (2026, 2)])`.

use std::marker::PhantomData;

use aludel_sql::{Expr as Node, expr::BinaryOp};

use super::{
    Expr, ExprOps, Inner, IntoExpr, Operand, Typed,
    compare::{in_list, in_query},
};
use crate::{
    field::{self, Field},
    query::SubQuery,
};

/// Several columns or expressions as one value, of types `T`, to compare with others.
#[must_use = "a row does nothing until it is compared"]
pub struct RowValue<S, T> {
    operand: Operand,
    /// The names of the parts that are enums.
    names: Vec<Names>,
    types: PhantomData<fn() -> (S, T)>,
}

/// The names of an enum in order; none of any other type.
type Names = &'static [&'static str];

/// Several columns or expressions as one value: a tuple of two to four.
pub fn row<R: IntoRow>(row: R) -> RowValue<R::Scope, R::Types> {
    RowValue { operand: row.into_row(), names: R::names(), types: PhantomData }
}

/// A tuple of columns and expressions of one query.
pub trait IntoRow {
    /// The scope of the query.
    type Scope;
    /// Their types.
    type Types;

    #[doc(hidden)]
    fn names() -> Vec<&'static [&'static str]>;

    #[doc(hidden)]
    fn into_row(self) -> Operand;
}

/// A tuple that a row of types `T` can be compared with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a row of `{T}`",
    label = "expected a tuple of as many values of these types"
)]
pub trait IntoRowOf<S, T> {
    #[doc(hidden)]
    fn into_row_of(self) -> Operand;
}

impl<S, T> RowValue<S, T> {
    /// Equal in all.
    pub fn eq<R: IntoRowOf<S, T>>(self, right: R) -> Expr<S> {
        let right = right.into_row_of();
        Expr::new(self.operand.node.binary(BinaryOp::Eq, right.node), self.operand.nullable || right.nullable)
    }

    /// Less in the first that differ.
    pub fn lt<R: IntoRowOf<S, T>>(self, right: R) -> Expr<S> {
        self.order(BinaryOp::Lt, right.into_row_of())
    }

    /// Greater in the first that differ: what follows a row in an order by several columns.
    pub fn gt<R: IntoRowOf<S, T>>(self, right: R) -> Expr<S> {
        self.order(BinaryOp::Gt, right.into_row_of())
    }

    /// `IN (…)`: nothing is in an empty list.
    pub fn in_list<R: IntoRowOf<S, T>>(self, list: impl IntoIterator<Item = R>) -> Expr<S> {
        in_list(self.operand, list.into_iter().map(IntoRowOf::into_row_of), false)
    }

    /// `IN (SELECT …)`: a query of as many columns.
    pub fn in_query<Q: SubQuery<S, Out = T>>(self, query: Q) -> Expr<S> {
        in_query(self.operand, query, false)
    }

    fn order(self, op: BinaryOp, right: Operand) -> Expr<S> {
        let placed = |mut node| {
            if let Node::Tuple(parts) = &mut node {
                parts.iter_mut().zip(&self.names).for_each(|(part, names)| *part = field::placed(names, part.take()));
            }
            node
        };
        let nullable = self.operand.nullable || right.nullable;
        Expr::new(placed(self.operand.node).binary(op, placed(right.node)), nullable)
    }
}

fn tuple<const N: usize>(parts: [Operand; N]) -> Operand {
    let nullable = parts.iter().any(|part| part.nullable);
    Operand { node: Node::Tuple(parts.into_iter().map(|part| part.node).collect()), nullable }
}

macro_rules! rows {
    ($($first:ident $(, $name:ident: $ty:ident)*;)*) => {$(
        #[allow(non_snake_case)]
        impl<$first: ExprOps, $($name: ExprOps<Scope = $first::Scope>),*> IntoRow for ($first, $($name),*) {
            type Scope = $first::Scope;
            type Types = ($first::Type, $($name::Type),*);

            fn names() -> Vec<Names> {
                vec![$first::Type::NAMES, $($name::Type::NAMES),*]
            }

            fn into_row(self) -> Operand {
                let ($first, $($name),*) = self;
                tuple([$first.operand(), $($name.operand()),*])
            }
        }

        #[allow(non_snake_case)]
        impl<S, T: Typed, $($ty: Typed,)* $first: IntoExpr<S, Inner<T>>, $($name: IntoExpr<S, Inner<$ty>>),*>
            IntoRowOf<S, (T, $($ty),*)> for ($first, $($name),*)
        {
            fn into_row_of(self) -> Operand {
                let ($first, $($name),*) = self;
                tuple([$first.into_operand(), $($name.into_operand()),*])
            }
        }
    )*};
}

rows! {
    A, B: U;
    A, B: U, C: V;
    A, B: U, C: V, D: W;
}
