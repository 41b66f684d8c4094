//! Changes of the schema.

use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    name,
    operation::{ColumnChange, Operation},
    schema::{Action, Column, Constraint, ConstraintKind, Deferrable, ForeignKey, Index, Table},
};

use super::{Sql, malformed};

/// Types longer than this are not lined up with: one long type would push everything to the right.
const LONGEST_ALIGNED_TYPE: usize = 12;

/// The parts a column's definition is laid out by.
struct Parts {
    name: String,
    ty: String,
    rest: String,
    identity: bool,
}

impl Sql<'_> {
    pub(super) fn operation(&mut self, operation: &Operation) -> Result<()> {
        match operation {
            Operation::CreateTable(table) => self.create_table(table),
            Operation::DropTable { name } => {
                self.push("DROP TABLE ");
                self.name(name);
                Ok(())
            }
            Operation::RenameTable { name, to } => self.rename(name, "", None, to),
            Operation::AddColumn { table, column } => self.add_column(table, column),
            Operation::DropColumn { table, column } => {
                self.alter(table, "DROP COLUMN ");
                self.name(column);
                Ok(())
            }
            Operation::RenameColumn { table, column, to } => self.rename(table, "COLUMN ", Some(column), to),
            Operation::AlterColumn { table, column, change } => {
                self.needs_alter("change a column")?;
                self.alter_column(table, column, change)
            }
            Operation::AddConstraint { table, constraint } => {
                self.needs_alter("add a constraint")?;
                self.alter(table, "ADD ");
                self.constraint(constraint)
            }
            Operation::DropConstraint { table, name } => {
                self.needs_alter("drop a constraint")?;
                self.alter(table, "DROP CONSTRAINT ");
                self.name(name);
                Ok(())
            }
            Operation::RenameConstraint { table, name, to } => {
                self.needs_alter("rename a constraint")?;
                self.rename(table, "CONSTRAINT ", Some(name), to)
            }
            Operation::CreateIndex { table, index } => self.create_index(table, index),
            Operation::DropIndex { name } => {
                self.push("DROP INDEX ");
                self.name(name);
                Ok(())
            }
            Operation::RenameIndex { name, to } => {
                if !self.dialect.capability().rename_index {
                    return Err(self.unsupported("rename an index", "Drop the index and create it under its new name"));
                }
                self.push("ALTER INDEX ");
                self.name(name);
                self.push(" RENAME TO ");
                self.name(to);
                Ok(())
            }
            Operation::Insert(insert) => self.insert(insert),
            Operation::Update(update) => self.update(update),
            Operation::Delete(delete) => self.delete(delete),
            Operation::Call { name } => Err(malformed(format!(
                "CALL {name}() runs a function of the application and is no statement of a database"
            ))),
        }
    }

    fn unsupported(&self, what: &str, help: &'static str) -> Error {
        Error::new(ErrorKind::Unsupported, format!("{} has no statement to {what}", self.dialect.name()))
            .with_help(help)
    }

    fn needs_alter(&self, what: &str) -> Result<()> {
        if self.dialect.capability().alter_by_rebuild {
            return Err(self.unsupported(what, "Rebuild the table"));
        }
        Ok(())
    }

    fn alter(&mut self, table: &str, action: &str) {
        self.push("ALTER TABLE ");
        self.name(table);
        self.push(" ");
        self.push(action);
    }

    fn rename(&mut self, table: &str, kind: &str, name: Option<&str>, to: &str) -> Result<()> {
        self.alter(table, "RENAME ");
        if let Some(name) = name {
            self.push(kind);
            self.name(name);
            self.push(" ");
        }
        self.push("TO ");
        self.name(to);
        Ok(())
    }

    fn add_column(&mut self, table: &str, column: &Column) -> Result<()> {
        if column.identity {
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
        self.alter(table, "ADD COLUMN ");
        let parts = self.column(column, &[])?;
        self.push(&parts.name);
        self.push(" ");
        self.push(&parts.ty);
        self.push(&parts.rest);
        Ok(())
    }

    fn alter_column(&mut self, table: &str, column: &str, change: &ColumnChange) -> Result<()> {
        self.alter(table, "ALTER COLUMN ");
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
                self.default(default)
            }
            ColumnChange::DropDefault => {
                self.push(" DROP DEFAULT");
                Ok(())
            }
        }
    }

    /// Laid out for people: names and types in columns, one line each.
    pub(super) fn create_table(&mut self, table: &Table) -> Result<()> {
        if table.columns.is_empty() {
            return Err(malformed(format!("the table `{}` has no columns", table.name)));
        }
        self.push("CREATE TABLE ");
        self.name(&table.name);
        self.push(" (");
        let columns: Vec<Parts> =
            table.columns.iter().map(|column| self.column(column, &table.primary_key)).collect::<Result<_>>()?;
        let width = |text: &str| text.chars().count();
        let names = columns.iter().map(|parts| width(&parts.name)).max().unwrap_or(0);
        let types = columns
            .iter()
            .filter(|parts| !parts.identity && !parts.rest.is_empty())
            .map(|parts| width(&parts.ty))
            .filter(|width| *width <= LONGEST_ALIGNED_TYPE)
            .max()
            .unwrap_or(0);
        for (i, parts) in columns.iter().enumerate() {
            self.push(if i == 0 { "\n    " } else { ",\n    " });
            self.push(&parts.name);
            self.pad(names - width(&parts.name) + 1);
            self.push(&parts.ty);
            if !parts.rest.is_empty() {
                if !parts.identity {
                    self.pad(types.saturating_sub(width(&parts.ty)));
                }
                self.push(&parts.rest);
            }
        }
        if table.primary_key.len() > 1 {
            self.push(",\n    CONSTRAINT ");
            self.name(&name::primary_key_name(&table.name));
            self.push(" PRIMARY KEY (");
            self.names(&table.primary_key);
            self.push(")");
        }
        for constraint in &table.constraints {
            self.push(",\n    ");
            self.constraint(constraint)?;
        }
        self.push("\n)");
        Ok(())
    }

    fn pad(&mut self, blanks: usize) {
        self.out.extend(std::iter::repeat_n(' ', blanks));
    }

    fn column(&mut self, column: &Column, primary_key: &[String]) -> Result<Parts> {
        // Each part is written to the text and cut off again, to have its width.
        let start = self.out.len();
        self.name(&column.name);
        let name = self.out.split_off(start);
        let in_key = primary_key.contains(&column.name);
        let sole_key = in_key && primary_key.len() == 1;
        if column.identity {
            if !sole_key {
                return Err(malformed(format!("the identity column `{}` is not the primary key", column.name))
                    .with_help("Make it the whole primary key of its table"));
            }
            self.dialect.identity(&mut self.out, &column.ty)?;
        } else {
            self.dialect.column_type(&mut self.out, &column.ty)?;
        }
        let ty = self.out.split_off(start);
        if let Some(generated) = &column.generated {
            self.push(" GENERATED ALWAYS AS (");
            self.expr(&generated.expr)?;
            self.push(if generated.stored { ") STORED" } else { ") VIRTUAL" });
        }
        let not_null = if in_key { self.dialect.nullable_primary_key() } else { !column.nullable };
        if not_null && !column.identity {
            self.push(" NOT NULL");
        }
        if let Some(default) = &column.default {
            self.push(" DEFAULT ");
            self.default(default)?;
        }
        if let Some(collation) = &column.collation {
            self.push(" COLLATE ");
            self.name(collation);
        }
        if sole_key && !column.identity {
            self.push(" PRIMARY KEY");
        }
        let rest = self.out.split_off(start);
        Ok(Parts { name, ty, rest, identity: column.identity })
    }

    fn default(&mut self, default: &Expr) -> Result<()> {
        if self.dialect.bare_default(default) {
            return self.expr(default);
        }
        self.push("(");
        self.expr(default)?;
        self.push(")");
        Ok(())
    }

    fn constraint(&mut self, constraint: &Constraint) -> Result<()> {
        self.push("CONSTRAINT ");
        self.name(&constraint.name);
        match &constraint.kind {
            ConstraintKind::Unique(columns) => {
                self.push(" UNIQUE (");
                self.names(columns);
                self.push(")");
                Ok(())
            }
            ConstraintKind::Check(expr) => {
                self.push(" CHECK (");
                self.expr(expr)?;
                self.push(")");
                Ok(())
            }
            ConstraintKind::ForeignKey(key) => {
                self.foreign_key(key);
                Ok(())
            }
        }
    }

    fn foreign_key(&mut self, key: &ForeignKey) {
        self.push(" FOREIGN KEY (");
        self.names(&key.columns);
        self.push(") REFERENCES ");
        self.name(&key.table);
        self.push(" (");
        self.names(&key.referred);
        self.push(")");
        for (event, action) in [(" ON DELETE ", key.on_delete), (" ON UPDATE ", key.on_update)] {
            if action != Action::NoAction {
                self.push(event);
                self.push(action.sql());
            }
        }
        self.push(match key.deferrable {
            Deferrable::No => "",
            Deferrable::Yes => " DEFERRABLE",
            Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        });
    }

    pub(super) fn create_index(&mut self, table: &str, index: &Index) -> Result<()> {
        if index.parts.is_empty() {
            return Err(malformed(format!("the index `{}` is over nothing", index.name)));
        }
        self.push(if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        self.name(&index.name);
        self.push(" ON ");
        self.name(table);
        for (i, part) in index.parts.iter().enumerate() {
            self.push(if i == 0 { " (" } else { ", " });
            match &part.expr {
                Expr::Column(column) => self.name(&column.name),
                _ if !self.dialect.capability().expression_index => {
                    return Err(self.unsupported("index an expression", "Index a computed column instead"));
                }
                expr => {
                    self.push("(");
                    self.expr(expr)?;
                    self.push(")");
                }
            }
            if part.descending {
                self.push(" DESC");
            }
        }
        self.push(")");
        if let Some(predicate) = &index.predicate {
            if !self.dialect.capability().partial_index {
                return Err(self.unsupported("index a part of the rows", "Leave the WHERE out"));
            }
            self.push(" WHERE ");
            self.expr(predicate)?;
        }
        Ok(())
    }
}
