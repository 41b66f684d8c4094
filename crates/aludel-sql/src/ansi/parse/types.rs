//! Column types.

use super::{Parser, Result, TokenKind, hint};
use crate::types::{EnumType, Geometry, Type};

impl Parser<'_> {
    pub(super) fn ty(&mut self) -> Result<Type> {
        let element = self.element_type()?;
        if self.at_symbol("[") {
            return Err(self.error("an array's type is written in words").with_help(format!("Write {element} ARRAY")));
        }
        if !self.eat("ARRAY") {
            return Ok(element);
        }
        if self.at_symbol("[") || self.at_symbol("(") {
            return Err(self.error("an array has no greatest length").with_help("Leave it out"));
        }
        if self.at_keyword("ARRAY") {
            return Err(self
                .error("the elements of an array cannot be arrays")
                .with_help("Write JSON, which holds lists of lists"));
        }
        Ok(Type::Array(Box::new(element)))
    }

    fn element_type(&mut self) -> Result<Type> {
        let Some(token) = self.peek().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted)) else {
            return Err(self.expected("a type"));
        };
        if token.kind == TokenKind::Quoted || self.at_enum_type() {
            return Ok(Type::Enum(EnumType::named(self.type_name()?)));
        }
        let plain = match token.text.to_ascii_uppercase().as_str() {
            "BOOLEAN" => Type::Boolean,
            "SMALLINT" => Type::SmallInt,
            "INTEGER" | "INT" => Type::Integer,
            "BIGINT" => Type::BigInt,
            "REAL" => Type::Real,
            "TEXT" => Type::Text,
            "BLOB" => Type::Blob,
            "DATE" => Type::Date,
            "UUID" => Type::Uuid,
            "JSON" => Type::Json,
            "DOUBLE" if self.peek_at(1).is_some_and(|next| next.is_keyword("PRECISION")) => {
                self.at += 1;
                Type::Double
            }
            "DECIMAL" | "NUMERIC" => return self.decimal(),
            "VARCHAR" | "VARBINARY" => return self.with_length(),
            "TIME" | "TIMESTAMP" => return self.time(),
            word if let Some(geometry) = Geometry::named(word) => Type::Geometry(geometry),
            _ => {
                let mut error = self.error(format!("`{}` is not a portable type", token.text));
                error.help = Some(hint::of_type(token.text));
                return Err(error);
            }
        };
        self.at += 1;
        if self.at_keyword("UNSIGNED") || self.at_keyword("SIGNED") || self.at_keyword("ZEROFILL") {
            return Err(self
                .error(format!("{} is not portable", self.found()))
                .with_help("Write a wider type, and a CHECK constraint for the range"));
        }
        if self.at_symbol("(") {
            return Err(self
                .error(format!("{} takes no length", token.text.to_ascii_uppercase()))
                .with_help("Leave it out"));
        }
        Ok(plain)
    }

    fn decimal(&mut self) -> Result<Type> {
        self.at += 1;
        if !self.at_symbol("(") {
            return Err(self
                .expected("the digits of the DECIMAL")
                .with_help("Write DECIMAL(p, s): p digits in all, s of them after the point"));
        }
        self.expect_symbol("(")?;
        let start = self.span().start;
        let precision = self.whole::<u8>("a number of digits")?;
        let scale = if self.eat_symbol(",") { self.whole::<u8>("a number of digits")? } else { 0 };
        if !(1..=65).contains(&precision) || scale > 30 || scale > precision {
            return Err(super::SyntaxError::new(
                self.since(start),
                "a DECIMAL has 1 to 65 digits, at most 30 of them after the point",
            ));
        }
        self.expect_symbol(")")?;
        Ok(Type::Decimal { precision, scale })
    }

    fn with_length(&mut self) -> Result<Type> {
        let text = self.at_keyword("VARCHAR");
        self.at += 1;
        if !self.at_symbol("(") {
            return Err(if text {
                self.error("a VARCHAR needs a length").with_help("Write VARCHAR(n), or TEXT for text of any length")
            } else {
                self.error("a VARBINARY needs a length")
                    .with_help("Write VARBINARY(n), or BLOB for bytes of any length")
            });
        }
        self.expect_symbol("(")?;
        let span = self.span();
        let length = self.whole::<u32>("a length")?;
        if length == 0 {
            return Err(super::SyntaxError::new(span, "the length must be at least 1"));
        }
        self.expect_symbol(")")?;
        Ok(if text { Type::VarChar(length) } else { Type::VarBinary(length) })
    }

    fn time(&mut self) -> Result<Type> {
        let is_time = self.at_keyword("TIME");
        self.at += 1;
        if self.at_symbol("(") {
            return Err(self.error("times are always kept to the microsecond").with_help("Leave the precision out"));
        }
        if self.at_keyword("WITHOUT") {
            return Err(self.error("`WITHOUT TIME ZONE` is what the type means by itself").with_help("Leave it out"));
        }
        if is_time && self.at_keyword("WITH") {
            return Err(self.error("a time of day has no zone").with_help("Write TIME"));
        }
        if is_time {
            return Ok(Type::Time);
        }
        if !self.at_keyword("WITH") {
            return Ok(Type::DateTime);
        }
        for keyword in ["WITH", "TIME", "ZONE"] {
            self.expect(keyword)?;
        }
        Ok(Type::Timestamp)
    }
}
