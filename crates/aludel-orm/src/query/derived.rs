//! Queries as sources: sub-queries, CTEs, set operations.

use std::marker::PhantomData;

use aludel_sql::{
    Expr as Node, Type, Value,
    expr::{Function, Name},
    statement::{self, CteBody, Relation as Table, Select, SetOp, Source as From},
};

use super::{Derived, FromRow, In, Query, Sources, TableFunction};

/// A query with a name, which others read from as if it were a table: `WITH recent AS (…)`. A statement that changes rows can be
/// one, too: [`Returning::cte`](super::Returning::cte).
///
/// ```ignore
/// let recent = Post::query().filter(|p| p.timestamp.gt(since)).cte("recent");
/// let authors = User::query().join_query(&recent, |(u, p)| p.user_id.eq(u.id));
/// ```
pub struct Cte<R> {
    cte: statement::Cte,
    /// Those it reads from itself.
    with: Vec<statement::Cte>,
    rows: PhantomData<fn() -> R>,
}

/// What a query can read from beside models: a query that stands by itself, a [`Cte`], [`values`](super::values), or a function
/// of values, [`series`](super::series) and its like.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source",
    label = "expected a query that sees no handles of this one, or a CTE",
    note = "a sub-query that sees this one's handles is joined by `join_lateral`"
)]
pub trait IntoSource {
    /// What its rows are.
    type Row: FromRow;

    #[doc(hidden)]
    fn into_source(self) -> (Table, Vec<statement::Cte>);
}

/// What can be joined with each row of a query of scope `S`, whose handles it sees: a sub-query, or a function that gives rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined with each row of this query",
    label = "expected a sub-query that sees the handles of this query, or a function that gives rows",
    note = "a query that stands by itself is joined by `join_query`"
)]
pub trait IntoLateral<S> {
    /// What its rows are.
    type Row: FromRow;

    #[doc(hidden)]
    fn into_lateral(self) -> (Table, Vec<statement::Cte>);
}

impl<L, S, R: FromRow> IntoLateral<S> for Query<In<L, S>, R> {
    type Row = R;

    fn into_lateral(self) -> (Table, Vec<statement::Cte>) {
        labelled(self)
    }
}

impl<S, R: FromRow> IntoLateral<S> for TableFunction<S, R> {
    type Row = R;

    fn into_lateral(self) -> (Table, Vec<statement::Cte>) {
        (self.into_table(), Vec::new())
    }
}

impl<L: Sources, R: FromRow> IntoSource for Query<L, R> {
    type Row = R;

    fn into_source(self) -> (Table, Vec<statement::Cte>) {
        labelled(self)
    }
}

impl<R: FromRow> IntoSource for &Cte<R> {
    type Row = R;

    fn into_source(self) -> (Table, Vec<statement::Cte>) {
        let mut with = self.with.clone();
        with.push(self.cte.clone());
        (Table::Cte(self.cte.name.clone()), with)
    }
}

/// A query as a source whose columns have names; the CTEs it reads from are put before the outermost query.
fn labelled<Src, R: FromRow>(query: Query<Src, R>) -> (Table, Vec<statement::Cte>) {
    let mut select = query.select;
    select.labels = R::labels();
    let with = std::mem::take(&mut select.with);
    (Table::Query(select), with)
}

/// Adds CTEs that are not there yet.
pub(super) fn add_ctes(with: &mut Vec<statement::Cte>, more: Vec<statement::Cte>) {
    for cte in more {
        if !with.contains(&cte) {
            with.push(cte);
        }
    }
}

impl<R: FromRow> Cte<R> {
    /// What a query or a statement that hands back rows gives, its own CTEs before it.
    pub(super) fn new(name: Name, mut body: CteBody) -> Self {
        let with = std::mem::take(body.with_mut());
        let cte = statement::Cte { name, columns: R::labels(), body, recursive: false, materialized: None };
        Cte { cte, with, rows: PhantomData }
    }

    /// Begins a query over its rows.
    pub fn query(&self) -> Query<Derived<R>, R> {
        let (relation, with) = self.into_source();
        over(0, relation, with)
    }

    /// Computed once and kept, or put where it is read; the database decides unless this says so.
    #[must_use]
    pub fn materialized(mut self, materialized: bool) -> Self {
        self.cte.materialized = Some(materialized);
        self
    }

    /// A CTE that reads itself: rows to begin with, and by what rows further ones are found from those found before.
    ///
    /// Numbers and texts may grow beyond the type of the column they began in.
    ///
    /// ```ignore
    /// let tree = Cte::recursive("tree", Topic::query().filter(|t| t.parent_id.is_null()), |tree| {
    ///     tree.join_on::<Topic>(|(above, t)| t.parent_id.eq(above.id)).select(|(_, t)| t)
    /// });
    /// ```
    pub fn recursive<L: Sources, L2: Sources>(
        name: impl Into<Name>,
        first: Query<L, R>,
        next: impl FnOnce(Query<Derived<R>, R>) -> Query<L2, R>,
    ) -> Cte<R> {
        let name = name.into();
        let next = next(over(0, Table::Cte(name.clone()), Vec::new()));
        let mut body = first.select;
        let mut step = next.select;
        for ((first, next), ty) in body.columns.to_mut().iter_mut().zip(&*step.columns).zip(R::types()) {
            let alike = match (&*first, next) {
                (Node::Column(first), Node::Column(next)) => first.name == next.name,
                // Columns of numbers are alike, and values of the widest type.
                _ => !is_text(&ty) && (matches!(next, Node::Column(_)) || matches!(first, Node::Value(_))),
            };
            if !alike {
                *first = widest(std::mem::replace(first, Node::Default), ty);
            }
        }
        add_ctes(&mut body.with, std::mem::take(&mut step.with));
        body.compound.push((SetOp::UnionAll, *step));
        let mut cte = Cte::new(name, CteBody::Select(body));
        cte.cte.recursive = true;
        cte
    }
}

/// A column that a recursive CTE begins with, in the widest type of its kind: what is made of it in the next step may be wider
/// than the column, and PostgreSQL, MySQL and MariaDB take the type of the first rows for that of all.
fn widest(column: Node, ty: Type) -> Node {
    match ty {
        Type::SmallInt | Type::Integer => Node::Cast(Box::new(column), Type::BigInt),
        Type::Real => Node::Cast(Box::new(column), Type::Double),
        // A cast could cut a text, and would change its collation.
        _ if is_text(&ty) => {
            let any = Node::Cast(Box::new(Node::Value(Value::Null)), Type::Text);
            Node::Call(Function::Coalesce, vec![column, any])
        }
        _ => column,
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::VarChar(_) | Type::Text)
}

impl<R> Clone for Cte<R> {
    fn clone(&self) -> Self {
        Cte { cte: self.cte.clone(), with: self.with.clone(), rows: PhantomData }
    }
}

/// A query over all rows of a source, which has this id.
pub(super) fn over<Src, R: FromRow>(first: u32, relation: Table, with: Vec<statement::Cte>) -> Query<Src, R> {
    let columns = R::labels().into_iter().map(|label| Node::column(first, label)).collect();
    Query {
        select: Box::new(Select { with, columns, from: vec![From::new(first, relation)], ..Select::default() }),
        first,
        loads: Vec::new(),
        decode: |row| R::decode_row(row, 0),
        model: None,
        multiplied: None,
        source: PhantomData,
    }
}

impl<Src, Out> Query<Src, Out> {
    /// Puts a CTE before the query that it does not read from: one that changes rows does so along with it.
    ///
    /// ```ignore
    /// let gone = Draft::query().filter(|d| d.words.eq(0)).deletion().returning(|d| (d.id,)).cte("gone")?;
    /// let posts = Post::query().add_cte(&gone).all(&db).await?;
    /// ```
    pub fn add_cte<R: FromRow>(mut self, cte: &Cte<R>) -> Self {
        add_ctes(&mut self.select.with, cte.into_source().1);
        self
    }
}

// The bound is at the methods, where the compiler says what it means.
impl<L: Sources, R> Query<L, R> {
    /// A query over the rows of this one: `SELECT … FROM (SELECT …)`. Its closures are handed the columns this one selects:
    /// those of the model, a tuple, or those of the struct.
    pub fn subquery(self) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        let (relation, with) = labelled(self);
        over(0, relation, with)
    }

    /// The query with a name, for others to read from: `Post::query().limit(10).cte("recent").query()`.
    pub fn cte(self, name: impl Into<Name>) -> Cte<R>
    where
        R: FromRow,
    {
        Cte::new(name.into(), CteBody::Select(self.select))
    }

    /// The rows of both, equal ones once: `names.union(titles)`. The result is a query over them: it can be filtered, ordered,
    /// joined.
    pub fn union<L2: Sources>(self, other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        self.compound(SetOp::Union, other)
    }

    /// The rows of both.
    pub fn union_all<L2: Sources>(self, other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        self.compound(SetOp::UnionAll, other)
    }

    /// The rows that are in both, once.
    pub fn intersect<L2: Sources>(self, other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        self.compound(SetOp::Intersect, other)
    }

    /// The rows that are in both, as often as in the one that has less.
    pub fn intersect_all<L2: Sources>(self, other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        self.compound(SetOp::IntersectAll, other)
    }

    /// The rows that are not in the other, once.
    pub fn except<L2: Sources>(self, other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        self.compound(SetOp::Except, other)
    }

    /// The rows that the other has less often, as often as it has less.
    pub fn except_all<L2: Sources>(self, other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        self.compound(SetOp::ExceptAll, other)
    }

    fn compound<L2: Sources>(mut self, op: SetOp, mut other: Query<L2, R>) -> Query<Derived<R>, R>
    where
        R: FromRow,
    {
        add_ctes(&mut self.select.with, std::mem::take(&mut other.select.with));
        let alone = self.select.order_by.is_empty()
            && self.select.limit.is_none()
            && self.select.offset.is_none()
            && self.select.compound.is_empty();
        // An order or a limit would become that of the whole.
        let mut first = if alone { self } else { self.subquery().from() };
        first.select.compound.push((op, *other.select));
        first.subquery()
    }
}
