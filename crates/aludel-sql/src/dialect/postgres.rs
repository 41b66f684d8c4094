//! PostgreSQL, 15 or later.
//!
//! Sessions are in UTC: parts of an instant, and the day it is, are those of UTC.

mod alter;
mod array;
mod call;
mod enumeration;
mod identity;
mod spelling;

use std::{borrow::Cow, fmt::Write};

use crate::{
    dialect::{Capability, Comments, Dialect, Enums, IndexMethod, literal},
    error::{Error, ErrorKind, Result},
    expr::{BinaryOp, Expr, Field, Function},
    operation::Operation,
    render::{Level, Sql, Statement},
    schema::{Column, Counter, FULL_TEXT, SPATIAL, Table},
    types::Type,
    value::Value,
};

/// PostgreSQL.
#[derive(Debug)]
pub struct Postgres;

/// The one [`Postgres`].
pub static POSTGRES: Postgres = Postgres;

static CAPABILITY: Capability = Capability {
    returning: true,
    conflict_target: true,
    default_values: true,
    simultaneous_set: true,
    read_own_table: true,
    concat_operator: true,
    transactional_ddl: true,
    alter_by_rebuild: false,
    alter_restates: false,
    named_primary_key: true,
    deferrable: true,
    set_default: true,
    foreign_key_options: true,
    exclusion: true,
    virtual_column: false,
    computed_not_null: true,
    enums: Enums::Types,
    drop_enum_value: false,
    new_enum_value: false,
    rename_index: true,
    partial_index: true,
    expression_index: true,
    schemas: true,
    rename_says_schema: false,
    refers_home: true,
    in_process: false,
    pipelined: true,
    errors_abort: true,
    identity_options: true,
    index_prefix: false,
    index_options: true,
    comments: Comments::Statement,
    arrays: true,
    sequences: true,
    sequence_cache_is_1: true,
    max_name: 63,
    max_params: 65_535,
    rows_per_insert: 1,
    statements_between_rows: true,
};

/// The longest VARCHAR, in characters.
const LONGEST_VARCHAR: u32 = 10_485_760;

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    fn placeholder(&self, out: &mut String, number: usize) {
        let _ = write!(out, "${number}");
    }

    fn column_type(&self, out: &mut String, ty: &Type) -> Result<()> {
        match ty {
            Type::VarChar(n) if *n > LONGEST_VARCHAR => {
                let message = format!("postgres has no {ty}: the longest is VARCHAR({LONGEST_VARCHAR})");
                return Err(Error::new(ErrorKind::Unsupported, message).with_help("Use TEXT"));
            }
            Type::Decimal { precision, scale } => {
                let _ = write!(out, "NUMERIC({precision},{scale})");
            }
            Type::VarBinary(_) | Type::Blob => out.push_str("BYTEA"),
            Type::Time => out.push_str("TIME(6)"),
            Type::DateTime => out.push_str("TIMESTAMP(6)"),
            Type::Timestamp => out.push_str("TIMESTAMPTZ(6)"),
            Type::Json => out.push_str("JSONB"),
            Type::Array(element) => array::column_type(self, out, element)?,
            Type::Enum(ty) => self.quote(out, ty.name()),
            // Its own types of these names are others.
            Type::Geometry(_) => return Err(literal::no_geometry("postgres", ty)),
            _ => {
                let _ = write!(out, "{ty}");
            }
        }
        Ok(())
    }

    fn literal(&self, out: &mut String, value: &Value) -> Result<()> {
        let keyword = match value {
            Value::Date(_) => "DATE '",
            Value::Time(_) => "TIME '",
            Value::DateTime(_) => "TIMESTAMP '",
            Value::Timestamp(_) => "TIMESTAMP WITH TIME ZONE '",
            _ => "",
        };
        match value {
            Value::Invalid(_) => value.check()?,
            Value::Null => out.push_str("NULL"),
            Value::Bool(true) => out.push_str("TRUE"),
            Value::Bool(false) => out.push_str("FALSE"),
            Value::I64(number) => {
                let _ = write!(out, "{number}");
            }
            Value::F64(number) if number.is_finite() => literal::float(out, *number),
            Value::F64(number) => out.push_str(match number {
                n if n.is_nan() => "CAST('NaN' AS DOUBLE PRECISION)",
                n if *n > 0.0 => "CAST('Infinity' AS DOUBLE PRECISION)",
                _ => "CAST('-Infinity' AS DOUBLE PRECISION)",
            }),
            Value::Decimal(digits) => literal::decimal(out, digits)?,
            Value::Text(value) => text(out, value)?,
            Value::Json(json) => {
                out.push_str("JSONB ");
                text(out, json)?;
            }
            Value::Bytes(bytes) => {
                out.push_str("E'\\\\x");
                for byte in bytes {
                    let _ = write!(out, "{byte:02x}");
                }
                out.push_str("'::BYTEA");
            }
            Value::Array(elements) => text(out, &array::text(elements)?)?,
            Value::Uuid(_) => {
                let _ = write!(out, "UUID '{value}'");
            }
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => {
                let start = out.len();
                literal::temporal(out, value, false)?;
                // Its calendar goes from 1 BC to 1 AD.
                if out[start..].starts_with("0000-") {
                    return Err(no_year_zero());
                }
                out.insert_str(start, keyword);
                out.push_str(if matches!(value, Value::Timestamp(_)) { "+00:00'" } else { "'" });
            }
        }
        Ok(())
    }

    fn identity(&self, out: &mut String, ty: &Type, options: &str) -> Result<()> {
        literal::check_identity(ty)?;
        let _ = write!(out, "{ty} GENERATED BY DEFAULT AS IDENTITY{options}");
        Ok(())
    }

    fn index_method(&self, method: &str) -> IndexMethod {
        // What MySQL calls so is an index of another kind here.
        if [FULL_TEXT, SPATIAL].contains(&method) { IndexMethod::Unknown } else { IndexMethod::Using }
    }

    fn count_from_start(&self, table: &str, column: &str, counter: &Counter) -> Vec<String> {
        identity::count_from_start(self, table, column, counter).into_iter().collect()
    }

    fn after_explicit_ids(&self, table: &str, column: &str, counter: &Counter) -> Option<String> {
        identity::after_explicit_ids(self, table, column, counter)
    }

    fn default(&self, sql: &mut Sql<'_>, default: &Expr, ty: Option<&Type>) -> Result<()> {
        match default {
            Expr::Value(_) => sql.expr(default),
            Expr::CurrentTimestamp if ty == Some(&Type::DateTime) => {
                sql.push("(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')");
                Ok(())
            }
            Expr::CurrentTimestamp => sql.expr(default),
            _ => sql.parenthesised(default),
        }
    }

    fn column_check(&self, sql: &mut Sql<'_>, table: &str, column: &Column) {
        if let Type::VarBinary(length) = column.ty {
            sql.push(" ");
            alter::length_check(sql, table, &column.name, length);
        }
    }

    fn alter(&self, _home: Option<&str>, table: &Table, operation: &Operation) -> Result<Option<Vec<Statement>>> {
        let statements = alter::alter(self, table, operation)?;
        Ok(statements.map(|statements| statements.into_iter().map(Statement::from).collect()))
    }

    fn array_type(&self, ty: &Type) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match ty {
            Type::Boolean => "boolean[]",
            Type::SmallInt => "smallint[]",
            Type::Integer => "integer[]",
            Type::BigInt => "bigint[]",
            Type::Real => "real[]",
            Type::Double => "double precision[]",
            Type::Decimal { .. } => "numeric[]",
            Type::VarChar(_) | Type::Text => "text[]",
            Type::VarBinary(_) | Type::Blob => "bytea[]",
            Type::Date => "date[]",
            Type::Time => "time[]",
            Type::DateTime => "timestamp[]",
            Type::Timestamp => "timestamptz[]",
            Type::Uuid => "uuid[]",
            Type::Json => "jsonb[]",
            // An array of arrays would come apart into all their elements.
            Type::Array(_) | Type::Geometry(_) => return None,
            Type::Enum(ty) => {
                let mut array = String::new();
                self.quote(&mut array, ty.name());
                return Some(Cow::Owned(array + "[]"));
            }
        }))
    }

    fn next_value(&self, sql: &mut Sql<'_>, name: &str) -> Result<()> {
        // The function wants the name as SQL has it.
        let quoted = sql.object_text(name)?;
        sql.push("nextval(");
        text(sql.out(), &quoted)?;
        sql.push(")");
        Ok(())
    }

    fn no_escape(&self) -> Option<&'static str> {
        Some("''")
    }

    fn quotient(&self) -> &'static str {
        // Integers divide without a remainder.
        " * 1.0 / "
    }

    fn cast(&self, sql: &mut Sql<'_>, expr: &Expr, ty: &Type) -> Result<()> {
        let mut after = " AS ".to_owned();
        self.column_type(&mut after, ty)?;
        after.push(')');
        let (before, after) = match ty {
            // Of the integers only INTEGER becomes a boolean by itself; as text, all do.
            Type::Boolean if !matches!(expr, Expr::Value(_)) => ("CAST(CAST(", " AS TEXT) AS BOOLEAN)".to_owned()),
            // Only texts become any enum.
            Type::Enum(_) if !matches!(expr, Expr::Value(_)) => ("CAST(CAST(", format!(" AS TEXT){after}")),
            Type::Array(_) if ty.as_enum().is_some() && !matches!(expr, Expr::Value(_)) => {
                ("CAST(CAST(", format!(" AS TEXT[]){after}"))
            }
            Type::VarBinary(n) => ("substring(CAST(", format!(" AS BYTEA) FROM 1 FOR {n})")),
            // A cast alone would round.
            ty if ty.is_integer() && expr.is_fraction() => {
                sql.push("CAST(trunc(");
                sql.expr(expr)?;
                sql.push(")");
                sql.push(&after);
                return Ok(());
            }
            _ => ("CAST(", after),
        };
        sql.push(before);
        sql.bare(expr, Level::Or)?;
        sql.push(&after);
        Ok(())
    }

    fn call(&self, sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
        call::call(sql, function, arguments)
    }

    fn extract(&self, sql: &mut Sql<'_>, field: Field, expr: &Expr) -> Result<()> {
        // Seconds have their fraction.
        sql.push("CAST(floor(EXTRACT(");
        sql.push(field.name());
        sql.push(" FROM ");
        sql.expr(expr)?;
        sql.push(")) AS INTEGER)");
        Ok(())
    }

    fn current_timestamp(&self, out: &mut String) {
        out.push_str("CURRENT_TIMESTAMP");
    }

    fn current_date(&self, out: &mut String) {
        out.push_str("CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS DATE)");
    }

    fn distinct(&self, sql: &mut Sql<'_>, left: &Expr, right: &Expr, negated: bool) -> Result<()> {
        sql.infix(if negated { BinaryOp::IsNotDistinct } else { BinaryOp::IsDistinct }, left, right)
    }
}

fn no_year_zero() -> Error {
    Error::new(ErrorKind::Unsupported, "postgres has no year 0").with_help("Use a date from the year 1 on")
}

/// Text that means the same whether or not the session takes a backslash in plain quotes for an escape.
fn text(out: &mut String, text: &str) -> Result<()> {
    if text.contains('\\') {
        out.push('E');
        return literal::text(out, &text.replace('\\', "\\\\"));
    }
    literal::text(out, text)
}
