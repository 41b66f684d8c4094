//! The constructs of queries, as PostgreSQL has them.

use std::{borrow::Cow, fmt::Write};

use crate::{
    dialect::{Constructs, Dialect, FunctionSource, Repeated, Spelling, StringAgg, TypedPlaceholders},
    error::Result,
    expr::{BinaryOp, Expr, JsonResult, JsonStep, Match, SearchMode},
    render::{Level, Sql},
    statement::TableFunction,
    types::Type,
    value::Value,
};

use super::Postgres;

static CONSTRUCTS: Constructs = Constructs {
    typed_placeholders: TypedPlaceholders::Alone,
    repeated: Repeated::Placeholders,
    outer_locks: false,
    ..Constructs::ALL
};

impl Spelling for Postgres {
    fn constructs(&self) -> &'static Constructs {
        &CONSTRUCTS
    }

    fn full_text(&self, sql: &mut Sql<'_>, search: &Match) -> Result<()> {
        let reader = match search.mode {
            SearchMode::Words => "plainto_tsquery(",
            SearchMode::Phrase => "phraseto_tsquery(",
            SearchMode::Web => "websearch_to_tsquery(",
            SearchMode::Boolean => {
                let help = "Use SearchMode::Web, whose operators are others, or SearchMode::Words";
                return Err(self.lacks("boolean mode of full-text search", help));
            }
            SearchMode::Expansion => {
                let help = "Use SearchMode::Words, with the other words said";
                return Err(self.lacks("expansion of what a full-text search looks for", help));
            }
        };
        let mut language = String::new();
        if let Some(name) = &search.language {
            self.literal(&mut language, &Value::from(&**name))?;
            language.push_str(", ");
        }
        sql.push(if search.rank { "CAST(ts_rank(to_tsvector(" } else { "to_tsvector(" });
        sql.push(&language);
        for (i, column) in search.columns.iter().enumerate() {
            sql.push(if i == 0 { "COALESCE(" } else { " || ' ' || COALESCE(" });
            sql.expr(column)?;
            sql.push(", '')");
        }
        sql.push(if search.rank { "), " } else { ") @@ " });
        sql.push(reader);
        sql.push(&language);
        sql.expr(&search.query)?;
        sql.push(if search.rank { ")) AS DOUBLE PRECISION)" } else { ")" });
        Ok(())
    }

    fn json(&self, sql: &mut Sql<'_>, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()> {
        match result {
            JsonResult::Json if path.is_empty() => return sql.operand(expr, Level::Primary),
            JsonResult::As(ty) => {
                let expr = Box::new(expr.clone());
                let text = Expr::Json { expr, path: path.to_vec(), result: JsonResult::Text };
                return self.cast(sql, &text, ty);
            }
            _ => {}
        }
        if *result == JsonResult::Removed {
            // Looked for first: `#-` is an error where a key is to be removed from an array, or anything from a number.
            sql.push("(CASE WHEN jsonb_typeof(");
            sql.expr(expr)?;
            sql.push(") IN ('object', 'array') AND ");
            self.json(sql, expr, path, &JsonResult::Json)?;
            sql.push(" IS NOT NULL THEN ");
            sql.operand(expr, Level::Primary)?;
            sql.push(" #- ARRAY[");
            for (i, step) in path.iter().enumerate() {
                sql.push(if i == 0 { "" } else { ", " });
                let step = match step {
                    JsonStep::Key(key) => key.to_string(),
                    JsonStep::Index(index) => index.to_string(),
                };
                self.literal(sql.out(), &Value::Text(step))?;
            }
            sql.push("] ELSE ");
            sql.expr(expr)?;
            sql.push(" END)");
            return Ok(());
        }
        sql.push("(");
        sql.operand(expr, Level::Primary)?;
        // Step by step: a path of its own would take a key for an index, and an index for a key.
        for (i, step) in path.iter().enumerate() {
            let last = i + 1 == path.len() && *result == JsonResult::Text;
            sql.push(if last { " ->> " } else { " -> " });
            match step {
                JsonStep::Key(key) => self.literal(sql.out(), &Value::from(&**key))?,
                JsonStep::Index(index) if *index < 0 => {
                    let _ = write!(sql.out(), "({index})");
                }
                JsonStep::Index(index) => {
                    let _ = write!(sql.out(), "{index}");
                }
            }
        }
        sql.push(if path.is_empty() { " #>> '{}')" } else { ")" });
        Ok(())
    }

    fn bits(&self, sql: &mut Sql<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            // Of 64 bits, whatever the operand has, and by an INTEGER.
            sql.push("CAST(");
            sql.bare(left, Level::Or)?;
            sql.push(" AS BIGINT)");
            sql.push(op.sql());
            sql.push("CAST(");
            sql.bare(right, Level::Or)?;
            sql.push(" AS INTEGER)");
            return Ok(());
        }
        sql.operand(left, Level::Sign)?;
        sql.push(if op == BinaryOp::BitXor { " # " } else { op.sql() });
        sql.operand(right, Level::Sign)
    }

    fn string_agg(&self, sql: &mut Sql<'_>, texts: &StringAgg<'_>) -> Result<()> {
        sql.push(if texts.distinct { "string_agg(DISTINCT " } else { "string_agg(" });
        texts.text(sql)?;
        sql.push(", ");
        sql.expr(texts.separator)?;
        sql.order_by(" ORDER BY ", texts.order_by)?;
        sql.push(")");
        sql.aggregate_filter(texts.filter)
    }

    fn table_function(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
        let FunctionSource { function, name, columns } = source;
        // The rest are an error of what they are not made for.
        let part = |sql: &mut Sql<'_>, function: &str, json: &Expr, kind: &str| {
            sql.push(function);
            sql.push("(CASE WHEN jsonb_typeof(");
            sql.expr(json)?;
            sql.push(kind);
            sql.expr(json)?;
            sql.push(" END)");
            Ok(())
        };
        match function {
            TableFunction::Series { start, stop, step } => {
                sql.push("generate_series(");
                self.cast(sql, start, &Type::BigInt)?;
                sql.push(", ");
                self.cast(sql, stop, &Type::BigInt)?;
                sql.push(&if *step == 1 { ")".to_owned() } else { format!(", {step})") });
            }
            TableFunction::Elements(json) => part(sql, "jsonb_array_elements", json, ") = 'array' THEN ")?,
            TableFunction::Members(json) => part(sql, "jsonb_each", json, ") = 'object' THEN ")?,
            TableFunction::Unnest(array) => {
                sql.push("unnest(");
                sql.expr(array)?;
                sql.push(")");
            }
        }
        let numbered = numbered(function);
        sql.push(if numbered { " WITH ORDINALITY AS " } else { " AS " });
        sql.name(name);
        sql.push(" (");
        match columns {
            [place, element] if numbered => sql.names(&[element, place]),
            columns => sql.names(columns),
        }
        sql.push(")");
        Ok(())
    }

    fn function_column(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>, place: usize) -> Result<bool> {
        // Counted from 1.
        let counted = place == 0 && numbered(source.function);
        if counted {
            sql.push("(");
            source.column(sql, &source.columns[place]);
            sql.push(" - 1)");
        }
        Ok(counted)
    }

    fn placeholder_type(&self, value: &Value) -> Option<Cow<'static, str>> {
        Some(match value {
            Value::Bool(_) => "BOOLEAN".into(),
            Value::I64(_) => "BIGINT".into(),
            Value::F64(_) => "DOUBLE PRECISION".into(),
            Value::Decimal(_) => "NUMERIC".into(),
            Value::Text(_) => "TEXT".into(),
            Value::Bytes(_) => "BYTEA".into(),
            Value::Date(_) => "DATE".into(),
            Value::Time(_) => "TIME".into(),
            Value::DateTime(_) => "TIMESTAMP".into(),
            Value::Timestamp(_) => "TIMESTAMPTZ".into(),
            Value::Uuid(_) => "UUID".into(),
            Value::Json(_) => "JSONB".into(),
            Value::Array(elements) => {
                let element = self.placeholder_type(elements.iter().find(|value| !value.is_null())?)?;
                format!("{element}[]").into()
            }
            Value::Null | Value::Invalid(_) => return None,
        })
    }
}

/// Whether a function's rows are numbered by WITH ORDINALITY.
fn numbered(function: &TableFunction) -> bool {
    matches!(function, TableFunction::Elements(_) | TableFunction::Unnest(_))
}
