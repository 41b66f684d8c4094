//! Keys, and the indexes that foreign keys stand on.

use super::MySql;
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{ConstraintKind, FULL_TEXT, ForeignKey, Index, IndexPart, SPATIAL, Table},
    types::Type,
};

/// The most bytes a key can have.
const LONGEST_KEY: u64 = 3072;

pub(super) fn check_key(dialect: &MySql, table: &Table, columns: &[&str]) -> Result<()> {
    let columns: Vec<_> = columns.iter().map(|name| (*name, None)).collect();
    check(dialect, table, &columns, "Give the column a length, such as VARCHAR(255)")
}

pub(super) fn check_index(dialect: &MySql, table: &Table, index: &Index) -> Result<()> {
    match index.method.as_deref() {
        Some(FULL_TEXT) => return check_full_text(dialect, table, index),
        Some(SPATIAL) => return check_spatial(dialect, table, index),
        _ => {}
    }
    let columns: Vec<_> = index.parts.iter().filter_map(|part| Some((part.expr.as_column()?, part.prefix))).collect();
    check(
        dialect,
        table,
        &columns,
        "Give the column a length, such as VARCHAR(255), or index its beginning, as in (a(100))",
    )
}

/// Words are looked up in it: it has no order, and what is in it need not be short.
fn check_full_text(dialect: &MySql, table: &Table, index: &Index) -> Result<()> {
    let text = |name: &str| table.column(name).is_none_or(|column| matches!(column.ty, Type::Text | Type::VarChar(_)));
    let plain = |part: &IndexPart| !part.descending && part.as_column().is_some_and(text);
    let why = if index.unique {
        "it cannot be unique"
    } else if !index.parts.iter().all(plain) {
        "it is over whole columns of texts, without an order"
    } else {
        return Ok(());
    };
    let message =
        format!("{} cannot make the full-text index `{}` on `{}`: {why}", dialect.name, index.name, table.name);
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_table(&table.name)
        .with_help("Leave USING fulltext out, or name columns of texts alone"))
}

/// What is in a place is looked up in it: it has no order either.
fn check_spatial(dialect: &MySql, table: &Table, index: &Index) -> Result<()> {
    let column = match index.parts.as_slice() {
        [part] if !part.descending && !index.unique => part.as_column().and_then(|name| table.column(name)),
        _ => None,
    };
    let why = match column {
        None => "it is over one whole column, without an order",
        Some(column) if !matches!(column.ty, Type::Geometry(_)) => "its column holds no geometry",
        Some(column) if column.nullable => "its column may be NULL",
        Some(_) => return Ok(()),
    };
    let message = format!("{} cannot make the spatial index `{}` on `{}`: {why}", dialect.name, index.name, table.name);
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_table(&table.name)
        .with_help("Name one column of a type such as POINT that is NOT NULL"))
}

/// Whether columns, or so much of each, can be a key.
fn check(dialect: &MySql, table: &Table, columns: &[(&str, Option<u32>)], shorter: &'static str) -> Result<()> {
    let names = || columns.iter().map(|(name, _)| *name);
    let refuse = |message: String, help: &'static str| {
        Err(Error::new(ErrorKind::Unsupported, message).with_table(&table.name).with_columns(names()).with_help(help))
    };
    let mut bytes = 0;
    for (column, prefix) in columns.iter().filter_map(|(name, prefix)| Some((table.column(name)?, *prefix))) {
        bytes += match (&column.ty, prefix) {
            (Type::Blob | Type::VarBinary(_), Some(prefix)) => u64::from(prefix),
            (_, Some(prefix)) => u64::from(prefix) * 4,
            (Type::Text | Type::Blob | Type::Json | Type::Geometry(_), None) => {
                let help = match column.ty {
                    Type::Json => "Index a computed column instead",
                    Type::Geometry(_) => "Index it with USING spatial",
                    _ => shorter,
                };
                return refuse(
                    format!("{} cannot index `{}.{}`: it is {}", dialect.name, table.name, column.name, column.ty),
                    help,
                );
            }
            (Type::VarChar(n), None) => u64::from(*n) * 4,
            (Type::VarBinary(n), None) => u64::from(*n),
            (Type::Uuid, None) => 16,
            _ => 8,
        };
    }
    if bytes > LONGEST_KEY {
        let names = names().collect::<Vec<_>>().join("`, `");
        return refuse(
            format!(
                "{} cannot index `{names}` of `{}`: that is {bytes} bytes, and a key has {LONGEST_KEY} at most",
                dialect.name, table.name
            ),
            "Make the columns shorter: a character takes four bytes, so that 768 of them are a key",
        );
    }
    Ok(())
}

/// Whether a foreign key on `columns` has an index that the schema knows of, `but` for this one.
pub(super) fn is_covered(table: &Table, columns: &[String], but: &str) -> bool {
    let begins = |list: &[&str]| list.len() >= columns.len() && columns.iter().zip(list).all(|(a, b)| a == b);
    let names = |list: &[String]| begins(&list.iter().map(String::as_str).collect::<Vec<_>>());
    names(&table.primary_key)
        || table.constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintKind::Unique { columns, .. } => constraint.name != but && names(columns),
            _ => false,
        })
        || table.indexes.iter().any(|index| {
            let plain: Vec<_> = index.parts.iter().map_while(IndexPart::as_column).collect();
            index.name != but && index.method.is_none() && begins(&plain)
        })
}

/// The foreign keys that stand on the index of this name alone, one for each list of columns.
pub(super) fn standing_on<'t>(table: &'t Table, index: &str) -> Vec<(&'t str, &'t ForeignKey)> {
    let mut keys: Vec<(&str, &ForeignKey)> = Vec::new();
    for (name, key) in table.foreign_keys() {
        let alone = is_covered(table, &key.columns, "") && !is_covered(table, &key.columns, index);
        if alone && !keys.iter().any(|(_, other)| other.columns == key.columns) {
            keys.push((name, key));
        }
    }
    keys
}

/// Whether the database made an index for this foreign key, under its name, that nothing else stands on.
pub(super) fn has_own_index(table: &Table, name: &str, key: &ForeignKey) -> bool {
    let shared = table.foreign_keys().any(|(other, foreign)| {
        other != name && (foreign.columns.starts_with(&key.columns) || key.columns.starts_with(&foreign.columns))
    });
    !shared && !is_covered(table, &key.columns, "")
}
