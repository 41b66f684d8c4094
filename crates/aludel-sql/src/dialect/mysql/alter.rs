//! Changes of a table that exists: what is not said again is lost, and indexes and constraints are the table's.

use super::{MySql, comment, index, is_large};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    name,
    operation::{ColumnChange, Operation},
    render::{self, Sql, Statement, Target},
    schema::{Column, Constraint, ConstraintKind, Table},
    types::Type,
};

/// The column that holds the new values of another one while its type changes. The first of the statements adds it, and the
/// last drops it.
pub const NEW_VALUES: &str = "aludel_new_values";

pub(super) fn alter(
    dialect: &MySql,
    home: Option<&str>,
    table: &Table,
    operation: &Operation,
) -> Result<Option<Vec<Statement>>> {
    let target = Target { home, ..Target::from(dialect) };
    let one = |write: &dyn Fn(&mut Sql<'_>) -> Result<()>| {
        render::inline(target, |sql| {
            sql.alter(&table.name, "")?;
            write(sql)
        })
        .map(|sql| Some(vec![sql.into()]))
    };
    match operation {
        Operation::AlterColumn { column, change, .. } => {
            alter_column(dialect, table, render::column(table, column)?, change).map(Some)
        }
        Operation::RenameColumn { column, .. } if !dialect.renames_mentioned => {
            check_rename(dialect, table, column).map(|()| None)
        }
        Operation::DropConstraint { name, .. } => {
            let constraint = constraint(table, name)?;
            one(&|sql| drop_constraint(dialect, sql, table, constraint))
        }
        Operation::RenameConstraint { name, to, .. } => {
            let old = constraint(table, name)?;
            if matches!(old.kind, ConstraintKind::Unique { .. }) {
                return one(&|sql| rename_index(sql, name, to));
            }
            let new = Constraint { name: to.clone(), kind: old.kind.clone() };
            one(&|sql| {
                drop_constraint(dialect, sql, table, old)?;
                sql.push(", ADD ");
                sql.constraint(&table.name, &new)
            })
        }
        Operation::Comment { column, text, .. } => {
            comment::alter(dialect, table, column.as_deref(), text.as_deref()).map(|sql| Some(vec![sql.into()]))
        }
        Operation::DropIndex { name } => one(&|sql| drop_index(sql, table, name::plain(name))),
        Operation::RenameIndex { name, to } => one(&|sql| rename_index(sql, name::plain(name), name::plain(to))),
        _ => Ok(None),
    }
}

fn constraint<'t>(table: &'t Table, name: &str) -> Result<&'t Constraint> {
    table.constraints.iter().find(|constraint| constraint.name == name).ok_or_else(|| {
        render::malformed(format!("the table `{}` has no constraint `{name}`", table.name)).with_table(&table.name)
    })
}

fn drop_constraint(dialect: &MySql, sql: &mut Sql<'_>, table: &Table, constraint: &Constraint) -> Result<()> {
    match &constraint.kind {
        ConstraintKind::Unique { .. } => return drop_index(sql, table, &constraint.name),
        ConstraintKind::Check(_) => {
            sql.push(dialect.drop_check);
            sql.name(&constraint.name);
        }
        // There is none: it is refused where it is written.
        ConstraintKind::Exclusion(_) => return sql.constraint(&table.name, constraint),
        ConstraintKind::ForeignKey(key) => {
            sql.push("DROP FOREIGN KEY ");
            sql.name(&constraint.name);
            if index::has_own_index(table, &constraint.name, key) {
                sql.push(", DROP INDEX ");
                sql.name(&constraint.name);
            }
        }
    }
    Ok(())
}

/// A foreign key that stands on the index gets one under its own name, as if it had been there from the start.
fn drop_index(sql: &mut Sql<'_>, table: &Table, name: &str) -> Result<()> {
    sql.push("DROP INDEX ");
    sql.name(name);
    for (foreign, key) in index::standing_on(table, name) {
        sql.push(", ADD INDEX ");
        sql.name(foreign);
        sql.push(" (");
        sql.names(&key.columns);
        sql.push(")");
    }
    Ok(())
}

fn rename_index(sql: &mut Sql<'_>, name: &str, to: &str) -> Result<()> {
    sql.push("RENAME INDEX ");
    sql.name(name);
    sql.push(" TO ");
    sql.new_name(to)
}

fn check_rename(dialect: &MySql, table: &Table, column: &str) -> Result<()> {
    let check = table.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::Check(expr) if expr.mentions(column) => Some(format!("the check `{}`", constraint.name)),
        _ => None,
    });
    let user = check
        .or_else(|| {
            let mut computed = table.columns.iter().filter_map(|other| Some((&other.name, other.generated.as_ref()?)));
            let (name, _) = computed.find(|(_, generated)| generated.expr.mentions(column))?;
            Some(format!("the computed column `{name}`"))
        })
        .or_else(|| {
            let computed = |expr: &Expr| expr.as_column().is_none() && expr.mentions(column);
            let index = table.indexes.iter().find(|index| index.parts.iter().any(|part| computed(&part.expr)))?;
            Some(format!("the index `{}`", index.name))
        });
    let Some(user) = user else { return Ok(()) };
    let message = format!("{} cannot rename `{}.{column}`: {user} mentions it", dialect.name, table.name);
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_table(&table.name)
        .with_columns([column])
        .with_help(format!("Drop {user}, rename the column, and add it again")))
}

fn alter_column(dialect: &MySql, table: &Table, old: &Column, change: &ColumnChange) -> Result<Vec<Statement>> {
    let mut new = old.clone();
    match change {
        ColumnChange::SetDefault(default @ Expr::Value(_)) if is_large(&old.ty) && !dialect.sets_large_default => {
            new.default = Some(default.clone());
        }
        ColumnChange::SetDefault(default) => {
            return set_default(dialect, table, old, Some(default)).map(|sql| vec![sql.into()]);
        }
        // Of a column that may be NULL, the default is NULL.
        ColumnChange::DropDefault if old.nullable => {
            return set_default(dialect, table, old, Some(&Expr::Value(crate::Value::Null)))
                .map(|sql| vec![sql.into()]);
        }
        ColumnChange::DropDefault => return set_default(dialect, table, old, None).map(|sql| vec![sql.into()]),
        // `render::alter` has done it.
        ColumnChange::Identity(_) => return Ok(Vec::new()),
        ColumnChange::SetNotNull => new.nullable = false,
        ColumnChange::DropNotNull => {
            new.nullable = true;
            render::check_keys(dialect, &with(table, &new))?;
        }
        ColumnChange::Type { ty, using } => {
            check_foreign_keys(dialect, table, old, ty)?;
            new.ty = ty.clone();
            render::check_keys(dialect, &with(table, &new))?;
            if !matches!(ty, Type::VarChar(_) | Type::Text) {
                new.collation = None;
            }
            if let Some(using) = using.as_ref().filter(|using| !is_plain_cast(using, old, ty)) {
                return convert(dialect, table, old, &new, using);
            }
        }
    }
    let sql = render::inline(dialect, |sql| {
        sql.alter(&table.name, "MODIFY COLUMN ")?;
        sql.column_definition(&table.name, &new)
    })?;
    Ok(vec![sql.into()])
}

/// The table with one of its columns as it is to be.
fn with(table: &Table, new: &Column) -> Table {
    let mut table = table.clone();
    table.columns.iter_mut().filter(|column| column.name == new.name).for_each(|column| column.clone_from(new));
    table
}

/// Both sides of a foreign key have one type, but for the length of texts.
fn check_foreign_keys(dialect: &MySql, table: &Table, column: &Column, ty: &Type) -> Result<()> {
    let same = column.ty == *ty || matches!((&column.ty, ty), (Type::VarChar(_), Type::VarChar(_)));
    let Some((name, key)) = table.foreign_keys().find(|(_, key)| !same && key.columns.contains(&column.name)) else {
        return Ok(());
    };
    let message = format!(
        "{} cannot change the type of `{}.{}` while the foreign key `{name}` is on it",
        dialect.name, table.name, column.name
    );
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_table(&table.name)
        .with_columns([&column.name])
        .with_help(format!("Drop `{name}`, change the column and that of `{}`, and add it again", key.table)))
}

fn set_default(dialect: &MySql, table: &Table, column: &Column, default: Option<&Expr>) -> Result<String> {
    render::inline(dialect, |sql| {
        sql.alter(&table.name, "ALTER COLUMN ")?;
        sql.name(&column.name);
        let Some(default) = default else {
            sql.push(" DROP DEFAULT");
            return Ok(());
        };
        sql.push(" SET DEFAULT ");
        sql.dialect().default(sql, default, Some(&column.ty))
    })
}

/// Whether the expression says no more than what MODIFY does by itself, and does strictly.
fn is_plain_cast(expr: &Expr, column: &Column, ty: &Type) -> bool {
    let Expr::Cast(operand, to) = expr else { return false };
    let changes = match (&column.ty, ty) {
        (Type::Enum(labels), Type::VarChar(length)) => labels.longest() > *length,
        // Those cut off or compute, which MODIFY does not.
        (_, ty) => matches!(ty, Type::Boolean | Type::VarChar(_) | Type::VarBinary(_) | Type::Uuid),
    };
    to == ty && !changes && operand.as_column() == Some(&column.name)
}

/// The new values wait in a column of their own while the old one, emptied, changes its type. The column itself stays, and
/// with it its place, its indexes and its constraints.
fn convert(dialect: &MySql, table: &Table, old: &Column, new: &Column, using: &Expr) -> Result<Vec<Statement>> {
    let refused = if table.primary_key.contains(&old.name) {
        Some("it is in the primary key")
    } else if old.generated.is_some() {
        Some("it is computed")
    } else if table.column(NEW_VALUES).is_some() {
        Some("a column `aludel_new_values` is left of an earlier try")
    } else {
        None
    };
    if let Some(why) = refused {
        let message = format!("{} cannot change `{}.{}` with USING: {why}", dialect.name, table.name, old.name);
        return Err(Error::new(ErrorKind::Unsupported, message)
            .with_table(&table.name)
            .with_columns([&old.name])
            .with_help("Add a column, fill it with UPDATE, drop the old one and rename the new one"));
    }
    let bare = |column: &Column| Column { nullable: true, default: None, ..column.clone() };
    // With its default: one that does not fit the type is refused before anything has changed.
    let waiting = Column { name: NEW_VALUES.to_owned(), nullable: true, ..new.clone() };
    let statement = |write: &dyn Fn(&mut Sql<'_>) -> Result<()>| render::inline(dialect, write).map(Statement::from);
    let update = |to: &str, value: &dyn Fn(&mut Sql<'_>) -> Result<()>| {
        render::inline(dialect, |sql| {
            sql.push("UPDATE ");
            sql.object(&table.name)?;
            sql.push(" SET ");
            sql.name(to);
            sql.push(" = ");
            value(sql)
        })
        .map(|sql| Statement { sql, is_data: true })
    };
    Ok(vec![
        statement(&|sql| {
            sql.alter(&table.name, "ADD COLUMN ")?;
            sql.column_definition(&table.name, &waiting)?;
            sql.push(", MODIFY COLUMN ");
            sql.column_definition(&table.name, &bare(old))
        })?,
        update(NEW_VALUES, &|sql| {
            sql.expr(using)?;
            // Assigned from left to right.
            sql.push(", ");
            sql.name(&old.name);
            sql.push(" = NULL");
            Ok(())
        })?,
        statement(&|sql| {
            sql.alter(&table.name, "MODIFY COLUMN ")?;
            sql.column_definition(&table.name, &bare(new))
        })?,
        update(&new.name, &|sql| {
            sql.name(NEW_VALUES);
            Ok(())
        })?,
        statement(&|sql| {
            sql.alter(&table.name, "MODIFY COLUMN ")?;
            sql.column_definition(&table.name, new)?;
            sql.push(", DROP COLUMN ");
            sql.name(NEW_VALUES);
            Ok(())
        })?,
    ])
}
