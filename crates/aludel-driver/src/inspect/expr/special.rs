//! What has a syntax of its own.

use aludel_sql::{
    Expr, Value,
    expr::{Field, Function, Is},
};

use super::{
    lex::Lexeme,
    parse::{Parser, or_empty},
};
use crate::inspect::native::Half;

impl Parser<'_> {
    pub(super) fn case(&mut self) -> Option<Expr> {
        let operand = if self.peek()?.is("WHEN") { None } else { Some(Box::new(self.expr()?)) };
        let mut arms = Vec::new();
        while self.eat("WHEN") {
            let when = self.expr()?;
            self.expect("THEN")?;
            arms.push((when, self.expr()?));
        }
        let otherwise = if self.eat("ELSE") { Some(Box::new(self.expr()?)) } else { None };
        self.expect("END")?;
        (!arms.is_empty()).then(|| extreme(operand, arms, otherwise))
    }

    pub(super) fn cast(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let expr = self.expr()?;
        self.expect("AS")?;
        let ty = self.ty()?;
        self.expect_symbol(")")?;
        self.reader.native.cast(self.reader.columns, expr, &ty)
    }

    /// `CONVERT(X'…' USING utf8mb4)`: a text that depends on no setting.
    pub(super) fn convert(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let Expr::Value(Value::Bytes(bytes)) = &mut self.expr()? else { return None };
        let bytes = std::mem::take(bytes);
        self.expect("USING")?;
        self.expect("utf8mb4")?;
        self.expect_symbol(")")?;
        String::from_utf8(bytes).ok().map(Expr::value)
    }

    pub(super) fn extract(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let (name, _) = self.next()?.name()?;
        let field = field(name)?;
        self.expect("FROM")?;
        let expr = self.expr()?;
        self.expect_symbol(")")?;
        let call = Expr::Call(Function::Extract(field), vec![expr]);
        let fraction = field == Field::Second && self.reader.native.fractions();
        Some(if fraction { Half::Fraction.of(call) } else { call })
    }

    pub(super) fn position(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let part = self.operand()?;
        self.expect("IN")?;
        let whole = self.expr()?;
        self.expect_symbol(")")?;
        Some(Expr::Call(Function::Position, vec![part, whole]))
    }

    pub(super) fn substring(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let mut arguments = vec![self.expr()?];
        for word in ["FROM", "FOR"] {
            if self.eat(word) || self.eat_symbol(",") {
                arguments.push(self.expr()?);
            }
        }
        self.expect_symbol(")")?;
        match self.reader.native.call(self.reader.columns, "substring", &arguments) {
            Some(expr) => Some(expr),
            None => (arguments.len() > 1).then_some(Expr::Call(Function::Substring, arguments)),
        }
    }

    pub(super) fn trim(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        if self.eat("BOTH") {
            self.expect("FROM")?;
        }
        let expr = self.expr()?;
        self.expect_symbol(")")?;
        Some(Expr::Call(Function::Trim, vec![expr]))
    }

    /// How LIKE goes on: the pattern, and its escape.
    pub(super) fn pattern(&mut self) -> Option<(Expr, Option<char>)> {
        let call =
            |name: &str, next: Option<&Lexeme>| name == "like_escape" && next.is_some_and(|next| next.is_symbol("("));
        let next = self.lexemes.get(self.at + 1);
        if self.peek().and_then(Lexeme::name).is_some_and(|(name, _)| call(name, next)) {
            self.at += 2;
            let arguments = self.list(")")?;
            let [pattern, escape] = <[Expr; 2]>::try_from(arguments).ok()?;
            return Some((pattern, escape_of(&escape)?));
        }
        let pattern = self.operand()?;
        let escape = if self.eat("ESCAPE") { escape_of(&self.primary()?)? } else { None };
        Some((pattern, escape))
    }

    /// `= ANY (ARRAY[…])` and `<> ALL (ARRAY[…])`: IN.
    pub(super) fn any(&mut self, left: Expr, negated: bool) -> Option<Expr> {
        let mut open = 0;
        while self.eat_symbol("(") {
            open += 1;
        }
        self.expect("ARRAY")?;
        self.expect_symbol("[")?;
        let list = self.list("]")?;
        // The casts of the whole list say what those of its parts say.
        loop {
            if self.eat_symbol("::") {
                self.ty()?;
            } else if open > 0 {
                self.expect_symbol(")")?;
                open -= 1;
            } else {
                return Some(Expr::In { expr: Box::new(left), list, negated });
            }
        }
    }
}

/// The character after ESCAPE. None at all is said by an empty text, or by one that no pattern holds.
fn escape_of(expr: &Expr) -> Option<Option<char>> {
    match expr {
        Expr::Value(Value::Bytes(bytes)) if bytes == &[1] => Some(None),
        Expr::Value(Value::Text(text)) if text.is_empty() || text == "\u{1}" => Some(None),
        Expr::Value(Value::Text(text)) => {
            let mut chars = text.chars();
            let escape = chars.next();
            chars.next().is_none().then_some(escape)
        }
        _ => None,
    }
}

/// `CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE greatest(a, b) END` is the GREATEST that is NULL when one of them is.
fn extreme(operand: Option<Box<Expr>>, arms: Vec<(Expr, Expr)>, otherwise: Option<Box<Expr>>) -> Expr {
    let of = |condition: &Expr| match condition {
        Expr::Is { expr, what: Is::Null, negated: false } => Some((**expr).clone()),
        _ => None,
    };
    if let (None, [(condition, Expr::Value(Value::Null))], Some(call)) = (&operand, arms.as_slice(), &otherwise)
        && let Expr::Call(Function::Greatest | Function::Least, arguments) = &**call
    {
        let tested: Option<Vec<Expr>> = match condition {
            Expr::Or(list) => list.iter().map(of).collect(),
            one => of(one).map(|one| vec![one]),
        };
        let constants = |expr: &&Expr| !matches!(expr, Expr::Value(_));
        if tested.is_some_and(|tested| tested.iter().eq(arguments.iter().filter(constants))) {
            return (**call).clone();
        }
    }
    Expr::Case { operand, arms, otherwise }
}

/// What EXTRACT takes out.
pub(in crate::inspect) fn field(name: &str) -> Option<Field> {
    Some(match name.to_ascii_lowercase().as_str() {
        "year" => Field::Year,
        "month" => Field::Month,
        "day" => Field::Day,
        "hour" => Field::Hour,
        "minute" => Field::Minute,
        "second" => Field::Second,
        _ => return None,
    })
}

/// The CONCAT that a call joins, if each argument is empty when it is NULL; else the texts joined.
pub(in crate::inspect) fn concat(arguments: &[Expr]) -> Option<Expr> {
    let all: Option<Vec<Expr>> = arguments.iter().map(or_empty).collect();
    match all {
        Some(all) => Some(Expr::Call(Function::Concat, all)),
        None => arguments.iter().cloned().reduce(|left, right| left.binary(aludel_sql::expr::BinaryOp::Concat, right)),
    }
}
