//! Literals, names, calls, and what has a syntax of its own.

use aludel_sql::{
    Expr, Value,
    expr::{Field, Function, Is},
    name,
};

use super::{
    coerce,
    lex::{self, Lexeme, Token},
    parse::{Parser, or_empty},
};
use crate::inspect::native::{Declared, Half};

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
                let zone = self.primary()?;
                if expr != Expr::CurrentTimestamp || zone != Expr::value("UTC") {
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
        let elements = self.list("]")?.into_iter().map(|element| match element {
            Expr::Value(value) if !matches!(value, Value::Array(_)) => Some(value),
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
    fn ty(&mut self) -> Option<Declared> {
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

    fn case(&mut self) -> Option<Expr> {
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

    fn cast(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let expr = self.expr()?;
        self.expect("AS")?;
        let ty = self.ty()?;
        self.expect_symbol(")")?;
        self.reader.native.cast(self.reader.columns, expr, &ty)
    }

    /// `CONVERT(X'…' USING utf8mb4)`: a text that depends on no setting.
    fn convert(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let Expr::Value(Value::Bytes(bytes)) = self.expr()? else { return None };
        self.expect("USING")?;
        self.expect("utf8mb4")?;
        self.expect_symbol(")")?;
        String::from_utf8(bytes).ok().map(Expr::value)
    }

    fn extract(&mut self) -> Option<Expr> {
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

    fn position(&mut self) -> Option<Expr> {
        self.expect_symbol("(")?;
        let part = self.operand()?;
        self.expect("IN")?;
        let whole = self.expr()?;
        self.expect_symbol(")")?;
        Some(Expr::Call(Function::Position, vec![part, whole]))
    }

    fn substring(&mut self) -> Option<Expr> {
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

    fn trim(&mut self) -> Option<Expr> {
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
