//! The statements of a migration.

use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    operation::{ColumnChange, Operation},
    schema::Column,
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn operation(&mut self, operation: &Operation) -> Result<()> {
        match operation {
            Operation::CreateTable(table) => self.create_table(table),
            Operation::DropTable { name } => {
                self.push("DROP TABLE ");
                self.object(name)
            }
            Operation::RenameTable { name, to } => {
                self.alter(name, "RENAME TO ")?;
                self.renamed(name, to)
            }
            Operation::AddColumn { table, column } => self.add_column(table, column),
            Operation::DropColumn { table, column } => {
                self.alter(table, "DROP COLUMN ")?;
                self.name(column);
                Ok(())
            }
            Operation::RenameColumn { table, column, to } => self.rename(table, "COLUMN ", column, to),
            Operation::AlterColumn { table, column, change } => {
                self.needs_alter("change a column")?;
                self.alter_column(table, column, change)
            }
            Operation::AddConstraint { table, constraint } => {
                self.no_rebuild("add a constraint")?;
                self.alter(table, "ADD ")?;
                self.constraint(table, constraint)
            }
            Operation::DropConstraint { table, name } => {
                self.needs_alter("drop a constraint")?;
                self.alter(table, "DROP CONSTRAINT ")?;
                self.name(name);
                Ok(())
            }
            Operation::RenameConstraint { table, name, to } => {
                self.needs_alter("rename a constraint")?;
                self.rename(table, "CONSTRAINT ", name, to)
            }
            Operation::CreateIndex { table, index } => self.create_index(table, index),
            Operation::DropIndex { name } => {
                self.no_table("drop an index")?;
                self.push("DROP INDEX ");
                self.object(name)
            }
            Operation::RenameIndex { name, to } => {
                if !self.dialect.capability().rename_index {
                    return Err(self.unsupported("rename an index", "Drop the index and create it under its new name"));
                }
                self.no_table("rename an index")?;
                self.push("ALTER INDEX ");
                self.object(name)?;
                self.push(" RENAME TO ");
                self.renamed(name, to)
            }
            Operation::CreateSchema { name } => self.create_schema(name),
            Operation::DropSchema { name } => self.drop_schema(name),
            Operation::Comment { table, column, text } => self.comment_on(table, column.as_deref(), text.as_deref()),
            Operation::CreateSequence(sequence) => self.create_sequence(sequence),
            Operation::AlterSequence { name, changes } => self.alter_sequence(name, changes),
            Operation::DropSequence { name } => self.drop_sequence(name),
            Operation::RenameSequence { name, to } => self.rename_sequence(name, to),
            Operation::CreateType { name, labels } => self.create_type(name, labels),
            Operation::DropType { name } => self.drop_type(name),
            Operation::RenameType { name, to } => self.rename_type(name, to),
            Operation::AlterType { name, change } => self.alter_type(name, change),
            Operation::Insert(insert) => self.insert(insert),
            Operation::Update(update) => self.update(update),
            Operation::Delete(delete) => self.delete(delete),
            Operation::Call { name } => Err(malformed(format!(
                "CALL {name}() runs a function of the application and is no statement of a database"
            ))),
        }
    }

    pub(crate) fn unsupported(&self, what: &str, help: &'static str) -> Error {
        Error::new(ErrorKind::Unsupported, format!("{} cannot {what}", self.dialect.name())).with_help(help)
    }

    fn needs_alter(&self, what: &str) -> Result<()> {
        self.no_rebuild(what)?;
        self.no_table(what)
    }

    fn no_rebuild(&self, what: &str) -> Result<()> {
        if self.dialect.capability().alter_by_rebuild {
            return Err(self.unsupported(what, "Rebuild the table"));
        }
        Ok(())
    }

    pub(super) fn no_table(&self, what: &str) -> Result<()> {
        if self.dialect.capability().alter_restates {
            return Err(malformed(format!("{} must know the table to {what}", self.dialect.name()))
                .with_help("Use `render::alter`"));
        }
        Ok(())
    }

    /// Writes `ALTER TABLE table action`.
    pub(crate) fn alter(&mut self, table: &str, action: &str) -> Result<()> {
        self.push("ALTER TABLE ");
        self.object(table)?;
        self.push(" ");
        self.push(action);
        Ok(())
    }

    fn rename(&mut self, table: &str, kind: &str, name: &str, to: &str) -> Result<()> {
        self.alter(table, "RENAME ")?;
        self.push(kind);
        self.name(name);
        self.push(" TO ");
        self.new_name(to)
    }

    fn add_column(&mut self, table: &str, column: &Column) -> Result<()> {
        if column.identity.is_some() {
            return Err(malformed(format!(
                "the identity column `{}` cannot be added to a table that exists",
                column.name
            )));
        }
        if self.dialect.capability().alter_by_rebuild {
            let constant = column.default.as_ref().is_none_or(|default| matches!(default, Expr::Value(_)));
            let null = !matches!(&column.default, Some(Expr::Value(value)) if !value.is_null());
            let stored = column.generated.as_ref().is_some_and(|generated| generated.stored);
            if !constant || stored || (!column.nullable && null && column.generated.is_none()) {
                return Err(self.unsupported("add such a column", "Rebuild the table"));
            }
        }
        self.alter(table, "ADD COLUMN ")?;
        self.column_definition(table, column)
    }

    fn alter_column(&mut self, table: &str, column: &str, change: &ColumnChange) -> Result<()> {
        self.alter(table, "ALTER COLUMN ")?;
        self.name(column);
        match change {
            ColumnChange::Type { ty, using } => {
                self.push(" SET DATA TYPE ");
                self.dialect.column_type(&mut self.out, ty)?;
                if let Some(using) = using {
                    self.push(" USING ");
                    self.expr(using)?;
                }
                Ok(())
            }
            ColumnChange::SetNotNull => {
                self.push(" SET NOT NULL");
                Ok(())
            }
            ColumnChange::DropNotNull => {
                self.push(" DROP NOT NULL");
                Ok(())
            }
            ColumnChange::SetDefault(default) => {
                self.push(" SET DEFAULT ");
                self.dialect.default(self, default, None)
            }
            ColumnChange::DropDefault => {
                self.push(" DROP DEFAULT");
                Ok(())
            }
            ColumnChange::Identity(options) => {
                self.sequence_options(" SET ", options);
                Ok(())
            }
        }
    }
}
