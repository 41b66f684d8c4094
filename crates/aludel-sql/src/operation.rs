//! The statements of a migration.

use crate::{
    expr::Expr,
    schema::{Column, Constraint, Index, Sequence, SequenceOption, Table},
    statement::{Delete, Insert, Update},
    types::Type,
};

/// One statement of portable SQL: a change of the schema, or of the data in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `CREATE TABLE`; the table's indexes and comments come by statements of their own and are empty here.
    CreateTable(Table),
    /// `DROP TABLE name`
    DropTable {
        /// the table
        name: String,
    },
    /// `ALTER TABLE name RENAME TO to`
    RenameTable {
        /// the old name
        name: String,
        /// the new one, in the same schema
        to: String,
    },
    /// `ALTER TABLE table ADD COLUMN column`
    AddColumn {
        /// the table
        table: String,
        /// the column, without its comment
        column: Column,
    },
    /// `ALTER TABLE table DROP COLUMN column`
    DropColumn {
        /// the table
        table: String,
        /// the column
        column: String,
    },
    /// `ALTER TABLE table RENAME COLUMN column TO to`
    RenameColumn {
        /// the table
        table: String,
        /// the old name
        column: String,
        /// the new one
        to: String,
    },
    /// `ALTER TABLE table ALTER COLUMN column …`
    AlterColumn {
        /// the table
        table: String,
        /// the column
        column: String,
        /// what changes
        change: ColumnChange,
    },
    /// `ALTER TABLE table ADD CONSTRAINT …`
    AddConstraint {
        /// the table
        table: String,
        /// the constraint
        constraint: Constraint,
    },
    /// `ALTER TABLE table DROP CONSTRAINT name`
    DropConstraint {
        /// the table
        table: String,
        /// the constraint
        name: String,
    },
    /// `ALTER TABLE table RENAME CONSTRAINT name TO to`
    RenameConstraint {
        /// the table
        table: String,
        /// the old name
        name: String,
        /// the new one
        to: String,
    },
    /// `CREATE [UNIQUE] INDEX`
    CreateIndex {
        /// the table it is on
        table: String,
        /// the index
        index: Index,
    },
    /// `DROP INDEX name`
    DropIndex {
        /// the index, with the schema of its table before it
        name: String,
    },
    /// `ALTER INDEX name RENAME TO to`
    RenameIndex {
        /// the old name, with the schema of its table before it
        name: String,
        /// the new one, with the same schema
        to: String,
    },
    /// `CREATE SCHEMA name`
    CreateSchema {
        /// the schema
        name: String,
    },
    /// `DROP SCHEMA name`
    DropSchema {
        /// the schema
        name: String,
    },
    /// `COMMENT ON TABLE table IS text`, or `COMMENT ON COLUMN table.column IS text`
    Comment {
        /// the table
        table: String,
        /// the column, unless it is about the table
        column: Option<String>,
        /// the text, not empty; none takes the comment away
        text: Option<String>,
    },
    /// `CREATE SEQUENCE`
    CreateSequence(Sequence),
    /// `ALTER SEQUENCE name option …`
    AlterSequence {
        /// the sequence
        name: String,
        /// what changes: no option twice
        changes: Vec<SequenceOption>,
    },
    /// `DROP SEQUENCE name`
    DropSequence {
        /// the sequence
        name: String,
    },
    /// `ALTER SEQUENCE name RENAME TO to`
    RenameSequence {
        /// the old name
        name: String,
        /// the new one, in the same schema
        to: String,
    },
    /// `CREATE TYPE name AS ENUM ('a', …)`
    CreateType {
        /// the type
        name: String,
        /// its labels, in order
        labels: Vec<String>,
    },
    /// `DROP TYPE name`
    DropType {
        /// the type
        name: String,
    },
    /// `ALTER TYPE name RENAME TO to`
    RenameType {
        /// the old name
        name: String,
        /// the new one
        to: String,
    },
    /// `ALTER TYPE name …`
    AlterType {
        /// the type
        name: String,
        /// what changes
        change: TypeChange,
    },
    /// `INSERT`, with a list of columns and without RETURNING
    Insert(Insert),
    /// `UPDATE`
    Update(Update),
    /// `DELETE`
    Delete(Delete),
    /// `CALL name()`: a function the application registered
    Call {
        /// the function
        name: String,
    },
}

/// What `ALTER COLUMN` changes: one thing a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnChange {
    /// `SET DATA TYPE type [USING expr]`
    Type {
        /// the new type
        ty: Type,
        /// how old values become new ones, where the database would not know
        using: Option<Expr>,
    },
    /// `SET NOT NULL`
    SetNotNull,
    /// `DROP NOT NULL`
    DropNotNull,
    /// `SET DEFAULT expr`
    SetDefault(Expr),
    /// `DROP DEFAULT`
    DropDefault,
    /// `SET START WITH n SET INCREMENT BY n …`: how an identity column is counted. No option twice.
    Identity(Vec<SequenceOption>),
}

/// What `ALTER TYPE` changes: one label a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeChange {
    /// `ADD VALUE 'label' [BEFORE 'other' | AFTER 'other']`
    AddValue {
        /// the new label
        label: String,
        /// where it goes among the others
        place: Place,
    },
    /// `RENAME VALUE 'label' TO 'to'`
    RenameValue {
        /// the old label
        label: String,
        /// the new one
        to: String,
    },
    /// `DROP VALUE 'label' [USING 'other']`
    DropValue {
        /// the label
        label: String,
        /// what rows that have it get; without, there must be none
        using: Option<String>,
    },
}

/// Where a new label goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Behind all others.
    #[default]
    Last,
    /// `BEFORE 'label'`
    Before(String),
    /// `AFTER 'label'`
    After(String),
}

impl Operation {
    /// Whether it changes rows and leaves the schema as it is.
    pub fn is_data(&self) -> bool {
        matches!(self, Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) | Operation::Call { .. })
    }

    /// The table it is about, where it names one.
    pub fn table(&self) -> Option<&str> {
        match self {
            Operation::CreateTable(table) => Some(&table.name),
            Operation::DropTable { name } | Operation::RenameTable { name, .. } => Some(name),
            Operation::AddColumn { table, .. }
            | Operation::DropColumn { table, .. }
            | Operation::RenameColumn { table, .. }
            | Operation::AlterColumn { table, .. }
            | Operation::AddConstraint { table, .. }
            | Operation::DropConstraint { table, .. }
            | Operation::RenameConstraint { table, .. }
            | Operation::CreateIndex { table, .. }
            | Operation::Comment { table, .. } => Some(table),
            Operation::Insert(Insert { table, .. })
            | Operation::Update(Update { table, .. })
            | Operation::Delete(Delete { table, .. }) => Some(table),
            Operation::DropIndex { .. }
            | Operation::RenameIndex { .. }
            | Operation::CreateSchema { .. }
            | Operation::DropSchema { .. }
            | Operation::CreateSequence(_)
            | Operation::AlterSequence { .. }
            | Operation::DropSequence { .. }
            | Operation::RenameSequence { .. }
            | Operation::Call { .. } => None,
            Operation::CreateType { .. }
            | Operation::DropType { .. }
            | Operation::RenameType { .. }
            | Operation::AlterType { .. } => None,
        }
    }
}
