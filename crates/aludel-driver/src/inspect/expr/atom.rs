//! Literals, names, types and calls.

use aludel_sql::{Expr, Value, expr::Function, name};

use super::{
    coerce,
    lex::{self, Lexeme, Token},
    parse::Parser,
};
use crate::inspect::native::Declared;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Option<Expr> {
        let lexeme = self.next()?;
        let expr = match &lexeme.token {
            Token::Symbol(symbol) if symbol == "(" => {
                let expr = self.expr()?;
                self.expect_symbol(")")?;
                expr
            }
            Token::Symbol(_) => return None,
            Token::Text(text) => Expr::Value(Value::Text(text.clone())),
            Token::Number(text) => Expr::Value(number(text)?),
            Token::Bytes(digits) => Expr::Value(Value::Bytes(coerce::hex(digits)?)),
            Token::Name(name) => self.column(name, true)?,
            Token::Word(word) => self.word(word)?,
        };
        self.postfix(expr)
    }

    fn column(&self, name: &str, quoted: bool) -> Option<Expr> {
        if self.peek().is_some_and(|next| next.is_symbol(".")) {
            return None;
        }
        Some(Expr::name(self.reader.column(name, quoted)?.name.clone()))
    }

    /// `::type` and `AT TIME ZONE 'UTC'`
    pub(super) fn postfix(&mut self, mut expr: Expr) -> Option<Expr> {
        loop {
            if self.eat_symbol("::") {
                let ty = self.ty()?;
                expr = self.reader.native.cast(self.reader.columns, expr, &ty)?;
            } else if self.eat("AT") {
                self.expect("TIME")?;
                self.expect("ZONE")?;
                let utc = matches!(&self.next()?.token, Token::Text(zone) if zone == "UTC");
                while self.eat_symbol("::") {
                    self.ty()?;
                }
                if expr != Expr::CurrentTimestamp || !utc {
                    return None;
                }
            } else {
                return Some(expr);
            }
        }
    }

    /// `[a, b]` behind ARRAY, of literals.
    fn array(&mut self) -> Option<Expr> {
        self.expect_symbol("[")?;
        let elements = self.list("]")?.into_iter().map(|mut element| match &mut element {
            Expr::Value(value) if !matches!(value, Value::Array(_)) => Some(std::mem::take(value)),
            _ => None,
        });
        Some(Expr::Value(Value::Array(elements.collect::<Option<_>>()?)))
    }

    /// `('schema.name'::regclass)`, or `(schema.name)`
    fn next_value(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let name = match &self.next()?.token {
            Token::Text(text) => {
                let path = lex::lex(text, false)?;
                self.expect_symbol("::")?;
                self.expect("REGCLASS")?;
                match path.as_slice() {
                    [name] => name.name()?.0.to_owned(),
                    [schema, dot, name] if dot.is_symbol(".") => {
                        name::qualified(Some(schema.name()?.0), name.name()?.0)
                    }
                    _ => return None,
                }
            }
            Token::Name(name) | Token::Word(name) => {
                let first = name.clone();
                match self.eat_symbol(".") {
                    true => name::qualified(Some(&first), self.next()?.name()?.0),
                    false => first,
                }
            }
            _ => return None,
        };
        self.expect_symbol(")")?;
        Some(Expr::NextValue(name.into()))
    }

    /// A type as the database writes it in an expression.
    pub(super) fn ty(&mut self) -> Option<Declared> {
        let mut text = String::new();
        loop {
            match &self.peek()?.token {
                Token::Word(word) => text.push_str(word),
                Token::Name(name) if text.is_empty() => text.push_str(name),
                _ => return None,
            }
            self.at += 1;
            if self.eat_symbol("(") {
                text.push('(');
                while !self.eat_symbol(")") {
                    match &self.next()?.token {
                        Token::Number(number) => text.push_str(number),
                        Token::Symbol(comma) if comma == "," => text.push(','),
                        _ => return None,
                    }
                }
                text.push(')');
            }
            if self.eat("CHARSET") {
                self.next()?;
            }
            let more = ["VARYING", "PRECISION", "WITH", "WITHOUT", "TIME", "ZONE", "INTEGER"];
            if !self.peek().is_some_and(|lexeme| more.iter().any(|word| lexeme.is(word))) {
                break;
            }
            text.push(' ');
        }
        while self.eat_symbol("[") {
            self.expect_symbol("]")?;
            text.push_str("[]");
        }
        Some(Declared::new(&text))
    }

    fn word(&mut self, word: &str) -> Option<Expr> {
        let upper = word.to_ascii_uppercase();
        let call = self.peek().is_some_and(|next| next.is_symbol("("));
        Some(match upper.as_str() {
            "TRUE" | "FALSE" if !call => self.boolean(upper == "TRUE"),
            "NULL" if !call => Expr::Value(Value::Null),
            "CURRENT_TIMESTAMP" | "NOW" | "UTC_TIMESTAMP" => {
                self.precision()?;
                Expr::CurrentTimestamp
            }
            "CURRENT_DATE" | "UTC_DATE" | "CURDATE" => {
                self.precision()?;
                Expr::CurrentDate
            }
            "CASE" => self.case()?,
            "CAST" if call => self.cast()?,
            "CONVERT" if call => self.convert()?,
            "EXTRACT" if call => self.extract()?,
            "POSITION" if call => self.position()?,
            "SUBSTRING" | "SUBSTR" if call => self.substring()?,
            "TRIM" if call => self.trim()?,
            "ARRAY" => self.array()?,
            "NEXTVAL" if call => self.next_value()?,
            "NOT" | "EXISTS" | "SELECT" | "ROW" | "INTERVAL" => return None,
            // The character set of the string that follows.
            _ if word.starts_with('_') && matches!(self.peek(), Some(Lexeme { token: Token::Text(_), .. })) => {
                return self.primary();
            }
            "DATE" | "TIME" | "TIMESTAMP" | "UUID" | "JSONB" | "JSON" if !call => self.typed(&upper, word)?,
            _ if call => {
                self.at += 1;
                let arguments = self.list(")")?;
                self.call(word, arguments)?
            }
            _ => self.column(word, false)?,
        })
    }

    fn boolean(&self, value: bool) -> Expr {
        if self.reader.native.booleans() { Expr::value(value) } else { Expr::value(i64::from(value)) }
    }

    fn call(&self, name: &str, arguments: Vec<Expr>) -> Option<Expr> {
        let name = name.to_ascii_lowercase();
        if let Some(expr) = self.reader.native.call(self.reader.columns, &name, &arguments) {
            return Some(expr);
        }
        let function = match (name.as_str(), arguments.len()) {
            ("coalesce", 2..) => Function::Coalesce,
            ("ifnull", 2) => Function::Coalesce,
            ("nullif", 2) => Function::NullIf,
            ("abs", 1) => Function::Abs,
            ("round", 1 | 2) => Function::Round,
            ("mod", 2) => Function::Mod,
            ("lower" | "lcase", 1) => Function::Lower,
            ("upper" | "ucase", 1) => Function::Upper,
            ("btrim", 1) => Function::Trim,
            ("replace", 3) => Function::Replace,
            ("char_length" | "character_length", 1) => Function::CharLength,
            _ => return None,
        };
        Some(Expr::Call(function, arguments))
    }

    /// `()` or `(6)`, if that stands here.
    fn precision(&mut self) -> Option<()> {
        if self.eat_symbol("(") && !self.eat_symbol(")") {
            self.next()?;
            self.expect_symbol(")")?;
        }
        Some(())
    }

    /// `DATE '…'`, or a column of that name.
    fn typed(&mut self, upper: &str, word: &str) -> Option<Expr> {
        let start = self.at;
        let mut ty = upper.to_owned();
        if self.eat("WITH") && self.eat("TIME") && self.eat("ZONE") {
            ty.push_str(" WITH TIME ZONE");
        }
        if let Some(Lexeme { token: Token::Text(text), .. }) = self.peek() {
            self.at += 1;
            return coerce::literal(text, &ty).map(Expr::Value);
        }
        self.at = start;
        self.column(word, false)
    }
}

/// A number by its form: an integer, a decimal with a point, a floating-point number with an exponent.
pub(super) fn number(text: &str) -> Option<Value> {
    if text.contains(['e', 'E']) {
        return text.parse().ok().map(Value::F64);
    }
    if text.contains('.') {
        return Some(Value::Decimal(text.trim_end_matches('.').to_owned()));
    }
    text.parse().ok().map(Value::I64)
}
