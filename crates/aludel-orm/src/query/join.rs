//! Joins.

use aludel_sql::{
    Expr as Node,
    expr::BinaryOp,
    statement::{Cte, Join as Joined, JoinKind, Relation as Table, Source as From},
};

use super::{Derived, IntoLateral, IntoSource, Join, Maybe, Query, Scope, Selection, load::Side};
use crate::{
    expr::{Expr, IntoPredicate},
    handle::Relation,
    model::{Model, RelationKind},
    relation::Cardinality,
};

impl<Src: Scope, Out> Query<Src, Out> {
    /// Joins the rows that a relation leads to: `.join(|u| u.posts)`. Closures are then handed a tuple: `|(u, p)| …`.
    ///
    /// A row that leads to several is there several times, and one that leads to none is not: where only whether there is one
    /// matters, filter by [`any`](Relation::any).
    pub fn join<P: Model, C: Model, K: Cardinality>(
        self,
        relation: impl FnOnce(Src::Handles) -> Relation<Src, P, C, K>,
    ) -> Query<<Src as Join<C>>::Joined, Out>
    where
        Src: Join<C>,
    {
        let relation = relation(self.handles());
        self.join_relation(JoinKind::Inner, relation)
    }

    /// Joins the rows that a relation leads to, and keeps those that lead to none: the handles are [`Maybe`], and what they
    /// have is read by [`Maybe::get`].
    pub fn left_join<P: Model, C: Model, K: Cardinality>(
        self,
        relation: impl FnOnce(Src::Handles) -> Relation<Src, P, C, K>,
    ) -> Query<<Src as Join<Maybe<C>>>::Joined, Out>
    where
        Src: Join<Maybe<C>>,
    {
        let relation = relation(self.handles());
        self.join_relation(JoinKind::Left, relation)
    }

    /// Joins a model by any condition: `.join_on::<User>(|(u, other)| u.id.lt(other.id))`.
    pub fn join_on<M: Model>(
        self,
        on: impl FnOnce(<Src::Joined as Scope>::Handles) -> Expr<Src::Joined>,
    ) -> Query<Src::Joined, Out>
    where
        Src: Join<M>,
    {
        let on = on(Src::Joined::handles(self.first)).into_node();
        self.join_table::<M, _>(JoinKind::Inner, Some(on))
    }

    /// Joins a model by any condition, and keeps the rows for which it never holds.
    pub fn left_join_on<M: Model>(
        self,
        on: impl FnOnce(<Src::Joined as Scope>::Handles) -> Expr<Src::Joined>,
    ) -> Query<Src::Joined, Out>
    where
        Src: Join<Maybe<M>>,
    {
        let on = on(Src::Joined::handles(self.first)).into_node();
        self.join_table::<M, _>(JoinKind::Left, Some(on))
    }

    /// Joins a model by any condition, and keeps its rows for which it never holds: all before are [`Maybe`] then, and the
    /// query gives what [`Query::select`] says next.
    pub fn right_join_on<M: Model>(
        self,
        on: impl FnOnce(<Src::Reversed as Scope>::Handles) -> Expr<Src::Reversed>,
    ) -> Query<Src::Reversed, <<Src::Reversed as Scope>::Handles as Selection<Src::Reversed>>::Out>
    where
        Src: Join<M>,
        <Src::Reversed as Scope>::Handles: Selection<Src::Reversed>,
    {
        let on = on(Src::Reversed::handles(self.first)).into_node();
        self.join_table::<M, Src::Reversed>(JoinKind::Right, Some(on)).select(|all| all)
    }

    /// Joins a model by any condition, and keeps the rows of both sides for which it never holds: all are [`Maybe`] then, and
    /// the query gives what [`Query::select`] says next.
    pub fn full_join_on<M: Model>(
        self,
        on: impl FnOnce(<Src::Reversed as Scope>::Handles) -> Expr<Src::Reversed>,
    ) -> Query<Src::Reversed, <<Src::Reversed as Scope>::Handles as Selection<Src::Reversed>>::Out>
    where
        Src: Join<Maybe<M>>,
        <Src::Reversed as Scope>::Handles: Selection<Src::Reversed>,
    {
        let on = on(Src::Reversed::handles(self.first)).into_node();
        self.join_table::<M, Src::Reversed>(JoinKind::Full, Some(on)).select(|all| all)
    }

    /// Joins each row with each of a model.
    pub fn cross_join<M: Model>(self) -> Query<Src::Joined, Out>
    where
        Src: Join<M>,
    {
        self.join_table::<M, _>(JoinKind::Cross, None)
    }

    /// Joins the rows of a sub-query or a CTE: `.join_query(counts, |(u, (user_id, posts))| user_id.eq(u.id))`.
    pub fn join_query<Q: IntoSource, P: IntoPredicate<<Src as Join<Derived<Q::Row>>>::Joined>>(
        self,
        query: Q,
        on: impl FnOnce(<<Src as Join<Derived<Q::Row>>>::Joined as Scope>::Handles) -> P,
    ) -> Query<<Src as Join<Derived<Q::Row>>>::Joined, Out>
    where
        Src: Join<Derived<Q::Row>>,
    {
        let on = on(<Src as Join<Derived<Q::Row>>>::Joined::handles(self.first)).into_predicate().into_node();
        let (relation, with) = query.into_source();
        self.join_source(JoinKind::Inner, relation, with, false, Some(on))
    }

    /// Joins the rows of a sub-query or a CTE, and keeps the rows that have none.
    pub fn left_join_query<Q: IntoSource, P: IntoPredicate<<Src as Join<Maybe<Derived<Q::Row>>>>::Joined>>(
        self,
        query: Q,
        on: impl FnOnce(<<Src as Join<Maybe<Derived<Q::Row>>>>::Joined as Scope>::Handles) -> P,
    ) -> Query<<Src as Join<Maybe<Derived<Q::Row>>>>::Joined, Out>
    where
        Src: Join<Maybe<Derived<Q::Row>>>,
    {
        let on = on(<Src as Join<Maybe<Derived<Q::Row>>>>::Joined::handles(self.first)).into_predicate().into_node();
        let (relation, with) = query.into_source();
        self.join_source(JoinKind::Left, relation, with, false, Some(on))
    }

    /// Joins, with each row, the rows of a sub-query that sees it, `.join_lateral(|u| u.posts.query().limit(3))`, which SQLite
    /// and MariaDB have not, or of a function, `.join_lateral(|p| elements(p.tags))`.
    pub fn join_lateral<Q: IntoLateral<Src>>(
        self,
        rows: impl FnOnce(Src::Handles) -> Q,
    ) -> Query<<Src as Join<Derived<Q::Row>>>::Joined, Out>
    where
        Src: Join<Derived<Q::Row>>,
    {
        let (relation, with) = rows(self.handles()).into_lateral();
        self.join_source(JoinKind::Inner, relation, with, true, Some(always()))
    }

    /// [`Query::join_lateral`] that keeps the rows for which there are none.
    pub fn left_join_lateral<Q: IntoLateral<Src>>(
        self,
        rows: impl FnOnce(Src::Handles) -> Q,
    ) -> Query<<Src as Join<Maybe<Derived<Q::Row>>>>::Joined, Out>
    where
        Src: Join<Maybe<Derived<Q::Row>>>,
    {
        let (relation, with) = rows(self.handles()).into_lateral();
        self.join_source(JoinKind::Left, relation, with, true, Some(always()))
    }

    fn join_relation<P: Model, C: Model, K: Cardinality, To>(
        mut self,
        kind: JoinKind,
        relation: Relation<Src, P, C, K>,
    ) -> Query<To, Out> {
        let id = self.next_id();
        let def = &P::definition().relations[relation.index as usize];
        if def.kind == RelationKind::HasMany {
            self.multiplied.get_or_insert(def.name);
        }
        let on = belongs(relation, id);
        self.join_source(kind, Table::Table(C::definition().table.into()), Vec::new(), false, Some(on))
    }

    fn join_table<M: Model, To>(mut self, kind: JoinKind, on: Option<Node>) -> Query<To, Out> {
        self.multiplied.get_or_insert(M::definition().name);
        self.join_source(kind, Table::Table(M::definition().table.into()), Vec::new(), false, on)
    }

    fn join_source<To>(
        mut self,
        kind: JoinKind,
        relation: Table,
        with: Vec<Cte>,
        lateral: bool,
        on: Option<Node>,
    ) -> Query<To, Out> {
        let source = From { lateral, ..From::new(self.next_id(), relation) };
        self.select.joins.push(Joined { kind, source, on });
        super::derived::add_ctes(&mut self.select.with, with);
        self.from()
    }

    fn next_id(&self) -> u32 {
        self.first + 1 + self.select.joins.len() as u32
    }
}

/// That a row of the source with this id is one that the relation leads to.
pub(super) fn belongs<S, P: Model, C: Model, K: Cardinality>(relation: Relation<S, P, C, K>, id: u32) -> Node {
    let side = Side::new(P::definition(), relation.index as usize);
    let equal = |(&here, &there): (&usize, &usize)| {
        let here = Node::column(relation.source, P::definition().fields[here].column);
        Node::column(id, C::definition().fields[there].column).binary(BinaryOp::Eq, here)
    };
    side.here().iter().zip(side.there()).map(equal).reduce(Node::and).unwrap_or_else(always)
}

fn always() -> Node {
    Node::And(Vec::new())
}
