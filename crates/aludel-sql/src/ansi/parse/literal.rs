//! Literals.

use std::ops::Range;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::{Parser, Result, SyntaxError, Token, TokenKind};
use crate::value::Value;

impl<'a> Parser<'a> {
    /// The literal that stands here, if one does. Signs are not part of it.
    pub(super) fn literal(&mut self) -> Result<Option<Value>> {
        let Some(token) = self.peek() else { return Ok(None) };
        let value = match token.kind {
            TokenKind::Number => return self.number(false).map(Some),
            TokenKind::String => Value::Text(token.value().into_owned()),
            TokenKind::Bytes => Value::Bytes(hex(&token.value()).unwrap_or_default()),
            TokenKind::Word if token.is_keyword("TRUE") => Value::Bool(true),
            TokenKind::Word if token.is_keyword("FALSE") => Value::Bool(false),
            TokenKind::Word if token.is_keyword("NULL") => Value::Null,
            TokenKind::Word if token.is_keyword("ARRAY") => return self.array().map(Some),
            TokenKind::Word => return self.typed_literal(token),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(value))
    }

    /// The number that stands here.
    pub(super) fn number(&mut self, negative: bool) -> Result<Value> {
        let Some(token) = self.peek().filter(|token| token.kind == TokenKind::Number) else {
            return Err(self.expected("a number"));
        };
        let text = if negative { format!("-{}", token.text) } else { token.text.to_owned() };
        let value = if text.contains(['e', 'E']) {
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Value::F64(number),
                _ => return Err(self.error("the number is too large for a DOUBLE PRECISION")),
            }
        } else if text.contains('.') {
            Value::Decimal(text)
        } else {
            Value::I64(text.parse().map_err(|_| {
                self.error("the number is too large for a BIGINT")
                    .with_help(format!("Write {text}.0 if it is a DECIMAL"))
            })?)
        };
        self.at += 1;
        Ok(value)
    }

    /// `ARRAY[…]`
    fn array(&mut self) -> Result<Value> {
        self.expect("ARRAY")?;
        self.expect_symbol("[")?;
        if self.eat_symbol("]") {
            return Ok(Value::Array(Vec::new()));
        }
        let elements = self.comma_separated(Self::element)?;
        self.expect_symbol("]")?;
        Ok(Value::Array(elements))
    }

    fn element(&mut self) -> Result<Value> {
        if self.at_keyword("ARRAY") {
            return Err(self
                .error("the elements of an array cannot be arrays")
                .with_help("Write JSON '[[1, 2]]', which holds lists of lists"));
        }
        if self.eat_symbol("-") {
            return self.number(true);
        }
        match self.literal()? {
            Some(value) => Ok(value),
            None => Err(self.expected("a literal").with_help("Arrays are written as literals: ARRAY['a', NULL]")),
        }
    }

    /// `DATE '…'` and its kin, if one stands here.
    fn typed_literal(&mut self, word: &Token<'_>) -> Result<Option<Value>> {
        let is_string = |token: Option<&'a Token<'a>>| token.filter(|token| token.kind == TokenKind::String);
        let zoned = self.at_keywords(&["TIMESTAMP", "WITH", "TIME", "ZONE"]);
        let words = if zoned { 4 } else { 1 };
        let Some(token) = is_string(self.peek_at(words)) else { return Ok(None) };
        let text = token.value();
        let (value, form) = match word.text.to_ascii_uppercase().as_str() {
            "DATE" => (date(&text).map(Value::Date), "DATE '2026-11-23'"),
            "TIME" => (time(&text).map(Value::Time), "TIME '03:21:07'"),
            "TIMESTAMP" if zoned => {
                (instant(&text).map(Value::Timestamp), "TIMESTAMP WITH TIME ZONE '2026-11-23 03:21:07+00:00'")
            }
            "TIMESTAMP" => (date_time(&text).map(Value::DateTime), "TIMESTAMP '2026-11-23 03:21:07'"),
            "UUID" => (uuid(&text).map(Value::Uuid), "UUID '00112233-4455-6677-8899-aabbccddeeff'"),
            "JSON" => (Some(Value::Json(text.clone().into_owned())), "JSON '{}'"),
            "INTERVAL" => {
                return Err(self.error("intervals are not portable").with_help("Do it in Rust, with CALL"));
            }
            _ => return Ok(None),
        };
        let Some(value) = value else {
            return Err(SyntaxError::new(token.span.clone(), format!("`{text}` cannot be read as such a value"))
                .with_help(format!("Write it as {form}")));
        };
        self.at += words + 1;
        Ok(Some(value))
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// The digits at `range` as a number.
fn digits<T: std::str::FromStr>(text: &str, range: Range<usize>) -> Option<T> {
    let part = text.get(range)?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
}

fn has(text: &str, at: usize, byte: u8) -> Option<()> {
    (text.as_bytes().get(at) == Some(&byte)).then_some(())
}

fn date(text: &str) -> Option<Date> {
    has(text, 4, b'-')?;
    has(text, 7, b'-')?;
    if text.len() != 10 {
        return None;
    }
    Date::new(digits(text, 0..4)?, digits(text, 5..7)?, digits(text, 8..10)?).ok()
}

fn time(text: &str) -> Option<Time> {
    has(text, 2, b':')?;
    has(text, 5, b':')?;
    let fraction = text.get(8..)?;
    let nanoseconds = match fraction.len() {
        0 => 0,
        2..=7 => {
            has(fraction, 0, b'.')?;
            let number: i32 = digits(fraction, 1..fraction.len())?;
            number * 10_i32.pow(10 - u32::try_from(fraction.len()).ok()?)
        }
        _ => return None,
    };
    Time::new(digits(text, 0..2)?, digits(text, 3..5)?, digits(text, 6..8)?, nanoseconds).ok()
}

fn date_time(text: &str) -> Option<DateTime> {
    has(text, 10, b' ')?;
    Some(DateTime::from_parts(date(text.get(..10)?)?, time(text.get(11..)?)?))
}

/// A date and time with its offset from UTC: `+hh:mm` or `Z`.
fn instant(text: &str) -> Option<Timestamp> {
    let (civil, seconds) = match text.strip_suffix('Z') {
        Some(civil) => (civil, 0),
        None => {
            let (civil, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
            has(offset, 3, b':')?;
            let seconds = digits::<i32>(offset, 1..3)? * 3600 + digits::<i32>(offset, 4..6)? * 60;
            match offset.as_bytes()[0] {
                b'+' => (civil, seconds),
                b'-' => (civil, -seconds),
                _ => return None,
            }
        }
    };
    Offset::from_seconds(seconds).ok()?.to_timestamp(date_time(civil)?).ok()
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.iter().map(|group| group.len()).ne([8, 4, 4, 4, 12]) {
        return None;
    }
    let digits = groups.concat();
    // `from_str_radix` would take a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| hex(&digits)?.try_into().ok())?
}
