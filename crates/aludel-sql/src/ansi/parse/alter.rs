//! ALTER TABLE.

use super::{Parser, Result, SyntaxError, constraint::Element};
use crate::operation::{ColumnChange, Operation};

impl Parser<'_> {
    pub(super) fn alter_table(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        let table = self.table_name()?;
        if self.eat("ADD") {
            return self.add(table);
        }
        if self.eat("DROP") {
            return self.drop_part(table);
        }
        if self.eat("RENAME") {
            return self.rename(table);
        }
        if self.eat("ALTER") {
            return self.alter_column(table);
        }
        if self.at_keyword("MODIFY") || self.at_keyword("CHANGE") {
            return Err(self.error(format!("{} is not portable", self.found())).with_help(
                "Write ALTER COLUMN column SET DATA TYPE type, SET NOT NULL or SET DEFAULT, one a statement",
            ));
        }
        if self.at_keyword("VALIDATE") {
            return Err(self.unsupported("VALIDATE CONSTRAINT"));
        }
        Err(self.expected("ADD, DROP, RENAME or ALTER"))
    }

    fn add(&mut self, table: String) -> Result<Operation> {
        if self.eat("COLUMN") {
            self.no_if_exists()?;
            let start = self.span().start;
            let column = self.column_def(&table)?;
            if column.primary_key.is_some() || column.column.identity.is_some() {
                return Err(SyntaxError::new(self.since(start), "a primary key is part of CREATE TABLE")
                    .with_help("Create a new table, copy the rows, and drop the old one"));
            }
            return Ok(Operation::AddColumn { table, column: column.column });
        }
        let start = self.span().start;
        if !self.at_constraint() {
            return Err(self.expected("COLUMN or CONSTRAINT"));
        }
        match self.constraint(&table)? {
            Element::Constraint(constraint) => Ok(Operation::AddConstraint { table, constraint }),
            Element::PrimaryKey(_) => Err(SyntaxError::new(self.since(start), "a primary key is part of CREATE TABLE")
                .with_help("Create a new table, copy the rows, and drop the old one")),
        }
    }

    fn drop_part(&mut self, table: String) -> Result<Operation> {
        if self.eat("COLUMN") {
            self.no_if_exists()?;
            return Ok(Operation::DropColumn { table, column: self.name("a column's name")? });
        }
        if self.eat("CONSTRAINT") {
            self.no_if_exists()?;
            return Ok(Operation::DropConstraint { table, name: self.name("a constraint's name")? });
        }
        Err(self.expected("COLUMN or CONSTRAINT"))
    }

    fn rename(&mut self, table: String) -> Result<Operation> {
        if self.eat("TO") {
            let to = self.new_name(&table, "the new name of the table")?;
            return Ok(Operation::RenameTable { name: table, to });
        }
        if self.eat("COLUMN") {
            let column = self.name("a column's name")?;
            self.expect("TO")?;
            return Ok(Operation::RenameColumn { table, column, to: self.name("the new name")? });
        }
        if self.eat("CONSTRAINT") {
            let name = self.name("a constraint's name")?;
            self.expect("TO")?;
            return Ok(Operation::RenameConstraint { table, name, to: self.name("the new name")? });
        }
        Err(self.expected("TO, COLUMN or CONSTRAINT"))
    }

    fn alter_column(&mut self, table: String) -> Result<Operation> {
        self.expect("COLUMN")?;
        let column = self.name("a column's name")?;
        let change = if self.eat_all(&["SET", "DATA", "TYPE"]) || self.eat("TYPE") {
            let ty = self.ty()?;
            if self.at_keyword("COLLATE") {
                return Err(self.unsupported("COLLATE with a new type"));
            }
            let using = if self.eat("USING") { Some(self.expr_with(true, false)?) } else { None };
            ColumnChange::Type { ty, using }
        } else if self.eat_all(&["SET", "NOT", "NULL"]) {
            ColumnChange::SetNotNull
        } else if self.eat_all(&["DROP", "NOT", "NULL"]) {
            ColumnChange::DropNotNull
        } else if self.eat_all(&["SET", "DEFAULT"]) {
            ColumnChange::SetDefault(self.default()?)
        } else if self.eat_all(&["DROP", "DEFAULT"]) {
            ColumnChange::DropDefault
        } else if self.at_keywords(&["SET", "EXPRESSION"]) {
            return Err(self.unsupported("SET EXPRESSION"));
        } else {
            let changes = self.identity_changes()?;
            if changes.is_empty() {
                return Err(self.expected("SET DATA TYPE, SET NOT NULL, DROP NOT NULL, SET DEFAULT or DROP DEFAULT"));
            }
            ColumnChange::Identity(changes)
        };
        Ok(Operation::AlterColumn { table, column, change })
    }
}
