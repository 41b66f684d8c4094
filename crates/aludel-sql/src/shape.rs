//! The shape of statements: what they say apart from their values.
//!
//! Two statements of one shape have one text, so that a text is rendered once and kept ([`crate::render::TextCache`]). A value
//! counts by its kind alone, a decimal number by its digits after the point, too, a list by its length.

mod expr;
mod statement;

use std::borrow::Cow;

use crate::{
    expr::{Expr, Name},
    render::MAX_DEPTH,
    types::Type,
    value::Value,
};

/// The first of the ids that are never the same twice.
pub(crate) const FRESH: u32 = 1 << 16;
/// What a name of the program's own begins with, where a text begins with its length.
const STATIC: u8 = 254;

/// The shape of a statement, and its values in the order of the tree.
#[derive(Debug)]
pub(crate) struct Shape<'s> {
    /// What it says, each text with its length before it: equal bytes are equal shapes.
    pub(crate) bytes: Vec<u8>,
    /// The values.
    pub(crate) values: Vec<Bound<'s>>,
    /// The ids that are never the same twice, in the order they are met.
    fresh: Vec<u32>,
    /// How many expressions and statements are around what is read.
    depth: usize,
    /// Whether something is so deep that it was left out.
    pub(crate) cut: bool,
}

/// A value of a statement: what becomes a placeholder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound<'s> {
    /// One of an expression.
    Value(&'s Value),
    /// A number of rows, as of LIMIT.
    Count(&'s u64),
}

impl Bound<'_> {
    /// Where in the tree it is.
    pub(crate) fn place(self) -> usize {
        match self {
            Bound::Value(value) => std::ptr::from_ref(value).addr(),
            Bound::Count(count) => std::ptr::from_ref(count).addr(),
        }
    }

    pub(crate) fn value(self) -> Value {
        match self {
            Bound::Value(value) => value.clone(),
            Bound::Count(count) => Value::I64(i64::try_from(*count).unwrap_or(i64::MAX)),
        }
    }
}

impl<'s> Shape<'s> {
    /// One whose bytes follow on these.
    pub(crate) fn after(bytes: Vec<u8>) -> Self {
        Shape { bytes, values: Vec::with_capacity(8), fresh: Vec::new(), depth: 0, cut: false }
    }

    /// Reads something that is one level deeper, unless that is deeper than anything is written: the stack has an end.
    fn deeper(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth > MAX_DEPTH {
            self.cut = true;
            return;
        }
        self.depth += 1;
        read(self);
        self.depth -= 1;
    }

    fn tag(&mut self, tag: u8) {
        self.bytes.push(tag);
    }

    fn flag(&mut self, flag: bool) {
        self.bytes.push(flag.into());
    }

    fn number(&mut self, number: u64) {
        // Most are small.
        match u8::try_from(number) {
            Ok(small) if small < STATIC => self.bytes.push(small),
            _ => {
                self.bytes.push(255);
                self.bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
    }

    /// An id of a source. Those of sub-queries that look outwards are never the same twice: only which are the same counts.
    fn id(&mut self, id: u32) {
        if id < FRESH {
            return self.number(u64::from(id) + 1);
        }
        let known = self.fresh.iter().position(|fresh| *fresh == id);
        let position = known.unwrap_or_else(|| {
            self.fresh.push(id);
            self.fresh.len() - 1
        });
        self.number(u64::from(FRESH) + position as u64 + 1);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: &Name) {
        match name {
            Cow::Borrowed(text) => self.part_of_program(text.as_ptr().addr(), text.len()),
            Cow::Owned(text) => self.text(text),
        }
    }

    /// What is part of the program stays as it is and where it is, so that its address stands for it.
    fn part_of_program(&mut self, address: usize, length: usize) {
        let mut bytes = [STATIC; 17];
        bytes[1..9].copy_from_slice(&(address as u64).to_le_bytes());
        bytes[9..].copy_from_slice(&(length as u64).to_le_bytes());
        self.bytes.extend_from_slice(&bytes);
    }

    fn names(&mut self, names: &[Name]) {
        self.count(names.len());
        names.iter().for_each(|name| self.name(name));
    }

    fn exprs(&mut self, exprs: &'s [Expr]) {
        self.count(exprs.len());
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn option(&mut self, expr: Option<&'s Expr>) {
        self.flag(expr.is_some());
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn rows(&mut self, rows: &'s [Vec<Expr>]) {
        self.count(rows.len());
        rows.iter().for_each(|row| self.exprs(row));
    }

    fn value(&mut self, value: &'s Value) {
        self.tag(kind(value));
        match value {
            Value::Array(elements) => self.tag(elements.iter().map(kind).find(|kind| *kind != 0).unwrap_or(0)),
            Value::Decimal(_) => self.count(value.scale()),
            _ => {}
        }
        self.values.push(Bound::Value(value));
    }

    fn ty(&mut self, ty: &Type) {
        // Types are few and seldom said: as they are written.
        self.text(&ty.to_string());
    }
}

/// What kind a value is of: some texts differ by it.
fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::I64(_) => 2,
        Value::F64(_) => 3,
        Value::Decimal(_) => 4,
        Value::Text(_) => 5,
        Value::Bytes(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::DateTime(_) => 9,
        Value::Timestamp(_) => 10,
        Value::Uuid(_) => 11,
        Value::Json(_) => 12,
        Value::Array(_) => 13,
        Value::Invalid(_) => 14,
    }
}
