//! The constructs of queries, as SQLite has them.

use crate::{
    dialect::{
        ChangeWith, Constructs, Dialect, FunctionSource, GroupingSets, InRows, Regexp, RegexpReplace, RowLocks,
        Spelling, StringAgg, ansi, function_source::no_unnest, replacement::Part,
    },
    error::Result,
    expr::{BinaryOp, Expr, JsonResult, JsonStep, Match, Name},
    render::{Level, Sql},
    statement::TableFunction,
    types::Type,
    value::Value,
};

use super::Sqlite;

static CONSTRUCTS: Constructs = Constructs {
    // A chain of a thousand is an expression a thousand deep, which it refuses.
    longest_junction: 256,
    ilike: false,
    between_symmetric: false,
    within_group: false,
    arrays: false,
    interval_frames: false,
    decimal_frames: false,
    lateral: false,
    sample: false,
    distinct_on: false,
    with_ties: false,
    set_all: false,
    quantified: false,
    grouping_sets: GroupingSets::None,
    in_rows: InRows::Values,
    default_value: false,
    select_on_conflict: false,
    returning_others: false,
    writing_ctes: false,
    change_with: ChangeWith::FromAndExists,
    row_locks: RowLocks::None,
    ..Constructs::ALL
};

impl Spelling for Sqlite {
    fn constructs(&self) -> &'static Constructs {
        &CONSTRUCTS
    }

    /// The driver adds the function that the operator calls.
    fn regexp(&self, sql: &mut Sql<'_>, regexp: &Regexp<'_>) -> Result<()> {
        sql.operand(regexp.expr, Level::Bits)?;
        sql.push(if regexp.negated { " NOT REGEXP " } else { " REGEXP " });
        if !regexp.insensitive {
            return sql.operand(regexp.pattern, Level::Bits);
        }
        sql.push("('(?i)' || ");
        sql.operand(regexp.pattern, Level::Sign)?;
        sql.push(")");
        Ok(())
    }

    /// The driver adds the function.
    fn regexp_replace(&self, sql: &mut Sql<'_>, replace: &RegexpReplace<'_>) -> Result<()> {
        sql.push("regexp_replace(");
        sql.expr(replace.text)?;
        sql.push(if replace.insensitive { ", '(?i)' || " } else { ", " });
        sql.operand(replace.pattern, Level::Sign)?;
        sql.push(", ");
        let parts = replace.parts()?.into_iter().map(|part| match part {
            Part::Text(text) => text.replace('$', "$$"),
            Part::Group(digit) => format!("${{{digit}}}"),
        });
        sql.constant(&Value::Text(parts.collect()))?;
        sql.push(")");
        Ok(())
    }

    fn full_text(&self, _sql: &mut Sql<'_>, _search: &Match) -> Result<()> {
        Err(self
            .lacks("full-text search over ordinary tables", "Use LIKE, or a virtual table of FTS5 and SQL of your own"))
    }

    /// The driver adds the function.
    fn stored(&self, sql: &mut Sql<'_>, least: i64, greatest: i64, number: &Expr) -> Result<()> {
        sql.push("aludel_integer(");
        sql.expr(number)?;
        sql.push(&match (least, greatest) {
            (i64::MIN, i64::MAX) => ")".to_owned(),
            _ => format!(", {least}, {greatest})"),
        });
        Ok(())
    }

    /// The driver adds the function.
    fn microseconds(&self, sql: &mut Sql<'_>, time: &Expr) -> Result<()> {
        sql.push("aludel_microseconds(");
        sql.expr(time)?;
        sql.push(")");
        Ok(())
    }

    fn json(&self, sql: &mut Sql<'_>, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()> {
        let mut text = String::new();
        self.literal(&mut text, &Value::Text(ansi::json_path(path)))?;
        match result {
            JsonResult::Json => {
                sql.push("(");
                sql.operand(expr, Level::Primary)?;
                sql.push(" -> ");
                sql.push(&text);
                sql.push(")");
                Ok(())
            }
            JsonResult::Removed => {
                sql.push("json_remove(");
                sql.expr(expr)?;
                sql.push(", ");
                sql.push(&text);
                sql.push(")");
                Ok(())
            }
            // As an SQL value: true and false are numbers.
            JsonResult::As(ty) if ty.is_integer() || *ty == crate::Type::Boolean => extract(sql, expr, &text),
            JsonResult::As(ty) => {
                let expr = Box::new(expr.clone());
                let text = Expr::Json { expr, path: path.to_vec(), result: JsonResult::Text };
                self.cast(sql, &text, ty)
            }
            JsonResult::Text => {
                sql.push("CASE json_type(");
                sql.expr(expr)?;
                sql.push(", ");
                sql.push(&text);
                sql.push(") WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(");
                extract(sql, expr, &text)?;
                sql.push(" AS TEXT) END");
                Ok(())
            }
        }
    }

    fn bits(&self, sql: &mut Sql<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        let both = |sql: &mut Sql<'_>, op: BinaryOp| {
            sql.operand(left, Level::Sign)?;
            sql.push(op.sql());
            sql.operand(right, Level::Sign)
        };
        if op != BinaryOp::BitXor {
            return both(sql, op);
        }
        // There is no operator: what is in either, less what is in both.
        sql.push("((");
        both(sql, BinaryOp::BitOr)?;
        sql.push(") - (");
        both(sql, BinaryOp::BitAnd)?;
        sql.push("))");
        Ok(())
    }

    fn string_agg(&self, sql: &mut Sql<'_>, texts: &StringAgg<'_>) -> Result<()> {
        if texts.distinct {
            return Err(self.lacks(
                "group_concat of distinct texts with a separator",
                "Select the distinct texts in a sub-query, and join those",
            ));
        }
        sql.push("group_concat(");
        texts.text(sql)?;
        sql.push(", ");
        sql.expr(texts.separator)?;
        sql.order_by(" ORDER BY ", texts.order_by)?;
        sql.push(")");
        sql.aggregate_filter(texts.filter)
    }

    fn values(
        &self,
        sql: &mut Sql<'_>,
        name: &str,
        columns: &[Name],
        types: &[Type],
        rows: &[Vec<Expr>],
    ) -> Result<()> {
        for (i, column) in columns.iter().enumerate() {
            sql.push(if i == 0 { "(SELECT " } else { ", " });
            sql.push(&format!("column{} AS ", i + 1));
            sql.name(column);
        }
        sql.push(" FROM (");
        sql.rows("VALUES ", types, rows)?;
        sql.push(")) AS ");
        sql.name(name);
        Ok(())
    }

    fn table_function(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
        let part = |sql: &mut Sql<'_>, json: &Expr, kind: &str| {
            sql.push("json_each(CASE WHEN json_type(");
            sql.expr(json)?;
            sql.push(kind);
            sql.expr(json)?;
            sql.push(" END) AS ");
            Ok(())
        };
        match source.function {
            // As many times the first, in a list: a text too long is an error.
            TableFunction::Series { start, stop, step } => {
                sql.push("json_each(CASE WHEN ");
                sql.operand(start, Level::Bits)?;
                sql.push(if *step < 0 { " >= " } else { " <= " });
                sql.operand(stop, Level::Bits)?;
                sql.push(" THEN '[' || ");
                sql.operand(start, Level::Primary)?;
                sql.push(" || replace(hex(zeroblob((");
                sql.operand(stop, Level::Sum)?;
                sql.push(" - ");
                sql.operand(start, Level::Product)?;
                sql.push(") / ");
                self.literal(sql.out(), &Value::I64(*step))?;
                sql.push(")), '00', ',' || ");
                sql.operand(start, Level::Primary)?;
                sql.push(") || ']' END) AS ");
            }
            TableFunction::Elements(json) => part(sql, json, ") = 'array' THEN ")?,
            TableFunction::Members(json) => part(sql, json, ") = 'object' THEN ")?,
            TableFunction::Unnest(_) => return Err(no_unnest(self)),
        }
        sql.name(source.name);
        Ok(())
    }

    fn function_column(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>, place: usize) -> Result<bool> {
        let json = match (source.function, place) {
            (TableFunction::Series { step, .. }, _) => {
                sql.push("(");
                source.column(sql, "value");
                sql.push(" + ");
                source.column(sql, "key");
                source.times(sql, *step);
                sql.push(")");
                return Ok(true);
            }
            (_, 0) => {
                source.column(sql, "key");
                return Ok(true);
            }
            (TableFunction::Elements(json) | TableFunction::Members(json), _) => json,
            (TableFunction::Unnest(_), _) => return Err(no_unnest(self)),
        };
        // As JSON again, which it is no longer but where it is an array or an object; a number that has no room is as it was
        // at its place alone.
        for (text, column) in [
            ("CASE WHEN ", "type"),
            (" IN ('array', 'object') THEN ", "value"),
            (" WHEN ", "type"),
            (" IN ('true', 'false', 'null') THEN ", "type"),
            (" WHEN ", "type"),
            (" = 'text' OR typeof(", "value"),
            (") = 'integer' THEN json_quote(", "value"),
            (") WHEN ", "type"),
        ] {
            sql.push(text);
            source.column(sql, column);
        }
        sql.push(" IS NOT NULL THEN ");
        sql.operand(json, Level::Primary)?;
        sql.push(" -> ");
        source.column(sql, "fullkey");
        sql.push(" END");
        Ok(true)
    }
}

fn extract(sql: &mut Sql<'_>, expr: &Expr, path: &str) -> Result<()> {
    sql.push("json_extract(");
    sql.expr(expr)?;
    sql.push(", ");
    sql.push(path);
    sql.push(")");
    Ok(())
}
