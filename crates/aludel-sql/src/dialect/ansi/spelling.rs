//! The constructs of queries, as what a program is told about them has them: nothing reads this text but people.

use crate::{
    dialect::{Constructs, Dialect, Spelling, StringAgg},
    error::Result,
    expr::{Expr, JsonResult, JsonStep},
    render::{Level, Sql},
    value::Value,
};

use super::Ansi;

static CONSTRUCTS: Constructs = Constructs::ALL;

impl Spelling for Ansi {
    fn constructs(&self) -> &'static Constructs {
        &CONSTRUCTS
    }

    fn json(&self, sql: &mut Sql<'_>, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()> {
        sql.push(match result {
            JsonResult::Json => "JSON_QUERY(",
            JsonResult::Removed => "JSON_REMOVE(",
            JsonResult::Text | JsonResult::As(_) => "JSON_VALUE(",
        });
        sql.expr(expr)?;
        sql.push(", ");
        self.literal(sql.out(), &Value::Text(super::json_path(path)))?;
        if let JsonResult::As(ty) = result {
            sql.push(" RETURNING ");
            self.column_type(sql.out(), ty)?;
        }
        sql.push(")");
        Ok(())
    }

    fn string_agg(&self, sql: &mut Sql<'_>, texts: &StringAgg<'_>) -> Result<()> {
        sql.push(if texts.distinct { "STRING_AGG(DISTINCT " } else { "STRING_AGG(" });
        texts.text(sql)?;
        sql.push(", ");
        sql.operand(texts.separator, Level::Or)?;
        sql.order_by(" ORDER BY ", texts.order_by)?;
        sql.push(")");
        sql.aggregate_filter(texts.filter)
    }
}
