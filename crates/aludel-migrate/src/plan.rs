//! From operations to the steps a database can carry out.
//!
//! What the database has a statement for is run as that statement. What it has none for (a changed column or constraint,
//! where [`alter_by_rebuild`](aludel_sql::Capability::alter_by_rebuild) says so) is a [`Rebuild`] of the table, one for all
//! neighbouring operations on it. Before a step that rows could make impossible, [`Check`]s count those rows.

mod check;
mod enumeration;
mod rebuild;

use aludel_driver::{Connection, Query};
use aludel_sql::{
    Dialect, ErrorKind, Operation, Result,
    operation::ColumnChange,
    render::{self, Statement, Target},
    schema::Schema,
};

use crate::{catalog, fold};

pub use check::Check;
pub use rebuild::Rebuild;
pub(crate) use rebuild::{Dangling, Live, dangling, foreign_keys, set_foreign_keys};

/// One step of a plan.
#[derive(Clone, Debug)]
pub struct Step {
    /// The number of the operation it begins with, among those planned.
    pub operation: usize,
    /// What must hold before anything of it is run.
    pub checks: Vec<Check>,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Runs these statements.
    Sql(Vec<Statement>),
    /// Rebuilds a table.
    Rebuild(Box<Rebuild>),
    /// Calls the Rust function of this name.
    Call(String),
}

/// The steps that carry out `operations` on a database whose schema is `schema`, which becomes what they lead to.
///
/// # Errors
/// An operation does not fit the schema, or the database lacks what it needs. The error says which operation.
pub fn plan<'a>(
    target: impl Into<Target<'a>>,
    schema: &mut Schema,
    operations: &[&Operation],
) -> Result<Vec<Step>, (usize, aludel_sql::Error)> {
    let target = target.into();
    let dialect = target.dialect;
    let settle = catalog::of(dialect).map_err(|error| (0, error))?.settle;
    let mut steps = Vec::new();
    let mut rows_changed = false;
    let mut at = 0;
    while let Some(operation) = operations.get(at) {
        let about_types = enumeration::run_length(dialect, &operations[at..]);
        let end = at + about_types.max(run_length(schema, &operations[at..]));
        let resolved = operations[at..end]
            .iter()
            .zip(at..)
            .map(|(operation, at)| fold::enumeration::resolve(schema, operation).map_err(|error| (at, error)));
        let resolved = resolved.collect::<Result<Vec<_>, _>>()?;
        let group: Vec<&Operation> = resolved.iter().map(|operation| &**operation).collect();
        let group = group.as_slice();
        if let Some(settle) = settle.filter(|_| rows_changed && !operation.is_data()) {
            steps.push(Step { operation: at, checks: Vec::new(), action: Action::Sql(vec![settle.to_owned().into()]) });
        }
        rows_changed = operation.is_data();
        if about_types > 0 {
            steps.extend(enumeration::plan(target, schema, at, group)?);
        } else if let [operation] = group
            && !alters(operation)
        {
            let step = single(target, schema, at, operation).map_err(|error| (at, error))?;
            steps.push(step);
        } else {
            match natively(target, schema, at, group)? {
                Some((new, after)) => {
                    steps.extend(new);
                    *schema = after;
                }
                None => steps.push(rebuild::plan(dialect, schema, at, group)?),
            }
        }
        at = end;
    }
    Ok(steps)
}

/// Whether the operation changes one table in a way that can be part of a rebuild.
fn alters(operation: &Operation) -> bool {
    match operation {
        Operation::AddColumn { .. }
        | Operation::DropColumn { .. }
        | Operation::AddConstraint { .. }
        | Operation::DropConstraint { .. }
        | Operation::RenameConstraint { .. }
        | Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::RenameIndex { .. }
        | Operation::Comment { .. } => true,
        // A counter is beside the table.
        Operation::AlterColumn { change, .. } => !matches!(change, ColumnChange::Identity(_)),
        Operation::CreateTable(_) | Operation::DropTable { .. } | Operation::RenameTable { .. } => false,
        Operation::CreateSchema { .. } | Operation::DropSchema { .. } => false,
        Operation::CreateSequence(_)
        | Operation::AlterSequence { .. }
        | Operation::DropSequence { .. }
        | Operation::RenameSequence { .. } => false,
        // Every database renames, and follows the name into views and triggers, which a rebuild cannot.
        Operation::RenameColumn { .. } => false,
        Operation::CreateType { .. }
        | Operation::DropType { .. }
        | Operation::RenameType { .. }
        | Operation::AlterType { .. } => false,
        Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) | Operation::Call { .. } => false,
    }
}

/// How many of the operations, from the first on, change the same table.
fn run_length(schema: &Schema, operations: &[&Operation]) -> usize {
    // A single one needs no schema of its own to try it on.
    if !matches!(operations, [first, second, ..] if alters(first) && alters(second)) {
        return 1;
    }
    let mut state = schema.clone();
    let mut first: Option<String> = None;
    let mut count = 0;
    for operation in operations {
        if !alters(operation) {
            break;
        }
        let table = match operation {
            Operation::DropIndex { name } | Operation::RenameIndex { name, .. } => {
                state.index(name).map(|(table, _)| table.name.clone())
            }
            other => other.table().map(str::to_owned),
        };
        let same = first.get_or_insert_with(|| table.clone().unwrap_or_default());
        if table.as_deref() != Some(same) || fold::apply(&mut state, operation).is_err() {
            break;
        }
        count += 1;
    }
    count.max(1)
}

fn single(target: Target<'_>, schema: &mut Schema, at: usize, operation: &Operation) -> Result<Step> {
    let action = match operation {
        Operation::Call { name } => Action::Call(name.clone()),
        other => Action::Sql(statements(target, schema, other)?),
    };
    let checks = check::Checker::new(target.dialect, schema).before(at, operation)?;
    fold::apply(schema, operation)?;
    Ok(Step { operation: at, checks, action })
}

/// The statements of an operation, at a schema as it is before it.
fn statements(target: Target<'_>, schema: &Schema, operation: &Operation) -> Result<Vec<Statement>> {
    if let Operation::RenameSequence { name, to } = operation {
        return rename_sequence(target.dialect, schema, name, to);
    }
    let table = match operation {
        Operation::DropIndex { name } | Operation::RenameIndex { name, .. } => {
            schema.index(name).map(|(table, _)| table)
        }
        other => other.table().and_then(|name| schema.tables.get(name)),
    };
    let Some(table) = table else {
        let mut statements = vec![Statement::of(target, operation)?];
        if let Operation::CreateTable(new) = operation {
            statements.extend(target.dialect.after_create(new).into_iter().map(Statement::from));
        }
        return Ok(statements);
    };
    let mut statements = render::alter(target, table, operation)?;
    if let Operation::Insert(insert) = operation {
        for column in table.columns.iter().filter(|column| insert.columns.iter().any(|name| **name == *column.name)) {
            let Some(counter) = &column.identity else { continue };
            let sql = target.dialect.after_explicit_ids(&table.name, &column.name, counter);
            statements.extend(sql.map(|sql| Statement { sql, is_data: true }));
        }
    }
    Ok(statements)
}

/// Where the database keeps a default as it was written, that is said again.
fn rename_sequence(dialect: &dyn Dialect, schema: &Schema, name: &str, to: &str) -> Result<Vec<Statement>> {
    let rename = Operation::RenameSequence { name: name.to_owned(), to: to.to_owned() };
    let mut statements = vec![Statement::of(dialect, &rename)?];
    if !dialect.capability().alter_restates {
        return Ok(statements);
    }
    for (table, column) in fold::sequence::users(schema, name) {
        let (Some(on), Some(mut default)) = (schema.tables.get(table), column.default.clone()) else { continue };
        fold::sequence::rename_in(&mut default, name, to);
        let change = ColumnChange::SetDefault(default);
        let alter = Operation::AlterColumn { table: table.to_owned(), column: column.name.clone(), change };
        statements.extend(render::alter(dialect, on, &alter)?);
    }
    Ok(statements)
}

/// The steps and the schema after them, unless one of the operations needs a rebuild.
#[expect(clippy::type_complexity, reason = "named parts would be read once")]
fn natively(
    target: Target<'_>,
    schema: &Schema,
    at: usize,
    group: &[&Operation],
) -> Result<Option<(Vec<Step>, Schema)>, (usize, aludel_sql::Error)> {
    let mut state = schema.clone();
    let mut steps = Vec::new();
    for (i, operation) in group.iter().enumerate() {
        let step = at + i;
        let located = |error| (step, error);
        let mut checker = check::Checker::new(target.dialect, &state);
        let checks = checker.before(step, operation).map_err(located)?;
        let sql = native(target, &state, operation).map_err(located)?;
        fold::apply(&mut state, operation).map_err(located)?;
        match sql {
            Some(sql) => steps.push(Step { operation: step, checks, action: Action::Sql(sql) }),
            None => return Ok(None),
        }
    }
    Ok(Some((steps, state)))
}

/// The statements the database has for an operation on a table, if it has any.
fn native(target: Target<'_>, schema: &Schema, operation: &Operation) -> Result<Option<Vec<Statement>>> {
    let dialect = target.dialect;
    let capability = dialect.capability();
    if let Operation::RenameIndex { name, to } = operation
        && !capability.rename_index
        && let Some((table, index)) = schema.index(name)
    {
        let renamed = aludel_sql::schema::Index { name: to.clone(), ..index.clone() };
        let drop = Statement::of(dialect, &Operation::DropIndex { name: name.clone() })?;
        return Ok(Some(vec![drop, render::create_index(dialect, &table.name, &renamed)?.into()]));
    }
    match statements(target, schema, operation) {
        Ok(sql) => Ok(Some(sql)),
        Err(error) if error.kind() == ErrorKind::Unsupported && capability.alter_by_rebuild => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a plan needs foreign keys not to be enforced while it runs.
pub fn rebuilds(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step.action, Action::Rebuild(_)))
}

/// Runs checks.
///
/// # Errors
/// A check found rows that stand in the way; the error says how many, where, and what to do. With the number of the
/// operation.
pub(crate) async fn check(connection: &mut Connection, checks: &[Check]) -> Result<(), (usize, aludel_sql::Error)> {
    for check in checks {
        // Run once, so not prepared.
        let counts = catalog::numbers(connection, Query::other(check.sql.clone())).await;
        match counts.map_err(|error| (check.operation, error))?.first() {
            Some(count) if *count > 0 => return Err((check.operation, check.error(*count))),
            _ => {}
        }
    }
    Ok(())
}

/// Runs a step that is no call; the statements that were run.
pub(crate) async fn run(connection: &mut Connection, step: &Step) -> Result<Vec<String>> {
    match &step.action {
        Action::Sql(statements) => {
            for statement in statements {
                connection.execute(Query::other(statement.sql.clone())).await?;
            }
            Ok(statements.iter().map(|statement| statement.sql.clone()).collect())
        }
        Action::Rebuild(rebuild) => rebuild::run(connection, rebuild).await,
        Action::Call(_) => Ok(Vec::new()),
    }
}
