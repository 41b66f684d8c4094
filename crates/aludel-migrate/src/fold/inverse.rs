//! The inverse of an operation, computed from the schema it was applied to.

use aludel_sql::{
    Error, ErrorKind, Expr, Operation, Result, Type, name,
    operation::{ColumnChange, TypeChange},
    render,
    schema::{Column, Index, Schema, Table},
};

use super::{apply, enumeration, get, get_column, sequence};
use crate::revision::Revision;

/// What an operation and its inverse together do not give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Rows that a data statement changed stay changed. Accepted by `-- @allow data-kept`.
    DataKept,
    /// A dropped table comes back empty. Accepted by `-- @allow drop-table`.
    Table,
    /// A dropped sequence comes back at its start. Accepted by `-- @allow drop-sequence`.
    Sequence,
    /// A dropped column comes back empty. Accepted by `-- @allow drop-column`.
    Column,
}

impl Loss {
    /// The rule that accepts it.
    pub fn rule(self) -> &'static str {
        match self {
            Loss::DataKept => "data-kept",
            Loss::Table => "drop-table",
            Loss::Sequence => "drop-sequence",
            Loss::Column => "drop-column",
        }
    }
}

/// What undoing the operation by its [`inverse`] would not give back.
pub fn loss(operation: &Operation) -> Option<Loss> {
    match operation {
        Operation::DropTable { .. } => Some(Loss::Table),
        Operation::DropSequence { .. } => Some(Loss::Sequence),
        Operation::DropColumn { .. } => Some(Loss::Column),
        Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) => Some(Loss::DataKept),
        Operation::AlterType { change: TypeChange::DropValue { using: Some(_), .. }, .. } => Some(Loss::DataKept),
        _ => None,
    }
}

/// The operations that undo `operation`, which was applied to the schema `before`.
///
/// A data statement is undone by nothing: its rows stay as they are (see [`loss`]).
///
/// # Errors
/// The operation has no exact inverse: a type that became narrower or was converted, a call of a Rust function. Or it does
/// not fit the schema.
pub fn inverse(before: &Schema, operation: &Operation) -> Result<Vec<Operation>> {
    match operation {
        Operation::Call { name } => Err(none(format!("`CALL {name}()` has no inverse"))),
        Operation::AlterColumn { table, column, change: ColumnChange::Type { ty, using } } => {
            let old = &get_column(get(before, table)?, column)?.ty;
            if using.is_some() {
                return Err(none(format!("the conversion of `{table}.{column}` from {old} to {ty} has no inverse")));
            }
            if !implicit(old, ty) {
                return Err(none(format!("narrowing `{table}.{column}` from {old} to {ty} has no inverse")));
            }
            undo(before, operation)
        }
        Operation::AlterType { name, change: TypeChange::AddValue { label, .. } } => {
            Err(none(format!("adding '{label}' to the type `{name}` has no inverse: rows may have it")))
        }
        _ => undo(before, operation),
    }
}

fn none(message: String) -> Error {
    Error::new(ErrorKind::Migration, message).with_help("Write a `-- @downgrade` section, or `-- @irreversible: why`")
}

/// The operations that bring the schema back, whatever becomes of the rows.
pub(crate) fn undo(before: &Schema, operation: &Operation) -> Result<Vec<Operation>> {
    Ok(match operation {
        Operation::CreateTable(table) => vec![Operation::DropTable { name: table.name.clone() }],
        Operation::DropTable { name } => create(get(before, name)?),
        Operation::RenameTable { name, to } => vec![Operation::RenameTable { name: to.clone(), to: name.clone() }],
        Operation::AddColumn { table, column } => {
            vec![Operation::DropColumn { table: table.clone(), column: column.name.clone() }]
        }
        Operation::DropColumn { table, column } => add_column(table, get_column(get(before, table)?, column)?),
        Operation::RenameColumn { table, column, to } => {
            vec![Operation::RenameColumn { table: table.clone(), column: to.clone(), to: column.clone() }]
        }
        Operation::AlterColumn { table, column, change } => {
            let old = get_column(get(before, table)?, column)?;
            let change = match change {
                ColumnChange::Type { ty, .. } if *ty == old.ty => None,
                ColumnChange::Type { ty, .. } => Some(type_change(column, ty, &old.ty)),
                ColumnChange::SetNotNull => old.nullable.then_some(ColumnChange::DropNotNull),
                ColumnChange::DropNotNull => (!old.nullable).then_some(ColumnChange::SetNotNull),
                ColumnChange::SetDefault(_) | ColumnChange::DropDefault => match &old.default {
                    Some(default) => Some(ColumnChange::SetDefault(default.clone())),
                    None => Some(ColumnChange::DropDefault),
                },
                ColumnChange::Identity(options) => old.identity.as_ref().and_then(|old| {
                    let mut new = old.clone();
                    options.iter().for_each(|option| new.set(*option));
                    Some(old.changes(&new)).filter(|back| !back.is_empty()).map(ColumnChange::Identity)
                }),
            };
            change
                .map(|change| Operation::AlterColumn { table: table.clone(), column: column.clone(), change })
                .into_iter()
                .collect()
        }
        Operation::AddConstraint { table, constraint } => {
            vec![Operation::DropConstraint { table: table.clone(), name: constraint.name.clone() }]
        }
        Operation::DropConstraint { table, name } => get(before, table)?
            .constraints
            .iter()
            .filter(|constraint| constraint.name == *name)
            .map(|constraint| Operation::AddConstraint { table: table.clone(), constraint: constraint.clone() })
            .collect(),
        Operation::RenameConstraint { table, name, to } => {
            vec![Operation::RenameConstraint { table: table.clone(), name: to.clone(), to: name.clone() }]
        }
        Operation::CreateIndex { table, index } => {
            vec![Operation::DropIndex { name: name::beside(table, &index.name) }]
        }
        Operation::DropIndex { name } => before
            .index(name)
            .map(|(table, index)| Operation::CreateIndex { table: table.name.clone(), index: index.clone() })
            .into_iter()
            .collect(),
        Operation::RenameIndex { name, to } => vec![Operation::RenameIndex { name: to.clone(), to: name.clone() }],
        Operation::CreateSchema { name } => vec![Operation::DropSchema { name: name.clone() }],
        Operation::DropSchema { name } => vec![Operation::CreateSchema { name: name.clone() }],
        Operation::Comment { table, column, .. } => {
            let old = get(before, table)?;
            let text = match column {
                Some(column) => get_column(old, column)?.comment.clone(),
                None => old.comment.clone(),
            };
            vec![Operation::Comment { table: table.clone(), column: column.clone(), text }]
        }
        Operation::CreateSequence(new) => vec![Operation::DropSequence { name: new.name.clone() }],
        Operation::DropSequence { name } => vec![Operation::CreateSequence(sequence::get(before, name)?.clone())],
        Operation::AlterSequence { name, changes } => {
            let old = sequence::get(before, name)?;
            let mut new = old.counter.clone();
            changes.iter().for_each(|change| new.set(*change));
            let back = old.counter.changes(&new);
            let back = (!back.is_empty()).then(|| Operation::AlterSequence { name: name.clone(), changes: back });
            back.into_iter().collect()
        }
        Operation::RenameSequence { name, to } => {
            vec![Operation::RenameSequence { name: to.clone(), to: name.clone() }]
        }
        Operation::CreateType { name, .. } => vec![Operation::DropType { name: name.clone() }],
        Operation::DropType { name } => enumeration::recreate(before, name)?,
        Operation::RenameType { name, to } => vec![Operation::RenameType { name: to.clone(), to: name.clone() }],
        Operation::AlterType { name, change } => enumeration::undo(before, name, change)?,
        Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) | Operation::Call { .. } => Vec::new(),
    })
}

/// The statements that create a table, its indexes and its comments.
fn create(table: &Table) -> Vec<Operation> {
    let index = |index: &Index| Operation::CreateIndex { table: table.name.clone(), index: index.clone() };
    std::iter::once(Operation::CreateTable(bare(table)))
        .chain(table.indexes.iter().map(index))
        .chain(render::comments(table))
        .collect()
}

/// The table as CREATE TABLE has it: without indexes and comments.
pub(crate) fn bare(table: &Table) -> Table {
    let mut bare = Table { indexes: Vec::new(), comment: None, ..table.clone() };
    bare.columns.iter_mut().for_each(|column| column.comment = None);
    bare
}

/// The statements that add a column and its comment.
pub(crate) fn add_column(table: &str, column: &Column) -> Vec<Operation> {
    let bare = Column { comment: None, ..column.clone() };
    let comment = column.comment.as_ref().map(|text| Operation::Comment {
        table: table.to_owned(),
        column: Some(column.name.clone()),
        text: Some(text.clone()),
    });
    std::iter::once(Operation::AddColumn { table: table.to_owned(), column: bare }).chain(comment).collect()
}

/// Whether every value of one type is a value of the other, so that no conversion need be written.
pub(crate) fn implicit(from: &Type, to: &Type) -> bool {
    let rank = |ty: &Type| match ty {
        Type::SmallInt => 1,
        Type::Integer => 2,
        Type::BigInt => 3,
        _ => 0,
    };
    match (from, to) {
        (from, to) if from == to => true,
        (Type::Array(from), Type::Array(to)) => implicit(from, to),
        (Type::VarChar(from), Type::VarChar(to)) | (Type::VarBinary(from), Type::VarBinary(to)) => from <= to,
        (Type::VarChar(_), Type::Text) | (Type::VarBinary(_), Type::Blob) | (Type::Real, Type::Double) => true,
        (Type::Enum(_), Type::Text) => true,
        (Type::Enum(labels), Type::VarChar(length)) => labels.longest() <= *length,
        (Type::Decimal { precision: p, scale: s }, Type::Decimal { precision, scale }) => {
            scale >= s && precision.saturating_sub(*scale) >= p.saturating_sub(*s)
        }
        (from, Type::Decimal { precision, scale }) if from.is_integer() => {
            let digits = [0, 5, 10, 19][rank(from)];
            precision.saturating_sub(*scale) >= digits
        }
        (from, to) => rank(from) != 0 && rank(from) < rank(to),
    }
}

/// Whether the types differ only in how much they hold: values that fit stay as they are, the others are counted first.
pub(crate) fn same_kind(from: &Type, to: &Type) -> bool {
    use Type::{Blob, Decimal, Double, Real, Text, VarBinary, VarChar};
    matches!(
        (from, to),
        (VarChar(_) | Text, VarChar(_) | Text)
            | (VarBinary(_) | Blob, VarBinary(_) | Blob)
            | (Real | Double, Real | Double)
            | (Decimal { .. }, Decimal { .. })
    ) || (from.is_integer() && to.is_integer())
}

/// The change from one type to another, with the conversion written out where the databases need one.
pub(crate) fn type_change(column: &str, from: &Type, to: &Type) -> ColumnChange {
    let using = (!implicit(from, to) && !same_kind(from, to))
        .then(|| Expr::Cast(Box::new(Expr::name(column.to_owned())), to.clone()));
    ColumnChange::Type { ty: to.clone(), using }
}

/// The downgrade of a revision that has none written: the inverse of its upgrade, last operation first. `before` is the
/// schema the upgrade was applied to.
///
/// # Errors
/// An operation has no exact inverse, or loses rows and has no `-- @allow` that accepts it. Named by file and line.
pub fn computed_downgrade(before: &Schema, revision: &Revision) -> Result<Vec<Operation>> {
    let mut schema = before.clone();
    let mut steps = Vec::new();
    for statement in revision.upgrade.statements() {
        let at = |error: Error| error.context(revision.position(statement.span.start));
        if let Some(loss) = loss(&statement.operation)
            && !statement.allows(loss.rule())
        {
            return Err(at(Error::new(
                ErrorKind::Migration,
                "the rows this changes or removes would not come back by a computed downgrade",
            )
            .with_help(format!(
                "Write a `-- @downgrade` section, or `-- @allow {}: why` above the statement",
                loss.rule()
            ))));
        }
        steps.push(inverse(&schema, &statement.operation).map_err(at)?);
        apply(&mut schema, &statement.operation).map_err(at)?;
    }
    Ok(tidy(steps.into_iter().rev().flatten().collect(), &schema))
}

/// Leaves out the index drops of tables that are dropped afterwards. `after` is the schema the operations begin at.
pub(crate) fn tidy(operations: Vec<Operation>, after: &Schema) -> Vec<Operation> {
    let mut schema = after.clone();
    let mut keep = vec![true; operations.len()];
    let mut drops: Vec<(usize, String)> = Vec::new();
    for (i, operation) in operations.iter().enumerate() {
        match operation {
            Operation::DropIndex { name } => {
                drops.extend(schema.index(name).map(|(table, _)| (i, table.name.clone())));
            }
            Operation::DropTable { name } => {
                for (at, _) in drops.iter().filter(|(_, table)| table == name) {
                    keep[*at] = false;
                }
            }
            // An earlier drop now belongs to a table of another name: leave it.
            Operation::RenameTable { name, .. } => drops.retain(|(_, table)| table != name),
            _ => {}
        }
        if apply(&mut schema, operation).is_err() {
            return operations;
        }
    }
    operations.into_iter().zip(keep).filter_map(|(operation, keep)| keep.then_some(operation)).collect()
}
