//! The constructs of queries, as MySQL and MariaDB have them.

use std::{borrow::Cow, fmt::Write, time::Duration};

use crate::{
    Type,
    dialect::{
        ChangeWith, Constructs, Dialect, FunctionSource, GroupingSets, InRows, Regexp, RegexpReplace, Repeated,
        RowLocks, Spelling, StringAgg, TypedPlaceholders, replacement::Part,
    },
    error::Result,
    expr::{BinaryOp, Expr, JsonResult, JsonStep, Match, Name, SearchMode},
    render::{Level, Sql},
    value::Value,
};

use super::{MySql, rows};

/// What both have: what MariaDB has.
pub(in crate::dialect) const COMMON: Constructs = Constructs {
    nulls_order: false,
    ilike: false,
    between_symmetric: false,
    aggregate_filter: false,
    aggregate_order: false,
    within_group: false,
    arrays: false,
    lag_default: false,
    groups_frame: false,
    interval_frames: false,
    full_join: false,
    lateral: false,
    sample: false,
    grouped_anywhere: false,
    grouping_sets: GroupingSets::Rollup,
    materialized: false,
    distinct_on: false,
    limited_in: false,
    in_rows: InRows::Compared,
    typed_placeholders: TypedPlaceholders::Decimals,
    on_conflict: false,
    select_on_conflict: false,
    update_returning: false,
    returning_others: false,
    with_changes: false,
    writing_ctes: false,
    change_with: ChangeWith::SeveralTables,
    row_locks: RowLocks::Whole,
    ..Constructs::ALL
};

/// What MySQL has.
pub(super) const MYSQL: Constructs = Constructs {
    interval_frames: true,
    lateral: true,
    grouping_sets: GroupingSets::OrderedRollup,
    lag_default: true,
    with_changes: true,
    typed_placeholders: TypedPlaceholders::Mistaken,
    repeated: Repeated::Literals,
    with_ties: false,
    row_locks: RowLocks::Simple,
    ..COMMON
};

impl Spelling for MySql {
    fn constructs(&self) -> &'static Constructs {
        self.constructs
    }

    fn regexp(&self, sql: &mut Sql<'_>, regexp: &Regexp<'_>) -> Result<()> {
        // Case counts or not, whatever the collation of the text.
        if self.native_json {
            sql.push(if regexp.negated { "NOT REGEXP_LIKE(" } else { "REGEXP_LIKE(" });
            sql.expr(regexp.expr)?;
            sql.push(", ");
            sql.expr(regexp.pattern)?;
            sql.push(if regexp.insensitive { ", 'i')" } else { ", 'c')" });
            return Ok(());
        }
        sql.operand(regexp.expr, Level::Bits)?;
        sql.push(if regexp.negated { " NOT REGEXP " } else { " REGEXP " });
        sql.push(if regexp.insensitive { "CONCAT('(?i)', " } else { "CONCAT('(?-i)', " });
        sql.expr(regexp.pattern)?;
        sql.push(")");
        Ok(())
    }

    fn regexp_replace(&self, sql: &mut Sql<'_>, replace: &RegexpReplace<'_>) -> Result<()> {
        sql.push("REGEXP_REPLACE(");
        sql.expr(replace.text)?;
        sql.push(", ");
        let with = if self.native_json {
            sql.expr(replace.pattern)?;
            with_dollars(&replace.parts()?)
        } else {
            sql.push(if replace.insensitive { "CONCAT('(?i)', " } else { "CONCAT('(?-i)', " });
            sql.expr(replace.pattern)?;
            sql.push(")");
            replace.with_backslashes(r"\0")?
        };
        sql.push(", ");
        if with.contains('\\') {
            // In bytes, as a backslash is an escape or not; and as a literal, which takes the collation of the text.
            sql.push("_utf8mb4 ");
            sql.constant(&Value::Bytes(with.into_bytes()))?;
        } else {
            sql.constant(&Value::Text(with))?;
        }
        sql.push(match (self.native_json, replace.insensitive) {
            (false, _) => ")",
            (true, true) => ", 1, 0, 'i')",
            (true, false) => ", 1, 0, 'c')",
        });
        Ok(())
    }

    fn full_text(&self, sql: &mut Sql<'_>, search: &Match) -> Result<()> {
        let mode = match search.mode {
            SearchMode::Words => "",
            SearchMode::Boolean => " IN BOOLEAN MODE",
            SearchMode::Expansion => " WITH QUERY EXPANSION",
            SearchMode::Phrase => {
                let help = "Use SearchMode::Boolean, with the phrase in double quotes";
                return Err(self.lacks("full-text search for a phrase alone", help));
            }
            SearchMode::Web => {
                let help = "Use SearchMode::Boolean, whose operators are others, or SearchMode::Words";
                return Err(self.lacks("full-text search as search engines have it", help));
            }
        };
        if search.language.is_some() {
            let help = "Leave it away: the full-text index cuts texts into words";
            return Err(self.lacks("choice of language in full-text search", help));
        }
        sql.push("MATCH (");
        sql.list(&search.columns)?;
        sql.push(") AGAINST (");
        sql.expr(&search.query)?;
        sql.push(mode);
        sql.push(if search.rank { ")" } else { ") > 0" });
        Ok(())
    }

    fn json(&self, sql: &mut Sql<'_>, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()> {
        let at = |sql: &mut Sql<'_>, function| {
            sql.push(function);
            sql.expr(expr)?;
            sql.push(", ");
            self.literal(sql.out(), &Value::Text(json_path(path)))?;
            sql.push(")");
            Ok(())
        };
        let extract = |sql: &mut Sql<'_>| at(sql, "JSON_EXTRACT(");
        let value = match result {
            JsonResult::Removed => return at(sql, "JSON_REMOVE("),
            JsonResult::Json | JsonResult::As(Type::Json) => return extract(sql),
            JsonResult::As(Type::Boolean) => " = 'true' END)",
            JsonResult::Text => " END)",
            JsonResult::As(ty) => {
                let expr = Box::new(expr.clone());
                let text = Expr::Json { expr, path: path.to_vec(), result: JsonResult::Text };
                return self.cast(sql, &text, ty);
            }
        };
        // Texts out of JSON have another collation than others.
        let collate = |sql: &mut Sql<'_>| {
            sql.push(") COLLATE ");
            sql.push(self.collation);
        };
        // Else the JSON `null` would be the text "null".
        sql.push("(CASE JSON_TYPE(");
        extract(sql)?;
        if self.native_json {
            collate(sql)
        } else {
            sql.push(")")
        }
        sql.push(" WHEN 'NULL' THEN NULL ELSE JSON_UNQUOTE(");
        extract(sql)?;
        collate(sql);
        sql.push(value);
        Ok(())
    }

    fn bits(&self, sql: &mut Sql<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        let both = |sql: &mut Sql<'_>, before: &str| {
            sql.push(before);
            sql.operand(left, Level::Sign)?;
            sql.push(op.sql());
            sql.operand(right, Level::Sign)
        };
        // Numbers of bits have no sign here.
        sql.push("CAST(");
        if op == BinaryOp::Shr {
            sql.push("IF(");
            sql.operand(left, Level::Bits)?;
            // Shifted, a negative number would be filled up with zeros: its opposite is.
            both(sql, " < 0, ~(~")?;
            both(sql, "), ")?;
            sql.push(")");
        } else {
            both(sql, "")?;
        }
        sql.push(" AS SIGNED)");
        Ok(())
    }

    fn negate(&self, sql: &mut Sql<'_>, operand: &Expr) -> Result<()> {
        // `-` makes a decimal number of a constant that is negative already.
        match operand {
            Expr::Column(_) => {
                sql.push("-");
                sql.expr(operand)
            }
            Expr::Value(_) if sql.is_inline() => {
                sql.push("-");
                sql.parenthesised(operand)
            }
            _ => {
                sql.push("(0 - ");
                sql.operand(operand, Level::Product)?;
                sql.push(")");
                Ok(())
            }
        }
    }

    fn bit_not(&self, sql: &mut Sql<'_>, operand: &Expr) -> Result<()> {
        sql.push("CAST(~");
        sql.operand(operand, Level::Primary)?;
        sql.push(" AS SIGNED)");
        Ok(())
    }

    fn bits_level(&self) -> Level {
        Level::Primary
    }

    fn placeholder_type(&self, value: &Value) -> Option<Cow<'static, str>> {
        Some(match value {
            Value::I64(_) => "SIGNED".into(),
            Value::F64(_) => "DOUBLE".into(),
            // With its own digits after the point: those of a result are made of them.
            Value::Decimal(_) => format!("DECIMAL(65,{})", value.scale().min(30)).into(),
            Value::Json(_) => "JSON".into(),
            _ => return None,
        })
    }

    fn integer_quotient(&self) -> &'static str {
        " DIV "
    }

    fn string_agg(&self, sql: &mut Sql<'_>, texts: &StringAgg<'_>) -> Result<()> {
        let Expr::Value(Value::Text(separator)) = texts.separator else {
            return Err(self.lacks("GROUP_CONCAT with a computed separator", "Use a text"));
        };
        sql.push(if texts.distinct { "GROUP_CONCAT(DISTINCT " } else { "GROUP_CONCAT(" });
        texts.text(sql)?;
        sql.order_by(" ORDER BY ", texts.order_by)?;
        sql.push(" SEPARATOR ");
        // A literal alone may stand here, which a text with a backslash has in bytes only.
        sql.literal(&match separator.contains('\\') {
            true => Value::Bytes(separator.as_bytes().to_vec()),
            false => Value::Text(separator.clone()),
        })?;
        sql.push(")");
        Ok(())
    }

    fn interval(&self, sql: &mut Sql<'_>, time: Duration) {
        sql.push(&format!("INTERVAL {} MICROSECOND", time.as_micros()));
    }

    fn microseconds(&self, sql: &mut Sql<'_>, time: &Expr) -> Result<()> {
        // A time alone is one of today, for the whole statement.
        sql.push("TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ");
        sql.expr(time)?;
        sql.push(")");
        Ok(())
    }

    fn average(&self) -> &'static str {
        super::MORE_DIGITS
    }

    fn values(
        &self,
        sql: &mut Sql<'_>,
        name: &str,
        columns: &[Name],
        types: &[Type],
        rows: &[Vec<Expr>],
    ) -> Result<()> {
        if self.native_json {
            sql.push("(");
            sql.rows("VALUES ROW", types, rows)?;
            sql.push(") AS ");
            sql.name(name);
            sql.push(" (");
            sql.names(columns);
            sql.push(")");
            return Ok(());
        }
        for (i, row) in rows.iter().enumerate() {
            sql.push(if i == 0 { "(SELECT " } else { " UNION ALL SELECT " });
            for (j, value) in row.iter().enumerate() {
                sql.push(if j == 0 { "" } else { ", " });
                sql.expr(value)?;
                if let (0, Some(column)) = (i, columns.get(j)) {
                    sql.push(" AS ");
                    sql.name(column);
                }
            }
        }
        sql.push(") AS ");
        sql.name(name);
        Ok(())
    }

    fn table_function(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
        match self.native_json {
            true => rows::in_a_query(self, sql, source),
            false => rows::function(self, sql, source),
        }
    }

    fn function_column(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>, place: usize) -> Result<bool> {
        if !self.native_json {
            rows::column(sql, source, place);
        }
        Ok(!self.native_json)
    }
}

/// What stands in place of a match, where a group is `$1`, and any other character is itself behind a backslash.
fn with_dollars(parts: &[Part<'_>]) -> String {
    let mut with = String::new();
    let mut behind_group = false;
    for part in parts {
        match part {
            Part::Group(digit) => with.extend(['$', *digit]),
            Part::Text(text) => {
                // A digit there would be one of the group's number.
                if behind_group && text.starts_with(|c: char| c.is_ascii_digit()) {
                    with.push('\\');
                }
                with.push_str(&text.replace('\\', r"\\").replace('$', r"\$"));
            }
        }
        behind_group = matches!(part, Part::Group(_));
    }
    with
}

/// `$."key"[0][last-1]`
fn json_path(path: &[JsonStep]) -> String {
    let mut text = String::from("$");
    for step in path {
        let _ = match step {
            JsonStep::Key(key) => write!(text, ".\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")),
            JsonStep::Index(-1) => write!(text, "[last]"),
            JsonStep::Index(index) if *index < 0 => write!(text, "[last-{}]", index.unsigned_abs() - 1),
            JsonStep::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}
