//! Foreign keys: what they may refer to, and who refers to what.

use aludel_sql::{
    Result,
    schema::{ConstraintKind, ForeignKey, Schema, Table},
};

use super::{error, get_column};

/// Checks that what a foreign key of `table` refers to is there, unique, and of the same type. The table need not be part
/// of the schema yet.
pub(crate) fn check_foreign_key(schema: &Schema, table: &Table, name: &str, key: &ForeignKey) -> Result<()> {
    let this = &table.name;
    let itself = key.table == *this;
    let target = match itself {
        true => table,
        false => schema.tables.get(&key.table).ok_or_else(|| {
            error(
                this,
                format!("foreign key `{name}` of `{this}` refers to a table `{}` that does not exist", key.table),
            )
            .with_help("Create the table it refers to first")
        })?,
    };
    if key.columns.len() != key.referred.len() || key.columns.is_empty() {
        return Err(error(this, format!("foreign key `{name}` of `{this}` has not as many columns as it refers to")));
    }
    for (column, referred) in key.columns.iter().zip(&key.referred) {
        let (from, to) = (get_column(table, column)?, get_column(target, referred)?);
        if from.ty != to.ty {
            return Err(error(
                this,
                format!(
                    "`{this}.{column}` is {} and refers to `{}.{referred}`, which is {}",
                    from.ty, key.table, to.ty
                ),
            )
            .with_columns([column])
            .with_help("Give both columns the same type"));
        }
    }
    // A table may refer to a key of its own that a later statement makes unique: databases ask only when rows come.
    if !itself && !is_unique(target, &key.referred, None) {
        return Err(error(
            this,
            format!(
                "foreign key `{name}` of `{this}` refers to {} of `{}`, which is not unique",
                super::table::list(&key.referred),
                key.table
            ),
        )
        .with_help("Refer to the primary key, or create a unique index first"));
    }
    Ok(())
}

/// Whether rows are told apart by exactly these columns, leaving the constraint or index called `without` aside.
pub(super) fn is_unique(table: &Table, columns: &[String], without: Option<&str>) -> bool {
    let same = |other: &[&str]| other.len() == columns.len() && columns.iter().all(|c| other.contains(&c.as_str()));
    let names = |list: &'_ [String]| same(&list.iter().map(String::as_str).collect::<Vec<_>>());
    names(&table.primary_key)
        || table.constraints.iter().any(|constraint| {
            Some(constraint.name.as_str()) != without
                && matches!(&constraint.kind, ConstraintKind::Unique { columns, .. } if names(columns))
        })
        || table.indexes.iter().any(|index| {
            Some(index.name.as_str()) != without
                && index.unique
                && index.predicate.is_none()
                && index.columns().is_some_and(|columns| same(&columns))
        })
}

/// The foreign keys that refer to a table: table, constraint, key.
pub(super) fn referring<'a>(
    schema: &'a Schema,
    table: &str,
) -> impl Iterator<Item = (&'a Table, &'a str, &'a ForeignKey)> {
    schema
        .tables
        .values()
        .flat_map(|from| from.foreign_keys().map(move |(name, key)| (from, name, key)))
        .filter(move |(_, _, key)| key.table == table)
}

/// Refuses to take away what makes columns of a table unique while another table's foreign key needs it.
pub(super) fn check_not_needed(schema: &Schema, table: &Table, what: &str, name: &str) -> Result<()> {
    for (from, key_name, key) in referring(schema, &table.name) {
        if from.name != table.name
            && is_unique(table, &key.referred, None)
            && !is_unique(table, &key.referred, Some(name))
        {
            return Err(error(
                &table.name,
                format!("{what} `{name}` is what foreign key `{key_name}` of `{}` refers to", from.name),
            )
            .with_help(format!("Drop the foreign key first: ALTER TABLE {} DROP CONSTRAINT {key_name}", from.name)));
        }
    }
    Ok(())
}
