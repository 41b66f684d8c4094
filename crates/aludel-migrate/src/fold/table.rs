//! Operations on tables, constraints and indexes.

use aludel_sql::{
    Result,
    name::{self, primary_key_name},
    schema::{Constraint, ConstraintKind, Index, Schema, Table},
};

use super::{check_foreign_key, column, error, get, get_column, get_mut, key, name_is_free, namespace, sequence, walk};

/// Names as a message lists them.
pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

pub(super) fn create(schema: &mut Schema, new: &Table) -> Result<()> {
    let name = &new.name;
    namespace::check(schema, name)?;
    name_is_free(schema, name, name::plain(name))?;
    if new.columns.is_empty() {
        return Err(error(name, format!("table `{name}` has no columns")));
    }
    let mut table = Table { name: name.clone(), comment: new.comment.clone(), ..Table::default() };
    for new in &new.columns {
        if table.column(&new.name).is_some() {
            return Err(error(name, format!("table `{name}` has two columns `{}`", new.name)).with_columns([&new.name]));
        }
        table.columns.push(new.clone());
    }
    for key in &new.primary_key {
        let Some(column) = table.columns.iter_mut().find(|column| column.name == *key) else {
            return Err(super::no_column(name, key));
        };
        column.nullable = false;
    }
    table.primary_key.clone_from(&new.primary_key);
    if !table.primary_key.is_empty() {
        name_is_free(schema, name, &primary_key_name(name))?;
    }
    for new in &table.columns {
        sequence::check_default(schema, name, new)?;
        column::check(&table, new)?;
    }
    for constraint in &new.constraints {
        check_constraint(schema, &table, constraint)?;
        table.constraints.push(constraint.clone());
    }
    schema.tables.insert(name.clone(), table);
    new.indexes.iter().try_for_each(|index| create_index(schema, name, index))
}

pub(super) fn drop(schema: &mut Schema, name: &str) -> Result<()> {
    get(schema, name)?;
    if let Some((from, key, _)) = key::referring(schema, name).find(|(from, _, _)| from.name != name) {
        return Err(error(
            name,
            format!("table `{name}` cannot be dropped: foreign key `{key}` of `{}` refers to it", from.name),
        )
        .with_help(format!("Drop `{}` or the foreign key first", from.name)));
    }
    schema.tables.remove(name);
    Ok(())
}

pub(super) fn rename(schema: &mut Schema, name: &str, to: &str) -> Result<()> {
    let renamed = get(schema, name)?;
    check_stays(name, to)?;
    name_is_free(schema, name, name::plain(to))?;
    if !renamed.primary_key.is_empty() {
        name_is_free(schema, name, &primary_key_name(to))?;
    }
    if let Some(mut table) = schema.tables.remove(name) {
        table.name = to.to_owned();
        schema.tables.insert(to.to_owned(), table);
    }
    for constraint in schema.tables.values_mut().flat_map(|table| &mut table.constraints) {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            && key.table == name
        {
            key.table = to.to_owned();
        }
    }
    Ok(())
}

/// What is renamed stays in its schema.
pub(super) fn check_stays(name: &str, to: &str) -> Result<()> {
    if name::schema(name) == name::schema(to) {
        return Ok(());
    }
    Err(error(name, format!("`{name}` cannot become `{to}`: what is renamed stays in its schema"))
        .with_help("Create it anew in the other schema, copy its rows, and drop the old one"))
}

pub(super) fn add_constraint(schema: &mut Schema, table: &str, constraint: &Constraint) -> Result<()> {
    check_constraint(schema, get(schema, table)?, constraint)?;
    get_mut(schema, table)?.constraints.push(constraint.clone());
    Ok(())
}

fn check_constraint(schema: &Schema, table: &Table, constraint: &Constraint) -> Result<()> {
    let name = &constraint.name;
    name_is_free(schema, &table.name, name)?;
    // The table may be one that is only being created.
    let here = table.constraints.iter().any(|other| other.name == *name) || name::plain(&table.name) == *name;
    if here || (!table.primary_key.is_empty() && primary_key_name(&table.name) == *name) {
        return Err(
            error(&table.name, format!("`{}` has two things called `{name}`", table.name)).with_constraint(name)
        );
    }
    match &constraint.kind {
        ConstraintKind::Unique { columns, .. } => {
            columns.iter().try_for_each(|column| get_column(table, column).map(std::mem::drop))
        }
        ConstraintKind::ForeignKey(key) => check_foreign_key(schema, table, name, key),
        kind => kind.expressions().into_iter().try_for_each(|expr| check_columns(table, expr)),
    }
}

/// Checks that every column the expression mentions is one of the table's.
pub(super) fn check_columns(table: &Table, expr: &aludel_sql::Expr) -> Result<()> {
    let mut unknown = None;
    walk::each(&mut expr.clone(), &mut |expr| {
        if let Some(column) = expr.as_column()
            && table.column(column).is_none()
        {
            unknown = Some(column.to_owned());
        }
    });
    unknown.map_or(Ok(()), |column| Err(super::no_column(&table.name, &column)))
}

fn no_constraint(table: &str, name: &str) -> aludel_sql::Error {
    error(table, format!("table `{table}` has no constraint `{name}` at this point of the migrations"))
        .with_constraint(name)
}

pub(super) fn drop_constraint(schema: &mut Schema, table: &str, name: &str) -> Result<()> {
    let found = get(schema, table)?;
    let at = found.constraints.iter().position(|c| c.name == name).ok_or_else(|| no_constraint(table, name))?;
    key::check_not_needed(schema, found, "constraint", name)?;
    get_mut(schema, table)?.constraints.remove(at);
    Ok(())
}

pub(super) fn rename_constraint(schema: &mut Schema, table: &str, name: &str, to: &str) -> Result<()> {
    let at = get(schema, table)?
        .constraints
        .iter()
        .position(|c| c.name == name)
        .ok_or_else(|| no_constraint(table, name))?;
    name_is_free(schema, table, to)?;
    to.clone_into(&mut get_mut(schema, table)?.constraints[at].name);
    Ok(())
}

pub(super) fn create_index(schema: &mut Schema, table: &str, index: &Index) -> Result<()> {
    let found = get(schema, table)?;
    name_is_free(schema, table, &index.name)?;
    if index.parts.is_empty() {
        return Err(error(table, format!("index `{}` on `{table}` is over nothing", index.name)));
    }
    index.parts.iter().try_for_each(|part| check_columns(found, &part.expr))?;
    index.check(found)?;
    index.predicate.iter().try_for_each(|expr| check_columns(found, expr))?;
    index.include.iter().try_for_each(|column| get_column(found, column).map(std::mem::drop))?;
    get_mut(schema, table)?.indexes.push(index.clone());
    Ok(())
}

/// The table an index is on.
fn index_table(schema: &Schema, name: &str) -> Result<String> {
    schema.index(name).map(|(table, _)| table.name.clone()).ok_or_else(|| {
        aludel_sql::Error::new(
            aludel_sql::ErrorKind::Migration,
            format!("there is no index `{name}` at this point of the migrations"),
        )
    })
}

pub(super) fn drop_index(schema: &mut Schema, name: &str) -> Result<()> {
    let table = index_table(schema, name)?;
    let plain = name::plain(name);
    key::check_not_needed(schema, get(schema, &table)?, "index", plain)?;
    get_mut(schema, &table)?.indexes.retain(|index| index.name != plain);
    Ok(())
}

pub(super) fn rename_index(schema: &mut Schema, name: &str, to: &str) -> Result<()> {
    let table = index_table(schema, name)?;
    check_stays(name, to)?;
    let (name, to) = (name::plain(name), name::plain(to));
    name_is_free(schema, &table, to)?;
    for index in &mut get_mut(schema, &table)?.indexes {
        if index.name == name {
            to.clone_into(&mut index.name);
        }
    }
    Ok(())
}
