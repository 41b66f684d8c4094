//! Rebuilds a table: a new one is filled from the old one and takes its place.
//!
//! It loses nothing: not the rows, nor their row numbers or the counter of generated keys, nor indexes and triggers that no
//! migration knows. What it cannot keep it refuses before it begins. It runs inside a transaction on a connection that does
//! not enforce foreign keys, since dropping the old table would otherwise delete its children.

mod live;

use std::collections::BTreeSet;

use aludel_driver::{Connection, Query};
use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Operation, Result,
    operation::ColumnChange,
    render,
    schema::{Schema, Table},
};

use super::{Action, Step, check::Checker};
use crate::fold;

pub(crate) use live::{Dangling, Live, dangling, foreign_keys, set_foreign_keys};

/// The rebuild of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebuild {
    /// The table as it is.
    pub before: Table,
    /// The table as it will be.
    pub after: Table,
    /// Where the columns of the new table come from: expressions over those of the old one.
    pub copy: Vec<(String, Expr)>,
}

/// One rebuild for a run of operations on one table.
pub(super) fn plan(
    dialect: &dyn Dialect,
    schema: &mut Schema,
    at: usize,
    group: &[&Operation],
) -> Result<Step, (usize, Error)> {
    let first = schema.clone();
    let mut checks = Vec::new();
    let mut values = std::collections::BTreeMap::new();
    let mut table = String::new();
    for (i, operation) in group.iter().enumerate() {
        let located = |error| (at + i, error);
        // The checks of each operation see the types that the ones before it leave, and the values of the first rows.
        let state = schema.clone();
        let mut checker = Checker::new(dialect, &state);
        if let Some(name) = operation.table().or(Some(table.as_str()).filter(|name| !name.is_empty())) {
            checker.begin(name);
        }
        if i > 0 && !values.is_empty() {
            checker.values = values;
        }
        checks.extend(checker.before(at + i, operation).map_err(located)?);
        match operation {
            Operation::AddColumn { column, .. } if column.generated.is_none() => {
                let value = column.default.clone().unwrap_or(Expr::Value(aludel_sql::Value::Null));
                checker.values.insert(column.name.clone(), value);
            }
            Operation::AddColumn { column, .. } => {
                let value = column.generated.as_ref().map(|generated| checker.over_old(&generated.expr));
                checker.values.extend(value.map(|value| (column.name.clone(), value)));
            }
            Operation::DropColumn { column, .. } => drop(checker.values.remove(column)),
            Operation::AlterColumn { column, change: ColumnChange::Type { using: Some(using), .. }, .. } => {
                let value = checker.over_old(using);
                checker.values.insert(column.clone(), value);
            }
            _ => {}
        }
        values = std::mem::take(&mut checker.values);
        if let Some(name) = operation.table() {
            name.clone_into(&mut table);
        }
        fold::apply(schema, operation).map_err(located)?;
    }
    // A group may begin with an index that does not name its table; then the index does.
    if table.is_empty()
        && let Some(Operation::DropIndex { name } | Operation::RenameIndex { name, .. }) = group.first()
    {
        table = first.index(name).map(|(table, _)| table.name.clone()).unwrap_or_default();
    }
    let missing = || (at, Error::new(ErrorKind::Migration, format!("there is no table `{table}` to rebuild")));
    let before = first.tables.get(&table).ok_or_else(missing)?.clone();
    let after = schema.tables.get(&table).ok_or_else(missing)?.clone();
    let copy = after
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .filter_map(|column| Some((column.name.clone(), values.remove(&column.name)?)))
        .collect();
    // What the database cannot have is known before anything is sent.
    render::whole_table(dialect, &after).map_err(|error| (at + group.len() - 1, error))?;
    Ok(Step { operation: at, checks, action: Action::Rebuild(Box::new(Rebuild { before, after, copy })) })
}

impl Rebuild {
    fn temporary(&self) -> String {
        format!("_aludel_new_{}", self.after.name)
    }

    /// The statements, for a database in which `live` is what the migrations do not know of the table.
    ///
    /// # Errors
    /// The database lacks what the new table needs.
    pub(crate) fn statements(&self, dialect: &dyn Dialect, live: &Live) -> Result<Vec<String>> {
        let quote = |name: &str| {
            let mut out = String::new();
            dialect.quote(&mut out, name);
            out
        };
        let (table, new) = (quote(&self.after.name), quote(&self.temporary()));
        // Rendered under its real name, as the names of constraints are made from it.
        let create = render::create_table(dialect, &self.after)?;
        let create = create.replacen(&format!("CREATE TABLE {table}"), &format!("CREATE TABLE {new}"), 1);
        let mut columns: Vec<String> = self.copy.iter().map(|(name, _)| quote(name)).collect();
        let mut values = self.copy.iter().map(|(_, value)| render::expr(dialect, value)).collect::<Result<Vec<_>>>()?;
        if let Some(rowid) = live::rowid(dialect, &self.before, &self.after)? {
            columns.insert(0, rowid.to_owned());
            values.insert(0, rowid.to_owned());
        }
        let mut statements = vec![create];
        statements.push(format!(
            "INSERT INTO {new} ({}) SELECT {} FROM {table}",
            columns.join(", "),
            values.join(", ")
        ));
        let counted = |table: &Table| table.columns.iter().any(|column| column.identity.is_some());
        if counted(&self.before) && counted(&self.after) {
            statements.extend(live::copy_counter(&self.after.name, &self.temporary()));
        }
        statements.push(live::LEGACY_ALTER_ON.to_owned());
        statements.push(format!("DROP TABLE {table}"));
        statements.push(format!("ALTER TABLE {new} RENAME TO {table}"));
        statements.push(live::LEGACY_ALTER_OFF.to_owned());
        for index in &self.after.indexes {
            statements.push(render::create_index(dialect, &self.after.name, index)?);
        }
        statements.extend(live.objects.iter().map(|object| object.sql.clone()));
        Ok(statements)
    }

    /// Refuses what the rebuild would not keep.
    fn check_live(&self, dialect: &dyn Dialect, live: &Live) -> Result<()> {
        let name = &self.before.name;
        let known: BTreeSet<&str> = self.before.columns.iter().map(|column| column.name.as_str()).collect();
        let found: BTreeSet<&str> = live.columns.iter().map(String::as_str).collect();
        let mut differences: Vec<String> =
            found.difference(&known).map(|column| format!("column `{column}` is not in the migrations")).collect();
        differences.extend(known.difference(&found).map(|column| format!("column `{column}` is missing")));
        differences.extend(live.unknown(&render::create_table(dialect, &self.before)?));
        if differences.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Migration,
            format!(
                "table `{name}` is not as the migrations left it, and rebuilding it would lose that: {}",
                differences.join("; ")
            ),
        )
        .with_table(name)
        .with_help("Put the difference into a migration, or undo it in the database"))
    }
}

/// Carries out a rebuild; the statements that were run.
pub(super) async fn run(connection: &mut Connection, rebuild: &Rebuild) -> Result<Vec<String>> {
    let dialect = connection.dialect();
    if live::foreign_keys(connection).await? {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "table `{}` cannot be rebuilt while foreign keys are enforced: its children would be deleted",
                rebuild.before.name
            ),
        )
        .with_help("Run the migration on a connection that is in no transaction yet"));
    }
    let known: Vec<&str> = rebuild.before.indexes.iter().map(|index| index.name.as_str()).collect();
    let live = live::live(connection, &rebuild.before.name, &known).await?;
    rebuild.check_live(dialect, &live)?;
    let working = live::working(connection, None).await?;
    let rows = live::count(connection, &rebuild.before.name).await?;
    let statements = rebuild.statements(dialect, &live)?;
    for sql in &statements {
        connection.execute(Query::other(sql.clone())).await.map_err(|error| {
            let object = live.objects.iter().find(|object| object.sql == *sql);
            match object {
                Some(object) => error.context(format!("{} `{}`, which is in no migration", object.kind, object.name)),
                None => error,
            }
        })?;
    }
    let after = live::count(connection, &rebuild.after.name).await?;
    if after != rows {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("rebuilding `{}` would have turned {rows} rows into {after}", rebuild.after.name),
        )
        .with_table(&rebuild.after.name));
    }
    let broken: Vec<String> = live::working(connection, Some(&working)).await?;
    if let Some(broken) = broken.first() {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("{broken} worked before `{}` was rebuilt and would not any more", rebuild.after.name),
        )
        .with_table(&rebuild.after.name)
        .with_help("Drop it first, and create it again after the migration"));
    }
    Ok(statements)
}
