//! How each database spells the constructs of queries.

use std::{borrow::Cow, time::Duration};

use super::{Constructs, FunctionSource, RegexpReplace};
use crate::{
    error::Result,
    expr::{BinaryOp, Expr, JsonResult, JsonStep, Match, Name},
    render::{Level, Sql},
    statement::{Order, TableFunction},
    types::Type,
    value::Value,
};

/// How a database spells the constructs of queries where databases differ most: as the standard has it, unless said
/// otherwise.
pub trait Spelling {
    /// Which constructs there are.
    fn constructs(&self) -> &'static Constructs;

    /// Writes whether a regular expression is found, as a predicate.
    ///
    /// # Errors
    /// The database has nothing like it.
    fn regexp(&self, sql: &mut Sql<'_>, regexp: &Regexp<'_>) -> Result<()> {
        sql.operand(regexp.expr, Level::Bits)?;
        sql.push(match (regexp.negated, regexp.insensitive) {
            (false, false) => " ~ ",
            (false, true) => " ~* ",
            (true, false) => " !~ ",
            (true, true) => " !~* ",
        });
        sql.bare(regexp.pattern, Level::Bits)
    }

    /// Writes a text in which all that a regular expression finds is replaced.
    ///
    /// # Errors
    /// What stands in its place has a `$` that means nothing; those of the operands.
    fn regexp_replace(&self, sql: &mut Sql<'_>, replace: &RegexpReplace<'_>) -> Result<()> {
        sql.push("REGEXP_REPLACE(");
        sql.expr(replace.text)?;
        sql.push(", ");
        sql.expr(replace.pattern)?;
        sql.push(", ");
        sql.constant(&Value::Text(replace.with_backslashes(r"\&")?))?;
        sql.push(if replace.insensitive { ", 'gi')" } else { ", 'g')" });
        Ok(())
    }

    /// Writes whether words are found in texts, as a predicate; or how well they fit, as a number that can be an operand.
    ///
    /// # Errors
    /// The database has no such search.
    fn full_text(&self, sql: &mut Sql<'_>, search: &Match) -> Result<()> {
        sql.push("MATCH (");
        sql.list(&search.columns)?;
        sql.push(") AGAINST (");
        sql.expr(&search.query)?;
        sql.push(")");
        Ok(())
    }

    /// Writes what is set to an integer column that is to hold numbers from the least to the greatest: as it is, where columns of
    /// such integers take no others.
    ///
    /// # Errors
    /// Those of the expression.
    fn stored(&self, sql: &mut Sql<'_>, least: i64, greatest: i64, number: &Expr) -> Result<()> {
        let of_columns = [(i16::MIN.into(), i16::MAX.into()), (i32::MIN.into(), i32::MAX.into()), (i64::MIN, i64::MAX)];
        if of_columns.contains(&(least, greatest)) {
            return sql.expr(number);
        }
        // No column of integers takes 2^64: the database refuses it as it refuses any number that is too great.
        sql.push("CASE WHEN ");
        sql.operand(number, Level::Bits)?;
        sql.push(&format!(" NOT BETWEEN {least} AND {greatest} THEN 18446744073709551616 ELSE "));
        sql.expr(number)?;
        sql.push(" END");
        Ok(())
    }

    /// Writes what is at a path of a JSON value, so that it can be an operand of anything.
    ///
    /// # Errors
    /// Those of the expression.
    fn json(&self, sql: &mut Sql<'_>, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()>;

    /// Writes an operation on bits; its operands hold as tightly as a sign.
    ///
    /// # Errors
    /// Those of the operands.
    fn bits(&self, sql: &mut Sql<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        sql.operand(left, Level::Sign)?;
        sql.push(op.sql());
        sql.operand(right, Level::Sign)
    }

    /// Writes a number with the other sign.
    ///
    /// # Errors
    /// Those of the operand.
    fn negate(&self, sql: &mut Sql<'_>, operand: &Expr) -> Result<()> {
        sql.push("-");
        // `-5` is a literal, `-(5)` a negation; and `--` begins a comment.
        if matches!(operand, Expr::Value(_)) {
            sql.parenthesised(operand)
        } else {
            sql.operand(operand, Level::Primary)
        }
    }

    /// Writes each bit of an integer turned over.
    ///
    /// # Errors
    /// Those of the operand.
    fn bit_not(&self, sql: &mut Sql<'_>, operand: &Expr) -> Result<()> {
        sql.push("~");
        sql.operand(operand, Level::Primary)
    }

    /// How tightly what [`Spelling::bits`] and [`Spelling::bit_not`] write holds.
    fn bits_level(&self) -> Level {
        Level::Bits
    }

    /// The operator of the quotient of integers, with blanks around it.
    fn integer_quotient(&self) -> &'static str {
        " / "
    }

    /// Writes the aggregate that joins texts.
    ///
    /// # Errors
    /// The database cannot join them so.
    fn string_agg(&self, sql: &mut Sql<'_>, texts: &StringAgg<'_>) -> Result<()>;

    /// What is written behind the argument of AVG.
    fn average(&self) -> &'static str {
        ""
    }

    /// Writes so much time.
    fn interval(&self, sql: &mut Sql<'_>, time: Duration) {
        sql.push(&format!("INTERVAL '{}.{:06}' SECOND", time.as_secs(), time.subsec_micros()));
    }

    /// Writes the number of microseconds of a date or time, from whenever: where frames are by distances in numbers alone.
    ///
    /// # Errors
    /// Those of the expression.
    fn microseconds(&self, sql: &mut Sql<'_>, time: &Expr) -> Result<()> {
        sql.expr(time)
    }

    /// Writes rows of values in parentheses, with the name of the source and of its columns behind.
    ///
    /// # Errors
    /// Those of the values.
    fn values(
        &self,
        sql: &mut Sql<'_>,
        name: &str,
        columns: &[Name],
        types: &[Type],
        rows: &[Vec<Expr>],
    ) -> Result<()> {
        sql.push("(");
        sql.rows("VALUES ", types, rows)?;
        sql.push(") AS ");
        sql.name(name);
        sql.push(" (");
        sql.names(columns);
        sql.push(")");
        Ok(())
    }

    /// Writes a function whose rows are read, with the name of the source and of its columns behind.
    ///
    /// # Errors
    /// The database has no such function; those of its arguments.
    fn table_function(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
        let (name, step) = match *source.function {
            TableFunction::Series { step, .. } => ("GENERATE_SERIES(", Some(step)),
            TableFunction::Elements(_) => ("JSON_ELEMENTS(", None),
            TableFunction::Members(_) => ("JSON_MEMBERS(", None),
            TableFunction::Unnest(_) => ("UNNEST(", None),
        };
        sql.push(name);
        for (i, argument) in source.function.arguments().enumerate() {
            sql.push(if i == 0 { "" } else { ", " });
            sql.expr(argument)?;
        }
        if let Some(step) = step.filter(|step| *step != 1) {
            sql.push(&format!(", {step}"));
        }
        sql.push(") AS ");
        sql.name(source.name);
        sql.push(" (");
        sql.names(source.columns);
        sql.push(")");
        Ok(())
    }

    /// Writes the column at this place of such a function; or nothing, and says so, where it has its name.
    ///
    /// # Errors
    /// Those of the function's arguments.
    fn function_column(&self, _sql: &mut Sql<'_>, _source: &FunctionSource<'_>, _place: usize) -> Result<bool> {
        Ok(false)
    }

    /// The type that a placeholder is cast to where it needs one.
    fn placeholder_type(&self, _value: &Value) -> Option<Cow<'static, str>> {
        None
    }
}

/// Whether a regular expression is found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Regexp<'e> {
    /// The text.
    pub expr: &'e Expr,
    /// The regular expression.
    pub pattern: &'e Expr,
    /// Whether upper and lower case are the same.
    pub insensitive: bool,
    /// Whether it is not found.
    pub negated: bool,
}

/// An aggregate that joins texts.
#[derive(Clone, Copy, Debug)]
pub struct StringAgg<'e> {
    /// The text of each row.
    pub text: &'e Expr,
    /// What stands between them.
    pub separator: &'e Expr,
    /// Whether equal texts are taken once.
    pub distinct: bool,
    /// In which order.
    pub order_by: &'e [Order],
    /// Which rows.
    pub filter: Option<&'e Expr>,
}

impl StringAgg<'_> {
    /// Writes the text of each row; where the database has no FILTER, NULL for the rows that are not taken.
    pub(super) fn text(&self, sql: &mut Sql<'_>) -> Result<()> {
        sql.filtered(self.text, self.filter, Level::Or)
    }
}
