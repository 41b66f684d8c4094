//! Calls of functions.

use super::{Parser, Result, SyntaxError, TokenKind, hint};
use crate::{
    expr::{Expr, Field, Function, RangeOf},
    render::Level,
};

/// All but EXTRACT and ranges, which stand for several.
const FUNCTIONS: [Function; 20] = [
    Function::Coalesce,
    Function::NullIf,
    Function::Abs,
    Function::Round,
    Function::Mod,
    Function::Lower,
    Function::Upper,
    Function::Trim,
    Function::Replace,
    Function::CharLength,
    Function::Position,
    Function::Substring,
    Function::Concat,
    Function::Greatest,
    Function::Least,
    Function::Count,
    Function::Sum,
    Function::Min,
    Function::Max,
    Function::Avg,
];

const FIELDS: [Field; 6] = [Field::Year, Field::Month, Field::Day, Field::Hour, Field::Minute, Field::Second];

impl Parser<'_> {
    /// A call of the function of this name, which is the next token.
    pub(super) fn call_of(&mut self, name: &str) -> Result<Expr> {
        let start = self.span().start;
        if name.eq_ignore_ascii_case("EXTRACT") {
            return self.extract();
        }
        let mut functions = FUNCTIONS.into_iter().chain(RangeOf::ALL.map(Function::Range));
        let Some(function) = functions.find(|function| name.eq_ignore_ascii_case(function.name())) else {
            let mut error = self.error(format!("the function `{name}` is not portable"));
            let known: Vec<&str> =
                FUNCTIONS.iter().map(|function| function.name()).chain(["EXTRACT", "CAST"]).collect();
            error.help = hint::of_function(name, &known);
            return Err(error);
        };
        self.at += 1;
        self.expect_symbol("(")?;
        let arguments = match function {
            Function::Count if self.eat_symbol("*") => {
                self.expect_symbol(")")?;
                return Ok(Expr::CountAll);
            }
            _ if self.at_keyword("DISTINCT") => return Err(self.unsupported("DISTINCT inside a function")),
            Function::Position => self.position()?,
            Function::Substring => self.substring()?,
            Function::Trim if ["BOTH", "LEADING", "TRAILING"].iter().any(|word| self.at_keyword(word)) => {
                return Err(self.error("only blanks on both sides are trimmed").with_help("Write TRIM(text)"));
            }
            _ if self.at_symbol(")") => Vec::new(),
            _ => self.comma_separated(|parser| parser.level(Level::Or))?,
        };
        self.expect_symbol(")")?;
        let (least, most) = function.arity();
        if arguments.len() < least || arguments.len() > most {
            let takes = match (least, most) {
                (least, most) if least == most => least.to_string(),
                (least, usize::MAX) => format!("at least {least}"),
                (least, most) => format!("{least} to {most}"),
            };
            let message = format!("{} takes {takes} arguments, not {}", function.name(), arguments.len());
            return Err(SyntaxError::new(self.since(start), message));
        }
        Ok(Expr::Call(function, arguments))
    }

    fn position(&mut self) -> Result<Vec<Expr>> {
        // A looser operand would take the IN for its own.
        let part = self.level(Level::Concat)?;
        if !self.eat("IN") {
            return Err(self.expected("IN").with_help("Write POSITION(part IN text)"));
        }
        Ok(vec![part, self.level(Level::Or)?])
    }

    fn substring(&mut self) -> Result<Vec<Expr>> {
        let text = self.level(Level::Or)?;
        if !self.eat("FROM") {
            return Err(self.expected("FROM").with_help("Write SUBSTRING(text FROM start FOR count)"));
        }
        let mut arguments = vec![text, self.level(Level::Or)?];
        if self.eat("FOR") {
            arguments.push(self.level(Level::Or)?);
        }
        Ok(arguments)
    }

    fn extract(&mut self) -> Result<Expr> {
        self.at += 1;
        self.expect_symbol("(")?;
        let token = self.peek().filter(|token| token.kind == TokenKind::Word);
        let Some(field) = token.and_then(|token| FIELDS.into_iter().find(|field| token.is_keyword(field.name())))
        else {
            return Err(self.expected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND"));
        };
        self.at += 1;
        self.expect("FROM")?;
        let from = self.level(Level::Or)?;
        self.expect_symbol(")")?;
        Ok(Expr::Call(Function::Extract(field), vec![from]))
    }
}
