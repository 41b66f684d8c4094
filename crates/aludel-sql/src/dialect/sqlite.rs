//! SQLite, 3.41 or later.
//!
//! Each type's declared name has the affinity that keeps its values as they are: a UUID is `UUID_BLOB` and not `UUID`,
//! which SQLite would take for a number. Dates and times are texts that sort as their values do, instants in UTC.

mod spelling;

use std::fmt::Write;

use crate::{
    dialect::{Capability, Comments, Dialect, Enums, literal},
    error::{Error, ErrorKind, Result},
    expr::{Expr, Field, Function},
    name,
    operation::Operation,
    render::{Level, Sql, Statement},
    schema::{Column, Counter, Table},
    types::Type,
    value::Value,
};

/// SQLite.
#[derive(Debug)]
pub struct Sqlite;

/// The one [`Sqlite`].
pub static SQLITE: Sqlite = Sqlite;

static CAPABILITY: Capability = Capability {
    returning: true,
    conflict_target: true,
    default_values: true,
    simultaneous_set: true,
    read_own_table: true,
    concat_operator: true,
    transactional_ddl: true,
    alter_by_rebuild: true,
    alter_restates: false,
    named_primary_key: false,
    deferrable: true,
    set_default: true,
    foreign_key_options: false,
    exclusion: false,
    virtual_column: true,
    computed_not_null: true,
    enums: Enums::Checks,
    drop_enum_value: false,
    new_enum_value: true,
    rename_index: false,
    partial_index: true,
    expression_index: true,
    schemas: false,
    rename_says_schema: false,
    refers_home: true,
    in_process: true,
    pipelined: false,
    errors_abort: false,
    identity_options: false,
    index_prefix: false,
    index_options: false,
    comments: Comments::Nowhere,
    arrays: false,
    sequences: false,
    sequence_cache_is_1: true,
    max_name: usize::MAX,
    max_params: 32_766,
    rows_per_insert: 1,
    statements_between_rows: false,
};

/// The format of a stored instant or civil date and time, for `strftime`. SQLite's own clock has milliseconds.
const DATE_TIME: &str = "'%Y-%m-%d %H:%M:%f000'";

/// The text SQLite stores for a date, time or timestamp: `2026-11-23 03:21:07.000000`, instants in UTC.
///
/// # Errors
/// The value is none of these, or lies before the year 0.
pub fn temporal_text(value: &Value) -> Result<String> {
    let mut out = String::with_capacity(26);
    literal::temporal(&mut out, value, true)?;
    Ok(out)
}

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn capability(&self) -> &'static Capability {
        &CAPABILITY
    }

    fn before_drops(&self) -> Option<&'static str> {
        Some("PRAGMA defer_foreign_keys = ON")
    }

    fn alter(&self, _home: Option<&str>, _table: &Table, operation: &Operation) -> Result<Option<Vec<Statement>>> {
        // There is no place for a comment: the migrations know it.
        Ok(matches!(operation, Operation::Comment { .. }).then(Vec::new))
    }

    fn column_type(&self, out: &mut String, ty: &Type) -> Result<()> {
        match ty {
            Type::Decimal { precision, .. } if *precision > 15 => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!("sqlite cannot hold {ty} exactly: its numbers have 15 digits"),
                )
                .with_help("Use a precision of at most 15, or store the number as text"));
            }
            Type::Array(_) => return Err(literal::no_arrays("sqlite", Some(ty))),
            Type::Geometry(_) => return Err(literal::no_geometry("sqlite", ty)),
            Type::VarBinary(_) => out.push_str("BLOB"),
            Type::Timestamp => out.push_str("TIMESTAMPTZ"),
            Type::Uuid => out.push_str("UUID_BLOB"),
            Type::Json => out.push_str("JSON_TEXT"),
            Type::Enum(ty) => {
                ty.check()?;
                let _ = write!(out, "VARCHAR({})", ty.longest());
            }
            _ => {
                let _ = write!(out, "{ty}");
            }
        }
        Ok(())
    }

    fn literal(&self, out: &mut String, value: &Value) -> Result<()> {
        match value {
            Value::Invalid(_) => value.check()?,
            Value::Array(_) => return Err(literal::no_arrays("sqlite", None)),
            Value::Null => out.push_str("NULL"),
            Value::Bool(true) => out.push_str("TRUE"),
            Value::Bool(false) => out.push_str("FALSE"),
            Value::I64(number) => {
                let _ = write!(out, "{number}");
            }
            Value::F64(number) if number.is_nan() => {
                return Err(Error::new(ErrorKind::Unsupported, "sqlite stores NULL for NaN")
                    .with_help("Use a number, or NULL itself"));
            }
            // Too large for a double: read as an infinity.
            Value::F64(number) if number.is_infinite() => out.push_str(if *number > 0.0 { "9e999" } else { "-9e999" }),
            Value::F64(number) => literal::float(out, *number),
            Value::Decimal(text) => literal::decimal(out, text)?,
            Value::Text(text) | Value::Json(text) => literal::text(out, text)?,
            Value::Bytes(bytes) => literal::bytes(out, bytes),
            Value::Uuid(bytes) => literal::bytes(out, bytes),
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => {
                out.push('\'');
                literal::temporal(out, value, true)?;
                out.push('\'');
            }
        }
        Ok(())
    }

    fn identity(&self, out: &mut String, ty: &Type, _options: &str) -> Result<()> {
        literal::check_identity(ty)?;
        // Only a column of exactly this type is the row's own number. AUTOINCREMENT: numbers of deleted rows stay unused.
        out.push_str("INTEGER PRIMARY KEY AUTOINCREMENT");
        Ok(())
    }

    fn after_create(&self, table: &Table) -> Vec<String> {
        let counted = table.columns.iter().filter_map(|column| Some((column, column.identity.as_ref()?)));
        let elsewhere = counted.filter(|(_, counter)| counter.start != 1);
        elsewhere.flat_map(|(column, counter)| self.count_from_start(&table.name, &column.name, counter)).collect()
    }

    /// What is counted is kept in a table, which has a row for each table that ever had one.
    fn count_from_start(&self, table: &str, column: &str, counter: &Counter) -> Vec<String> {
        let (mut name, mut quoted_table, mut quoted_column) = (String::new(), String::new(), String::new());
        self.quote(&mut quoted_table, table);
        self.quote(&mut quoted_column, column);
        if literal::text(&mut name, table).is_err() {
            return Vec::new();
        }
        let last = counter.start.saturating_sub(1);
        vec![
            format!("DELETE FROM sqlite_sequence WHERE name = {name}"),
            format!(
                "INSERT INTO sqlite_sequence (name, seq) \
                 SELECT {name}, max({last}, coalesce(max({quoted_column}), 0)) FROM {quoted_table}"
            ),
        ]
    }

    fn column_check(&self, sql: &mut Sql<'_>, table: &str, column: &Column) {
        let Type::Enum(ty) = &column.ty else { return };
        sql.push(" CONSTRAINT ");
        sql.name(&name::enum_check_name(table, &column.name));
        sql.push(" CHECK (");
        sql.name(&column.name);
        sql.push(" IN (");
        sql.labels(ty.labels());
        sql.push("))");
    }

    fn nullable_primary_key(&self) -> bool {
        true
    }

    fn no_limit(&self) -> Option<&'static str> {
        Some("-1")
    }

    fn quotient(&self) -> &'static str {
        // A DECIMAL that happens to be whole is stored as an integer, and integers divide without a remainder.
        " * 1.0 / "
    }

    fn cast(&self, sql: &mut Sql<'_>, expr: &Expr, ty: &Type) -> Result<()> {
        let (before, after) = match ty {
            Type::Boolean => ("(CAST(", " AS INTEGER) <> 0)".to_owned()),
            Type::SmallInt | Type::Integer | Type::BigInt => ("CAST(", " AS INTEGER)".to_owned()),
            Type::Real | Type::Double => ("CAST(", " AS REAL)".to_owned()),
            Type::Decimal { scale, .. } => {
                self.column_type(&mut String::new(), ty)?;
                ("CAST(round(", format!(", {scale}) AS NUMERIC)"))
            }
            Type::VarChar(n) => ("substr(CAST(", format!(" AS TEXT), 1, {n})")),
            Type::Text | Type::Json | Type::Enum(_) => ("CAST(", " AS TEXT)".to_owned()),
            Type::VarBinary(n) => ("substr(CAST(", format!(" AS BLOB), 1, {n})")),
            Type::Blob => ("CAST(", " AS BLOB)".to_owned()),
            Type::Date => ("date(", ")".to_owned()),
            Type::Time => ("strftime('%H:%M:%f000', ", ")".to_owned()),
            Type::DateTime | Type::Timestamp => return cast_to_date_time(sql, expr),
            Type::Array(_) => return Err(literal::no_arrays("sqlite", Some(ty))),
            Type::Geometry(_) => return Err(literal::no_geometry("sqlite", ty)),
            Type::Uuid => ("unhex(replace(", ", '-', ''))".to_owned()),
        };
        sql.push(before);
        sql.expr(expr)?;
        sql.push(&after);
        Ok(())
    }

    fn call(&self, sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
        match (function, arguments) {
            (Function::Mod, [left, right]) => {
                sql.push("(");
                sql.operand(left, Level::Sign)?;
                sql.push(" % ");
                sql.operand(right, Level::Sign)?;
                sql.push(")");
                Ok(())
            }
            (Function::Position, [part, whole]) => {
                sql.push("instr(");
                sql.expr(whole)?;
                sql.push(", ");
                sql.expr(part)?;
                sql.push(")");
                Ok(())
            }
            (Function::Concat, _) => {
                for (i, argument) in arguments.iter().enumerate() {
                    sql.push(if i == 0 { "(coalesce(" } else { " || coalesce(" });
                    sql.expr(argument)?;
                    sql.push(", '')");
                }
                sql.push(")");
                Ok(())
            }
            (Function::Replace, _) => super::ansi::replace(sql, arguments),
            // Without an error where there are fewer characters.
            (Function::Left, [text, count]) => {
                sql.push("substr(");
                sql.expr(text)?;
                sql.push(", 1, ");
                sql.expr(count)?;
                sql.push(")");
                Ok(())
            }
            // `substr(text, -0)` is all of it.
            (Function::Right, [text, count]) => {
                sql.push("CASE WHEN ");
                sql.operand(count, Level::Bits)?;
                sql.push(" > 0 THEN substr(");
                sql.expr(text)?;
                sql.push(", -");
                sql.operand(count, Level::Primary)?;
                sql.push(") ELSE substr(");
                sql.expr(text)?;
                sql.push(", 1, ");
                sql.expr(count)?;
                sql.push(") END");
                Ok(())
            }
            // As many zeros, each replaced; nothing more, but NULL where the number is.
            (Function::Repeat, [text, count]) => {
                sql.push("replace(hex(zeroblob(");
                sql.expr(count)?;
                sql.push(")), '00', ");
                sql.operand(text, Level::Sign)?;
                sql.push(" || substr('', ");
                sql.expr(count)?;
                sql.push("))");
                Ok(())
            }
            // From 0 to 1 as elsewhere, and not any 64 bits.
            (Function::Random, _) => {
                sql.push("(abs(random() % 9007199254740992) / 9007199254740992.0)");
                Ok(())
            }
            (Function::JsonHasKey, [json, key]) => {
                sql.push("CASE WHEN ");
                sql.operand(json, Level::Bits)?;
                sql.push(" IS NOT NULL THEN json_type(");
                sql.expr(json)?;
                sql.push(", '$.' || json_quote(");
                sql.expr(key)?;
                sql.push(")) IS NOT NULL END");
                Ok(())
            }
            // json_patch merges what is inside, too.
            (Function::JsonContains | Function::JsonMerge, _) => Err(super::ansi::json_lacks(self, function)),
            (Function::CharLength, _) => sql.function("length", arguments),
            (Function::Substring, _) => sql.function("substr", arguments),
            (Function::Greatest, _) => sql.function("max", arguments),
            (Function::Least, _) => sql.function("min", arguments),
            _ => sql.function(function.name(), arguments),
        }
    }

    fn extract(&self, sql: &mut Sql<'_>, field: Field, expr: &Expr) -> Result<()> {
        sql.push(match field {
            Field::Year => "CAST(strftime('%Y', ",
            Field::Month => "CAST(strftime('%m', ",
            Field::Day => "CAST(strftime('%d', ",
            Field::Hour => "CAST(strftime('%H', ",
            Field::Minute => "CAST(strftime('%M', ",
            Field::Second => "CAST(strftime('%S', ",
        });
        sql.expr(expr)?;
        sql.push(") AS INTEGER)");
        Ok(())
    }

    fn current_timestamp(&self, out: &mut String) {
        let _ = write!(out, "strftime({DATE_TIME}, 'now')");
    }

    fn current_date(&self, out: &mut String) {
        out.push_str("CURRENT_DATE");
    }

    fn distinct(&self, sql: &mut Sql<'_>, left: &Expr, right: &Expr, negated: bool) -> Result<()> {
        // `a IS TRUE` asks for truth and not for equality, so a boolean goes to the left.
        let (left, right) = if matches!(right, Expr::Value(Value::Bool(_))) { (right, left) } else { (left, right) };
        sql.operand(left, Level::Bits)?;
        sql.push(if negated { " IS " } else { " IS NOT " });
        sql.operand(right, Level::Bits)
    }
}

/// A text in the stored form is kept to the microsecond; anything else goes through SQLite's clock, which has milliseconds.
///
/// Only a column or a value is looked at twice: nested casts would double the text with each level.
fn cast_to_date_time(sql: &mut Sql<'_>, expr: &Expr) -> Result<()> {
    let simple = matches!(expr, Expr::Column(_) | Expr::Value(_));
    if simple {
        sql.push("CASE WHEN ");
        sql.expr(expr)?;
        sql.push(" LIKE '____-__-__ __:__:__.______' THEN ");
        sql.expr(expr)?;
        sql.push(" ELSE ");
    }
    sql.push("strftime(");
    sql.push(DATE_TIME);
    sql.push(", ");
    sql.expr(expr)?;
    sql.push(if simple { ") END" } else { ")" });
    Ok(())
}
