//! CASE.

use std::marker::PhantomData;

use aludel_sql::Expr as Node;

use super::{Expr, IntoExpr, IntoPredicate, NotNull, Nullability};
use crate::field::Field;

/// Begins a CASE: `case().when(u.age.lt(18), "child").otherwise("adult")`.
pub fn case() -> CaseStart {
    CaseStart(())
}

/// A CASE without arms.
#[derive(Debug)]
pub struct CaseStart(());

/// A CASE whose values are of type `T`; `N` says whether one may be NULL.
#[must_use = "a CASE ends with `.otherwise(value)` or `.end()`"]
pub struct Case<S, T, N> {
    arms: Vec<(Node, Node)>,
    nullable: bool,
    types: PhantomData<fn() -> (S, T, N)>,
}

impl CaseStart {
    /// The value where the condition holds.
    pub fn when<S, T, V: IntoExpr<S, T>>(self, condition: impl IntoPredicate<S>, value: V) -> Case<S, T, V::Null> {
        let case: Case<S, T, NotNull> = Case { arms: Vec::new(), nullable: false, types: PhantomData };
        case.when(condition, value)
    }
}

impl<S, T, N: Nullability> Case<S, T, N> {
    /// The value where the condition holds and none before it does.
    pub fn when<V: IntoExpr<S, T>>(
        mut self,
        condition: impl IntoPredicate<S>,
        value: V,
    ) -> Case<S, T, <N as Nullability>::Or<V::Null>> {
        let value = value.into_operand();
        self.arms.push((condition.into_predicate().into_node(), value.node));
        Case { arms: self.arms, nullable: self.nullable || value.nullable, types: PhantomData }
    }

    /// The value where no condition holds.
    pub fn otherwise<V: IntoExpr<S, T>>(self, value: V) -> Expr<S, <N::Or<V::Null> as Nullability>::Of<T>>
    where
        T: Field<Base = T>,
    {
        let value = value.into_operand();
        let otherwise = Some(Box::new(value.node));
        Expr::new(Node::Case { operand: None, arms: self.arms, otherwise }, self.nullable || value.nullable)
    }

    /// NULL where no condition holds.
    pub fn end(self) -> Expr<S, Option<T>>
    where
        T: Field<Base = T>,
    {
        Expr::new(Node::Case { operand: None, arms: self.arms, otherwise: None }, true)
    }
}
