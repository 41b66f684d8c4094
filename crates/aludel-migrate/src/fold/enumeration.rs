//! Operations on enum types, and the types of columns that are given by their names.

use std::borrow::Cow;

use aludel_sql::{
    Error, ErrorKind, Expr, Operation, Result, Type, Value,
    operation::{ColumnChange, Place, TypeChange},
    schema::{Column, Schema, Table},
    types::{EnumType, check_label, check_name},
};

use super::{owner, walk};

fn error(message: String) -> Error {
    Error::new(ErrorKind::Migration, message)
}

/// The operation with the labels of the enum types it names, as the schema has them.
///
/// # Errors
/// There is no such type.
pub(crate) fn resolve<'a>(schema: &Schema, operation: &'a Operation) -> Result<Cow<'a, Operation>> {
    let mut resolved = match operation {
        Operation::CreateTable(table) if table.enums().next().is_some() => operation.clone(),
        Operation::AddColumn { column: Column { ty, .. }, .. }
        | Operation::AlterColumn { change: ColumnChange::Type { ty, .. }, .. }
            if ty.as_enum().is_some() =>
        {
            operation.clone()
        }
        _ => return Ok(Cow::Borrowed(operation)),
    };
    match &mut resolved {
        Operation::CreateTable(table) => {
            let name = &table.name;
            table.columns.iter_mut().try_for_each(|column| look_up(schema, name, &column.name, &mut column.ty))?;
        }
        Operation::AddColumn { table, column } => look_up(schema, table, &column.name, &mut column.ty)?,
        Operation::AlterColumn { table, column, change: ColumnChange::Type { ty, .. } } => {
            look_up(schema, table, column, ty)?;
        }
        _ => {}
    }
    Ok(Cow::Owned(resolved))
}

fn look_up(schema: &Schema, table: &str, column: &str, ty: &mut Type) -> Result<()> {
    let Some(named) = ty.as_enum() else { return Ok(()) };
    let found = schema.enum_type(named.name()).ok_or_else(|| {
        no_type(named.name()).with_table(table).with_columns([column]).with_help(format!(
            "Create it first: CREATE TYPE {named} AS ENUM ('…'); or is it a slip for one of the portable types?"
        ))
    })?;
    *ty = ty.with_enum(found);
    Ok(())
}

fn no_type(name: &str) -> Error {
    error(format!("there is no type `{name}` at this point of the migrations"))
}

fn get<'a>(schema: &'a Schema, name: &str) -> Result<&'a Vec<String>> {
    schema.types.get(name).ok_or_else(|| no_type(name))
}

/// The columns that have a type: table and column.
pub(crate) fn columns<'a>(schema: &'a Schema, name: &str) -> impl Iterator<Item = (&'a Table, &'a Column)> {
    let of = move |table: &'a Table| table.enums().map(move |(column, ty)| (table, column, ty));
    schema
        .tables
        .values()
        .flat_map(of)
        .filter(move |(_, _, ty)| ty.name() == name)
        .map(|(table, column, _)| (table, column))
}

pub(super) fn create(schema: &mut Schema, name: &str, labels: &[String]) -> Result<()> {
    name_is_free(schema, name)?;
    if labels.is_empty() {
        return Err(error(format!("the type `{name}` has no values: a column could hold nothing")));
    }
    for (i, label) in labels.iter().enumerate() {
        check_new(name, &labels[..i], label)?;
    }
    schema.types.insert(name.to_owned(), labels.to_vec());
    Ok(())
}

fn name_is_free(schema: &Schema, name: &str) -> Result<()> {
    if let Err(why) = check_name(name) {
        return Err(
            error(format!("`{name}` cannot be the name of an enum type: {why}")).with_help("Choose another name")
        );
    }
    match owner(schema, "", name) {
        None => Ok(()),
        Some(owner) => Err(error(format!("there is {owner} already")).with_help("Choose another name")),
    }
}

fn check_new(name: &str, labels: &[String], label: &str) -> Result<()> {
    if let Err(why) = check_label(label) {
        return Err(error(format!("{label:?} cannot be a value of the type `{name}`: {why}")));
    }
    if labels.iter().any(|other| other == label) {
        return Err(error(format!("the type `{name}` has the value '{label}' already")));
    }
    Ok(())
}

pub(super) fn drop(schema: &mut Schema, name: &str) -> Result<()> {
    get(schema, name)?;
    if let Some((table, column)) = columns(schema, name).next() {
        let (table, column) = (&table.name, &column.name);
        return Err(error(format!("type `{name}` cannot be dropped: `{table}.{column}` has it"))
            .with_table(table)
            .with_columns([column])
            .with_help("Drop the column, or change its type, first"));
    }
    schema.types.remove(name);
    Ok(())
}

pub(super) fn rename(schema: &mut Schema, name: &str, to: &str) -> Result<()> {
    let labels = get(schema, name)?.clone();
    name_is_free(schema, to)?;
    schema.types.remove(name);
    schema.types.insert(to.to_owned(), labels);
    for table in schema.tables.values_mut() {
        walk::expressions(table, &mut |expr| {
            walk::each(expr, &mut |expr| {
                if let Expr::Cast(_, ty) = expr
                    && ty.as_enum().is_some_and(|ty| ty.name() == name)
                {
                    *ty = ty.with_enum(EnumType::named(to));
                }
            });
        });
    }
    restate(schema, name, to);
    Ok(())
}

/// Gives the columns of the type `old` the type `new` as the schema now has it.
fn restate(schema: &mut Schema, old: &str, new: &str) {
    let Some(ty) = schema.enum_type(new) else { return };
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if column.ty.as_enum().is_some_and(|ty| ty.name() == old) {
            column.ty = column.ty.with_enum(ty.clone());
        }
    }
}

pub(super) fn alter(schema: &mut Schema, name: &str, change: &TypeChange) -> Result<()> {
    let mut labels = get(schema, name)?.clone();
    let place_of = |label: &str| {
        labels.iter().position(|other| other == label).ok_or_else(|| {
            let known = labels.iter().map(|label| format!("'{label}'")).collect::<Vec<_>>().join(", ");
            error(format!("the type `{name}` has no value '{label}' at this point of the migrations: it has {known}"))
        })
    };
    match change {
        TypeChange::AddValue { label, place } => {
            check_new(name, &labels, label)?;
            let at = match place {
                Place::Last => labels.len(),
                Place::Before(other) => place_of(other)?,
                Place::After(other) => place_of(other)? + 1,
            };
            labels.insert(at, label.clone());
        }
        TypeChange::RenameValue { label, to } => {
            let at = place_of(label)?;
            check_new(name, &labels, to)?;
            check_unmentioned(schema, name, label)?;
            labels[at].clone_from(to);
            let of_type = |column: &&mut Column| column.ty.as_enum().is_some_and(|ty| ty.name() == name);
            for column in schema.tables.values_mut().flat_map(|table| &mut table.columns).filter(of_type) {
                if let Some(Expr::Value(default)) = &mut column.default {
                    relabel(default, label, to);
                }
            }
        }
        TypeChange::DropValue { label, using } => {
            let at = place_of(label)?;
            if let Some(other) = using {
                place_of(other)?;
            }
            if labels.len() == 1 || using.as_ref() == Some(label) {
                return Err(error(format!("the value '{label}' of the type `{name}` has no other one beside it"))
                    .with_help("Add another value first"));
            }
            check_unmentioned(schema, name, label)?;
            let default = |column: &Column| column.default.as_ref().is_some_and(|default| is_text(default, label));
            if let Some((table, column)) = columns(schema, name).find(|(_, column)| default(column)) {
                let (table, column) = (&table.name, &column.name);
                return Err(error(format!(
                    "the value '{label}' cannot be dropped: it is the default of `{table}.{column}`"
                ))
                .with_table(table)
                .with_columns([column])
                .with_help(format!("Change it first: ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT …")));
            }
            labels.remove(at);
        }
    }
    schema.types.insert(name.to_owned(), labels);
    restate(schema, name, name);
    Ok(())
}

fn is_text(expr: &Expr, text: &str) -> bool {
    let is = |value: &Value| matches!(value, Value::Text(found) if found == text);
    match expr {
        Expr::Value(Value::Array(elements)) => elements.iter().any(is),
        Expr::Value(value) => is(value),
        _ => false,
    }
}

fn relabel(value: &mut Value, label: &str, to: &str) {
    match value {
        Value::Text(text) if text == label => to.clone_into(text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| relabel(element, label, to)),
        _ => {}
    }
}

/// Refuses to touch a label that a check, a computed column or an index names: databases disagree on what becomes of them.
fn check_unmentioned(schema: &Schema, name: &str, label: &str) -> Result<()> {
    for table in schema.tables.values() {
        let of_type: Vec<&str> =
            table.enums().filter(|(_, ty)| ty.name() == name).map(|(column, _)| column.name.as_str()).collect();
        let mentions = |expr: &Expr| {
            let mut found = false;
            walk::each(&mut expr.clone(), &mut |expr| found |= is_text(expr, label));
            found && of_type.iter().any(|column| expr.mentions(column))
        };
        let user = table
            .constraints
            .iter()
            .find(|constraint| constraint.kind.expressions().into_iter().any(mentions))
            .map(|constraint| format!("constraint `{}`", constraint.name))
            .or_else(|| {
                let mut indexes = table.indexes.iter();
                let index = indexes
                    .find(|index| index.parts.iter().map(|part| &part.expr).chain(&index.predicate).any(mentions))?;
                Some(format!("index `{}`", index.name))
            })
            .or_else(|| {
                let mut columns = table.columns.iter();
                let column = columns
                    .find(|column| column.generated.as_ref().is_some_and(|computed| mentions(&computed.expr)))?;
                Some(format!("computed column `{}`", column.name))
            });
        if let Some(user) = user {
            let table = &table.name;
            return Err(error(format!(
                "the value '{label}' of the type `{name}` cannot be changed: {user} of `{table}` names it"
            ))
            .with_table(table)
            .with_help("Drop it first, and add it again afterwards"));
        }
    }
    Ok(())
}

/// The operations that bring a type back as it was in `before`.
pub(super) fn undo(before: &Schema, name: &str, change: &TypeChange) -> Result<Vec<Operation>> {
    let change = match change {
        TypeChange::AddValue { label, .. } => TypeChange::DropValue { label: label.clone(), using: None },
        TypeChange::RenameValue { label, to } => TypeChange::RenameValue { label: to.clone(), to: label.clone() },
        TypeChange::DropValue { label, .. } => {
            let labels = get(before, name)?;
            let at = labels.iter().position(|other| other == label).unwrap_or(labels.len());
            let place = match at {
                at if at + 1 >= labels.len() => Place::Last,
                at => Place::Before(labels[at + 1].clone()),
            };
            TypeChange::AddValue { label: label.clone(), place }
        }
    };
    Ok(vec![Operation::AlterType { name: name.to_owned(), change }])
}

/// The operation that creates a type as it was in `before`.
pub(super) fn recreate(before: &Schema, name: &str) -> Result<Vec<Operation>> {
    Ok(vec![Operation::CreateType { name: name.to_owned(), labels: get(before, name)?.clone() }])
}
