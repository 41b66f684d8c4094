//! The schema that operations arrive at, with no database at hand.
//!
//! [`apply`] is one step; [`revisions`] takes all steps of a set of revisions. Generation folds the ancestors of the new
//! revision's parents, execution what a database has really applied. What [`apply`] accepts is legal on every database:
//! all names in one schema share one namespace, and both ends of a foreign key have the same type.

mod column;
mod comment;
pub(crate) mod enumeration;
mod inverse;
mod key;
mod namespace;
pub(crate) mod sequence;
mod table;
pub(crate) mod walk;

use aludel_sql::{
    Error, ErrorKind, Operation, Result, name,
    schema::{Column, Constraint, Index, Schema, Table},
    statement::{Delete, Insert, Update},
};

use crate::revision::{Revision, Section};

pub use inverse::{Loss, computed_downgrade, inverse, loss};
pub(crate) use inverse::{add_column, bare, implicit, same_kind, tidy, type_change, undo};
pub(crate) use key::check_foreign_key;

/// Applies one operation.
///
/// # Errors
/// It does not fit the schema: what it names is not there, or is there already, or something else depends on it. The
/// schema may then have been changed in part.
pub fn apply(schema: &mut Schema, operation: &Operation) -> Result<()> {
    match &*enumeration::resolve(schema, operation)? {
        Operation::CreateTable(new) => table::create(schema, new),
        Operation::DropTable { name } => table::drop(schema, name),
        Operation::RenameTable { name, to } => table::rename(schema, name, to),
        Operation::AddColumn { table, column } => column::add(schema, table, column),
        Operation::DropColumn { table, column } => column::drop(schema, table, column),
        Operation::RenameColumn { table, column, to } => column::rename(schema, table, column, to),
        Operation::AlterColumn { table, column, change } => column::alter(schema, table, column, change),
        Operation::AddConstraint { table, constraint } => table::add_constraint(schema, table, constraint),
        Operation::DropConstraint { table, name } => table::drop_constraint(schema, table, name),
        Operation::RenameConstraint { table, name, to } => table::rename_constraint(schema, table, name, to),
        Operation::CreateIndex { table, index } => table::create_index(schema, table, index),
        Operation::DropIndex { name } => table::drop_index(schema, name),
        Operation::RenameIndex { name, to } => table::rename_index(schema, name, to),
        Operation::CreateSchema { name } => namespace::create(schema, name),
        Operation::DropSchema { name } => namespace::drop(schema, name),
        Operation::Comment { table, column, text } => comment::set(schema, table, column.as_deref(), text.as_deref()),
        Operation::CreateSequence(new) => sequence::create(schema, new),
        Operation::AlterSequence { name, changes } => sequence::alter(schema, name, changes),
        Operation::DropSequence { name } => sequence::drop(schema, name),
        Operation::RenameSequence { name, to } => sequence::rename(schema, name, to),
        Operation::CreateType { name, labels } => enumeration::create(schema, name, labels),
        Operation::DropType { name } => enumeration::drop(schema, name),
        Operation::RenameType { name, to } => enumeration::rename(schema, name, to),
        Operation::AlterType { name, change } => enumeration::alter(schema, name, change),
        Operation::Insert(Insert { table, columns, .. }) => {
            columns_exist(schema, table, columns.iter().map(AsRef::as_ref))
        }
        Operation::Update(Update { table, set, .. }) => {
            columns_exist(schema, table, set.iter().map(|(name, _)| name.as_ref()))
        }
        Operation::Delete(Delete { table, .. }) => columns_exist(schema, table, []),
        Operation::Call { .. } => Ok(()),
    }
}

/// Applies the upgrades of these revisions, in the order given.
///
/// # Errors
/// Those of [`apply`], with file, line and column before the message.
pub fn revisions<'a>(revisions: impl IntoIterator<Item = &'a Revision>) -> Result<Schema> {
    let mut schema = Schema::default();
    for revision in revisions {
        section(&mut schema, revision, &revision.upgrade)?;
    }
    Ok(schema)
}

/// Applies one section of a revision.
///
/// # Errors
/// Those of [`apply`], with file, line and column before the message.
pub fn section(schema: &mut Schema, revision: &Revision, section: &Section) -> Result<()> {
    section.statements().try_for_each(|statement| {
        apply(schema, &statement.operation).map_err(|error| error.context(revision.position(statement.span.start)))
    })
}

fn columns_exist<'a>(schema: &Schema, table: &str, columns: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let found = get(schema, table)?;
    columns.into_iter().try_for_each(|column| get_column(found, column).map(drop))
}

/// An error about a table.
fn error(table: &str, message: String) -> Error {
    Error::new(ErrorKind::Migration, message).with_table(table)
}

fn get<'a>(schema: &'a Schema, table: &str) -> Result<&'a Table> {
    schema.tables.get(table).ok_or_else(|| no_table(table))
}

fn get_mut<'a>(schema: &'a mut Schema, table: &str) -> Result<&'a mut Table> {
    schema.tables.get_mut(table).ok_or_else(|| no_table(table))
}

fn no_table(table: &str) -> Error {
    error(table, format!("there is no table `{table}` at this point of the migrations"))
}

fn get_column<'a>(table: &'a Table, column: &str) -> Result<&'a Column> {
    table.column(column).ok_or_else(|| no_column(&table.name, column))
}

fn no_column(table: &str, column: &str) -> Error {
    error(table, format!("table `{table}` has no column `{column}` at this point of the migrations"))
        .with_columns([column])
}

/// What has this name already, beside a table.
fn owner(schema: &Schema, beside: &str, name: &str) -> Option<String> {
    if schema.tables.contains_key(&name::beside(beside, name)) {
        return Some(format!("a table `{name}`"));
    }
    if schema.sequences.contains_key(&name::beside(beside, name)) {
        return Some(format!("a sequence `{name}`"));
    }
    // Types have no schema before their names.
    if name::schema(beside).is_none() && schema.types.contains_key(name) {
        return Some(format!("a type `{name}`"));
    }
    let mut neighbours = schema.tables.values().filter(|table| name::schema(&table.name) == name::schema(beside));
    neighbours.find_map(|table| {
        let on = &table.name;
        let constraint = |c: &&Constraint| c.name == name;
        let index = |i: &&Index| i.name == name;
        if table.constraints.iter().find(constraint).is_some() {
            Some(format!("a constraint `{name}` on `{on}`"))
        } else if table.indexes.iter().find(index).is_some() {
            Some(format!("an index `{name}` on `{on}`"))
        } else if !table.primary_key.is_empty() && name::primary_key_name(on) == name {
            Some(format!("a primary key `{name}` on `{on}`"))
        } else {
            None
        }
    })
}

/// All names of a schema share one namespace: so it is on the strictest database.
fn name_is_free(schema: &Schema, table: &str, name: &str) -> Result<()> {
    match owner(schema, table, name) {
        None => Ok(()),
        Some(owner) => Err(error(table, format!("there is {owner} already")).with_help("Choose another name")),
    }
}
