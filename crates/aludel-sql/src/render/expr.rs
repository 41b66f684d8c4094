//! Expressions.

use crate::{
    dialect::Repeated,
    error::Result,
    expr::{BinaryOp, Expr, Is, UnaryOp},
    value::Value,
};

use super::{Level, Sql, malformed};

impl BinaryOp {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            BinaryOp::Eq => " = ",
            BinaryOp::Ne => " <> ",
            BinaryOp::Lt => " < ",
            BinaryOp::Le => " <= ",
            BinaryOp::Gt => " > ",
            BinaryOp::Ge => " >= ",
            BinaryOp::IsDistinct => " IS DISTINCT FROM ",
            BinaryOp::IsNotDistinct => " IS NOT DISTINCT FROM ",
            BinaryOp::Add => " + ",
            BinaryOp::Sub => " - ",
            BinaryOp::Mul => " * ",
            BinaryOp::Div => " / ",
            BinaryOp::Concat => " || ",
            BinaryOp::Rem => " % ",
            BinaryOp::IntDiv => " / ",
            BinaryOp::BitAnd => " & ",
            BinaryOp::BitOr => " | ",
            BinaryOp::BitXor => " ^ ",
            BinaryOp::Shl => " << ",
            BinaryOp::Shr => " >> ",
        }
    }
}

impl Sql<'_> {
    /// Writes an expression.
    ///
    /// # Errors
    /// The dialect lacks something in it, or the tree makes no sense.
    pub fn expr(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Value(value) => self.typed(value),
            Expr::Column(column) => self.column_ref(column),
            _ if !self.grouped.is_empty() && (expr.is_aggregate() || self.grouped.contains(expr)) => {
                self.of_group(expr)
            }
            _ if self.repeated.is_empty() => self.deeper(|sql| sql.node(expr)),
            _ => self.repeatedly(expr),
        }
    }

    /// Writes, of a group, an aggregate, which sees each row, or the least of what rows are grouped by: all that there is.
    fn of_group(&mut self, expr: &Expr) -> Result<()> {
        let grouped = std::mem::take(&mut self.grouped);
        if expr.is_aggregate() {
            self.expr(expr)?;
        } else {
            self.push("MIN(");
            self.expr(expr)?;
            self.push(")");
        }
        self.grouped = grouped;
        Ok(())
    }

    /// Writes an expression as it was written before, where it must be the same.
    fn repeatedly(&mut self, expr: &Expr) -> Result<()> {
        let known = self.repeated.iter().position(|(other, _)| other == expr);
        if let Some((_, Some(text))) = known.map(|position| &self.repeated[position]) {
            self.out.push_str(text);
            return Ok(());
        }
        let start = self.out.len();
        let literals = known.is_some() && self.dialect.constructs().repeated == Repeated::Literals;
        let params = if literals { self.params.take() } else { None };
        let written = self.deeper(|sql| sql.node(expr));
        self.params = params.or(self.params.take());
        written?;
        if let Some(position) = known {
            self.repeated[position].1 = Some(self.out[start..].to_owned());
        }
        Ok(())
    }

    fn node(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Unary(UnaryOp::Not, operand) => {
                self.push("NOT ");
                // `NOT EXISTS` is an expression of its own.
                let least = if matches!(**operand, Expr::Exists { .. }) { None } else { Some(Level::Not) };
                self.operand_or_parentheses(operand, least)
            }
            Expr::Unary(UnaryOp::Negate, operand) => self.dialect.negate(self, operand),
            Expr::Unary(UnaryOp::BitNot, operand) => self.dialect.bit_not(self, operand),
            Expr::Binary(op, left, right) => self.binary(*op, left, right),
            Expr::And(list) => self.junction(list, " AND ", Level::And, "1 = 1"),
            Expr::Or(list) => self.junction(list, " OR ", Level::Or, "1 = 0"),
            Expr::Is { expr, what, negated } => {
                self.operand(expr, Level::Bits)?;
                self.push(if *negated { " IS NOT " } else { " IS " });
                self.push(match what {
                    Is::Null => "NULL",
                    Is::True => "TRUE",
                    Is::False => "FALSE",
                });
                Ok(())
            }
            Expr::In { list, negated, .. } if list.is_empty() => {
                self.push(if *negated { "1 = 1" } else { "1 = 0" });
                Ok(())
            }
            Expr::In { expr, list, negated } => {
                if let Expr::Tuple(row) = &**expr {
                    return self.in_rows(row, list, *negated);
                }
                self.beside_all(expr, list.iter())?;
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.list_beside(list, [&**expr].into_iter())?;
                self.push(")");
                Ok(())
            }
            Expr::Between { expr, low, high, negated } => {
                self.between(expr, if *negated { " NOT BETWEEN " } else { " BETWEEN " }, low, high)
            }
            Expr::BetweenSymmetric { expr, one, other } => {
                if self.dialect.constructs().between_symmetric {
                    return self.between(expr, " BETWEEN SYMMETRIC ", one, other);
                }
                self.push("(");
                self.between(expr, " BETWEEN ", one, other)?;
                self.push(" OR ");
                self.between(expr, " BETWEEN ", other, one)?;
                self.push(")");
                Ok(())
            }
            Expr::Like { expr, pattern, escape, insensitive: false, negated } => {
                self.bare(expr, Level::Bits)?;
                self.push(if *negated { " NOT LIKE " } else { " LIKE " });
                self.bare(pattern, Level::Bits)?;
                self.escape(*escape, pattern)
            }
            Expr::Case { operand, arms, otherwise } => self.case(operand.as_deref(), arms, otherwise.as_deref()),
            Expr::Cast(operand, ty) => self.dialect.cast(self, operand, ty),
            Expr::Call(function, arguments) => self.call(function, arguments),
            Expr::CountAll => {
                self.push("COUNT(*)");
                Ok(())
            }
            Expr::CurrentTimestamp => {
                self.dialect.current_timestamp(&mut self.out);
                Ok(())
            }
            Expr::NextValue(sequence) => self.next_value(sequence),
            Expr::CurrentDate => {
                self.dialect.current_date(&mut self.out);
                Ok(())
            }
            Expr::Exists { select, negated } => {
                self.push(if *negated { "NOT EXISTS (" } else { "EXISTS (" });
                self.exists(select)?;
                self.push(")");
                Ok(())
            }
            Expr::Subquery(select) => {
                self.push("(");
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            _ => self.part(expr),
        }
    }

    fn between(&mut self, expr: &Expr, between: &str, low: &Expr, high: &Expr) -> Result<()> {
        self.beside_all(expr, [low, high].into_iter())?;
        self.push(between);
        self.beside(low, [expr].into_iter())?;
        self.push(" AND ");
        self.beside(high, [expr].into_iter())
    }

    /// Writes ESCAPE where it is asked for, or where the pattern may hold a backslash that would escape by itself.
    pub(super) fn escape(&mut self, escape: Option<char>, pattern: &Expr) -> Result<()> {
        if let Some(escape) = escape {
            self.push(" ESCAPE ");
            return self.dialect.literal(&mut self.out, &Value::Text(escape.to_string()));
        }
        let plain = self.is_inline() && matches!(pattern, Expr::Value(Value::Text(text)) if !text.contains('\\'));
        if let Some(none) = self.dialect.no_escape().filter(|_| !plain) {
            self.push(" ESCAPE ");
            self.push(none);
        }
        Ok(())
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        let level = op.level();
        if level == Level::Predicate {
            return match op {
                BinaryOp::IsDistinct => self.dialect.distinct(self, left, right, false),
                BinaryOp::IsNotDistinct => self.dialect.distinct(self, left, right, true),
                _ => self.infix(op, left, right),
            };
        }
        if level == Level::Bits {
            return self.dialect.bits(self, op, left, right);
        }
        // These hang to the left, as deep as a chain of them is long: walked in a loop, so that none is too long.
        let mut chain = vec![(op, right)];
        let mut first = left;
        while let Expr::Binary(op, left, right) = first
            && op.level() == level
        {
            chain.push((*op, right));
            first = left;
        }
        if op == BinaryOp::Concat && !self.dialect.capability().concat_operator {
            self.push("CONCAT(");
            self.expr(first)?;
            for (_, right) in chain.into_iter().rev() {
                self.push(", ");
                self.expr(right)?;
            }
            self.push(")");
            return Ok(());
        }
        if op == BinaryOp::Concat {
            // Placeholders are texts here.
            self.bare(first, Level::Sign)?;
            for (_, right) in chain.into_iter().rev() {
                self.push(op.sql());
                self.bare(right, Level::Sign)?;
            }
            return Ok(());
        }
        // Arithmetic inside `||` is always in parentheses.
        let tighter = match level {
            Level::Sum => Level::Product,
            _ => Level::Sign,
        };
        let next = chain.last().map_or(right, |(_, next)| *next);
        self.first_operand(first, next, tighter)?;
        for (op, right) in chain.into_iter().rev() {
            self.push(match op {
                BinaryOp::Div => self.dialect.quotient(),
                BinaryOp::IntDiv => self.dialect.integer_quotient(),
                op => op.sql(),
            });
            self.operand(right, tighter)?;
        }
        Ok(())
    }

    /// Writes a comparison as the standard spells it.
    ///
    /// # Errors
    /// Those of the operands.
    pub fn infix(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        self.beside(left, [right].into_iter())?;
        self.push(op.sql());
        self.beside(right, [left].into_iter())
    }

    fn junction(&mut self, list: &[Expr], between: &str, level: Level, empty: &str) -> Result<()> {
        if let [one] = list {
            return self.expr(one);
        }
        if list.is_empty() {
            self.push(empty);
        }
        let longest = self.dialect.constructs().longest_junction;
        if list.len() > longest {
            for (i, part) in list.chunks(longest).enumerate() {
                self.push(if i > 0 { between } else { "" });
                self.push("(");
                self.junction(part, between, level, empty)?;
                self.push(")");
            }
            return Ok(());
        }
        let tighter = if level == Level::Or { Level::And } else { Level::Not };
        for (i, expr) in list.iter().enumerate() {
            if i > 0 {
                self.push(between);
            }
            self.operand(expr, tighter)?;
        }
        Ok(())
    }

    fn case(&mut self, operand: Option<&Expr>, arms: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Result<()> {
        if arms.is_empty() {
            return Err(malformed("a CASE has no arms"));
        }
        self.push("CASE");
        if let Some(operand) = operand {
            self.push(" ");
            self.expr(operand)?;
        }
        let results = || arms.iter().map(|(_, then)| then).chain(otherwise);
        for (when, then) in arms {
            self.push(" WHEN ");
            match operand {
                Some(operand) => self.either(when, [operand].into_iter(), None)?,
                None => self.expr(when)?,
            }
            self.push(" THEN ");
            self.either(then, results(), None)?;
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.either(otherwise, results(), None)?;
        }
        self.push(" END");
        Ok(())
    }
}
