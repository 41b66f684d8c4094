//! Keys, and the indexes that foreign keys stand on.

use super::MySql;
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{ConstraintKind, ForeignKey, Table},
    types::Type,
};

/// The most bytes a key can have.
const LONGEST_KEY: u64 = 3072;

pub(super) fn check_key(dialect: &MySql, table: &Table, columns: &[&str]) -> Result<()> {
    let refuse = |message: String, help: &'static str| {
        Err(Error::new(ErrorKind::Unsupported, message)
            .with_table(&table.name)
            .with_columns(columns.to_vec())
            .with_help(help))
    };
    let mut bytes = 0;
    for column in columns.iter().filter_map(|name| table.column(name)) {
        bytes += match column.ty {
            Type::Text | Type::Blob | Type::Json => {
                return refuse(
                    format!("{} cannot index `{}.{}`: it is {}", dialect.name, table.name, column.name, column.ty),
                    "Give the column a length, such as VARCHAR(255)",
                );
            }
            Type::VarChar(n) => u64::from(n) * 4,
            Type::VarBinary(n) => u64::from(n),
            Type::Uuid => 16,
            _ => 8,
        };
    }
    if bytes > LONGEST_KEY {
        let names = columns.join("`, `");
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
            ConstraintKind::Unique(columns) => constraint.name != but && names(columns),
            _ => false,
        })
        || table.indexes.iter().any(|index| {
            let plain: Vec<_> = index.parts.iter().map_while(|part| part.expr.as_column()).collect();
            index.name != but && begins(&plain)
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
