//! What is made of many rows: of all, of each group, or of a window.

use std::marker::PhantomData;

use aludel_sql::{
    Expr as Node, Type,
    expr::{self as sql, Function},
    statement,
};

use super::{
    Expr, ExprOps, Inner, IntoArgument, IntoOrder, IntoPredicate, Number, Operand, Text, Typed, Window, sql_type,
};
use crate::field::{self, Element, Field};

/// An aggregate: an expression that [`distinct`](Aggregate::distinct), [`filter`](Aggregate::filter) and
/// [`over`](Aggregate::over) say more about.
#[must_use = "an expression does nothing until a query has it"]
pub struct Aggregate<S, T> {
    aggregate: sql::Aggregate,
    /// What the database's own result becomes.
    result: Given,
    types: PhantomData<fn() -> (S, T)>,
}

/// What the result of an aggregate becomes.
#[derive(Clone)]
enum Given {
    Itself,
    /// Converted to a type, where databases differ.
    Cast(Type),
    /// The value of an enum, of which the places among these names were looked at.
    Value(&'static [&'static str]),
}

/// What can be made of a column or expression over many rows.
pub trait AggregateOps: ExprOps {
    /// How many are not NULL.
    fn count(self) -> Aggregate<Self::Scope, i64> {
        Aggregate::new(Node::Call(Function::Count, vec![self.operand().node]), Given::Itself)
    }

    /// The sum; NULL of no rows.
    fn sum(self) -> Aggregate<Self::Scope, Option<<Inner<Self::Type> as Number>::Sum>>
    where
        Inner<Self::Type>: Number,
    {
        let cast = cast_of::<<Inner<Self::Type> as Number>::Sum>(<Inner<Self::Type> as Number>::EXACT);
        Aggregate::new(Node::Call(Function::Sum, vec![self.operand().node]), cast)
    }

    /// The average; NULL of no rows.
    fn avg(self) -> Aggregate<Self::Scope, Option<<Inner<Self::Type> as Number>::Quotient>>
    where
        Inner<Self::Type>: Number,
    {
        let cast = cast_of::<<Inner<Self::Type> as Number>::Quotient>(<Inner<Self::Type> as Number>::EXACT);
        Aggregate::new(Node::Call(Function::Avg, vec![self.operand().node]), cast)
    }

    /// The least; NULL of no rows.
    fn min(self) -> Aggregate<Self::Scope, Option<Inner<Self::Type>>> {
        extreme(Function::Min, self.operand())
    }

    /// The greatest; NULL of no rows.
    fn max(self) -> Aggregate<Self::Scope, Option<Inner<Self::Type>>> {
        extreme(Function::Max, self.operand())
    }

    /// The texts of all rows, with `between` between them; NULL of no rows. [`Aggregate::order_by`] says in which order.
    fn string_agg(self, between: impl Into<String>) -> Aggregate<Self::Scope, Option<String>>
    where
        Self::Type: Text,
    {
        let between = Operand::value(&between.into()).node;
        Aggregate::new(Node::Call(Function::StringAgg, vec![self.operand().node, between]), Given::Itself)
    }

    /// The values of all rows as one array, NULLs among them; NULL of no rows. [`Aggregate::order_by`] says in which order.
    /// PostgreSQL only.
    fn array_agg(self) -> Aggregate<Self::Scope, Option<Vec<Self::Type>>>
    where
        Self::Type: Element,
    {
        Aggregate::new(Node::Call(Function::ArrayAgg, vec![self.operand().node]), Given::Itself)
    }

    /// What lies as far among the values of all rows, in their order, as `fraction` says, from 0 to 1: the median is
    /// `p.words.percentile_cont(0.5)`, which lies between two of them where their number is even. NULL of no rows. PostgreSQL only.
    fn percentile_cont(self, fraction: f64) -> Aggregate<Self::Scope, Option<f64>>
    where
        Inner<Self::Type>: Number,
    {
        let fraction = Operand::value(&fraction).node;
        Aggregate::new(Node::Call(Function::PercentileCont, vec![self.operand().node, fraction]), Given::Itself)
    }

    /// The first of the values of all rows, in their order, that lies as far among them as `fraction` says, from 0 to 1; NULL of no
    /// rows. PostgreSQL only.
    fn percentile_disc(self, fraction: f64) -> Aggregate<Self::Scope, Option<Inner<Self::Type>>> {
        let fraction = Operand::value(&fraction).node;
        Aggregate::new(Node::Call(Function::PercentileDisc, vec![self.operand().node, fraction]), Given::Itself)
    }

    /// The value that most rows have, the least of those if several are as frequent; NULL of no rows. PostgreSQL only.
    fn mode(self) -> Aggregate<Self::Scope, Option<Inner<Self::Type>>> {
        Aggregate::new(Node::Call(Function::Mode, vec![self.operand().node]), Given::Itself)
    }
}

impl<E: ExprOps> AggregateOps for E {}

/// How many rows: `COUNT(*)`.
pub fn count_all<S>() -> Aggregate<S, i64> {
    Aggregate::new(Node::CountAll, Given::Itself)
}

fn cast_of<T: Field>(exact: bool) -> Given {
    if exact { Given::Itself } else { Given::Cast(sql_type::<T>()) }
}

/// The least or the greatest: of an enum, by its places.
fn extreme<S, T: Field>(function: Function, operand: Operand) -> Aggregate<S, Option<T>> {
    let result = if T::NAMES.is_empty() { Given::Itself } else { Given::Value(T::NAMES) };
    Aggregate::new(Node::Call(function, vec![field::placed(T::NAMES, operand.node)]), result)
}

impl<S, T> Aggregate<S, T> {
    fn new(call: Node, result: Given) -> Self {
        let aggregate = sql::Aggregate { call, distinct: false, order_by: Vec::new(), filter: None };
        Aggregate { aggregate, result, types: PhantomData }
    }

    /// Of equal values only one.
    pub fn distinct(mut self) -> Self {
        self.aggregate.distinct = true;
        self
    }

    /// Only of rows for which the condition holds.
    pub fn filter(mut self, condition: impl IntoPredicate<S>) -> Self {
        let condition = condition.into_predicate().into_node();
        self.aggregate.filter = Some(match self.aggregate.filter {
            Some(before) => before.and(condition),
            None => condition,
        });
        self
    }

    /// In this order, where it matters.
    pub fn order_by(mut self, order: impl IntoOrder<S>) -> Self {
        order.push_order(&mut self.aggregate.order_by);
        self
    }

    /// For each row, over the rows of its window: `p.price.sum().over(|w| w.partition_by(p.user_id))`.
    pub fn over(self, window: impl FnOnce(Window<S>) -> Window<S>) -> Expr<S, T>
    where
        T: Typed,
    {
        let Aggregate { aggregate, result, .. } = self;
        let node = window(Window::new()).over(plain(aggregate));
        Expr::new(result.of(node), T::NULLABLE)
    }

    fn into_node(self) -> Node {
        self.result.of(plain(self.aggregate))
    }
}

/// The call alone, where nothing more is said.
fn plain(aggregate: sql::Aggregate) -> Node {
    match aggregate {
        sql::Aggregate { call, distinct: false, order_by, filter: None } if order_by.is_empty() => call,
        more => Node::Aggregate(Box::new(more)),
    }
}

impl Given {
    fn of(self, node: Node) -> Node {
        match self {
            Given::Itself => node,
            Given::Cast(ty) => Node::Cast(Box::new(node), ty),
            Given::Value(names) => field::unplaced(names, node),
        }
    }
}

impl<S, T> Clone for Aggregate<S, T> {
    fn clone(&self) -> Self {
        Aggregate { aggregate: self.aggregate.clone(), result: self.result.clone(), types: PhantomData }
    }
}

impl<S, T: Typed> ExprOps for Aggregate<S, T> {
    type Scope = S;
    type Type = T;

    fn operand(self) -> Operand {
        Operand { node: self.into_node(), nullable: T::NULLABLE }
    }
}

impl<S, T: Typed> IntoArgument<S> for Aggregate<S, T> {
    fn into_argument(self) -> Operand {
        self.operand()
    }
}

impl<S, T: Typed> IntoOrder<S> for Aggregate<S, T> {
    fn push_order(self, into: &mut Vec<statement::Order>) {
        self.asc().push_order(into);
    }
}

impl<S, T: Typed> From<Aggregate<S, T>> for Expr<S, T> {
    fn from(aggregate: Aggregate<S, T>) -> Self {
        Expr::of(aggregate.operand())
    }
}
