//! The portable functions, as PostgreSQL has them.

use crate::{
    dialect::ansi,
    error::{Error, ErrorKind, Result},
    expr::{BinaryOp, Expr, Function},
    render::{Level, Sql},
    value::Value,
};

/// The longest text of one GREATEST or LEAST, in bytes.
const LONGEST: usize = 1 << 20;

pub(super) fn call(sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
    match (function, arguments) {
        (Function::Position, [part, whole]) => ansi::position(sql, part, whole),
        (Function::Substring, [text, from, count @ ..]) => {
            sql.push("SUBSTRING(");
            sql.expr(text)?;
            sql.push(" FROM ");
            integer(sql, from)?;
            if let [count] = count {
                sql.push(" FOR ");
                integer(sql, count)?;
            }
            sql.push(")");
            Ok(())
        }
        // Of the floating-point numbers only NUMERIC has digits to round to, and rounds halves away from zero.
        (Function::Round, [number, digits @ ..]) => {
            sql.push("round(CAST(");
            sql.bare(number, Level::Or)?;
            sql.push(" AS NUMERIC)");
            if let [digits] = digits {
                sql.push(", ");
                integer(sql, digits)?;
            }
            sql.push(")");
            Ok(())
        }
        // Not concat(), which no index and no computed column may call.
        (Function::Concat, _) => {
            for (i, argument) in arguments.iter().enumerate() {
                sql.push(if i == 0 { "(COALESCE(CAST(" } else { " || COALESCE(CAST(" });
                sql.bare(argument, Level::Or)?;
                sql.push(" AS TEXT), '')");
            }
            sql.push(")");
            Ok(())
        }
        (Function::Left | Function::Right | Function::Repeat | Function::NthValue, [first, count]) => {
            sql.push(function.name());
            sql.push("(");
            sql.expr(first)?;
            sql.push(", ");
            integer(sql, count)?;
            sql.push(")");
            Ok(())
        }
        (Function::Ntile, [parts]) => {
            sql.push("NTILE(");
            integer(sql, parts)?;
            sql.push(")");
            Ok(())
        }
        (Function::Lag | Function::Lead, [value, offset, default @ ..]) => {
            sql.push(function.name());
            sql.push("(");
            sql.expr(value)?;
            sql.push(", ");
            integer(sql, offset)?;
            for default in default {
                sql.push(", ");
                sql.expr(default)?;
            }
            sql.push(")");
            Ok(())
        }
        (Function::Greatest | Function::Least, _) => extreme(sql, function, arguments),
        // Of an integer it would be a floating-point number.
        (Function::Sign, [number]) => {
            sql.push("CAST(SIGN(");
            sql.bare(number, Level::Or)?;
            sql.push(") AS BIGINT)");
            Ok(())
        }
        // Of an array or a text, `?` asks for an element.
        (Function::JsonHasKey, [json, key]) => {
            sql.push("(jsonb_typeof(");
            sql.expr(json)?;
            sql.push(") = 'object' AND ");
            sql.operand(json, Level::Primary)?;
            sql.push(" ? ");
            sql.operand(key, Level::Primary)?;
            sql.push(")");
            Ok(())
        }
        (Function::JsonContains | Function::JsonMerge, [left, right]) => {
            sql.push("(");
            sql.operand(left, Level::Primary)?;
            sql.push(if *function == Function::JsonMerge { " || " } else { " @> " });
            sql.operand(right, Level::Primary)?;
            sql.push(")");
            Ok(())
        }
        _ => sql.function(function.name(), arguments),
    }
}

/// An INTEGER: a bare parameter would be taken for a pattern, and there is no such function of a BIGINT.
fn integer(sql: &mut Sql<'_>, expr: &Expr) -> Result<()> {
    let plain = |expr: &Expr| match expr {
        Expr::Value(Value::I64(number)) => sql.is_inline() && i32::try_from(*number).is_ok(),
        Expr::Call(Function::Position | Function::CharLength, _) => true,
        _ => false,
    };
    let is_integer = match expr {
        Expr::Binary(BinaryOp::Add | BinaryOp::Sub, left, right) => plain(left) && plain(right),
        other => plain(other),
    };
    if is_integer {
        return sql.expr(expr);
    }
    sql.push("CAST(");
    sql.bare(expr, Level::Or)?;
    sql.push(" AS INTEGER)");
    Ok(())
}

/// GREATEST or LEAST that is NULL when one of its arguments is: PostgreSQL's own leave NULLs out.
fn extreme(sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
    let mut operands = Vec::new();
    flatten(arguments, &mut operands);
    if operands.iter().any(|operand| matches!(operand, Expr::Value(Value::Null))) {
        sql.push("NULL");
        return Ok(());
    }
    operands.retain(|operand| !matches!(operand, Expr::Value(_)));
    let start = sql.out().len();
    for (i, operand) in operands.iter().enumerate() {
        sql.push(if i == 0 { "CASE WHEN " } else { " OR " });
        sql.operand(operand, Level::Bits)?;
        sql.push(" IS NULL");
    }
    if operands.is_empty() {
        return plain(sql, function, arguments);
    }
    sql.push(" THEN NULL ELSE ");
    plain(sql, function, arguments)?;
    sql.push(" END");
    // Each operand is written twice, so that the text doubles with each level of nesting.
    if sql.out().len() - start > LONGEST {
        return Err(Error::new(ErrorKind::Unsupported, format!("{} is nested too deep for postgres", function.name()))
            .with_help("Compute the inner ones in a statement of their own"));
    }
    Ok(())
}

/// The operands of a nest of GREATEST and LEAST, which is NULL when one of them is.
fn flatten<'a>(arguments: &'a [Expr], operands: &mut Vec<&'a Expr>) {
    for argument in arguments {
        match argument {
            Expr::Call(Function::Greatest | Function::Least, inner) => flatten(inner, operands),
            other => operands.push(other),
        }
    }
}

fn plain(sql: &mut Sql<'_>, function: &Function, arguments: &[Expr]) -> Result<()> {
    sql.push(function.name());
    for (i, argument) in arguments.iter().enumerate() {
        sql.push(if i == 0 { "(" } else { ", " });
        match argument {
            Expr::Call(inner @ (Function::Greatest | Function::Least), arguments) => plain(sql, inner, arguments)?,
            other => sql.expr(other)?,
        }
    }
    sql.push(")");
    Ok(())
}
