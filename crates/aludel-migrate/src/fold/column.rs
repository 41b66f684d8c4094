//! Operations on columns.

use aludel_sql::{
    Expr, Result,
    operation::ColumnChange,
    schema::{Column, ConstraintKind, Schema, Table},
};

use super::{error, get, get_column, get_mut, key, sequence, table, walk};

/// Checks a column against the table it is part of.
pub(super) fn check(table: &Table, column: &Column) -> Result<()> {
    let (on, name) = (&table.name, &column.name);
    let wrong = |message: String| Err(error(on, message).with_columns([name]));
    if let Some(counter) = &column.identity {
        counter.check(&format!("the identity column `{on}.{name}`")).map_err(|error| error.with_table(on))?;
        if !column.ty.is_integer() {
            return wrong(format!(
                "`{on}.{name}` is counted by the database and must be an integer, not {}",
                column.ty
            ));
        }
        if table.primary_key != [name.clone()] {
            return wrong(format!("`{on}.{name}` is counted by the database and must be the whole primary key"));
        }
        if column.default.is_some() {
            return wrong(format!("`{on}.{name}` is counted by the database and can have no default"));
        }
    }
    if let Some(default) = &column.default {
        let mut mentioned = false;
        walk::each(&mut default.clone(), &mut |expr| mentioned |= expr.as_column().is_some());
        if mentioned {
            return wrong(format!("the default of `{on}.{name}` mentions a column"));
        }
    }
    if let Some(generated) = &column.generated {
        if column.default.is_some() || column.identity.is_some() {
            return wrong(format!("`{on}.{name}` is computed and can have no default"));
        }
        if generated.expr.mentions(name) {
            return wrong(format!("`{on}.{name}` is computed from itself"));
        }
        table::check_columns(table, &generated.expr)?;
    }
    Ok(())
}

pub(super) fn add(schema: &mut Schema, on: &str, column: &Column) -> Result<()> {
    sequence::check_default(schema, on, column)?;
    let table = get_mut(schema, on)?;
    if table.column(&column.name).is_some() {
        return Err(
            error(on, format!("table `{on}` has a column `{}` already", column.name)).with_columns([&column.name])
        );
    }
    table.columns.push(column.clone());
    let result = check(table, column);
    if result.is_err() {
        table.columns.pop();
    }
    result
}

pub(super) fn drop(schema: &mut Schema, on: &str, column: &str) -> Result<()> {
    let table = get(schema, on)?;
    get_column(table, column)?;
    if let Some(user) = user(schema, table, column) {
        return Err(error(on, format!("column `{on}.{column}` cannot be dropped: {user} uses it"))
            .with_columns([column])
            .with_help("Drop what uses it first"));
    }
    if table.columns.len() == 1 {
        return Err(error(on, format!("`{column}` is the only column of `{on}`")).with_help("Drop the table instead"));
    }
    get_mut(schema, on)?.columns.retain(|other| other.name != column);
    Ok(())
}

/// What uses a column, so that it cannot be dropped.
fn user(schema: &Schema, table: &Table, column: &str) -> Option<String> {
    let among = |columns: &[String]| columns.iter().any(|other| other == column);
    if among(&table.primary_key) {
        return Some("the primary key".to_owned());
    }
    for index in &table.indexes {
        let expressions = index.parts.iter().map(|part| &part.expr).chain(&index.predicate);
        if among(&index.include) || expressions.into_iter().any(|expr| expr.mentions(column)) {
            return Some(format!("index `{}`", index.name));
        }
    }
    for constraint in &table.constraints {
        let used = match &constraint.kind {
            ConstraintKind::Unique { columns, .. } => among(columns),
            ConstraintKind::ForeignKey(key) => among(&key.columns),
            expressions => expressions.expressions().into_iter().any(|expr| expr.mentions(column)),
        };
        if used {
            return Some(format!("constraint `{}`", constraint.name));
        }
    }
    for other in &table.columns {
        if other.name != column && other.generated.as_ref().is_some_and(|g| g.expr.mentions(column)) {
            return Some(format!("computed column `{}`", other.name));
        }
    }
    key::referring(schema, &table.name)
        .find(|(_, _, key)| among(&key.referred))
        .map(|(from, name, _)| format!("foreign key `{name}` of `{}`", from.name))
}

pub(super) fn rename(schema: &mut Schema, on: &str, column: &str, to: &str) -> Result<()> {
    let table = get_mut(schema, on)?;
    get_column(table, column)?;
    if table.column(to).is_some() {
        return Err(error(on, format!("table `{on}` has a column `{to}` already")).with_columns([to]));
    }
    let rename = |names: &mut Vec<String>| {
        for name in names.iter_mut().filter(|name| *name == column) {
            to.clone_into(name);
        }
    };
    for found in table.columns.iter_mut().filter(|other| other.name == column) {
        to.clone_into(&mut found.name);
    }
    rename(&mut table.primary_key);
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::Unique { columns, .. } => rename(columns),
            ConstraintKind::ForeignKey(key) => {
                rename(&mut key.columns);
                rename(&mut key.set_columns);
            }
            ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {}
        }
    }
    table.indexes.iter_mut().for_each(|index| rename(&mut index.include));
    walk::expressions(table, &mut |expr| {
        *expr = walk::replace(expr, &mut |found| match found.name == column {
            true => Expr::name(to.to_owned()),
            false => Expr::Column(found.clone()),
        });
    });
    for constraint in schema.tables.values_mut().flat_map(|table| &mut table.constraints) {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            && key.table == on
        {
            rename(&mut key.referred);
        }
    }
    Ok(())
}

pub(super) fn alter(schema: &mut Schema, on: &str, name: &str, change: &ColumnChange) -> Result<()> {
    let table = get(schema, on)?;
    let column = get_column(table, name)?;
    let wrong = |message: String| error(on, message).with_columns([name]);
    match change {
        ColumnChange::Type { ty, using } => {
            if *ty != column.ty
                && let Some(user) = tied(schema, table, name)
            {
                return Err(wrong(format!(
                    "the type of `{on}.{name}` cannot change while {user} ties it to another column"
                ))
                .with_help("Drop the foreign key first and add it again when both columns have the new type"));
            }
            if column.generated.is_some() {
                return Err(wrong(format!("`{on}.{name}` is computed: drop it and add it again")));
            }
            using.iter().try_for_each(|expr| table::check_columns(table, expr))?;
        }
        ColumnChange::DropNotNull if table.primary_key.iter().any(|key| key == name) => {
            return Err(wrong(format!("`{on}.{name}` is part of the primary key and can never be NULL")));
        }
        ColumnChange::Identity(_) if column.identity.is_none() => {
            return Err(wrong(format!("`{on}.{name}` is not counted by the database")));
        }
        ColumnChange::Identity(_)
        | ColumnChange::SetDefault(_)
        | ColumnChange::DropDefault
        | ColumnChange::SetNotNull
        | ColumnChange::DropNotNull => {}
    }
    let mut changed = column.clone();
    match change {
        ColumnChange::Type { ty, .. } => changed.ty = ty.clone(),
        ColumnChange::SetNotNull => changed.nullable = false,
        ColumnChange::DropNotNull => changed.nullable = true,
        ColumnChange::SetDefault(expr) => changed.default = Some(expr.clone()),
        ColumnChange::DropDefault => changed.default = None,
        ColumnChange::Identity(options) => {
            changed.identity.iter_mut().for_each(|counter| options.iter().for_each(|option| counter.set(*option)));
        }
    }
    check(table, &changed)?;
    sequence::check_default(schema, on, &changed)?;
    for column in &mut get_mut(schema, on)?.columns {
        if column.name == name {
            *column = changed;
            break;
        }
    }
    Ok(())
}

/// The foreign key that ties a column's type to another's.
fn tied(schema: &Schema, table: &Table, column: &str) -> Option<String> {
    let own = table.foreign_keys().find(|(_, key)| key.columns.iter().any(|c| c == column));
    own.map(|(name, _)| format!("foreign key `{name}`")).or_else(|| {
        key::referring(schema, &table.name)
            .find(|(_, _, key)| key.referred.iter().any(|c| c == column))
            .map(|(from, name, _)| format!("foreign key `{name}` of `{}`", from.name))
    })
}
