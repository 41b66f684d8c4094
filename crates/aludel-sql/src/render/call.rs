//! Calls of functions.

use super::{Sql, malformed};
use crate::{
    dialect::{RegexpReplace, StringAgg},
    error::Result,
    expr::{Expr, Function},
};

impl Sql<'_> {
    /// Writes the name of a function, after a look at its arguments.
    pub(super) fn call_name(&mut self, function: &Function, arguments: &[Expr]) -> Result<()> {
        check_call(function, arguments)?;
        self.push(function.name());
        Ok(())
    }

    pub(super) fn call(&mut self, function: &Function, arguments: &[Expr]) -> Result<()> {
        check_call(function, arguments)?;
        match (function, arguments) {
            (Function::Coalesce | Function::NullIf, _) => {
                self.push(function.name());
                self.push("(");
                self.list_beside(arguments, arguments.iter())?;
                self.push(")");
                Ok(())
            }
            (Function::StringAgg, [text, separator]) => {
                let texts = StringAgg { text, separator, distinct: false, order_by: &[], filter: None };
                self.dialect.string_agg(self, &texts)
            }
            (Function::Named(name), _) => self.function(name, arguments),
            (Function::Range(_), _) if !self.dialect.capability().exclusion => {
                Err(self.dialect.lacks("ranges", "Compare where they begin and end"))
            }
            (Function::Extract(field), [argument]) => self.dialect.extract(self, *field, argument),
            (Function::Stored { least, greatest }, [number]) => self.dialect.stored(self, *least, *greatest, number),
            (Function::RegexpReplace { with, insensitive }, [text, pattern]) => {
                let replace = RegexpReplace { text, pattern, with, insensitive: *insensitive };
                self.dialect.regexp_replace(self, &replace)
            }
            (function, _) if function.is_ordered_set() => self.within_group(function, arguments, None),
            (Function::ArrayAgg, _) => {
                self.check_array_agg(function)?;
                self.function(function.name(), arguments)
            }
            (Function::Grouping, _) => self.grouping(arguments),
            (Function::EnumPlace, [value, labels @ ..]) => self.enum_place(value, labels),
            (Function::EnumLabel, [place, labels @ ..]) => self.enum_label(place, labels),
            _ => self.dialect.call(self, function, arguments),
        }
    }

    /// Writes a call in the usual form: `NAME(a, b)`.
    ///
    /// # Errors
    /// Those of the arguments.
    pub fn function(&mut self, name: &str, arguments: &[Expr]) -> Result<()> {
        self.push(name);
        self.push("(");
        self.list(arguments)?;
        self.push(")");
        Ok(())
    }
}

fn check_call(function: &Function, arguments: &[Expr]) -> Result<()> {
    let (least, most) = function.arity();
    if arguments.len() < least || arguments.len() > most {
        return Err(malformed(format!("{} does not take {} arguments", function.name(), arguments.len())));
    }
    if let Some((number, least)) = function.too_little(arguments) {
        return Err(malformed(format!("{} counts from {least}: it was given {number}", function.name())));
    }
    let Function::Named(name) = function else { return Ok(()) };
    // It is written as it is, so that it must be one.
    let part = |part: &str| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        part.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_') && part.chars().all(plain)
    };
    if name.split('.').all(part) {
        return Ok(());
    }
    Err(malformed(format!("{name:?} is not the name of a function"))
        .with_help("Write its name alone, or that of its schema, a dot and its name"))
}
