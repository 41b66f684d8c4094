//! Changes of enum types.
//!
//! Where types have names, what has no statement of its own is done with a new type that takes the place of the old one. Where
//! each column has the labels, every column of the type is changed; where a check has them, every table is rebuilt.

use std::collections::BTreeSet;

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Operation, Result, Type,
    dialect::Enums,
    expr::{BinaryOp, Function, Is},
    operation::{ColumnChange, TypeChange},
    render::{self, Statement, Target},
    schema::{Column, Schema, Table},
    statement::Update,
    types::EnumType,
};

use super::{Action, Rebuild, Step, check::Check, statements};
use crate::fold::{self, enumeration::columns};

/// What the old type is called while a new one takes its place.
const ASIDE: &str = "aludel_old_type";

/// How many of the operations, from the first on, are changes of one enum type that are carried out together.
pub(super) fn run_length(dialect: &dyn Dialect, operations: &[&Operation]) -> usize {
    let added = |operation: &&&Operation| match operation {
        Operation::AlterType { name, change: TypeChange::AddValue { .. } } => Some(name.clone()),
        _ => None,
    };
    match operations.first() {
        Some(first) if is_about_types(first) => {
            let name = added(&first);
            let together = name.is_some() && dialect.capability().enums != Enums::Types;
            let others = operations.iter().skip(1).take_while(|next| together && added(next) == name);
            1 + others.count()
        }
        _ => 0,
    }
}

fn is_about_types(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::CreateType { .. }
            | Operation::DropType { .. }
            | Operation::RenameType { .. }
            | Operation::AlterType { .. }
    )
}

/// The steps of operations that [belong together](run_length).
pub(super) fn plan(
    target: Target<'_>,
    schema: &mut Schema,
    at: usize,
    group: &[&Operation],
) -> Result<Vec<Step>, (usize, Error)> {
    let dialect = target.dialect;
    let before = schema.clone();
    for (i, operation) in group.iter().enumerate() {
        fold::apply(schema, operation).map_err(|error| (at + i, error))?;
    }
    let located = |error| (at, error);
    let Some(operation) = group.first() else { return Ok(Vec::new()) };
    let checks = checks(dialect, &before, at, operation).map_err(located)?;
    let steps = match (dialect.capability().enums, operation) {
        (Enums::Types, Operation::AlterType { name, change: TypeChange::DropValue { label, using } })
            if !dialect.capability().drop_enum_value =>
        {
            replace(target, &before, schema, name, label, using.as_deref()).map(|sql| vec![Action::Sql(sql)])
        }
        (Enums::Types, operation) => Statement::of(dialect, operation).map(|sql| vec![Action::Sql(vec![sql])]),
        (Enums::Columns, Operation::AlterType { name, change }) => {
            restate(dialect, &before, schema, name, change).map(|sql| vec![Action::Sql(sql)])
        }
        (Enums::Checks, Operation::AlterType { name, change }) => Ok(rebuilds(&before, schema, name, change)),
        // The types of columns have no names there.
        (Enums::Columns | Enums::Checks, _) => Ok(vec![Action::Sql(Vec::new())]),
    };
    let mut checks = Some(checks);
    let step = |action| Step { operation: at, checks: checks.take().unwrap_or_default(), action };
    Ok(steps.map_err(located)?.into_iter().map(step).collect())
}

/// Counts the rows that have a label that goes without another one in its place.
fn checks(dialect: &dyn Dialect, before: &Schema, at: usize, operation: &Operation) -> Result<Vec<Check>> {
    let Operation::AlterType { name, change: TypeChange::DropValue { label, using: None } } = operation else {
        return Ok(Vec::new());
    };
    let check = |(table, column): (&Table, &Column)| {
        let value = Expr::name(column.name.clone());
        let has = match &column.ty {
            Type::Array(_) => {
                let texts = Expr::Cast(Box::new(value), as_text(&column.ty));
                let place =
                    Expr::Call(Function::Named("array_position".into()), vec![texts, Expr::value(label.as_str())]);
                Expr::Is { expr: Box::new(place), what: Is::Null, negated: true }
            }
            _ => value.binary(BinaryOp::Eq, Expr::value(label.as_str())),
        };
        Check::label(dialect, at, (&table.name, &column.name), &has, (name, label))
    };
    columns(before, name).map(check).collect()
}

/// The type that labels, or arrays of them, have as texts.
fn as_text(ty: &Type) -> Type {
    match ty {
        Type::Array(_) => Type::Array(Box::new(Type::Text)),
        _ => Type::Text,
    }
}

/// The columns that have the type, by table.
fn tables<'a>(schema: &'a Schema, name: &str) -> BTreeSet<&'a str> {
    columns(schema, name).map(|(table, _)| table.name.as_str()).collect()
}

/// A label in the place of another one, and all others as they are.
fn mapped(column: &str, ty: &Type, label: &str, to: &str) -> Expr {
    // As text: where types have names, this one's values are of the old type.
    let text = || Expr::Cast(Box::new(Expr::name(column.to_owned())), as_text(ty));
    if let Type::Array(_) = ty {
        let replace = Function::Named("array_replace".into());
        return Expr::Call(replace, vec![text(), Expr::value(label), Expr::value(to)]);
    }
    Expr::Case {
        operand: Some(Box::new(text())),
        arms: vec![(Expr::value(label), Expr::value(to))],
        otherwise: Some(Box::new(text())),
    }
}

/// A new type without the label takes the place of the old one.
fn replace(
    target: Target<'_>,
    before: &Schema,
    after: &Schema,
    name: &str,
    label: &str,
    using: Option<&str>,
) -> Result<Vec<Statement>> {
    let named = EnumType::named(name);
    let labels = after.types.get(name).cloned().unwrap_or_default();
    let mut operations = vec![
        Operation::RenameType { name: name.to_owned(), to: ASIDE.to_owned() },
        Operation::CreateType { name: name.to_owned(), labels },
    ];
    for (table, column) in columns(before, name) {
        let value = match using {
            Some(other) => mapped(&column.name, &column.ty, label, other),
            None => Expr::name(column.name.clone()),
        };
        let ty = column.ty.with_enum(named.clone());
        let using = Some(Expr::Cast(Box::new(value), ty.clone()));
        operations.push(Operation::AlterColumn {
            table: table.name.clone(),
            column: column.name.clone(),
            change: ColumnChange::Type { ty, using },
        });
    }
    operations.push(Operation::DropType { name: ASIDE.to_owned() });
    let mut state = before.clone();
    let mut sql = Vec::new();
    for operation in &operations {
        let resolved = fold::enumeration::resolve(&state, operation)?;
        sql.extend(statements(target, &state, &resolved)?);
        fold::apply(&mut state, operation)?;
    }
    Ok(sql)
}

/// Every column of the type is declared anew.
fn restate(
    dialect: &dyn Dialect,
    before: &Schema,
    after: &Schema,
    name: &str,
    change: &TypeChange,
) -> Result<Vec<Statement>> {
    let declare = |table: &Table, column: &str, ty: &EnumType| {
        let change = ColumnChange::Type { ty: Type::Enum(ty.clone()), using: None };
        let alter = Operation::AlterColumn { table: table.name.clone(), column: column.to_owned(), change };
        render::alter(dialect, table, &alter)
    };
    let update = |table: &Table, column: &str, label: &str, to: &str| {
        let filter = Expr::name(column.to_owned()).binary(BinaryOp::Eq, Expr::value(label));
        let set = vec![(column.to_owned().into(), Expr::value(to))];
        let update = Update { set, filter: Some(filter), ..Update::table(table.name.clone()) };
        Statement::of(dialect, &Operation::Update(update))
    };
    let (Some(old), Some(new)) = (before.enum_type(name), after.enum_type(name)) else { return Ok(Vec::new()) };
    let mut sql = Vec::new();
    for (table, column) in columns(before, name) {
        check_not_tied(dialect, before, table, &column.name, name)?;
        let Some(changed) = after.tables.get(&table.name) else { continue };
        match change {
            TypeChange::AddValue { .. } | TypeChange::DropValue { using: None, .. } => {}
            TypeChange::DropValue { label, using: Some(to) } => sql.push(update(table, &column.name, label, to)?),
            TypeChange::RenameValue { label, to } => {
                let labels = old.labels().iter().flat_map(|old| {
                    let both = if old == label { vec![old, to] } else { vec![old] };
                    both.into_iter().map(String::as_str)
                });
                sql.extend(declare(table, &column.name, &EnumType::new(name, labels))?);
                sql.push(update(table, &column.name, label, to)?);
            }
        }
        sql.extend(declare(changed, &column.name, &new)?);
    }
    Ok(sql)
}

/// A column under a foreign key keeps its type.
fn check_not_tied(dialect: &dyn Dialect, schema: &Schema, table: &Table, column: &str, name: &str) -> Result<()> {
    let tied = schema.tables.values().find_map(|from| {
        from.foreign_keys().find_map(|(key_name, key)| {
            let own = from.name == table.name && key.columns.iter().any(|own| own == column);
            let other = key.table == table.name && key.referred.iter().any(|referred| referred == column);
            (own || other).then(|| (from.name.clone(), key_name.to_owned()))
        })
    });
    let Some((from, key)) = tied else { return Ok(()) };
    let message = format!(
        "{} cannot change the values of the type `{name}`: foreign key `{key}` of `{from}` ties `{}.{column}`",
        dialect.name(),
        table.name
    );
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_table(&table.name)
        .with_columns([column])
        .with_help(format!("Drop `{key}`, change the type, and add the foreign key again")))
}

/// Every table with the type is built anew.
fn rebuilds(before: &Schema, after: &Schema, name: &str, change: &TypeChange) -> Vec<Action> {
    let renamed = match change {
        TypeChange::RenameValue { label, to } | TypeChange::DropValue { label, using: Some(to) } => Some((label, to)),
        TypeChange::AddValue { .. } | TypeChange::DropValue { using: None, .. } => None,
    };
    let rebuild = |table: &str| {
        let (old, new) = (before.tables.get(table)?, after.tables.get(table)?);
        let of_type = |column: &Column| column.ty.as_enum().is_some_and(|ty| ty.name() == name);
        let value = |column: &Column| match renamed.filter(|_| of_type(column)) {
            Some((label, to)) => mapped(&column.name, &column.ty, label, to),
            None => Expr::name(column.name.clone()),
        };
        let stored = new.columns.iter().filter(|column| column.generated.is_none());
        let copy = stored.map(|column| (column.name.clone(), value(column))).collect();
        Some(Action::Rebuild(Box::new(Rebuild { before: old.clone(), after: new.clone(), copy })))
    };
    tables(before, name).into_iter().filter_map(rebuild).collect()
}
