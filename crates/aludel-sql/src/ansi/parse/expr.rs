//! Expressions.

use super::{MAX_CHAIN, Parser, Result, SyntaxError, TokenKind, hint};
use crate::{
    expr::{BinaryOp, ColumnRef, Expr, Function, Is, UnaryOp},
    render::Level,
    value::Value,
};

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Result<Expr> {
        if self.depth == 0 {
            self.chained = 0;
        }
        self.level(Level::Or)
    }

    /// An expression in which columns or sub-queries may not make sense.
    pub(super) fn expr_with(&mut self, columns: bool, subqueries: bool) -> Result<Expr> {
        self.within(columns, subqueries, Self::expr)
    }

    pub(super) fn within<T>(
        &mut self,
        columns: bool,
        subqueries: bool,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let outer = (self.columns, self.subqueries);
        (self.columns, self.subqueries) = (columns, subqueries);
        let result = read(self);
        (self.columns, self.subqueries) = outer;
        result
    }

    /// An expression that holds at least as tightly as `least`.
    pub(super) fn level(&mut self, least: Level) -> Result<Expr> {
        self.nested(|parser| parser.climb(least))
    }

    fn climb(&mut self, least: Level) -> Result<Expr> {
        let start = self.span().start;
        let mut left = self.prefix(least)?;
        loop {
            if least <= Level::Or && self.eat("OR") {
                left = left.or(self.level(Level::And)?);
            } else if least <= Level::And && self.eat("AND") {
                left = left.and(self.level(Level::Not)?);
            } else if least <= Level::Predicate && self.at_predicate() {
                left = self.predicate(left)?;
                if self.at_predicate() {
                    return Err(self
                        .error("the result of a comparison is compared again")
                        .with_help("Put the first comparison in parentheses, or write AND between the two"));
                }
            } else if let Some(op) = self.arithmetic().filter(|op| op.level() >= least) {
                left = self.chain(left, op, start)?;
            } else {
                return Ok(left);
            }
        }
    }

    fn arithmetic(&self) -> Option<BinaryOp> {
        let token = self.peek().filter(|token| token.kind == TokenKind::Symbol)?;
        Some(match token.text {
            "||" => BinaryOp::Concat,
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Sub,
            "*" => BinaryOp::Mul,
            "/" => BinaryOp::Div,
            _ => return None,
        })
    }

    /// `left op right`, the operator not read yet. These hang to the left.
    fn chain(&mut self, left: Expr, op: BinaryOp, start: usize) -> Result<Expr> {
        self.chained += 1;
        if self.chained > MAX_CHAIN {
            return Err(self
                .error(format!("an expression has more than {MAX_CHAIN} operators"))
                .with_help("Break it up, or put parts of it in functions such as CONCAT"));
        }
        self.at += 1;
        let tighter = match op.level() {
            Level::Concat => Level::Sum,
            Level::Sum => Level::Product,
            _ => Level::Sign,
        };
        let right = self.level(tighter)?;
        if op == BinaryOp::Div && is_integer(&left) && is_integer(&right) {
            return Err(SyntaxError::new(self.since(start), "integers divide differently in each database")
                .with_help("Write CAST(a AS DOUBLE PRECISION) / b, or a number with a point"));
        }
        Ok(left.binary(op, right))
    }

    fn at_predicate(&self) -> bool {
        let Some(token) = self.peek() else { return false };
        match token.kind {
            TokenKind::Symbol => matches!(token.text, "=" | "==" | "<>" | "!=" | "<" | "<=" | ">" | ">="),
            TokenKind::Word => {
                let negated = token.is_keyword("NOT");
                let Some(token) = self.peek_at(usize::from(negated)) else { return false };
                let any_of = |words: &[&str]| words.iter().any(|word| token.is_keyword(word));
                any_of(&["IN", "BETWEEN", "LIKE", "ILIKE", "SIMILAR", "REGEXP", "RLIKE", "GLOB"])
                    || !negated && any_of(&["IS", "ISNULL", "NOTNULL"])
            }
            _ => false,
        }
    }

    fn predicate(&mut self, left: Expr) -> Result<Expr> {
        let Some(token) = self.peek() else { return Ok(left) };
        let op = match token.text {
            "=" => Some(BinaryOp::Eq),
            "<>" | "!=" => Some(BinaryOp::Ne),
            "<" => Some(BinaryOp::Lt),
            "<=" => Some(BinaryOp::Le),
            ">" => Some(BinaryOp::Gt),
            ">=" => Some(BinaryOp::Ge),
            "==" => return Err(self.error("`==` is not portable").with_help("Write =")),
            _ => None,
        };
        if let Some(op) = op {
            self.at += 1;
            return Ok(left.binary(op, self.level(Level::Concat)?));
        }
        if self.eat("IS") {
            return self.is(left);
        }
        let negated = self.eat("NOT");
        let expr = Box::new(left);
        if self.eat("IN") {
            self.expect_symbol("(")?;
            if self.at_keyword("SELECT") {
                return Err(self
                    .error("not supported yet: IN with a sub-query")
                    .with_help("Write EXISTS (SELECT … WHERE …)"));
            }
            let list = self.comma_separated(|parser| parser.level(Level::Or))?;
            self.expect_symbol(")")?;
            return Ok(Expr::In { expr, list, negated });
        }
        if self.eat("BETWEEN") {
            let low = Box::new(self.level(Level::Concat)?);
            self.expect("AND")?;
            let high = Box::new(self.level(Level::Concat)?);
            return Ok(Expr::Between { expr, low, high, negated });
        }
        if self.eat("LIKE") {
            let pattern = Box::new(self.level(Level::Concat)?);
            let escape = if self.eat("ESCAPE") { Some(self.escape()?) } else { None };
            return Ok(Expr::Like { expr, pattern, escape, insensitive: false, negated });
        }
        let error = self.error(format!("{} is not portable", self.found()));
        Err(match self.peek() {
            Some(token) if token.is_keyword("ISNULL") => error.with_help("Write IS NULL"),
            Some(token) if token.is_keyword("NOTNULL") => error.with_help("Write IS NOT NULL"),
            Some(token) if token.is_keyword("ILIKE") => error.with_help("Write LOWER(a) LIKE LOWER(b)"),
            _ => error.with_help("Write LIKE"),
        })
    }

    fn is(&mut self, left: Expr) -> Result<Expr> {
        let negated = self.eat("NOT");
        if self.eat("DISTINCT") {
            self.expect("FROM")?;
            let op = if negated { BinaryOp::IsNotDistinct } else { BinaryOp::IsDistinct };
            return Ok(left.binary(op, self.level(Level::Concat)?));
        }
        let what = if self.eat("NULL") {
            Is::Null
        } else if self.eat("TRUE") {
            Is::True
        } else if self.eat("FALSE") {
            Is::False
        } else {
            return Err(self.expected("NULL, TRUE, FALSE or DISTINCT FROM"));
        };
        Ok(Expr::Is { expr: Box::new(left), what, negated })
    }

    fn escape(&mut self) -> Result<char> {
        let Some(token) = self.peek().filter(|token| token.kind == TokenKind::String) else {
            return Err(self.expected("one character in quotes"));
        };
        let text = token.value();
        let mut chars = text.chars();
        let (Some(escape), None) = (chars.next(), chars.next()) else {
            return Err(self.error("the escape is not one character").with_help("Write it as ESCAPE '!'"));
        };
        self.at += 1;
        Ok(escape)
    }

    fn prefix(&mut self, least: Level) -> Result<Expr> {
        if self.eat_symbol("(") {
            return self.parenthesised();
        }
        if self.eat_symbol("-") {
            if self.peek().is_some_and(|token| token.kind == TokenKind::Number) {
                return self.number(true).map(Expr::Value);
            }
            return Ok(Expr::Unary(UnaryOp::Negate, Box::new(self.level(Level::Sign)?)));
        }
        if self.at_symbol("+") {
            return Err(self.error("a `+` before an operand says nothing").with_help("Leave it out"));
        }
        if self.at_symbol("*") {
            return Err(self.error("`*` stands for no columns in a migration").with_help("Name the columns"));
        }
        if self.at_keyword("NOT") {
            return self.not(least);
        }
        if let Some(value) = self.literal()? {
            return Ok(Expr::Value(value));
        }
        self.word()
    }

    fn parenthesised(&mut self) -> Result<Expr> {
        let expr =
            if self.at_keyword("SELECT") { Expr::Subquery(Box::new(self.subquery()?)) } else { self.level(Level::Or)? };
        if self.at_symbol(",") {
            return Err(self.error("rows of several values are not portable").with_help("Compare them one by one"));
        }
        self.expect_symbol(")")?;
        Ok(expr)
    }

    fn not(&mut self, least: Level) -> Result<Expr> {
        if least > Level::Not {
            return Err(self.error("`NOT` is looser than what stands before it").with_help("Put it in parentheses"));
        }
        self.at += 1;
        let exists = self.at_keyword("EXISTS");
        let operand = self.level(Level::Not)?;
        // `NOT EXISTS` is an expression of its own, unless the EXISTS is an operand of something else.
        let whole = exists && matches!(operand, Expr::Exists { negated: false, .. });
        Ok(if whole { operand.negated() } else { !operand })
    }

    fn exists(&mut self) -> Result<Expr> {
        self.expect("EXISTS")?;
        self.expect_symbol("(")?;
        let select = Box::new(self.subquery()?);
        self.expect_symbol(")")?;
        Ok(Expr::Exists { select, negated: false })
    }

    fn word(&mut self) -> Result<Expr> {
        let Some(token) = self.peek() else { return Err(self.expected("an expression")) };
        let call = self.peek_at(1).is_some_and(|next| next.kind == TokenKind::Symbol && next.text == "(");
        match token.kind {
            TokenKind::Word => match token.text.to_ascii_uppercase().as_str() {
                "EXISTS" => self.exists(),
                "CASE" => self.case(),
                "CAST" if call => self.cast(),
                word @ ("CURRENT_TIMESTAMP" | "CURRENT_DATE") => {
                    let now = if word == "CURRENT_DATE" { Expr::CurrentDate } else { Expr::CurrentTimestamp };
                    self.at += 1;
                    if self.eat_symbol("(") {
                        self.expect_symbol(")")?;
                    }
                    Ok(now)
                }
                "DEFAULT" => Err(self
                    .error("`DEFAULT` is not a value")
                    .with_help("Leave the column out of the list: it then gets its default")),
                "SELECT" => Err(self.error("a sub-query stands in parentheses").with_help("Write (SELECT …)")),
                "LOCALTIMESTAMP" | "CURRENT_TIME" | "LOCALTIME" => Err(self
                    .error(format!("`{}` is not portable", token.text))
                    .with_help("Write CURRENT_TIMESTAMP, which is in UTC")),
                "NEXT" if self.at_keywords(&["NEXT", "VALUE", "FOR"]) => self.next_value(),
                _ if call => self.call_of(token.text),
                _ => self.column(),
            },
            TokenKind::Quoted => self.column(),
            _ => Err(self.expected("an expression")),
        }
    }

    fn column(&mut self) -> Result<Expr> {
        let span = self.span();
        let quoted = self.peek().is_some_and(|token| token.kind == TokenKind::Quoted);
        let name = self.name("an expression")?;
        if !self.columns {
            let help = if quoted {
                format!("Write text in single quotes: '{name}'")
            } else {
                "Write a literal, or an expression of literals".to_owned()
            };
            return Err(SyntaxError::new(span, format!("the column `{name}` has no value here")).with_help(help));
        }
        if !self.eat_symbol(".") {
            return Ok(Expr::name(name));
        }
        if self.at_symbol("*") {
            return Err(self.error("`*` stands for no columns in a migration").with_help("Name the columns"));
        }
        let column = self.name("a column's name")?;
        if self.scopes.is_empty() {
            return Err(SyntaxError::new(self.since(span.start), "a column needs no table before its name here")
                .with_help("Write the column alone"));
        }
        // Counted through all scopes; a name further in hides the same name further out.
        let names: Vec<&String> = self.scopes.iter().flatten().collect();
        let Some(number) = names.iter().rposition(|source| **source == name) else {
            let mut error = SyntaxError::new(span, format!("the statement reads no table `{name}`"));
            error.help = hint::did_you_mean(&name, names.iter().map(|name| name.as_str()));
            return Err(error);
        };
        let alone = self.scopes.len() == 1 && names.len() == 1;
        let source = if alone { None } else { u32::try_from(number).ok() };
        Ok(Expr::Column(ColumnRef { source, name: column.into() }))
    }

    fn case(&mut self) -> Result<Expr> {
        self.expect("CASE")?;
        let operand = if self.at_keyword("WHEN") { None } else { Some(Box::new(self.level(Level::Or)?)) };
        let mut arms = Vec::new();
        while self.eat("WHEN") {
            let when = self.level(Level::Or)?;
            self.expect("THEN")?;
            arms.push((when, self.level(Level::Or)?));
        }
        if arms.is_empty() {
            return Err(self.expected("WHEN"));
        }
        let otherwise = if self.eat("ELSE") { Some(Box::new(self.level(Level::Or)?)) } else { None };
        self.expect("END")?;
        Ok(Expr::Case { operand, arms, otherwise })
    }

    fn cast(&mut self) -> Result<Expr> {
        self.expect("CAST")?;
        self.expect_symbol("(")?;
        let expr = self.level(Level::Or)?;
        self.expect("AS")?;
        let ty = self.ty()?;
        self.expect_symbol(")")?;
        Ok(Expr::Cast(Box::new(expr), ty))
    }
}

/// Whether the expression is an integer for sure.
fn is_integer(expr: &Expr) -> bool {
    // Down the left in a loop: a chain of operators is deeper than the stack should be.
    let mut expr = expr;
    loop {
        match expr {
            Expr::Value(Value::I64(_)) | Expr::CountAll => return true,
            Expr::Call(Function::CharLength | Function::Position | Function::Count | Function::Extract(_), _) => {
                return true;
            }
            Expr::Cast(_, ty) => return ty.is_integer(),
            Expr::Unary(UnaryOp::Negate, operand) => expr = operand,
            Expr::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, left, right) => {
                if !matches!(**right, Expr::Value(Value::I64(_))) {
                    return false;
                }
                expr = left;
            }
            _ => return false,
        }
    }
}
