//! The larger parts of expressions.

use std::fmt::Write;

use crate::{
    error::Result,
    expr::{Aggregate, Bound, Exclude, Expr, Fragment, Frame, FrameUnit, JsonResult, JsonStep, Over},
    value::Value,
};

use super::{Level, Sql, malformed};

impl Sql<'_> {
    pub(super) fn part(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::InQuery { expr, select, negated } => {
                self.operand(expr, Level::Bits)?;
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            Expr::Quantified { left, op, all, select } => {
                self.operand(left, Level::Bits)?;
                self.push(op.sql());
                self.push(if *all { "ALL (" } else { "ANY (" });
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            Expr::Tuple(list) => {
                self.push("(");
                self.list(list)?;
                self.push(")");
                Ok(())
            }
            Expr::Like { expr, pattern, escape, insensitive: _, negated } => {
                self.function("LOWER", std::slice::from_ref(expr))?;
                self.push(if *negated { " NOT LIKE " } else { " LIKE " });
                self.function("LOWER", std::slice::from_ref(pattern))?;
                self.escape(*escape, pattern)
            }
            Expr::Regexp { expr, pattern, insensitive, negated } => {
                self.operand(expr, Level::Bits)?;
                self.push(match (negated, insensitive) {
                    (false, false) => " ~ ",
                    (false, true) => " ~* ",
                    (true, false) => " !~ ",
                    (true, true) => " !~* ",
                });
                self.operand(pattern, Level::Bits)
            }
            Expr::Match { columns, query } => {
                self.push("MATCH (");
                self.list(columns)?;
                self.push(") AGAINST (");
                self.expr(query)?;
                self.push(")");
                Ok(())
            }
            Expr::Collate(expr, collation) => {
                self.operand(expr, Level::Primary)?;
                self.push(" COLLATE ");
                self.name(collation);
                Ok(())
            }
            Expr::Json { expr, path, result } => self.json(expr, path, result),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Over(over) => self.over(over),
            Expr::Excluded(name) => {
                self.push("excluded.");
                self.name(name);
                Ok(())
            }
            Expr::Default => {
                self.push("DEFAULT");
                Ok(())
            }
            Expr::Raw(fragments) => {
                for fragment in fragments {
                    match fragment {
                        Fragment::Text(text) => self.push(text),
                        Fragment::Part(expr) => self.operand(expr, Level::Primary)?,
                    }
                }
                Ok(())
            }
            _ => Err(malformed("an expression has no text")),
        }
    }

    fn json(&mut self, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()> {
        if let JsonResult::As(ty) = result {
            let text = Expr::Json { expr: Box::new(expr.clone()), path: path.to_vec(), result: JsonResult::Text };
            return self.dialect.cast(self, &text, ty);
        }
        let mut text = String::from("$");
        for step in path {
            let _ = match step {
                JsonStep::Key(key) => write!(text, ".\"{key}\""),
                JsonStep::Index(index) if *index < 0 => write!(text, "[#{index}]"),
                JsonStep::Index(index) => write!(text, "[{index}]"),
            };
        }
        self.operand(expr, Level::Primary)?;
        self.push(if matches!(result, JsonResult::Text) { " ->> " } else { " -> " });
        self.dialect.literal(&mut self.out, &Value::Text(text))
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<()> {
        let Aggregate { call, distinct, order_by, filter } = aggregate;
        match call {
            Expr::CountAll => self.push("COUNT(*"),
            Expr::Call(function, arguments) if *distinct || !order_by.is_empty() => {
                self.push(function.name());
                self.push(if *distinct { "(DISTINCT " } else { "(" });
                self.list(arguments)?;
                self.order_by(" ORDER BY ", order_by)?;
            }
            Expr::Call(..) => {
                self.expr(call)?;
                self.out.truncate(self.out.len() - 1);
            }
            _ => return Err(malformed("an aggregate is no call of a function")),
        }
        self.push(")");
        if let Some(filter) = filter {
            self.push(" FILTER (WHERE ");
            self.expr(filter)?;
            self.push(")");
        }
        Ok(())
    }

    fn over(&mut self, over: &Over) -> Result<()> {
        self.expr(&over.call)?;
        self.push(" OVER (");
        let mut between = "";
        if !over.partition_by.is_empty() {
            self.push("PARTITION BY ");
            self.list(&over.partition_by)?;
            between = " ";
        }
        if !over.order_by.is_empty() {
            self.push(between);
            self.order_by("ORDER BY ", &over.order_by)?;
            between = " ";
        }
        if let Some(frame) = &over.frame {
            self.push(between);
            self.frame(frame);
        }
        self.push(")");
        Ok(())
    }

    fn frame(&mut self, frame: &Frame) {
        self.push(match frame.unit {
            FrameUnit::Rows => "ROWS BETWEEN ",
            FrameUnit::Range => "RANGE BETWEEN ",
            FrameUnit::Groups => "GROUPS BETWEEN ",
        });
        self.bound(frame.start);
        self.push(" AND ");
        self.bound(frame.end);
        self.push(match frame.exclude {
            None => "",
            Some(Exclude::CurrentRow) => " EXCLUDE CURRENT ROW",
            Some(Exclude::Group) => " EXCLUDE GROUP",
            Some(Exclude::Ties) => " EXCLUDE TIES",
        });
    }

    fn bound(&mut self, bound: Bound) {
        let _ = match bound {
            Bound::UnboundedPreceding => self.out.write_str("UNBOUNDED PRECEDING"),
            Bound::Preceding(count) => write!(self.out, "{count} PRECEDING"),
            Bound::CurrentRow => self.out.write_str("CURRENT ROW"),
            Bound::Following(count) => write!(self.out, "{count} FOLLOWING"),
            Bound::UnboundedFollowing => self.out.write_str("UNBOUNDED FOLLOWING"),
        };
    }
}
