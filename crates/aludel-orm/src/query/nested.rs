//! Sub-queries inside conditions and selections.

use aludel_sql::{Expr as Node, Value, expr::Is, statement::Select};

use super::{Boxed, In, Query, Sources, join::belongs};
use crate::{
    expr::{Expr, IntoPredicate, Typed, count_all},
    handle::Relation,
    model::Model,
    relation::Cardinality,
};

/// A query that can stand inside one of scope `S`: one that sees its handles ([`Model::within`], or a relation's
/// [`query`](Relation::query)), or one that stands by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a sub-query here",
    label = "expected a query that stands by itself, or one that sees the handles of this one",
    note = "`Post::within()` begins a sub-query that sees the handles of the query around it"
)]
pub trait SubQuery<S> {
    /// What its rows are.
    type Out;

    #[doc(hidden)]
    fn into_select(self) -> Box<Select>;
}

impl<L: Sources, S, Out> SubQuery<S> for Query<L, Out> {
    type Out = Out;

    fn into_select(self) -> Box<Select> {
        self.select
    }
}

impl<L, S, Out> SubQuery<S> for Query<In<L, S>, Out> {
    type Out = Out;

    fn into_select(self) -> Box<Select> {
        self.select
    }
}

impl<S, Out> SubQuery<S> for Query<Boxed, Out> {
    type Out = Out;

    fn into_select(self) -> Box<Select> {
        self.select
    }
}

/// Whether the query finds a row, `EXISTS (SELECT …)`: `.filter(|u| exists(u.posts.query().filter(|p| p.words.gt(100))))`.
pub fn exists<S, Q: SubQuery<S>>(query: Q) -> Expr<S> {
    exists_select(query.into_select(), false)
}

/// Whether the query finds no row: `NOT EXISTS (SELECT …)`.
pub fn not_exists<S, Q: SubQuery<S>>(query: Q) -> Expr<S> {
    exists_select(query.into_select(), true)
}

/// The one value that the query finds, as an expression; NULL where it finds no row. One that finds several is an error of
/// some databases: limit it.
pub fn scalar<S, Q: SubQuery<S>>(query: Q) -> Expr<S, Option<<Q::Out as Typed>::Inner>>
where
    Q::Out: Typed,
{
    Expr::new(Node::Subquery(query.into_select()), true)
}

fn exists_select<S>(mut select: Box<Select>, negated: bool) -> Expr<S> {
    // What it selects does not matter, unless rows are told apart or put together by it.
    if select.group_by.is_empty() && select.having.is_none() && select.compound.is_empty() && !select.distinct {
        select.columns = vec![Node::Value(Value::I64(1))].into();
        select.labels.clear();
        select.order_by.clear();
        // Whether there is a row, ties do not change.
        select.with_ties = false;
    }
    Expr::new(Node::Exists { select, negated }, false)
}

impl<S: 'static, P: Model, C: Model, K: Cardinality> Relation<S, P, C, K> {
    /// A query of the rows it leads to, as a sub-query: `scalar(u.posts.query().select(|p| p.id.max()))`.
    pub fn query(self) -> Query<In<C, S>, C> {
        let mut query: Query<In<C, S>, C> = Query::within();
        query.select.filter = Some(belongs(self, query.first));
        query
    }

    /// Whether it leads to a row for which the condition holds: `u.posts.any(|p| p.body.contains("rust"))`.
    pub fn any<Q: IntoPredicate<In<C, S>>>(self, condition: impl FnOnce(C::Fields<In<C, S>>) -> Q) -> Expr<S> {
        exists(self.query().filter(condition))
    }

    /// Whether it leads to a row.
    pub fn exists(self) -> Expr<S> {
        exists(self.query())
    }

    /// Whether the condition holds for every row it leads to: for none that there is, too.
    pub fn all<Q: IntoPredicate<In<C, S>>>(self, condition: impl FnOnce(C::Fields<In<C, S>>) -> Q) -> Expr<S> {
        not_exists(self.query().filter(|fields| {
            // Unknown is not true.
            let condition = condition(fields).into_predicate().into_node();
            Expr::<In<C, S>>::new(Node::Is { expr: Box::new(condition), what: Is::True, negated: true }, false)
        }))
    }

    /// How many rows it leads to.
    pub fn count(self) -> Expr<S, i64> {
        let query = self.query().select(|_| count_all());
        Expr::new(Node::Subquery(query.select), false)
    }
}
