//! Changes of a table that exists, where PostgreSQL leaves something behind.

use std::fmt::Write;

use super::{Postgres, enumeration};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    name,
    operation::{ColumnChange, Operation},
    render::{self, Sql},
    schema::{Column, Table},
    types::Type,
};

pub(super) fn alter(dialect: &Postgres, table: &Table, operation: &Operation) -> Result<Option<Vec<String>>> {
    match operation {
        Operation::AlterColumn { column, change: ColumnChange::Type { ty, using }, .. } => {
            let old = render::column(table, column)?;
            check_computed(table, column)?;
            let sql = set_type(dialect, table, old, ty, using.as_ref())?;
            match old.ty.as_enum().or(ty.as_enum()) {
                Some(_) => enumeration::around(dialect, table, column, sql).map(Some),
                None => Ok(Some(vec![sql])),
            }
        }
        Operation::AlterColumn { column, change: ColumnChange::SetDefault(default), .. } => {
            let ty = &render::column(table, column)?.ty;
            let sql = render::inline(dialect, |sql| {
                sql.alter(&table.name, "ALTER COLUMN ")?;
                sql.name(column);
                sql.push(" SET DEFAULT ");
                sql.dialect().default(sql, default, Some(ty))
            })?;
            Ok(Some(vec![sql]))
        }
        Operation::RenameColumn { column, to, .. } => {
            let old = render::column(table, column)?;
            let mut statements = vec![render::operation(dialect, operation)?];
            statements.extend(rename_length(dialect, &table.name, old, (&table.name, column), (&table.name, to))?);
            Ok(Some(statements))
        }
        Operation::RenameTable { to, .. } => {
            let mut statements = vec![render::operation(dialect, operation)?];
            if !table.primary_key.is_empty() {
                // A table of the old name may want its primary key's name. One made elsewhere may have another.
                statements.push(render::inline(dialect, |sql| {
                    sql.push("ALTER INDEX IF EXISTS ");
                    sql.object(&name::beside(&table.name, &name::primary_key_name(&table.name)))?;
                    sql.push(" RENAME TO ");
                    sql.new_name(&name::primary_key_name(to))
                })?);
            }
            for column in &table.columns {
                let (old, new) = ((table.name.as_str(), column.name.as_str()), (to.as_str(), column.name.as_str()));
                statements.extend(rename_length(dialect, to, column, old, new)?);
            }
            Ok(Some(statements))
        }
        _ => Ok(None),
    }
}

fn check_computed(table: &Table, column: &str) -> Result<()> {
    let mut computed = table.columns.iter().filter_map(|other| Some((&other.name, other.generated.as_ref()?)));
    let Some((name, _)) = computed.find(|(_, generated)| generated.expr.mentions(column)) else { return Ok(()) };
    let message = format!(
        "postgres cannot change the type of `{}.{column}`: the computed column `{name}` mentions it",
        table.name
    );
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_table(&table.name)
        .with_columns([column])
        .with_help(format!("Drop `{name}`, change the type, and add it again")))
}

/// One ALTER TABLE: the default goes, as it may not fit, and comes back; so does the check of a length.
fn set_type(dialect: &Postgres, table: &Table, column: &Column, ty: &Type, using: Option<&Expr>) -> Result<String> {
    render::inline(dialect, |sql| {
        sql.alter(&table.name, "")?;
        if matches!(column.ty, Type::VarBinary(_)) {
            sql.push("DROP CONSTRAINT ");
            sql.name(&length_name(&table.name, &column.name));
            sql.push(", ");
        }
        if column.default.is_some() {
            sql.push("ALTER COLUMN ");
            sql.name(&column.name);
            sql.push(" DROP DEFAULT, ");
        }
        sql.push("ALTER COLUMN ");
        sql.name(&column.name);
        sql.push(" SET DATA TYPE ");
        sql.dialect().column_type(sql.out(), ty)?;
        if let Some(collation) = column.collation.as_ref().filter(|_| matches!(ty, Type::VarChar(_) | Type::Text)) {
            sql.push(" COLLATE ");
            sql.name(collation);
        }
        if let Some(using) = using {
            sql.push(" USING ");
            sql.expr(using)?;
        }
        if let Some(default) = &column.default {
            sql.push(", ALTER COLUMN ");
            sql.name(&column.name);
            sql.push(" SET DEFAULT ");
            sql.dialect().default(sql, default, Some(ty))?;
        }
        if let Type::VarBinary(length) = ty {
            sql.push(", ADD ");
            length_check(sql, &table.name, &column.name, *length);
        }
        Ok(())
    })
}

/// `CONSTRAINT ck_… CHECK (…)`: BYTEA knows no length.
pub(super) fn length_check(sql: &mut Sql<'_>, table: &str, column: &str, length: u32) {
    sql.push("CONSTRAINT ");
    sql.name(&length_name(table, column));
    sql.push(" CHECK (octet_length(");
    sql.name(column);
    let _ = write!(sql.out(), ") <= {length})");
}

fn length_name(table: &str, column: &str) -> String {
    name::check_name(table, &format!("{column}_length"))
}

fn rename_length(
    dialect: &Postgres,
    table: &str,
    column: &Column,
    old: (&str, &str),
    new: (&str, &str),
) -> Result<Option<String>> {
    if !matches!(column.ty, Type::VarBinary(_)) {
        return Ok(None);
    }
    let (name, to) = (length_name(old.0, old.1), length_name(new.0, new.1));
    render::operation(dialect, &Operation::RenameConstraint { table: table.to_owned(), name, to }).map(Some)
}
