//! INSERT, without a session.

use std::panic::Location;

use aludel_driver::Batch;
use aludel_sql::{
    Dialect, Error, ErrorKind, Expr as Node, Result, Value,
    expr::Name,
    render::{Cached, Rendered, Target},
    statement::{self, Conflict, ConflictAction, Cte, CteBody, Rows},
};

use super::{
    Assignments, Decode, FromRow, IntoExecutor, Query, Selection, Sources, stored::stored_rows, text,
    update::columns_of,
};
use crate::{
    batch,
    error::Change,
    expr::IntoPredicate,
    handle::EXCLUDED,
    model::{Model, ModelDef, New, PartDef},
};

/// Inserts a row at once: `insert(new!(User { username: "susan" })).exec(&db)`. A session's `add` waits for its flush, and
/// knows the row afterwards.
pub fn insert<M: Model>(row: New<M>) -> Insert<M> {
    insert_all([row])
}

/// Inserts rows at once, all or none: `insert_all(names.map(|name| new!(User { username: name }))).exec(&db)`.
pub fn insert_all<M: Model>(rows: impl IntoIterator<Item = New<M>>) -> Insert<M> {
    Insert { rows: Given::Rows(rows.into_iter().collect()), conflict: None, returning: Vec::new() }
}

/// An INSERT.
#[must_use = "an insert does nothing until it is run: `.exec(&db)`"]
pub struct Insert<M> {
    rows: Given<M>,
    conflict: Option<Result<Conflict>>,
    returning: Vec<Node>,
}

enum Given<M> {
    Rows(Vec<New<M>>),
    Query(Box<statement::Select>, Vec<Node>),
}

/// An INSERT that is to say what is done where a row is there already.
#[must_use = "say what is done: `.do_nothing()`, `.do_update(|u, excluded| …)`"]
pub struct OnConflict<M> {
    insert: Insert<M>,
    target: Vec<Node>,
}

impl<M: Model> Insert<M> {
    pub(crate) fn from_query<L: Sources, Out>(query: Query<L, Out>, into: impl Selection<M, Out = Out>) -> Self {
        let mut columns = Vec::new();
        into.push_columns(&mut columns);
        let rows = Given::Query(Box::new(query.select_node().clone()), columns);
        Insert { rows, conflict: None, returning: Vec::new() }
    }

    /// Where a row with the same values in the columns of this unique key is there already:
    /// `.on_conflict(|u| u.email).do_nothing()`. A key of several columns is a tuple.
    pub fn on_conflict<T: Selection<M>>(self, key: impl FnOnce(M::Fields<M>) -> T) -> OnConflict<M> {
        let mut target = Vec::new();
        key(M::fields(0)).push_columns(&mut target);
        OnConflict { insert: self, target }
    }

    /// Where a row with the same values in any unique key is there already.
    pub fn on_any_conflict(self) -> OnConflict<M> {
        OnConflict { insert: self, target: Vec::new() }
    }

    /// Runs it; how many rows were inserted or updated. MySQL and MariaDB count one twice that was updated.
    ///
    /// # Errors
    /// A row was given related rows, which only a session inserts ([`ErrorKind::Usage`]), or a value that its column has no room
    /// for ([`ErrorKind::Check`]); the database lacks something of it
    /// ([`ErrorKind::Unsupported`]); the database refused: nothing is inserted then.
    #[track_caller]
    pub fn exec<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        let mut executor = executor.into_executor();
        async move {
            let batches = self.batches(executor.target(), Some(caller))?;
            let done = executor.reborrow().write_batches::<()>(batches, None).await;
            let (changed, _) = done.map_err(|error| executor.explain(error, M::definition(), Change::Written))?;
            Ok(changed)
        }
    }

    /// Hands back something of each row that was inserted or updated: `.returning(|u| u.id).all(&db)`. MySQL cannot.
    pub fn returning<T: Selection<M>>(mut self, what: impl FnOnce(M::Fields<M>) -> T) -> InsertReturning<M, T::Out> {
        what(M::fields(0)).push_columns(&mut self.returning);
        InsertReturning { insert: self, decode: |row| T::decode(row, &mut 0) }
    }

    /// The SQL of its statements in a dialect, and their parameters: rows that were given other columns take one of their own.
    ///
    /// # Errors
    /// As [`Insert::exec`], the database's own aside.
    pub fn into_sql(self, dialect: &dyn Dialect) -> Result<Vec<Rendered>> {
        let statements = self.batches(dialect.into(), None)?.into_iter().flat_map(|Batch { sql, rows, .. }| {
            rows.into_iter().map(move |params| Rendered { sql: sql.to_string(), params })
        });
        Ok(statements.collect())
    }

    /// One batch for statements with the same text.
    fn batches(self, target: Target<'_>, caller: Option<&'static Location<'static>>) -> Result<Vec<Batch>> {
        let (model, capability) = (M::definition(), target.dialect.capability());
        let conflict = self.conflict.transpose()?;
        let returning = self.returning;
        let insert = |columns: Vec<Name>, mut rows: Rows| {
            let table = model.table.into();
            let (mut conflict, returning) = (conflict.clone(), returning.clone());
            // Where no other key can be in conflict, the one that is meant need not be said.
            if let Some(conflict) = &mut conflict
                && !capability.conflict_target
                && is_only_key(model, &conflict.target, &columns)
            {
                conflict.target.clear();
            }
            let with = named(&mut rows);
            text::insert(target, &statement::Insert { with, table, columns, rows, conflict, returning })
        };
        let batch = |cached: Cached| Batch { sql: cached.sql.into(), rows: vec![cached.params], caller };
        let rows = match self.rows {
            Given::Query(select, columns) => {
                let (columns, rows) = read(model, *select, &columns)?;
                return Ok(vec![batch(insert(columns, rows)?)]);
            }
            Given::Rows(rows) => rows,
        };
        let mut batches: Vec<Batch> = Vec::new();
        for (columns, rows) in grouped(rows)? {
            let sizes = rows.iter().map(|row| row.iter().map(batch::size).sum());
            let most = batch::rows_per_insert(capability, columns.len(), sizes);
            let names: Vec<Name> = columns.iter().map(|&column| model.fields[column].column.into()).collect();
            // How many rows the last statement has, and the values it has behind theirs: those of a conflict.
            let mut last: Option<(usize, Vec<Value>)> = None;
            for rows in rows.chunks(most) {
                match (&last, batches.last_mut()) {
                    // Only the rows differ: the text is there.
                    (Some((count, behind)), Some(batch)) if *count == rows.len() => {
                        rows.iter().flatten().try_for_each(Value::check)?;
                        batch.rows.push(rows.iter().flatten().chain(behind).cloned().collect());
                    }
                    _ => {
                        let values = rows.iter().map(|row| row.iter().cloned().map(Node::Value).collect());
                        let cached = insert(names.clone(), Rows::Values(values.collect()))?;
                        last = Some((rows.len(), cached.params[rows.len() * columns.len()..].to_vec()));
                        batches.push(batch(cached));
                    }
                }
            }
        }
        Ok(batches)
    }
}

impl<M: Model> Insert<M> {
    /// The one statement that it is, where the database tells keys apart.
    fn statement(self) -> Result<statement::Insert> {
        let (columns, mut rows) = match self.rows {
            Given::Query(select, columns) => read(M::definition(), *select, &columns)?,
            Given::Rows(rows) => {
                let mut groups = grouped(rows)?.into_iter();
                let (Some((columns, rows)), None) = (groups.next(), groups.next()) else {
                    let message = format!("no single statement inserts these rows of `{}`", M::definition().name);
                    return Err(Error::new(ErrorKind::Usage, message)
                        .with_model(M::definition().name)
                        .with_help("A CTE is one statement: give it rows, all with the same columns."));
                };
                let columns = columns.iter().map(|&column| M::definition().fields[column].column.into()).collect();
                let rows = rows.into_iter().map(|row| row.into_iter().map(Node::Value).collect());
                (columns, Rows::Values(rows.collect()))
            }
        };
        Ok(statement::Insert {
            with: named(&mut rows),
            table: M::definition().table.into(),
            columns,
            rows,
            conflict: self.conflict.transpose()?,
            returning: self.returning,
        })
    }
}

impl<M: Model> OnConflict<M> {
    /// Leaves the row that is there as it is, and inserts none.
    pub fn do_nothing(self) -> Insert<M> {
        self.doing(Ok(ConflictAction::Nothing))
    }

    /// Updates the row that is there; `excluded` has the values that were to be inserted:
    /// `.do_update(|u, excluded| (u.name.set(excluded.name), u.logins.set(u.logins + 1)))`.
    pub fn do_update<A: Assignments<M>>(self, set: impl FnOnce(M::Fields<M>, M::Fields<M>) -> A) -> Insert<M> {
        let action = set_of::<M, A>(set).map(|set| ConflictAction::Update { set, filter: None });
        self.doing(action)
    }

    /// [`OnConflict::do_update`] of rows for which the condition holds; others stay as they are:
    /// `.do_update_where(|u, excluded| u.score.set(excluded.score), |u, excluded| u.score.lt(excluded.score))`.
    pub fn do_update_where<A: Assignments<M>, P: IntoPredicate<M>>(
        self,
        set: impl FnOnce(M::Fields<M>, M::Fields<M>) -> A,
        condition: impl FnOnce(M::Fields<M>, M::Fields<M>) -> P,
    ) -> Insert<M> {
        let filter = Some(condition(M::fields(0), M::fields(EXCLUDED)).into_predicate().into_node());
        let action = set_of::<M, A>(set).map(|set| ConflictAction::Update { set, filter });
        self.doing(action)
    }

    fn doing(self, action: Result<ConflictAction>) -> Insert<M> {
        let OnConflict { mut insert, target } = self;
        let conflict = names(&target).and_then(|target| Ok(Conflict { target, action: action? }));
        insert.conflict = Some(conflict);
        insert
    }
}

/// The CTEs of what an INSERT reads, where one of them changes rows: those can be before the outermost statement alone.
fn named(rows: &mut Rows) -> Vec<Cte> {
    match rows {
        Rows::Select(select) if select.writes() => std::mem::take(&mut select.with),
        _ => Vec::new(),
    }
}

fn set_of<M: Model, A: Assignments<M>>(set: impl FnOnce(M::Fields<M>, M::Fields<M>) -> A) -> Result<Vec<(Name, Node)>> {
    let mut assignments = Vec::new();
    set(M::fields(0), M::fields(EXCLUDED)).push_assignments(&mut assignments);
    columns_of::<M, _>(assignments, &[])
}

/// Whether the key of these columns is the only one that rows with these columns can be in conflict with. A key the database
/// counts is in conflict with none.
fn is_only_key(model: &ModelDef, target: &[Name], given: &[Name]) -> bool {
    let names = |columns: &[usize]| columns.iter().map(|&column| model.fields[column].column).collect::<Vec<_>>();
    let unique = model.fields.iter().filter(|field| field.unique).map(|field| vec![field.column]);
    let parts = model.parts.iter().filter_map(|part| match part {
        PartDef::Unique { columns, .. } => Some(names(columns)),
        // No columns: one that no row can do without.
        PartDef::Index(index) if index.unique => Some(Vec::new()),
        _ => None,
    });
    let mut others = unique.chain(parts).chain([names(&model.key)]).filter(|columns| {
        let meant =
            columns.len() == target.len() && columns.iter().all(|column| target.iter().any(|name| name == column));
        !meant
    });
    let absent = |column: &str| {
        let counted = model.fields.iter().any(|field| field.column == column && (field.identity || field.nullable));
        counted && given.iter().all(|name| name != column)
    };
    others.all(|columns| columns.iter().any(|column| absent(column)))
}

/// The columns that the rows of a query are for, and the rows.
fn read(model: &ModelDef, select: statement::Select, columns: &[Node]) -> Result<(Vec<Name>, Rows)> {
    let columns = names(columns)?;
    let rows = stored_rows(model, &columns, select)?;
    Ok((columns, Rows::Select(Box::new(rows))))
}

/// The names of columns.
fn names(columns: &[Node]) -> Result<Vec<Name>> {
    let name = |column: &Node| match column {
        Node::Column(column) => Ok(column.name.clone()),
        _ => Err(Error::new(ErrorKind::Usage, "an INSERT is told columns, and was told an expression")),
    };
    columns.iter().map(name).collect()
}

/// Rows with the same columns together, in the order their first one comes in.
type Grouped = Vec<(Vec<usize>, Vec<Vec<Value>>)>;

fn grouped<M: Model>(rows: Vec<New<M>>) -> Result<Grouped> {
    let mut groups: Grouped = Vec::new();
    for row in rows {
        if !row.edges.is_empty() {
            let name = M::definition().name;
            return Err(Error::new(ErrorKind::Usage, format!("the new `{name}` comes with related rows"))
                .with_model(name)
                .with_help("Give the key in place of the relation, or add the row to a session."));
        }
        let columns: Vec<usize> = (0..row.given.len()).filter(|&column| row.given[column]).collect();
        let values: Vec<Value> = columns.iter().map(|&column| row.value.get(column)).collect();
        columns.iter().zip(&values).try_for_each(|(&column, value)| M::definition().check_value(column, value))?;
        match groups.iter_mut().find(|(known, _)| *known == columns) {
            Some((_, group)) => group.push(values),
            None => groups.push((columns, vec![values])),
        }
    }
    Ok(groups)
}

/// An INSERT that hands back something of each row.
#[must_use = "an insert does nothing until it is run: `.all(&db)`"]
pub struct InsertReturning<M, Out> {
    insert: Insert<M>,
    decode: Decode<Out>,
}

impl<M: Model, Out: Send + 'static> InsertReturning<M, Out> {
    /// The SQL of its statements in a dialect, as [`Insert::into_sql`] gives it.
    ///
    /// # Errors
    /// As [`Insert::into_sql`].
    pub fn into_sql(self, dialect: &dyn Dialect) -> Result<Vec<Rendered>> {
        self.insert.into_sql(dialect)
    }

    /// Runs it, and gives what it hands back of each row, in their order.
    ///
    /// # Errors
    /// As [`Insert::exec`].
    #[track_caller]
    pub fn all<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Vec<Out>>> + Send {
        let caller = Location::caller();
        let mut executor = executor.into_executor();
        async move {
            let batches = self.insert.batches(executor.target(), Some(caller))?;
            let done = executor.reborrow().write_batches(batches, Some(self.decode)).await;
            let (_, rows) = done.map_err(|error| executor.explain(error, M::definition(), Change::Written))?;
            Ok(rows)
        }
    }

    /// Runs it, and gives what it hands back of the one row; nothing where the row was there already and stayed as it is.
    ///
    /// # Errors
    /// As [`Insert::exec`].
    #[track_caller]
    pub fn first<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Option<Out>>> + Send {
        let rows = self.all(executor);
        async move { Ok(rows.await?.into_iter().next()) }
    }
}

impl<M: Model, Out: FromRow> InsertReturning<M, Out> {
    /// The statement with a name, for others to read what it hands back, as [`Returning::cte`](super::Returning::cte) has it.
    ///
    /// # Errors
    /// The statement makes no sense, or the rows were given different columns ([`ErrorKind::Usage`]).
    pub fn cte(self, name: impl Into<Name>) -> Result<super::Cte<Out>> {
        Ok(super::Cte::new(name.into(), CteBody::Insert(self.insert.statement()?)))
    }
}
