//! The larger parts of expressions: sub-queries after IN and ANY, patterns, JSON, fragments.

use crate::{
    dialect::{InRows, Regexp},
    error::Result,
    expr::{BinaryOp, Expr, Fragment, Function, JsonResult},
    statement::Select,
    value::Value,
};

use super::{Level, Sql, malformed};

impl Sql<'_> {
    /// Writes `row [NOT] IN rows`.
    pub(super) fn in_rows(&mut self, row: &[Expr], rows: &[Expr], negated: bool) -> Result<()> {
        let how = self.dialect.constructs().in_rows;
        if how == InRows::Compared {
            self.push(if negated { "NOT (" } else { "(" });
            for (i, other) in rows.iter().enumerate() {
                let other = match other {
                    Expr::Tuple(other) if other.len() == row.len() => other,
                    _ => return Err(malformed("a row is looked for among others that are not as wide")),
                };
                self.push(if i == 0 { "" } else { " OR " });
                for (j, (left, right)) in row.iter().zip(other).enumerate() {
                    self.push(if j == 0 { "" } else { " AND " });
                    self.infix(BinaryOp::Eq, left, right)?;
                }
            }
            self.push(")");
            return Ok(());
        }
        self.row_in(row, rows, negated, if how == InRows::Values { "VALUES " } else { "" })
    }

    /// Writes `row [NOT] IN (before rows)`.
    pub(super) fn row_in(&mut self, row: &[Expr], rows: &[Expr], negated: bool, before: &str) -> Result<()> {
        // Its placeholders are compared with several rows, which may not agree on what type they have.
        self.push("(");
        self.list(row)?;
        self.push(if negated { ") NOT IN (" } else { ") IN (" });
        self.tuples(before, rows)?;
        self.push(")");
        Ok(())
    }

    pub(super) fn part(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::InQuery { expr, select, negated } => {
                self.bare(expr, Level::Bits)?;
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.searched(select)
            }
            Expr::Quantified { left, op, all, select } => self.quantified(left, *op, *all, select),
            Expr::QuantifiedArray { left, op, all, array } => self.quantified_array(left, *op, *all, array),
            Expr::Tuple(list) => {
                self.push("(");
                for (i, expr) in list.iter().enumerate() {
                    self.push(if i == 0 { "" } else { ", " });
                    self.bare(expr, Level::Or)?;
                }
                self.push(")");
                Ok(())
            }
            Expr::Like { expr, pattern, escape, insensitive: _, negated } => {
                self.like_insensitive(expr, pattern, *escape, *negated)
            }
            Expr::Regexp { expr, pattern, insensitive, negated } => {
                self.dialect.regexp(self, &Regexp { expr, pattern, insensitive: *insensitive, negated: *negated })
            }
            Expr::Match(search) if search.columns.is_empty() => Err(malformed("a full-text search is over nothing")),
            Expr::Match(search) => self.dialect.full_text(self, search),
            Expr::Collate(expr, collation) => {
                self.operand(expr, Level::Primary)?;
                self.push(" COLLATE ");
                self.name(collation);
                Ok(())
            }
            Expr::Json { path, result: JsonResult::Removed, .. } if path.is_empty() => {
                Err(malformed("a JSON value is to be removed from itself"))
            }
            Expr::Json { expr, path, result } => self.dialect.json(self, expr, path, result),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Over(over) => self.over(over),
            Expr::Excluded(name) => {
                if self.dialect.constructs().on_conflict {
                    self.push("excluded.");
                    self.name(name);
                } else {
                    self.push("VALUES(");
                    self.name(name);
                    self.push(")");
                }
                Ok(())
            }
            Expr::Default if !self.dialect.constructs().default_value => {
                Err(self.dialect.lacks("DEFAULT as a value", "Leave the column out: it then gets its default"))
            }
            Expr::Default => {
                self.push("DEFAULT");
                Ok(())
            }
            Expr::Raw(fragments) => {
                for fragment in fragments {
                    match fragment {
                        Fragment::Text(text) => self.push(text),
                        Fragment::Part(expr) => self.bare(expr, Level::Primary)?,
                    }
                }
                Ok(())
            }
            _ => Err(malformed("an expression has no text")),
        }
    }

    /// Writes the sub-query of EXISTS, of which nobody reads the columns.
    pub(super) fn exists(&mut self, select: &Select) -> Result<()> {
        self.select_as(select, &[], !self.is_inline())
    }

    /// Writes a sub-query in which something is looked for, and the parenthesis that ends it.
    fn searched(&mut self, select: &Select) -> Result<()> {
        let limited = select.limit.is_some() || select.offset.is_some();
        if limited && !self.dialect.constructs().limited_in {
            self.push("SELECT * FROM ");
            self.derived(select)?;
            self.push(" AS ");
            self.name("q");
        } else {
            self.select(select)?;
        }
        self.push(")");
        Ok(())
    }

    fn quantified(&mut self, left: &Expr, op: BinaryOp, all: bool, select: &Select) -> Result<()> {
        check_comparison(op)?;
        if self.dialect.constructs().quantified {
            self.bare(left, Level::Bits)?;
            self.push(op.sql());
            self.push(if all { "ALL (" } else { "ANY (" });
            return self.searched(select);
        }
        if let (BinaryOp::Eq, false) | (BinaryOp::Ne, true) = (op, all) {
            self.bare(left, Level::Bits)?;
            self.push(if all { " NOT IN (" } else { " IN (" });
            return self.searched(select);
        }
        if left.aggregates() {
            return Err(self
                .dialect
                .lacks("ANY and ALL beside an aggregate", "Compare with the MIN or the MAX that a sub-query selects"));
        }
        // One comparison decides, else one that is NULL makes the whole NULL.
        let (extreme, decided) = if all { ("MIN", "0") } else { ("MAX", "1") };
        let compare = |sql: &mut Self| {
            sql.bare(left, Level::Bits)?;
            sql.push(op.sql());
            sql.name("q");
            sql.push(".");
            sql.name(label_of(select));
            sql.push(")");
            Ok(())
        };
        self.push("(SELECT CASE WHEN ");
        self.push(extreme);
        self.push("(");
        compare(self)?;
        self.push(" = ");
        self.push(decided);
        self.push(" THEN ");
        self.push(decided);
        self.push(" WHEN COUNT(*) > COUNT(");
        compare(self)?;
        self.push(if all { " THEN NULL ELSE 1 END FROM " } else { " THEN NULL ELSE 0 END FROM " });
        self.derived(select)?;
        self.push(" AS ");
        self.name("q");
        self.push(")");
        Ok(())
    }

    fn quantified_array(&mut self, left: &Expr, op: BinaryOp, all: bool, array: &Expr) -> Result<()> {
        check_comparison(op)?;
        if self.dialect.constructs().arrays {
            self.beside(left, [array].into_iter())?;
            self.push(op.sql());
            // A sub-query alone would be one of many rows.
            let (before, after) = if matches!(array, Expr::Subquery(_)) { ("(COALESCE(", "))") } else { ("(", ")") };
            self.push(if all { "ALL " } else { "ANY " });
            self.push(before);
            self.either(array, [left].into_iter(), None)?;
            self.push(after);
            return Ok(());
        }
        let elements = match array {
            Expr::Value(Value::Array(elements)) => elements,
            Expr::Value(value) => {
                self.push("NULL");
                return value.check();
            }
            _ => {
                let help = "Keep the list as JSON, a field of the type `Json<Vec<…>>`, and ask whether an element of it exists";
                return Err(self.dialect.lacks("ANY and ALL over arrays", help));
            }
        };
        // Of another text for each number of elements.
        self.fixed = true;
        let list = elements.iter().map(|element| Expr::Value(element.clone()));
        if let (BinaryOp::Eq, false) | (BinaryOp::Ne, true) = (op, all) {
            return self.expr(&Expr::In { expr: Box::new(left.clone()), list: list.collect(), negated: all });
        }
        let compared = list.map(|element| left.clone().binary(op, element)).collect();
        self.parenthesised(&if all { Expr::And(compared) } else { Expr::Or(compared) })
    }

    fn like_insensitive(&mut self, expr: &Expr, pattern: &Expr, escape: Option<char>, negated: bool) -> Result<()> {
        if escape.is_some_and(char::is_alphabetic) {
            return Err(malformed("a letter cannot be the escape of a pattern in which case does not count"));
        }
        if self.dialect.constructs().ilike {
            self.bare(expr, Level::Bits)?;
            self.push(if negated { " NOT ILIKE " } else { " ILIKE " });
            self.bare(pattern, Level::Bits)?;
        } else {
            self.function(Function::Lower.name(), std::slice::from_ref(expr))?;
            self.push(if negated { " NOT LIKE " } else { " LIKE " });
            self.function(Function::Lower.name(), std::slice::from_ref(pattern))?;
        }
        self.escape(escape, pattern)
    }
}

fn check_comparison(op: BinaryOp) -> Result<()> {
    match op {
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => Ok(()),
        _ => Err(malformed("ANY and ALL stand after a comparison")),
    }
}

fn label_of(select: &Select) -> &str {
    select.labels.first().map_or("c1", |label| label)
}
