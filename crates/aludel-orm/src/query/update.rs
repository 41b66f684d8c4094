//! UPDATE.

use std::{borrow::Cow, marker::PhantomData, panic::Location};

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr as Node, Result,
    expr::Name,
    render::{self, Rendered},
    statement::{self, Cte, CteBody, Join, JoinKind, Select, Source as From},
};

use super::{
    IntoExecutor, Query, Returning, Rooted, Scope, Selection,
    stored::{computed, stored},
    text,
};
use crate::{
    error::Change,
    expr::{Aggregate, Expr, ExprOps, Operand, Typed},
    field::Field,
    handle::Column,
    model::{Model, ModelDef},
    tuples::pushed_in_turn,
};

/// A column and its new value: `u.score.set(u.score + 1)`.
#[must_use = "an assignment does nothing until an update has it"]
pub struct Assignment<S> {
    source: u32,
    column: &'static str,
    value: Node,
    scope: PhantomData<fn() -> S>,
}

impl<S, T: Field> Column<S, T> {
    /// The column with a new value: a value, `None`, a column or an expression.
    pub fn set<V: IntoSet<S, T>>(self, value: V) -> Assignment<S> {
        Assignment { source: self.source, column: self.name, value: value.into_set(), scope: PhantomData }
    }

    /// The column with the value the database gives it by itself: `.update(|u| u.score.set_default())`.
    pub fn set_default(self) -> Assignment<S> {
        Assignment { source: self.source, column: self.name, value: Node::Default, scope: PhantomData }
    }
}

/// What a column of type `T` can be set to in a query of scope `S`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be set to `{Self}`",
    label = "expected a `{T}`, or a column or an expression of that type",
    note = "what may be NULL is made a value by `.coalesce(…)`"
)]
pub trait IntoSet<S, T> {
    #[doc(hidden)]
    fn into_set(self) -> Node;
}

impl<S, T: Field> IntoSet<S, T> for T {
    fn into_set(self) -> Node {
        Operand::value(&self).node
    }
}

impl<S, T: Field<Base = T>> IntoSet<S, Option<T>> for T {
    fn into_set(self) -> Node {
        Operand::value(&self).node
    }
}

macro_rules! expressions {
    ($($ty:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, T: Typed> IntoSet<S, T> for $ty<S, T> {
            fn into_set(self) -> Node {
                self.operand().node
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S, T: Field<Base = T>> IntoSet<S, Option<T>> for $ty<S, T> {
            fn into_set(self) -> Node {
                self.operand().node
            }
        }
    )*};
}

expressions!(Column Expr Aggregate);

macro_rules! values {
    ($($ty:ty: $($from:ty),*;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl<S> IntoSet<S, $ty> for $from {
            fn into_set(self) -> Node {
                Operand::value(&<$ty>::from(self)).node
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S> IntoSet<S, Option<$ty>> for $from {
            fn into_set(self) -> Node {
                Operand::value(&<$ty>::from(self)).node
            }
        }
    )*)*};
}

values! {
    String: &str, &String, Cow<'_, str>;
    Vec<u8>: &[u8];
}

/// What an update sets: an assignment, a tuple of them, or a list that a program makes out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing an update can set",
    label = "expected `.set(…)` of columns of this query",
    note = "`.update(|u| (u.active.set(false), u.score.set(u.score + 1)))`"
)]
pub trait Assignments<S> {
    #[doc(hidden)]
    fn push_assignments(self, into: &mut Vec<Assignment<S>>);
}

impl<S> Assignments<S> for Assignment<S> {
    fn push_assignments(self, into: &mut Vec<Assignment<S>>) {
        into.push(self);
    }
}

impl<S, A: Assignments<S>> Assignments<S> for Vec<A> {
    fn push_assignments(self, into: &mut Vec<Assignment<S>>) {
        self.into_iter().for_each(|assignment| assignment.push_assignments(into));
    }
}

impl<S, A: Assignments<S>> Assignments<S> for Option<A> {
    fn push_assignments(self, into: &mut Vec<Assignment<S>>) {
        self.into_iter().for_each(|assignment| assignment.push_assignments(into));
    }
}

pushed_in_turn!(Assignments, push_assignments, Assignment<S>);

/// An UPDATE of the rows of a query.
///
/// It changes the database at once. Entities that a session has of the rows do not notice:
/// [`Session::refresh`](crate::Session::refresh) reads them again.
#[must_use = "an update does nothing until it is run: `.exec(&db)`"]
pub struct Update<Src> {
    statement: Result<statement::Update>,
    model: &'static ModelDef,
    scope: PhantomData<fn() -> Src>,
}

impl<Src, Out> Query<Src, Out> {
    /// Sets columns of the rows of the first model: `.update(|u| (u.active.set(false), u.score.set(u.score + 1)))`, run by
    /// [`Update::exec`]. What was joined can be read; of several rows that are joined to one, the database takes any.
    pub fn update<A: Assignments<Src>>(self, set: impl FnOnce(Src::Handles) -> A) -> Update<Src>
    where
        Src: Rooted,
    {
        let mut assignments = Vec::new();
        set(self.handles()).push_assignments(&mut assignments);
        let statement = self.check().and_then(|()| {
            let computed = computed(&self.select);
            let changed = changed_rows::<Src::Root>(*self.select, "UPDATE")?;
            let set = columns_of::<Src::Root, _>(assignments, &computed)?;
            let Changed { with, key, sources, joins, filter } = changed;
            let table = statement::Update::table(Src::Root::definition().table);
            Ok(statement::Update { with, key, set, from: sources, joins, filter, ..table })
        });
        Update { statement, model: Src::Root::definition(), scope: PhantomData }
    }
}

/// The columns of a model that are assigned to, where these of the sources are computed.
pub(super) fn columns_of<M: Model, S>(assignments: Vec<Assignment<S>>, computed: &[u32]) -> Result<Vec<(Name, Node)>> {
    let model = M::definition();
    if assignments.is_empty() {
        return Err(Error::new(ErrorKind::Usage, format!("nothing of `{}` is set", model.name)).with_model(model.name));
    }
    let mut set: Vec<(Name, Node)> = Vec::with_capacity(assignments.len());
    for Assignment { source, column, mut value, .. } in assignments {
        let wrong = if source != 0 {
            format!("the update changes `{}`, and `{column}` is a column of what was joined to it", model.name)
        } else if set.iter().any(|(name, _)| name == column) {
            format!("`{}.{column}` is set twice", model.name)
        } else {
            let known = model.fields.iter().position(|field| field.column == column);
            if let Some(number) = known {
                value = stored(model, number, value, computed)?;
            }
            set.push((column.into(), value));
            continue;
        };
        return Err(Error::new(ErrorKind::Usage, wrong)
            .with_model(model.name)
            .with_help("A statement changes rows of one model, each column once."));
    }
    Ok(set)
}

/// The rows that a statement changes: those of the first source, beside what it reads.
pub(super) struct Changed {
    pub(super) with: Vec<Cte>,
    pub(super) key: Vec<Name>,
    pub(super) sources: Vec<From>,
    pub(super) joins: Vec<Join>,
    pub(super) filter: Option<Node>,
}

/// The rows of a query as a statement that changes them says them: inner joins become sources, and their conditions part of
/// the filter.
pub(super) fn changed_rows<M: Model>(select: Select, what: &str) -> Result<Changed> {
    let model = M::definition();
    let has = [
        (select.limit.is_some() || select.offset.is_some(), "limit and no offset"),
        (!select.group_by.is_empty() || select.having.is_some(), "groups"),
        (select.distinct || !select.distinct_on.is_empty(), "DISTINCT"),
        (!select.compound.is_empty(), "set operations"),
        (select.from.iter().any(|source| source.sample.is_some()), "TABLESAMPLE"),
    ];
    if let Some((_, part)) = has.iter().find(|(has, _)| *has) {
        return Err(Error::new(ErrorKind::Unsupported, format!("{what} has no {part}"))
            .with_model(model.name)
            .with_help("Filter by key instead: `.filter(|x| x.id.in_query(…))`."));
    }
    let Select { with, joins, mut filter, .. } = select;
    let mut changed = Changed { with, key: Vec::new(), sources: Vec::new(), joins: Vec::new(), filter: None };
    let inner = |join: &Join| matches!(join.kind, JoinKind::Inner | JoinKind::Cross) && !join.source.lateral;
    if joins.iter().all(inner) {
        for join in joins {
            changed.sources.push(join.source);
            if let Some(on) = join.on.filter(|on| *on != Node::And(Vec::new())) {
                filter = Some(super::both(filter, on));
            }
        }
    } else {
        changed.key = model.key.iter().map(|&column| model.fields[column].column.into()).collect();
        changed.joins = joins;
    }
    Ok(Changed { filter, ..changed })
}

impl<Src: Scope> Update<Src> {
    /// Runs it; how many rows it changed.
    ///
    /// # Errors
    /// It sets a column of a joined model, or one twice ([`ErrorKind::Usage`]), or to a value it has no room for
    /// ([`ErrorKind::Check`]); the query has what an UPDATE has not, or the
    /// database lacks something of it ([`ErrorKind::Unsupported`]); the database refused.
    #[track_caller]
    pub fn exec<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let mut executor = executor.into_executor();
        async move {
            let cached = text::update(executor.target(), &self.statement?)?;
            let done = executor.reborrow().write(cached, caller).await;
            done.map_err(|error| executor.explain(error, self.model, Change::Written))
        }
    }

    /// Hands back something of each row as it is afterwards: `.returning(|u| (u.id, u.score)).all(&db)`. MySQL and MariaDB
    /// cannot.
    pub fn returning<T: Selection<Src>>(self, what: impl FnOnce(Src::Handles) -> T) -> Returning<T::Out> {
        let mut columns = Vec::new();
        what(Src::handles(0)).push_columns(&mut columns);
        let statement =
            self.statement.map(|update| CteBody::Update(statement::Update { returning: columns, ..update }));
        Returning { statement, model: self.model, change: Change::Written, decode: |row| T::decode(row, &mut 0) }
    }

    /// The SQL in a dialect, and its parameters.
    ///
    /// # Errors
    /// As [`Update::exec`], the database's own aside.
    pub fn into_sql(self, dialect: &dyn Dialect) -> Result<Rendered> {
        render::update(dialect, &self.statement?)
    }
}
