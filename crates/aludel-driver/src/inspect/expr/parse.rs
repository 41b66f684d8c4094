//! Operators: precedence climbing over what all databases agree on. Where they disagree, parentheses are asked for.

use aludel_sql::{
    Expr, Value,
    expr::{BinaryOp, Function, Is, UnaryOp},
};

use super::{
    Reader,
    lex::{Lexeme, Token},
};

/// How deep parentheses can be in one another, and how many operators an expression can have.
const MAX_DEPTH: usize = 100;
const MAX_OPERATORS: usize = 1000;

pub(super) struct Parser<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) lexemes: &'a [Lexeme],
    pub(super) at: usize,
    depth: usize,
    operators: usize,
}

pub(super) fn parse(reader: Reader<'_>, lexemes: &[Lexeme]) -> Option<Expr> {
    let mut parser = Parser { reader, lexemes, at: 0, depth: 0, operators: 0 };
    let expr = parser.expr()?;
    (parser.at == lexemes.len()).then_some(expr)
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<&'a Lexeme> {
        self.lexemes.get(self.at)
    }

    pub(super) fn next(&mut self) -> Option<&'a Lexeme> {
        let lexeme = self.peek()?;
        self.at += 1;
        Some(lexeme)
    }

    pub(super) fn eat(&mut self, keyword: &str) -> bool {
        let here = self.peek().is_some_and(|lexeme| lexeme.is(keyword));
        self.at += usize::from(here);
        here
    }

    pub(super) fn eat_symbol(&mut self, symbol: &str) -> bool {
        let here = self.peek().is_some_and(|lexeme| lexeme.is_symbol(symbol));
        self.at += usize::from(here);
        here
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Option<()> {
        self.eat(keyword).then_some(())
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Option<()> {
        self.eat_symbol(symbol).then_some(())
    }

    /// Counts an operator.
    fn operator(&mut self) -> Option<()> {
        self.operators += 1;
        (self.operators <= MAX_OPERATORS).then_some(())
    }

    pub(super) fn expr(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut left = self.and()?;
        while self.eat("OR") {
            left = left.or(self.and()?);
        }
        self.depth -= 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut left = self.not()?;
        while self.eat("AND") {
            left = left.and(self.not()?);
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Expr> {
        let mut negations = 0;
        while self.eat("NOT") {
            negations += 1;
            self.operator()?;
        }
        let mut expr = self.predicate()?;
        for _ in 0..negations {
            expr = !expr;
        }
        Some(expr)
    }

    fn predicate(&mut self) -> Option<Expr> {
        let left = self.operand()?;
        let start = self.at;
        let expr = self.predicate_of(left)?;
        // Databases disagree on comparisons of comparisons.
        let again = self.at > start && self.at_predicate();
        (!again).then_some(expr)
    }

    fn at_predicate(&self) -> bool {
        let words = ["IS", "ISNULL", "NOTNULL", "NOT", "IN", "BETWEEN", "LIKE"];
        let like = |lexeme: &Lexeme| lexeme.is_symbol("~~") || lexeme.is_symbol("!~~");
        self.comparison().is_some()
            || self.peek().is_some_and(|next| like(next) || words.iter().any(|word| next.is(word)))
    }

    fn predicate_of(&mut self, left: Expr) -> Option<Expr> {
        if let Some(op) = self.comparison() {
            self.at += 1;
            self.operator()?;
            if op == BinaryOp::Eq && self.eat("ANY") {
                return self.any(left, false);
            }
            if op == BinaryOp::Ne && self.eat("ALL") {
                return self.any(left, true);
            }
            return Some(left.binary(op, self.operand()?));
        }
        if self.eat("IS") {
            return self.is(left);
        }
        if self.eat("ISNULL") {
            return Some(Expr::Is { expr: Box::new(left), what: Is::Null, negated: false });
        }
        if self.eat("NOTNULL") {
            return Some(Expr::Is { expr: Box::new(left), what: Is::Null, negated: true });
        }
        let unlike = self.eat_symbol("!~~");
        if unlike || self.eat_symbol("~~") {
            return self.like(left, unlike);
        }
        let start = self.at;
        let negated = self.eat("NOT");
        if self.eat("IN") {
            self.expect_symbol("(")?;
            let list = self.list(")")?;
            return Some(Expr::In { expr: Box::new(left), list, negated });
        }
        if self.eat("BETWEEN") {
            let low = Box::new(self.operand()?);
            self.expect("AND")?;
            let high = Box::new(self.operand()?);
            return Some(Expr::Between { expr: Box::new(left), low, high, negated });
        }
        if self.eat("LIKE") {
            return self.like(left, negated);
        }
        self.at = start;
        Some(left)
    }

    fn comparison(&self) -> Option<BinaryOp> {
        let Token::Symbol(symbol) = &self.peek()?.token else { return None };
        Some(match symbol.as_str() {
            "=" | "==" => BinaryOp::Eq,
            "<>" | "!=" => BinaryOp::Ne,
            "<" => BinaryOp::Lt,
            "<=" => BinaryOp::Le,
            ">" => BinaryOp::Gt,
            ">=" => BinaryOp::Ge,
            "<=>" => BinaryOp::IsNotDistinct,
            _ => return None,
        })
    }

    fn is(&mut self, left: Expr) -> Option<Expr> {
        let negated = self.eat("NOT");
        if self.eat("DISTINCT") {
            self.expect("FROM")?;
            let op = if negated { BinaryOp::IsNotDistinct } else { BinaryOp::IsDistinct };
            return Some(left.binary(op, self.operand()?));
        }
        for (word, what) in [("NULL", Is::Null), ("TRUE", Is::True), ("FALSE", Is::False)] {
            if self.eat(word) {
                return Some(Expr::Is { expr: Box::new(left), what, negated });
            }
        }
        if !self.reader.native.is_compares() {
            return None;
        }
        let op = if negated { BinaryOp::IsDistinct } else { BinaryOp::IsNotDistinct };
        let right = self.operand()?;
        // A boolean was put to the left so that it is compared with, and not asked for.
        let (left, right) = if matches!(left, Expr::Value(Value::Bool(_))) { (right, left) } else { (left, right) };
        Some(left.binary(op, right))
    }

    fn like(&mut self, left: Expr, negated: bool) -> Option<Expr> {
        let (pattern, escape) = self.pattern()?;
        Some(Expr::Like { expr: Box::new(left), pattern: Box::new(pattern), escape, insensitive: false, negated })
    }

    /// Expressions up to a symbol, which is read too.
    pub(super) fn list(&mut self, end: &str) -> Option<Vec<Expr>> {
        let mut list = Vec::new();
        if self.eat_symbol(end) {
            return Some(list);
        }
        loop {
            list.push(self.expr()?);
            if self.eat_symbol(end) {
                return Some(list);
            }
            self.expect_symbol(",")?;
        }
    }

    /// Texts joined, or numbers computed with: never both without parentheses, as databases disagree on what comes first.
    pub(super) fn operand(&mut self) -> Option<Expr> {
        let mut left = self.sign()?;
        if !self.peek().is_some_and(|lexeme| lexeme.is_symbol("||")) {
            left = self.sum(left)?;
            return (!self.peek().is_some_and(|lexeme| lexeme.is_symbol("||"))).then_some(left);
        }
        if !self.reader.native.joins() {
            return None;
        }
        while self.eat_symbol("||") {
            self.operator()?;
            left = left.binary(BinaryOp::Concat, self.sign()?);
        }
        let arithmetic = ["+", "-", "*", "/", "%"];
        let mixed = self.peek().is_some_and(|lexeme| arithmetic.iter().any(|symbol| lexeme.is_symbol(symbol)));
        (!mixed).then(|| joined(left))
    }

    fn sum(&mut self, left: Expr) -> Option<Expr> {
        let mut left = self.product(left)?;
        loop {
            let op = if self.eat_symbol("+") {
                BinaryOp::Add
            } else if self.eat_symbol("-") {
                BinaryOp::Sub
            } else {
                return Some(left);
            };
            self.operator()?;
            let right = self.sign()?;
            left = left.binary(op, self.product(right)?);
        }
    }

    fn product(&mut self, mut left: Expr) -> Option<Expr> {
        loop {
            if self.eat_symbol("*") {
                left = left.binary(BinaryOp::Mul, self.sign()?);
            } else if self.eat_symbol("/") {
                left = dividend(left)?.binary(BinaryOp::Div, self.sign()?);
            } else if self.eat_symbol("%") || self.eat("MOD") {
                left = Expr::Call(Function::Mod, vec![left, self.sign()?]);
            } else {
                return Some(left);
            }
            self.operator()?;
        }
    }

    fn sign(&mut self) -> Option<Expr> {
        if self.eat_symbol("!") {
            self.operator()?;
            return Some(!self.sign()?);
        }
        if self.eat_symbol("+") {
            self.operator()?;
            return self.sign();
        }
        if !self.eat_symbol("-") {
            return self.primary();
        }
        self.operator()?;
        if let Some(Lexeme { token: Token::Number(number), .. }) = self.peek() {
            self.at += 1;
            let value = super::atom::number(&format!("-{number}"))?;
            return self.postfix(Expr::Value(value));
        }
        Some(Expr::Unary(UnaryOp::Negate, Box::new(self.sign()?)))
    }
}

/// What is divided exactly: it was multiplied by one, so that integers are no integers any more. A plain division of
/// others is not the portable one.
fn dividend(mut left: Expr) -> Option<Expr> {
    let Expr::Binary(BinaryOp::Mul, dividend, factor) = &mut left else { return None };
    (**factor == Expr::Value(Value::Decimal("1".into()))).then(|| dividend.take())
}

/// `coalesce(a, '') || coalesce(b, '')` is what CONCAT is written as.
fn joined(expr: Expr) -> Expr {
    let mut parts = Vec::new();
    let mut rest = &expr;
    while let Expr::Binary(BinaryOp::Concat, left, right) = rest {
        parts.push(&**right);
        rest = left;
    }
    parts.push(rest);
    let arguments: Option<Vec<Expr>> = parts.into_iter().rev().map(or_empty).collect();
    arguments.map_or(expr, |arguments| Expr::Call(Function::Concat, arguments))
}

/// What is joined as an empty text when it is NULL.
pub(super) fn or_empty(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Call(Function::Coalesce, arguments) => match arguments.as_slice() {
            [argument, Expr::Value(Value::Text(text))] if text.is_empty() => Some(argument.clone()),
            _ => None,
        },
        _ => None,
    }
}
