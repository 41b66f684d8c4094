//! How each database spells things, and what it can do.

pub mod ansi;
mod constructs;
mod function_source;
pub(crate) mod literal;
pub mod mariadb;
pub mod mysql;
pub mod postgres;
mod replacement;
mod spelling;
pub mod sqlite;

pub use ansi::ANSI;
pub use constructs::{ChangeWith, Constructs, GroupingSets, InRows, Repeated, RowLocks, TypedPlaceholders};
pub use function_source::FunctionSource;
pub use mariadb::MARIADB;
pub use mysql::MYSQL;
pub use postgres::POSTGRES;
pub use replacement::RegexpReplace;
pub use spelling::{Regexp, Spelling, StringAgg};
pub use sqlite::SQLITE;

use std::{
    borrow::Cow,
    fmt::{Debug, Write},
};

use crate::{
    error::{Error, ErrorKind, Result},
    expr::{Expr, Field, Function},
    operation::Operation,
    render::{Sql, Statement},
    schema::{Column, Counter, Index, Table},
    types::Type,
    value::Value,
};

/// What a database can do: the table that code of every layer asks instead of asking which database it is. What it has of the
/// constructs of queries, which only the renderer has to know, is in [`Constructs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability {
    /// INSERT and DELETE can hand back columns of the rows they touched.
    pub returning: bool,
    /// INSERT can say which key a row must be in conflict with for something else to be done.
    pub conflict_target: bool,
    /// INSERT can say DEFAULT VALUES.
    pub default_values: bool,
    /// The assignments of an UPDATE all read the row as it was before any of them.
    pub simultaneous_set: bool,
    /// UPDATE and DELETE can read the table they change in a sub-query.
    pub read_own_table: bool,
    /// `||` joins texts.
    pub concat_operator: bool,
    /// DDL can be rolled back.
    pub transactional_ddl: bool,
    /// `ALTER TABLE` can do no more than rename, add and drop columns: the rest is a rebuild of the table.
    pub alter_by_rebuild: bool,
    /// To alter a column, or to drop or rename a constraint or an index, the table as it is must be known:
    /// [`crate::render::alter`] and not [`crate::render::operation`].
    pub alter_restates: bool,
    /// The primary key is a constraint with a name, and not part of its column.
    pub named_primary_key: bool,
    /// A foreign key can be checked at the end of the transaction.
    pub deferrable: bool,
    /// A foreign key can say SET DEFAULT.
    pub set_default: bool,
    /// A foreign key can say MATCH FULL, and which of its columns ON DELETE changes.
    pub foreign_key_options: bool,
    /// There are constraints that exclude rows in conflict with others, and ranges, which they are mostly over.
    pub exclusion: bool,
    /// A computed column can be computed when it is read.
    pub virtual_column: bool,
    /// A computed column can say NOT NULL.
    pub computed_not_null: bool,
    /// How it holds a column to the labels of its enum type.
    pub enums: Enums,
    /// An enum type can lose a label by a statement.
    pub drop_enum_value: bool,
    /// A label added to an enum type can be used in the transaction that added it.
    pub new_enum_value: bool,
    /// An index can be renamed.
    pub rename_index: bool,
    /// An index can be over part of the rows.
    pub partial_index: bool,
    /// An index can be over an expression.
    pub expression_index: bool,
    /// Tables can be in schemas, which statements name: `schema.table`.
    pub schemas: bool,
    /// The new name of a table says its schema again: without it, the table would move to another.
    pub rename_says_schema: bool,
    /// A foreign key of a table in a schema can refer to a table without one, and need not name the connection's own.
    pub refers_home: bool,
    /// The database runs inside the program: no statement waits for a server.
    pub in_process: bool,
    /// The runs of a batch are all sent before the first answer is awaited: one round trip.
    pub pipelined: bool,
    /// A statement that fails makes its whole transaction fail: only a rollback is possible, to a savepoint or of everything.
    pub errors_abort: bool,
    /// An identity column can count by other numbers than 1, and say more than where it starts, which is 1 or more.
    pub identity_options: bool,
    /// An index can be over the beginning of a column.
    pub index_prefix: bool,
    /// An index can say operator classes, columns it includes, where NULLs come, how it is stored, and, as a unique constraint
    /// can, that NULLs are the same.
    pub index_options: bool,
    /// How comments are kept.
    pub comments: Comments,
    /// A column can hold an array, and so can a parameter.
    pub arrays: bool,
    /// There are sequences.
    pub sequences: bool,
    /// A sequence takes one number at a time unless it says CACHE.
    pub sequence_cache_is_1: bool,
    /// How many bytes a name can have.
    pub max_name: usize,
    /// How many parameters one statement can have.
    pub max_params: usize,
    /// How many rows one INSERT had better carry: one where many runs of a statement cost a single trip or none.
    pub rows_per_insert: usize,
    /// Other statements can be run on a connection while rows of a query are still to come.
    pub statements_between_rows: bool,
}

/// How a database keeps comments on tables and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// By `COMMENT ON`, a statement of its own.
    Statement,
    /// As part of what the table or the column is declared with.
    Declared,
    /// Not at all: the migrations alone know them.
    Nowhere,
}

/// How a database says the method of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexMethod {
    /// `USING method`
    Using,
    /// By this word before INDEX.
    Kind(&'static str),
    /// It has no such method.
    Unknown,
}

/// What an enum type is in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enums {
    /// A type with a name, whose values compare and sort by their place in it.
    Types,
    /// The type of each column that has it, with all labels. Columns sort by place; comparisons are those of texts.
    Columns,
    /// Text with a check in each column that has it.
    Checks,
}

/// How one database spells things.
///
/// Implementations are unit structs, handed around as `&'static dyn Dialect`. [`crate::render`] walks the trees and asks
/// the dialect wherever databases differ; a construct the database lacks is a typed error, and nothing is sent.
pub trait Dialect: Spelling + Debug + Send + Sync {
    /// The database's name as URLs spell it: `sqlite`.
    fn name(&self) -> &'static str;

    /// What it can do.
    fn capability(&self) -> &'static Capability;

    /// An error that says that the database lacks something, and what to do.
    fn lacks(&self, what: &str, help: &'static str) -> Error {
        Error::new(ErrorKind::Unsupported, format!("{} has no {what}", self.name())).with_help(help)
    }

    /// Writes a name, quoted so that it means exactly itself.
    fn quote(&self, out: &mut String, name: &str) {
        out.push('"');
        for c in name.chars() {
            if c == '"' {
                out.push('"');
            }
            out.push(c);
        }
        out.push('"');
    }

    /// Writes the placeholder of parameter `number`, counted from 1.
    fn placeholder(&self, out: &mut String, number: usize) {
        let _ = write!(out, "?{number}");
    }

    /// Writes the type a column of this portable type is declared with.
    ///
    /// # Errors
    /// The database has no exact storage for the type.
    fn column_type(&self, out: &mut String, ty: &Type) -> Result<()>;

    /// Writes a value as a literal.
    ///
    /// # Errors
    /// The database has no literal for the value.
    fn literal(&self, out: &mut String, value: &Value) -> Result<()>;

    /// Writes what stands after the name of a column that the database counts: its type and, unless primary keys are
    /// constraints with names, that it is the primary key. `options` is what stands after IDENTITY: empty, or in parentheses
    /// with a blank before.
    ///
    /// # Errors
    /// The database cannot count in this type.
    fn identity(&self, out: &mut String, ty: &Type, options: &str) -> Result<()>;

    /// The statements after CREATE TABLE without which it would not be whole.
    fn after_create(&self, _table: &Table) -> Vec<String> {
        Vec::new()
    }

    /// The statements that make the database count a column on from where its counter starts, or behind the greatest number
    /// that is in it.
    fn count_from_start(&self, _table: &str, _column: &str, _counter: &Counter) -> Vec<String> {
        Vec::new()
    }

    /// The statement that makes the database count on behind the greatest value in the column, where it does not notice
    /// by itself that rows were inserted with values of their own.
    fn after_explicit_ids(&self, _table: &str, _column: &str, _counter: &Counter) -> Option<String> {
        None
    }

    /// Whether a primary-key column may hold NULL unless it says NOT NULL.
    fn nullable_primary_key(&self) -> bool {
        false
    }

    /// Writes what stands after DEFAULT, for a column of this type where that is known.
    ///
    /// # Errors
    /// Those of the expression.
    fn default(&self, sql: &mut Sql<'_>, default: &Expr, _ty: Option<&Type>) -> Result<()> {
        if matches!(default, Expr::Value(_)) { sql.expr(default) } else { sql.parenthesised(default) }
    }

    /// Writes, with a blank before it, the check that holds a column to what its declared type alone would not.
    fn column_check(&self, _sql: &mut Sql<'_>, _table: &str, _column: &Column) {}

    /// The words by which a schema may be there, or may not, already: none in portable SQL.
    fn if_exists(&self, words: &'static str) -> &'static str {
        words
    }

    /// Writes the literal that the comment of a column, or else of a table, is declared with.
    ///
    /// # Errors
    /// The database cannot keep such a comment.
    fn comment(&self, out: &mut String, text: &str, _column: bool) -> Result<()> {
        literal::text(out, text)
    }

    /// What stands before the old name of a sequence that is renamed, and before the new one.
    fn rename_sequence(&self) -> (&'static str, &'static str) {
        ("ALTER SEQUENCE ", " RENAME TO ")
    }

    /// The option of a sequence that ends after its last number.
    fn no_cycle(&self) -> &'static str {
        "NO CYCLE"
    }

    /// Writes the expression that takes the next number of a sequence, so that it can be an operand of anything.
    ///
    /// # Errors
    /// The name is none.
    fn next_value(&self, sql: &mut Sql<'_>, name: &str) -> Result<()> {
        sql.push("NEXT VALUE FOR ");
        sql.object(name)
    }

    /// Writes what stands after the parenthesis that ends a CREATE TABLE, with a blank before it.
    fn table_options(&self, _out: &mut String, _table: &Table) {}

    /// The statement, inside the transaction, after which tables that refer to each other can be dropped one by one, where
    /// their foreign keys cannot be dropped first.
    fn before_drops(&self) -> Option<&'static str> {
        None
    }

    /// How the method of an index is said.
    fn index_method(&self, _method: &str) -> IndexMethod {
        IndexMethod::Unknown
    }

    /// Says whether a table can have an index.
    ///
    /// # Errors
    /// It cannot.
    fn check_index(&self, _table: &Table, _index: &Index) -> Result<()> {
        Ok(())
    }

    /// Says whether these columns of a table can be a key together.
    ///
    /// # Errors
    /// They cannot.
    fn check_key(&self, _table: &Table, _columns: &[&str]) -> Result<()> {
        Ok(())
    }

    /// The statements of an operation on a table that is as `table` says, where it takes more than [`crate::render::operation`]
    /// knows. `home` is the database the connection is in: see [`crate::render::Target::home`].
    ///
    /// # Errors
    /// The database cannot do it ([`crate::ErrorKind::Unsupported`]), or the table has no such part
    /// ([`crate::ErrorKind::Usage`]).
    fn alter(&self, _home: Option<&str>, _table: &Table, _operation: &Operation) -> Result<Option<Vec<Statement>>> {
        Ok(None)
    }

    /// The type of an array of values of this type, without length and precision, where many rows can be bound as one
    /// array a column.
    fn array_type(&self, _ty: &Type) -> Option<Cow<'static, str>> {
        None
    }

    /// What is written after ESCAPE so that a backslash in a pattern is a backslash, where it is not one by itself.
    fn no_escape(&self) -> Option<&'static str> {
        None
    }

    /// Writes what stands for "no limit" where OFFSET needs a LIMIT before it.
    fn no_limit(&self) -> Option<&'static str> {
        None
    }

    /// The operator of the exact quotient, with blanks around it.
    fn quotient(&self) -> &'static str {
        " / "
    }

    /// Writes `CAST(expr AS ty)`, so that it can be an operand of anything.
    ///
    /// # Errors
    /// The database cannot convert so.
    fn cast(&self, sql: &mut Sql<'_>, expr: &Expr, ty: &Type) -> Result<()>;

    /// Writes a call of a portable function, so that it can be an operand of anything. The number of arguments is right.
    ///
    /// # Errors
    /// The database has nothing like it.
    fn call(&self, sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()>;

    /// Writes `EXTRACT(field FROM expr)`.
    ///
    /// # Errors
    /// The database has nothing like it.
    fn extract(&self, sql: &mut Sql<'_>, field: Field, expr: &Expr) -> Result<()>;

    /// Writes the current instant, in the form timestamps are stored in.
    fn current_timestamp(&self, out: &mut String);

    /// Writes the current day in UTC, in the form dates are stored in.
    fn current_date(&self, out: &mut String);

    /// Writes `left IS [NOT] DISTINCT FROM right`.
    ///
    /// # Errors
    /// Those of the operands.
    fn distinct(&self, sql: &mut Sql<'_>, left: &Expr, right: &Expr, negated: bool) -> Result<()>;
}
