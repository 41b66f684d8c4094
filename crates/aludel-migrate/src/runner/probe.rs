//! Whether a statement that was about to be run when a run ended has happened.

use aludel_driver::Connection;
use aludel_sql::{
    Error, ErrorKind, Operation, Result, dialect::mysql::NEW_VALUES, name, operation::ColumnChange, schema::Schema,
};

use crate::catalog::{Catalog, Object};

/// What a statement of DDL leaves behind that was not there before it, and what it removes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    appears: Option<Object>,
    vanishes: Option<Object>,
}

impl Effect {
    /// The effect of statement `number` of `count` that carry out an operation on a schema. A statement without one can be
    /// run twice: it says what a column is to be.
    pub(super) fn of(operation: &Operation, schema: &Schema, number: usize, count: usize) -> Self {
        let column = |table: &String, name: &str| Some(Object::Column(table.clone(), name.to_owned()));
        let constraint = |table: &String, name: &String| Some(Object::Constraint(table.clone(), name.clone()));
        let index = |table: &String, name: &String| Some(Object::Index(table.clone(), name::plain(name).to_owned()));
        let on = |name: &String| schema.index(name).map(|(table, _)| table.name.clone()).unwrap_or_default();
        let (appears, vanishes) = match operation {
            Operation::CreateTable(table) => (Some(Object::Table(table.name.clone())), None),
            Operation::DropTable { name } => (None, Some(Object::Table(name.clone()))),
            Operation::RenameTable { name, to } => (Some(Object::Table(to.clone())), Some(Object::Table(name.clone()))),
            Operation::AddColumn { table, column: new } => (column(table, &new.name), None),
            Operation::DropColumn { table, column: old } => (None, column(table, old)),
            Operation::RenameColumn { table, column: old, to } => (column(table, to), column(table, old)),
            Operation::AddConstraint { table, constraint: new } => (constraint(table, &new.name), None),
            Operation::DropConstraint { table, name } => (None, constraint(table, name)),
            Operation::RenameConstraint { table, name, to } => (constraint(table, to), constraint(table, name)),
            Operation::CreateIndex { table, index: new } => (index(table, &new.name), None),
            Operation::DropIndex { name } => (None, index(&on(name), name)),
            Operation::RenameIndex { name, to } => (index(&on(name), to), index(&on(name), name)),
            Operation::CreateSequence(new) => (Some(Object::Sequence(new.name.clone())), None),
            Operation::DropSequence { name } => (None, Some(Object::Sequence(name.clone()))),
            // The defaults that are said again after it are no more than that.
            Operation::RenameSequence { name, to } if number == 0 => {
                (Some(Object::Sequence(to.clone())), Some(Object::Sequence(name.clone())))
            }
            // Of the statements of a conversion, the first adds a column for the new values and the last drops it.
            Operation::AlterColumn { table, change: ColumnChange::Type { .. }, .. } if count > 1 && number == 0 => {
                (column(table, NEW_VALUES), None)
            }
            Operation::AlterColumn { table, change: ColumnChange::Type { .. }, .. }
                if count > 1 && number + 1 == count =>
            {
                (None, column(table, NEW_VALUES))
            }
            _ => (None, None),
        };
        Effect { appears, vanishes }
    }

    /// Whether it has happened.
    ///
    /// # Errors
    /// The database is neither as before nor as after it.
    pub(super) async fn happened(&self, catalog: &Catalog, connection: &mut Connection) -> Result<bool> {
        let mut signs = Vec::new();
        let mut found = Vec::new();
        for (object, wanted) in [(&self.appears, true), (&self.vanishes, false)] {
            let Some(object) = object else { continue };
            let Some(there) = catalog.has(connection, object).await? else { continue };
            found.push(format!("{object} is {}", if there { "there" } else { "not there" }));
            signs.push(there == wanted);
        }
        match signs.as_slice() {
            [] => Ok(false),
            [first, rest @ ..] if rest.iter().all(|sign| sign == first) => Ok(*first),
            _ => Err(Error::new(
                ErrorKind::Migration,
                format!("the database is neither as before the statement nor as after it: {}", found.join(", ")),
            )
            .with_help("Put it in one of the two states by hand, then try again")),
        }
    }
}
