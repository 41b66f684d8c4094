//! Queries: questions as values.
//!
//! | file | what it holds |
//! |---|---|
//! | `scope` | what a query reads from, and the handles its closures are handed |
//! | `selection` | what it gives |
//! | `join`, `derived`, `nested` | joins; sub-queries, CTEs and set operations as sources; sub-queries in conditions |
//! | `grouping` | ROLLUP, CUBE and GROUPING SETS |
//! | `lock` | rows kept from others |
//! | `values`, `function` | rows of the program's own as a source; functions that give rows |
//! | `read`, `page` | asking it |
//! | `update`, `delete`, `insert`, `returning` | statements that change rows, and what they hand back |
//! | `load` | relations loaded along with it |
//! | `text`, `executor` | the texts of statements; who answers |

mod delete;
mod derived;
mod executor;
mod function;
mod grouping;
mod insert;
mod join;
mod load;
mod lock;
mod nested;
mod page;
mod raw;
mod read;
mod returning;
mod sample;
mod scope;
mod selection;
mod stored;
mod stream;
pub(crate) mod text;
mod update;
mod values;

pub use delete::Delete;
pub use derived::{Cte, IntoLateral, IntoSource};
pub(crate) use executor::{Decode, begins, driven};
pub use executor::{Executor, IntoExecutor};
pub use function::{TableFunction, series, unnest};
#[cfg(feature = "json")]
pub use function::{elements, members};
pub use grouping::{GroupingSets, cube, grouping, grouping_sets, rollup};
pub use insert::{Insert, InsertReturning, OnConflict, insert, insert_all};
pub use load::{Fill, IntoLoad, Load, LoadRelation, Side};
pub use lock::LockOf;
pub use nested::{SubQuery, exists, not_exists, scalar};
pub use page::{Page, Paginate};
pub use raw::{Sql, sql};
pub use returning::Returning;
pub use sample::Sample;
pub use scope::{Derived, Extend, In, Join, Lift, Maybe, Rooted, Scope, Source, Sources};
pub use selection::{Entity, FromRow, RowStruct, Selection};
#[doc(hidden)]
pub use selection::{read, type_of};
pub use stream::{Chunks, Rows};
pub use update::{Assignment, Assignments, IntoSet, Update};
pub use values::{RowPart, Values, ValuesRow, values};

use std::{borrow::Cow, fmt, marker::PhantomData};

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr as Node, Result, dialect,
    expr::Function,
    render::{self, Rendered},
    statement::{Select, Source as From},
};

use crate::{
    expr::{IntoOrder, IntoPredicate},
    model::{Model, ModelDef},
};

/// A question as a value: it can be kept, extended and asked again.
///
/// ```ignore
/// let users = User::query().filter(|u| u.username.starts_with("s")).order_by(|u| u.username.desc()).all(&db).await?;
/// ```
///
/// `Src` is what it reads from, and what its closures are handed the columns of: a model, or a tuple once others are joined.
/// `Out` is what each row becomes: the first model, until [`Query::select`] says otherwise.
///
/// It is asked of a [`Db`](crate::Db), which answers with plain values, or through a [`Session`](crate::Session), whose
/// [`all`](crate::Session::all) answers with handles.
#[must_use = "a query does nothing until it is asked"]
pub struct Query<Src, Out = Src> {
    /// Boxed, as a query is handed on at each step.
    select: Box<Select>,
    /// The id of the first source; those joined have the next ones.
    first: u32,
    loads: Vec<Load<Out>>,
    decode: Decode<Out>,
    /// The model of the rows, if they are one.
    model: Option<&'static ModelDef>,
    /// The relation whose join gives a row several times.
    multiplied: Option<&'static str>,
    source: PhantomData<fn() -> Src>,
}

impl<M: Model> Query<M> {
    pub(crate) fn new() -> Self {
        Query::of_model(0)
    }
}

impl<M: Model, S: 'static> Query<In<M, S>, M> {
    pub(crate) fn within() -> Self {
        Query::of_model(scope::fresh())
    }
}

impl<Src, M: Model> Query<Src, M> {
    fn of_model(first: u32) -> Self {
        let model = M::definition();
        let columns = match first {
            0 => Cow::Borrowed(&*model.columns),
            _ => model.fields.iter().map(|field| Node::column(first, field.column)).collect(),
        };
        let from = vec![From { id: first, ..From::table(model.table) }];
        Query {
            select: Box::new(Select { columns, from, ..Select::default() }),
            first,
            loads: Vec::new(),
            decode: |row| M::decode(row, 0),
            model: Some(model),
            multiplied: None,
            source: PhantomData,
        }
    }

    /// Loads a relation along with the rows, with one more statement for all of them: `.with(|u| u.posts)`, or deeper,
    /// `.with(|u| u.posts.with(|p| p.author))`.
    pub fn with<L: IntoLoad<M>>(mut self, relation: impl FnOnce(M::Fields<M>) -> L) -> Self {
        self.loads.push(relation(M::fields(0)).into_load());
        self.model = Some(M::definition());
        self
    }
}

impl<Src: Scope, Out> Query<Src, Out> {
    fn handles(&self) -> Src::Handles {
        Src::handles(self.first)
    }

    /// Keeps the rows for which the condition holds; several filters must all hold.
    pub fn filter<P: IntoPredicate<Src>>(self, condition: impl FnOnce(Src::Handles) -> P) -> Self {
        let condition = condition(self.handles()).into_predicate();
        self.filter_expr(condition)
    }

    /// Like [`Query::filter`], when there is a value: `filter_some(email, |u, e| u.email.eq(e))`.
    pub fn filter_some<V, P: IntoPredicate<Src>>(
        self,
        value: Option<V>,
        condition: impl FnOnce(Src::Handles, V) -> P,
    ) -> Self {
        match value {
            Some(value) => self.filter(|handles| condition(handles, value)),
            None => self,
        }
    }

    /// Like [`Query::filter`], with a condition made elsewhere.
    pub fn filter_expr(mut self, condition: impl IntoPredicate<Src>) -> Self {
        let condition = condition.into_predicate().into_node();
        self.select.filter = Some(both(self.select.filter.take(), condition));
        self
    }

    /// Orders the rows by a column (from low to high), by `.asc()` and `.desc()`, or by a tuple of these; by several things
    /// when called several times, the first counting most.
    pub fn order_by<O: IntoOrder<Src>>(mut self, order: impl FnOnce(Src::Handles) -> O) -> Self {
        order(self.handles()).push_order(&mut self.select.order_by);
        self
    }

    /// Puts the rows that are equal in a column, an expression, an entity or a tuple of these into one group, of which
    /// aggregates are made: `.group_by(|p| p.author_id).select(|p| (p.author_id, p.words.sum()))`.
    pub fn group_by<G: Selection<Src>>(mut self, by: impl FnOnce(Src::Handles) -> G) -> Self {
        let before = self.select.group_by.len();
        by(self.handles()).push_columns(&mut self.select.group_by);
        let more = before..self.select.group_by.len();
        self.select.grouping_sets.iter_mut().for_each(|set| set.extend(more.clone()));
        self
    }

    /// Keeps the groups for which the condition holds, one over aggregates: `.having(|p| p.words.sum().gt(100))`.
    pub fn having<P: IntoPredicate<Src>>(mut self, condition: impl FnOnce(Src::Handles) -> P) -> Self {
        let condition = condition(self.handles()).into_predicate().into_node();
        self.select.having = Some(both(self.select.having.take(), condition));
        self
    }

    /// What each row becomes: a column, an expression, an entity, or a tuple of up to sixteen of these, as in
    /// `.select(|u| (u.username, u.posts.count()))`. Relations that were to be loaded are not.
    pub fn select<T: Selection<Src>>(self, what: impl FnOnce(Src::Handles) -> T) -> Query<Src, T::Out> {
        let mut columns = Vec::new();
        what(self.handles()).push_columns(&mut columns);
        self.giving(columns.into(), |row| T::decode(row, &mut 0))
    }

    /// The columns selected become the fields of a struct that derives `FromRow`, in its order:
    /// `.select(|u| (u.username, u.posts.count())).as_struct::<Author>()`.
    pub fn as_struct<R: RowStruct<Out>>(self) -> Query<Src, R> {
        let columns = self.select.columns.clone();
        self.giving(columns, |row| R::decode_row(row, 0))
    }

    /// Of the rows that are equal in these only the first one, in the query's order, which must begin with these: the latest
    /// post of each author is `.order_by(|p| (p.author_id, p.written.desc())).distinct_on(|p| p.author_id)`.
    pub fn distinct_on<G: Selection<Src>>(mut self, of: impl FnOnce(Src::Handles) -> G) -> Self {
        of(self.handles()).push_columns(&mut self.select.distinct_on);
        self
    }
}

impl<Src, Out> Query<Src, Out> {
    /// Equal rows once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// At most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.select.limit = Some(rows);
        self.select.with_ties = false;
        self
    }

    /// This many rows, and with the last of them also those that the query's order puts beside it: the three best of a game in
    /// which two are third are four.
    ///
    /// ```ignore
    /// let best = Player::query().order_by(|p| p.score.desc()).limit_with_ties(3).all(&db).await?;
    /// ```
    pub fn limit_with_ties(self, rows: u64) -> Self {
        let mut limited = self.limit(rows);
        limited.select.with_ties = true;
        limited
    }

    /// Leaves out this many rows at the beginning.
    pub fn offset(mut self, rows: u64) -> Self {
        self.select.offset = Some(rows);
        self
    }

    /// Forgets the order.
    pub fn unordered(mut self) -> Self {
        self.select.order_by.clear();
        self
    }

    /// The SQL of the query in a dialect, and its parameters.
    ///
    /// # Errors
    /// The database has nothing like a construct of the query.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Rendered> {
        self.check()?;
        render::select(dialect, &self.select)
    }

    /// The same query, whose sources its type no longer says: it can be limited and asked, stored beside others, and is a
    /// sub-query as before.
    pub fn boxed(self) -> Query<Boxed, Out> {
        self.from()
    }

    pub(crate) fn select_node(&self) -> &Select {
        &self.select
    }

    pub(crate) fn loads(&self) -> &[Load<Out>] {
        &self.loads
    }

    pub(crate) fn decoder(&self) -> Decode<Out> {
        self.decode
    }

    pub(crate) fn model(&self) -> Option<&'static ModelDef> {
        self.model
    }

    /// Says whether it can be asked.
    ///
    /// # Errors
    /// An aggregate stands in a condition on single rows.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.select.filter {
            Some(filter) if has_aggregate(filter) => {
                Err(Error::new(ErrorKind::Usage, "a filter looks at one row, and an aggregate at many")
                    .with_help("Say it with `having`, after `group_by`."))
            }
            _ => Ok(()),
        }
    }

    /// The same query with other sources.
    fn from<Other>(self) -> Query<Other, Out> {
        let Query { select, first, loads, decode, model, multiplied, .. } = self;
        Query { select, first, loads, decode, model, multiplied, source: PhantomData }
    }

    /// The same query with other columns.
    fn giving<T>(self, columns: Cow<'static, [Node]>, decode: Decode<T>) -> Query<Src, T> {
        let Query { mut select, first, multiplied, .. } = self;
        select.columns = columns;
        Query { select, first, loads: Vec::new(), decode, model: None, multiplied, source: PhantomData }
    }
}

/// The source of a query that was [`boxed`](Query::boxed).
#[derive(Debug)]
pub enum Boxed {}

impl<Src, Out> Clone for Query<Src, Out> {
    fn clone(&self) -> Self {
        Query {
            select: self.select.clone(),
            first: self.first,
            loads: self.loads.clone(),
            decode: self.decode,
            model: self.model,
            multiplied: self.multiplied,
            source: PhantomData,
        }
    }
}

/// As portable SQL.
impl<Src, Out> fmt::Debug for Query<Src, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_sql(&dialect::ANSI) {
            Ok(rendered) => f.write_str(&rendered.sql),
            Err(error) => write!(f, "{error}"),
        }
    }
}

/// Both conditions, if there was one before.
fn both(before: Option<Node>, condition: Node) -> Node {
    match before {
        Some(before) => before.and(condition),
        None => condition,
    }
}

/// Whether an aggregate of the query itself is in the expression: not one over a window, or of a sub-query.
fn has_aggregate(expr: &Node) -> bool {
    let mut stack = Vec::new();
    let mut next = Some(expr);
    while let Some(expr) = next {
        match expr {
            Node::CountAll | Node::Aggregate(_) => return true,
            Node::Call(Function::Count | Function::Sum | Function::Avg | Function::Min | Function::Max, _) => {
                return true;
            }
            Node::Call(Function::StringAgg | Function::ArrayAgg | Function::Grouping, _) => return true,
            Node::Call(Function::PercentileCont | Function::PercentileDisc | Function::Mode, _) => return true,
            Node::Over(_) => {}
            other => other.parts(&mut |part| {
                // Most parts are these, in which there is nothing.
                if !matches!(part, Node::Column(_) | Node::Value(_)) {
                    stack.push(part);
                }
            }),
        }
        next = stack.pop();
    }
    false
}

/// All columns of a model, from its table.
pub(crate) fn select_all(model: &'static ModelDef) -> Select {
    Select { columns: Cow::Borrowed(&model.columns), from: vec![From::table(model.table)], ..Select::default() }
}

/// The SELECT that counts the rows of another, limit and offset left aside.
pub(crate) fn counting(select: Select) -> Select {
    let mut select = Select { order_by: Vec::new(), limit: None, with_ties: false, offset: None, lock: None, ..select };
    let simple = !select.distinct
        && select.distinct_on.is_empty()
        && select.group_by.is_empty()
        && select.grouping_sets.is_empty()
        && select.having.is_none()
        && select.compound.is_empty();
    if simple {
        return Select { columns: vec![Node::CountAll].into(), labels: Vec::new(), ..select };
    }
    // Names of our own: two columns may be called alike.
    select.labels = (1..=select.columns.len()).map(|number| format!("c{number}").into()).collect();
    let with = std::mem::take(&mut select.with);
    let from = From::new(0, aludel_sql::statement::Relation::Query(Box::new(select)));
    Select { with, columns: vec![Node::CountAll].into(), from: vec![from], ..Select::default() }
}
