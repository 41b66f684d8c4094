//! Functions that give rows, as sources.

use std::{marker::PhantomData, sync::Arc};

use aludel_sql::{
    Expr as Node,
    statement::{Cte, Relation as Table, TableFunction as Function},
};

use super::{Derived, FromRow, In, IntoSource, Query, derived, scope};
use crate::{
    expr::{ExprOps, IntoExpr, Typed, sql_type},
    field::Element,
};

/// The integers from `start` to `stop`, both included: rows of one column. There are none where `stop` is less than `start`, or
/// one of the two is NULL.
///
/// ```ignore
/// let days = series(1, 31).query().filter(|(day,)| day.not_in_query(taken)).all(&db).await?;
/// ```
///
/// On SQLite, MySQL and MariaDB they are made of a text, which cannot be longer than the database lets it: there are about
/// half of `max_allowed_packet` on MySQL and MariaDB, 8 million where nothing was set, and on SQLite, for a `start` of one
/// digit, 500 million. A series of more is an error there, and never cut off.
pub fn series<S, A: IntoExpr<S, i64>, B: IntoExpr<S, i64>>(start: A, stop: B) -> TableFunction<S, (i64,)> {
    let (start, stop) = (start.into_operand().node, stop.into_operand().node);
    TableFunction::of(Function::Series { start, stop, step: 1 })
}

/// The elements of a JSON array: rows of the place of each, from 0, and of what it is. There are none of anything else.
///
/// ```ignore
/// let tagged = Post::query().filter(|p| exists(elements(p.tags).within().filter(|(_, tag)| tag.as_text().eq("rust"))));
/// ```
#[cfg(feature = "json")]
pub fn elements<E: ExprOps>(json: E) -> TableFunction<E::Scope, (i64, serde_json::Value)>
where
    crate::expr::Inner<E::Type>: crate::expr::JsonType,
{
    TableFunction::of(Function::Elements(json.operand().node))
}

/// The members of a JSON object: rows of the key of each, and of what it is, in no particular order. There are none of
/// anything else.
///
/// ```ignore
/// let settings = User::query().join_lateral(|u| members(u.settings)).select(|(u, (key, value))| (u.id, key, value));
/// ```
#[cfg(feature = "json")]
pub fn members<E: ExprOps>(json: E) -> TableFunction<E::Scope, (String, serde_json::Value)>
where
    crate::expr::Inner<E::Type>: crate::expr::JsonType,
{
    TableFunction::of(Function::Members(json.operand().node))
}

/// The elements of an array: rows of the place of each, from 0, and of what it is. PostgreSQL alone has arrays; elsewhere a
/// list is JSON, which has [`elements`].
///
/// ```ignore
/// let tags = Post::query().join_lateral(|p| unnest(p.tags)).select(|(p, (place, tag))| (p.id, place, tag));
/// ```
pub fn unnest<E: ExprOps, T: Element + Typed>(array: E) -> TableFunction<E::Scope, (i64, T)>
where
    E::Type: Typed<Inner = Vec<T>>,
{
    let array = match array.operand().node {
        // One of nothing does not tell its type.
        node @ Node::Value(_) => Node::Cast(Box::new(node), sql_type::<Vec<T>>()),
        node => node,
    };
    TableFunction::of(Function::Unnest(array))
}

/// A function that gives rows of type `R`, of what is in sight in a query of scope `S`: what [`Query::join_lateral`] joins with
/// each row. One of values alone is a source by itself.
#[must_use = "a function does nothing until a query reads its rows"]
pub struct TableFunction<S, R> {
    function: Function,
    scope: PhantomData<fn() -> (S, R)>,
}

impl<S, R: FromRow> TableFunction<S, R> {
    fn of(function: Function) -> Self {
        TableFunction { function, scope: PhantomData }
    }

    /// Begins a sub-query over its rows, which sees the handles of the query around it.
    pub fn within(self) -> Query<In<Derived<R>, S>, R> {
        derived::over(scope::fresh(), self.into_table(), Vec::new())
    }

    pub(super) fn into_table(self) -> Table {
        Table::Function { function: Arc::new(self.function), columns: R::labels() }
    }
}

impl<S> TableFunction<S, (i64,)> {
    /// How far it is from each integer to the next: downwards, if negative, from a greater `start` to a lesser `stop`.
    pub fn step(mut self, by: i64) -> Self {
        if let Function::Series { step, .. } = &mut self.function {
            *step = by;
        }
        self
    }
}

impl<R: FromRow> TableFunction<(), R> {
    /// Begins a query over its rows.
    pub fn query(self) -> Query<Derived<R>, R> {
        derived::over(0, self.into_table(), Vec::new())
    }
}

impl<R: FromRow> IntoSource for TableFunction<(), R> {
    type Row = R;

    fn into_source(self) -> (Table, Vec<Cte>) {
        (self.into_table(), Vec::new())
    }
}

impl<S, R> Clone for TableFunction<S, R> {
    fn clone(&self) -> Self {
        TableFunction { function: self.function.clone(), scope: PhantomData }
    }
}
