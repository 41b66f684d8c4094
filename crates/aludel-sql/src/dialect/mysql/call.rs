//! The portable functions and casts, as MySQL and MariaDB have them.

use super::{MORE_DIGITS, MySql};
use crate::{
    dialect::{Dialect, ansi, literal},
    error::Result,
    expr::{Expr, Function},
    render::{Level, Sql},
    types::Type,
    value::Value,
};

pub(super) fn call(dialect: &MySql, sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
    match function {
        Function::Position => sql.function("LOCATE", arguments),
        // A division, too.
        Function::Avg => {
            for argument in arguments {
                sql.push("AVG(");
                sql.operand(argument, Level::Sign)?;
                sql.push(MORE_DIGITS);
                sql.push(")");
            }
            Ok(())
        }
        Function::Concat => {
            for (i, argument) in arguments.iter().enumerate() {
                sql.push(if i == 0 { "CONCAT(COALESCE(" } else { ", COALESCE(" });
                sql.expr(argument)?;
                sql.push(", '')");
            }
            sql.push(")");
            Ok(())
        }
        Function::Abs | Function::Mod | Function::Round | Function::Ceil | Function::Floor | Function::Coalesce => {
            sql.push(function.name());
            for (i, argument) in arguments.iter().enumerate() {
                sql.push(if i == 0 { "(" } else { ", " });
                match arguments.last().filter(|_| i == 0) {
                    Some(last) => sql.first_operand(argument, last, Level::Or)?,
                    None => sql.expr(argument)?,
                }
            }
            sql.push(")");
            Ok(())
        }
        Function::Random => sql.function("RAND", arguments),
        Function::JsonHasKey => {
            for (i, argument) in arguments.iter().enumerate() {
                sql.push(if i == 0 { "JSON_CONTAINS_PATH(" } else { ", 'one', CONCAT('$.', JSON_QUOTE(" });
                sql.expr(argument)?;
            }
            // A text that is quoted has another collation than others.
            sql.push(") COLLATE ");
            sql.push(dialect.collation);
            sql.push("))");
            Ok(())
        }
        // JSON_CONTAINS finds a number in an array in place of it, and JSON_MERGE_PATCH merges what is inside, too.
        Function::JsonContains | Function::JsonMerge => Err(ansi::json_lacks(dialect, function)),
        Function::Replace => ansi::replace(sql, arguments),
        _ => sql.function(function.name(), arguments),
    }
}

pub(super) fn cast(dialect: &MySql, sql: &mut Sql<'_>, expr: &Expr, ty: &Type) -> Result<()> {
    let (before, after) = match ty {
        Type::Boolean => {
            sql.push("(");
            sql.operand(expr, Level::Bits)?;
            sql.push(" <> 0)");
            return Ok(());
        }
        // A cast alone would round.
        Type::SmallInt | Type::Integer | Type::BigInt if expr.is_fraction() => {
            ("CAST(TRUNCATE(", ", 0) AS SIGNED)".to_owned())
        }
        Type::SmallInt | Type::Integer | Type::BigInt => ("CAST(", " AS SIGNED)".to_owned()),
        Type::Real | Type::Double => ("CAST(", " AS DOUBLE)".to_owned()),
        Type::Decimal { precision, scale } => {
            dialect.column_type(&mut String::new(), ty)?;
            ("CAST(", format!(" AS DECIMAL({precision},{scale}))"))
        }
        // To a length would be an error, in a statement that changes rows, where something is cut off.
        Type::VarChar(n) => ("LEFT(CAST(", format!(" AS CHAR), {n})")),
        // A NULL says of what comes in its place how long it may be: what a packet holds.
        Type::Text if matches!(expr, Expr::Value(Value::Null)) => ("CAST(", " AS CHAR(4194303))".to_owned()),
        Type::Text | Type::Enum(_) => ("CAST(", " AS CHAR)".to_owned()),
        Type::Json if !dialect.native_json => ("CAST(", " AS CHAR)".to_owned()),
        Type::Json => ("CAST(", " AS JSON)".to_owned()),
        Type::VarBinary(n) => ("LEFT(CAST(", format!(" AS BINARY), {n})")),
        Type::Blob => ("CAST(", " AS BINARY)".to_owned()),
        Type::Date => ("CAST(", " AS DATE)".to_owned()),
        Type::Time => ("CAST(", " AS TIME(6))".to_owned()),
        Type::DateTime | Type::Timestamp => ("CAST(", " AS DATETIME(6))".to_owned()),
        Type::Array(_) => return Err(literal::no_arrays(dialect.name, Some(ty))),
        Type::Geometry(_) => {
            return Err(dialect.lacks(&format!("conversion to {ty}"), "Add a column, and fill it in Rust with CALL"));
        }
        Type::Uuid => ("UNHEX(REPLACE(", ", '-', ''))".to_owned()),
    };
    sql.push(before);
    sql.expr(expr)?;
    sql.push(&after);
    Ok(())
}
