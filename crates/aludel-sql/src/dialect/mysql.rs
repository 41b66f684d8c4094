//! MySQL 8.0.31 or later, and what it has in common with MariaDB.
//!
//! The text depends on no SQL mode but the strict one: names are in backticks, and a text with a backslash is written in
//! hexadecimal. Timestamps are DATETIMEs in UTC. Sessions are in UTC too, and compare texts by the collation that
//! tables have ([`MySql::collation`]); in them 0 is a number like any other (`NO_AUTO_VALUE_ON_ZERO`).

mod alter;
mod call;
mod comment;
mod index;
mod rows;
pub(super) mod spelling;

pub use alter::NEW_VALUES;

use std::fmt::Write;

use crate::{
    dialect::{Capability, Comments, Constructs, Dialect, Enums, IndexMethod, literal},
    error::{Error, ErrorKind, Result},
    expr::{Expr, Field, Function},
    operation::Operation,
    render::{Level, Sql, Statement},
    schema::{Column, Counter, FULL_TEXT, Index, SPATIAL, Table},
    types::Type,
    value::Value,
};

/// MySQL, or MariaDB: two dialects of one language, told apart by data.
#[derive(Debug)]
pub struct MySql {
    pub(super) name: &'static str,
    pub(super) capability: &'static Capability,
    pub(super) collation: &'static str,
    pub(super) table_options: &'static str,
    pub(super) constructs: &'static Constructs,
    /// JSON is more than text.
    pub(super) native_json: bool,
    /// What ALTER TABLE drops a check with.
    pub(super) drop_check: &'static str,
    /// A column can be renamed while a check or a computed column mentions it.
    pub(super) renames_mentioned: bool,
    /// A column of a large type can be given a value for its default without stating it again.
    pub(super) sets_large_default: bool,
}

/// MySQL.
pub static MYSQL: MySql = MySql {
    name: "mysql",
    capability: &Capability {
        returning: false,
        read_own_table: false,
        sequences: false,
        computed_not_null: true,
        expression_index: true,
        ..COMMON
    },
    collation: "utf8mb4_0900_bin",
    table_options: " ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin",
    constructs: &spelling::MYSQL,
    native_json: true,
    drop_check: "DROP CHECK ",
    renames_mentioned: false,
    sets_large_default: false,
};

/// What both can do: what MariaDB can.
pub(super) const COMMON: Capability = Capability {
    returning: true,
    conflict_target: false,
    default_values: false,
    simultaneous_set: false,
    read_own_table: true,
    concat_operator: false,
    transactional_ddl: false,
    alter_by_rebuild: false,
    alter_restates: true,
    named_primary_key: true,
    deferrable: false,
    set_default: false,
    foreign_key_options: false,
    exclusion: false,
    virtual_column: true,
    computed_not_null: false,
    enums: Enums::Columns,
    drop_enum_value: false,
    new_enum_value: true,
    rename_index: true,
    partial_index: false,
    expression_index: false,
    schemas: true,
    rename_says_schema: true,
    refers_home: false,
    in_process: false,
    pipelined: false,
    errors_abort: false,
    identity_options: false,
    index_prefix: true,
    index_options: false,
    comments: Comments::Declared,
    arrays: false,
    sequences: true,
    sequence_cache_is_1: false,
    max_name: 64,
    max_params: 65_535,
    rows_per_insert: 256,
    statements_between_rows: false,
};

/// The most bytes a row can have, not counting those of LONGTEXT and LONGBLOB, less what a column needs for itself.
const ROW: u32 = 65_532;

/// Four digits after the point more than the dividend has is all that a division keeps, so it is given twelve.
macro_rules! more_digits {
    () => {
        " * 1.000000000000"
    };
}

const MORE_DIGITS: &str = more_digits!();

impl MySql {
    /// The collation of every table, in which different texts are different: case counts, and so do blanks at the end.
    pub fn collation(&self) -> &'static str {
        self.collation
    }

    fn no_type(&self, ty: &Type, longest: &str, help: &'static str) -> Error {
        Error::new(ErrorKind::Unsupported, format!("{} has no {ty}: {longest}", self.name)).with_help(help)
    }
}

impl Dialect for MySql {
    fn name(&self) -> &'static str {
        self.name
    }

    fn capability(&self) -> &'static Capability {
        self.capability
    }

    fn quote(&self, out: &mut String, name: &str) {
        out.push('`');
        for c in name.chars() {
            if c == '`' {
                out.push('`');
            }
            out.push(c);
        }
        out.push('`');
    }

    fn placeholder(&self, out: &mut String, _number: usize) {
        out.push('?');
    }

    fn column_type(&self, out: &mut String, ty: &Type) -> Result<()> {
        match ty {
            Type::VarChar(n) if *n > ROW / 4 => {
                return Err(self.no_type(ty, "the longest is VARCHAR(16383)", "Use TEXT"));
            }
            Type::VarBinary(n) if *n > ROW => {
                return Err(self.no_type(ty, "the longest is VARBINARY(65532)", "Use BLOB"));
            }
            Type::Decimal { precision, scale } if *precision > 65 || *scale > 30 => {
                return Err(self.no_type(ty, "the longest is DECIMAL(65,30)", "Use fewer digits, or TEXT"));
            }
            Type::Array(_) => return Err(literal::no_arrays(self.name, Some(ty))),
            Type::Boolean => out.push_str("TINYINT(1)"),
            Type::Real => out.push_str("FLOAT"),
            Type::Double => out.push_str("DOUBLE"),
            Type::Text => out.push_str("LONGTEXT"),
            Type::Blob => out.push_str("LONGBLOB"),
            Type::Time => out.push_str("TIME(6)"),
            Type::DateTime | Type::Timestamp => out.push_str("DATETIME(6)"),
            // MariaDB has a type of UUIDs that refuses some, and orders them otherwise than their bytes.
            Type::Uuid => out.push_str("BINARY(16)"),
            Type::Enum(ty) => {
                ty.check()?;
                out.push_str("ENUM(");
                for (i, label) in ty.labels().iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    // A text in hexadecimal, so that a backslash is one in every mode.
                    match label.contains('\\') {
                        true => literal::bytes(out, label.as_bytes()),
                        false => literal::text(out, label)?,
                    }
                }
                out.push(')');
            }
            _ => {
                let _ = write!(out, "{ty}");
            }
        }
        Ok(())
    }

    fn literal(&self, out: &mut String, value: &Value) -> Result<()> {
        let keyword = match value {
            Value::Date(_) => "DATE ",
            Value::Time(_) => "TIME ",
            // A DATETIME, whatever the keyword says.
            _ => "TIMESTAMP ",
        };
        match value {
            Value::Invalid(_) => value.check()?,
            Value::Array(_) => return Err(literal::no_arrays(self.name, None)),
            Value::Null => out.push_str("NULL"),
            Value::Bool(true) => out.push_str("TRUE"),
            Value::Bool(false) => out.push_str("FALSE"),
            Value::I64(number) => {
                let _ = write!(out, "{number}");
            }
            Value::F64(number) if !number.is_finite() => {
                return Err(Error::new(ErrorKind::Unsupported, format!("{} cannot hold {number}", self.name))
                    .with_help("Use a finite number, or NULL"));
            }
            Value::F64(number) => literal::float(out, *number),
            Value::Decimal(digits) => literal::decimal(out, digits)?,
            Value::Json(json) if self.native_json => {
                out.push_str("CAST(");
                text(out, json)?;
                out.push_str(" AS JSON)");
            }
            Value::Text(value) | Value::Json(value) => text(out, value)?,
            Value::Bytes(bytes) => literal::bytes(out, bytes),
            Value::Uuid(bytes) => literal::bytes(out, bytes),
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => {
                out.push_str(keyword);
                quoted(out, value)?;
            }
        }
        Ok(())
    }

    fn identity(&self, out: &mut String, ty: &Type, _options: &str) -> Result<()> {
        literal::check_identity(ty)?;
        let _ = write!(out, "{ty} NOT NULL AUTO_INCREMENT");
        Ok(())
    }

    fn default(&self, sql: &mut Sql<'_>, default: &Expr, ty: Option<&Type>) -> Result<()> {
        // What is large or converted has no plain default.
        let large = ty.is_none_or(|ty| is_large(ty) || *ty == Type::Json || matches!(ty, Type::Geometry(_)));
        match default {
            Expr::Value(Value::Null) => sql.expr(default),
            Expr::Value(Value::Uuid(_) | Value::Json(_)) => sql.parenthesised(default),
            Expr::Value(Value::Text(text)) if text.contains('\\') => sql.parenthesised(default),
            // MySQL takes no literal here that says its type.
            Expr::Value(value @ (Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_)))
                if !large =>
            {
                quoted(sql.out(), value)
            }
            Expr::Value(_) if !large => sql.expr(default),
            _ => sql.parenthesised(default),
        }
    }

    fn column_check(&self, sql: &mut Sql<'_>, _table: &str, column: &Column) {
        if column.generated.is_some() && !column.nullable && !self.capability.computed_not_null {
            sql.push(" CHECK (");
            sql.name(&column.name);
            sql.push(" IS NOT NULL)");
        }
    }

    fn rename_sequence(&self) -> (&'static str, &'static str) {
        ("RENAME TABLE ", " TO ")
    }

    fn no_cycle(&self) -> &'static str {
        "NOCYCLE"
    }

    fn table_options(&self, out: &mut String, table: &Table) {
        let counters = table.columns.iter().filter_map(|column| column.identity.as_ref());
        for counter in counters.filter(|counter| counter.start != 1) {
            let _ = write!(out, " AUTO_INCREMENT = {}", counter.start);
        }
        out.push_str(self.table_options);
    }

    fn count_from_start(&self, table: &str, _column: &str, counter: &Counter) -> Vec<String> {
        // Where a number is not beyond those that are there, the database takes the next by itself.
        let table = crate::render::object(self, table);
        table.map(|table| format!("ALTER TABLE {table} AUTO_INCREMENT = {}", counter.start)).into_iter().collect()
    }

    fn index_method(&self, method: &str) -> IndexMethod {
        match method {
            FULL_TEXT => IndexMethod::Kind("FULLTEXT "),
            SPATIAL => IndexMethod::Kind("SPATIAL "),
            _ => IndexMethod::Unknown,
        }
    }

    fn check_index(&self, table: &Table, index: &Index) -> Result<()> {
        index::check_index(self, table, index)
    }

    fn check_key(&self, table: &Table, columns: &[&str]) -> Result<()> {
        index::check_key(self, table, columns)
    }

    fn comment(&self, out: &mut String, text: &str, column: bool) -> Result<()> {
        comment::literal(self, out, text, column)
    }

    fn alter(&self, home: Option<&str>, table: &Table, operation: &Operation) -> Result<Option<Vec<Statement>>> {
        alter::alter(self, home, table, operation)
    }

    fn no_limit(&self) -> Option<&'static str> {
        Some("18446744073709551615")
    }

    fn no_escape(&self) -> Option<&'static str> {
        // No escape at all can be said in some SQL modes only; this character is in no text.
        Some("X'01'")
    }

    fn quotient(&self) -> &'static str {
        concat!(more_digits!(), " / ")
    }

    fn cast(&self, sql: &mut Sql<'_>, expr: &Expr, ty: &Type) -> Result<()> {
        call::cast(self, sql, expr, ty)
    }

    fn call(&self, sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
        call::call(self, sql, function, arguments)
    }

    fn extract(&self, sql: &mut Sql<'_>, field: Field, expr: &Expr) -> Result<()> {
        sql.push("EXTRACT(");
        sql.push(field.name());
        sql.push(" FROM ");
        sql.expr(expr)?;
        sql.push(")");
        Ok(())
    }

    fn current_timestamp(&self, out: &mut String) {
        out.push_str("UTC_TIMESTAMP(6)");
    }

    fn current_date(&self, out: &mut String) {
        out.push_str("UTC_DATE()");
    }

    fn distinct(&self, sql: &mut Sql<'_>, left: &Expr, right: &Expr, negated: bool) -> Result<()> {
        if !negated {
            sql.push("NOT (");
        }
        sql.operand(left, Level::Bits)?;
        sql.push(" <=> ");
        sql.operand(right, Level::Bits)?;
        if !negated {
            sql.push(")");
        }
        Ok(())
    }
}

/// A date or time between quotes.
fn quoted(out: &mut String, value: &Value) -> Result<()> {
    out.push('\'');
    literal::temporal(out, value, false)?;
    out.push('\'');
    Ok(())
}

/// Whether values of the type are stored apart from their row.
fn is_large(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Blob)
}

/// Text that means the same whether or not the session takes a backslash for an escape.
fn text(out: &mut String, text: &str) -> Result<()> {
    if !text.contains('\\') {
        return literal::text(out, text);
    }
    literal::text(&mut String::new(), text)?;
    // Not with an introducer: MariaDB keeps such a default as text that it cannot read again.
    out.push_str("CONVERT(");
    literal::bytes(out, text.as_bytes());
    out.push_str(" USING utf8mb4)");
    Ok(())
}
