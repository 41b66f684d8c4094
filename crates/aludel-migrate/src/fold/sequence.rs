//! Operations on sequences.

use aludel_sql::{
    Error, ErrorKind, Expr, Result, name,
    schema::{Column, Schema, Sequence, SequenceOption},
};

use super::{name_is_free, namespace, table, walk};

fn error(message: String) -> Error {
    Error::new(ErrorKind::Migration, message)
}

pub(super) fn get<'a>(schema: &'a Schema, name: &str) -> Result<&'a Sequence> {
    schema
        .sequences
        .get(name)
        .ok_or_else(|| error(format!("there is no sequence `{name}` at this point of the migrations")))
}

pub(super) fn create(schema: &mut Schema, new: &Sequence) -> Result<()> {
    namespace::check(schema, &new.name)?;
    name_is_free(schema, &new.name, name::plain(&new.name))?;
    new.check()?;
    schema.sequences.insert(new.name.clone(), new.clone());
    Ok(())
}

pub(super) fn alter(schema: &mut Schema, name: &str, changes: &[SequenceOption]) -> Result<()> {
    let mut changed = get(schema, name)?.clone();
    changes.iter().for_each(|change| changed.counter.set(*change));
    changed.check()?;
    schema.sequences.insert(name.to_owned(), changed);
    Ok(())
}

pub(super) fn drop(schema: &mut Schema, name: &str) -> Result<()> {
    get(schema, name)?;
    if let Some((table, column)) = users(schema, name).first() {
        return Err(error(format!(
            "sequence `{name}` cannot be dropped: it counts the default of `{table}.{}`",
            column.name
        ))
        .with_table(*table)
        .with_columns([&column.name])
        .with_help("Drop the default first"));
    }
    schema.sequences.remove(name);
    Ok(())
}

pub(super) fn rename(schema: &mut Schema, name: &str, to: &str) -> Result<()> {
    let renamed = Sequence { name: to.to_owned(), ..get(schema, name)?.clone() };
    table::check_stays(name, to)?;
    name_is_free(schema, name, name::plain(to))?;
    schema.sequences.remove(name);
    schema.sequences.insert(to.to_owned(), renamed);
    for table in schema.tables.values_mut() {
        walk::expressions(table, &mut |expr| rename_in(expr, name, to));
    }
    Ok(())
}

/// Calls the sequence otherwise in an expression.
pub(crate) fn rename_in(expr: &mut Expr, name: &str, to: &str) {
    walk::each(expr, &mut |expr| match expr {
        Expr::NextValue(sequence) if sequence == name => *sequence = to.to_owned().into(),
        _ => {}
    });
}

/// The columns whose default takes numbers of a sequence, each with its table's name.
pub(crate) fn users<'a>(schema: &'a Schema, name: &str) -> Vec<(&'a str, &'a Column)> {
    let columns = schema.tables.values().flat_map(|table| table.columns.iter().map(|column| (&*table.name, column)));
    columns.filter(|(_, column)| column.sequences().contains(&name)).collect()
}

/// Checks that the sequences of a column's default are there.
pub(super) fn check_default(schema: &Schema, table: &str, column: &Column) -> Result<()> {
    column.sequences().into_iter().try_for_each(|name| get(schema, name).map(|_| ())).map_err(|error| {
        error
            .with_table(table)
            .with_columns([&column.name])
            .with_help("Create the sequence before the column that it counts for")
    })
}
