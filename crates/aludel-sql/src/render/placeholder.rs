//! Values in expressions, and the types of their placeholders.
//!
//! PostgreSQL reads the type of a placeholder off what stands beside it: of `a = $1`, that of `a`. Where nothing there has a type,
//! a cast says it. MySQL and MariaDB have types of their own for some, which a cast puts right.

use crate::{dialect::TypedPlaceholders, error::Result, expr::Expr, types::Type, value::Value};

use super::{Level, Sql};

impl Sql<'_> {
    /// Writes a value: a placeholder, with its type where the dialect wants one, or a literal.
    pub(super) fn typed(&mut self, value: &Value) -> Result<()> {
        match self.dialect.constructs().typed_placeholders {
            _ if self.is_inline() => self.value(value),
            TypedPlaceholders::None => self.value(value),
            TypedPlaceholders::Decimals | TypedPlaceholders::Mistaken => self.compared(value),
            TypedPlaceholders::Alone if value.is_null() => {
                self.push("NULL");
                Ok(())
            }
            TypedPlaceholders::Alone => self.cast_value(value),
        }
    }

    /// Writes a value beside something that has a type.
    fn compared(&mut self, value: &Value) -> Result<()> {
        match (self.dialect.constructs().typed_placeholders, value) {
            (TypedPlaceholders::Mistaken, Value::Json(_) | Value::Decimal(_))
            | (TypedPlaceholders::Decimals, Value::Decimal(_)) => self.cast_value(value),
            _ => self.value(value),
        }
    }

    /// Writes the first operand of a computation whose second is `next`, or which has no other.
    ///
    /// # Errors
    /// Those of the expression.
    pub fn first_operand(&mut self, first: &Expr, next: &Expr, least: Level) -> Result<()> {
        let mistaken = self.dialect.constructs().typed_placeholders == TypedPlaceholders::Mistaken;
        match (first, next) {
            (Expr::Value(value), Expr::Value(_)) if mistaken && !self.is_inline() => self.cast_value(value),
            _ => self.operand(first, least),
        }
    }

    fn cast_value(&mut self, value: &Value) -> Result<()> {
        let Some(ty) = self.dialect.placeholder_type(value) else { return self.value(value) };
        self.push("CAST(");
        self.value(value)?;
        self.push(" AS ");
        self.push(&ty);
        self.push(")");
        Ok(())
    }

    /// Writes an operand of something that gives a placeholder its type.
    ///
    /// # Errors
    /// Those of the expression.
    pub fn bare(&mut self, expr: &Expr, least: Level) -> Result<()> {
        match expr {
            Expr::Value(value) if !self.is_inline() => self.value(value),
            _ => self.operand(expr, least),
        }
    }

    /// Writes an operand of a predicate, which has the type of the others, if one of them has one.
    pub(super) fn beside<'e>(&mut self, expr: &Expr, others: impl Iterator<Item = &'e Expr>) -> Result<()> {
        self.either(expr, others, Some(Level::Bits))
    }

    /// Writes an operand that is compared with several others: with numbers of several widths, it has one of its own.
    pub(super) fn beside_all<'e>(&mut self, expr: &Expr, others: impl Iterator<Item = &'e Expr>) -> Result<()> {
        match expr {
            Expr::Value(Value::I64(_) | Value::F64(_)) => self.operand(expr, Level::Bits),
            _ => self.beside(expr, others),
        }
    }

    /// Writes expressions with commas between, which have the type of the others, if one of them has one.
    pub(super) fn list_beside<'e>(
        &mut self,
        list: &[Expr],
        others: impl Iterator<Item = &'e Expr> + Clone,
    ) -> Result<()> {
        for (i, expr) in list.iter().enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            self.either(expr, others.clone(), None)?;
        }
        Ok(())
    }

    pub(super) fn either<'e>(
        &mut self,
        expr: &Expr,
        mut others: impl Iterator<Item = &'e Expr>,
        least: Option<Level>,
    ) -> Result<()> {
        match expr {
            Expr::Value(value) if !self.is_inline() && others.any(|other| !matches!(other, Expr::Value(_))) => {
                self.compared(value)
            }
            _ => match least {
                Some(least) => self.operand(expr, least),
                None => self.expr(expr),
            },
        }
    }

    /// Writes a value as a literal in any case, as some places want one: the text is then of this value alone.
    pub(crate) fn literal(&mut self, value: &Value) -> Result<()> {
        self.fixed = true;
        self.constant(value)
    }

    /// Writes, as a literal, what is part of the statement's shape.
    pub(crate) fn constant(&mut self, value: &Value) -> Result<()> {
        self.dialect.literal(&mut self.out, value)
    }

    /// Writes `before(a, b), (c, d)`; a row is a list of expressions. Where placeholders need a type, the first row tells that of
    /// the others, if there are `types`.
    pub(crate) fn rows(&mut self, before: &str, types: &[Type], rows: &[Vec<Expr>]) -> Result<()> {
        // `VALUES ROW(…), ROW(…)`
        let again = if before.ends_with("ROW") { ", ROW(" } else { ", (" };
        for (i, row) in rows.iter().enumerate() {
            if i == 0 {
                self.push(before);
                self.push("(");
            } else {
                self.push(again);
            }
            let typed = self.dialect.constructs().typed_placeholders;
            for (j, expr) in row.iter().enumerate() {
                self.push(if j == 0 { "" } else { ", " });
                match (types.get(j), typed) {
                    (Some(ty), TypedPlaceholders::Alone) if i == 0 => self.of_type(expr, ty)?,
                    (Some(_), TypedPlaceholders::Alone) => self.bare(expr, Level::Or)?,
                    // A NULL alone is taken for a text, and all of its column with it.
                    (Some(ty), TypedPlaceholders::Mistaken)
                        if matches!(expr, Expr::Value(Value::Null)) && !matches!(ty, Type::Text | Type::VarChar(_)) =>
                    {
                        self.of_type(expr, ty)?;
                    }
                    _ => self.expr(expr)?,
                }
            }
            self.push(")");
        }
        Ok(())
    }

    /// Writes what is first in a column of this type.
    pub(super) fn of_type(&mut self, expr: &Expr, ty: &Type) -> Result<()> {
        match (ty, expr) {
            // A NULL has no digits, and a value those of its own.
            (Type::Decimal { .. }, Expr::Value(Value::Null) | Expr::Raw(_)) => {
                self.dialect.cast(self, expr, &Type::Decimal { precision: 15, scale: 0 })
            }
            (Type::Decimal { .. }, _) => self.expr(expr),
            _ => self.dialect.cast(self, expr, ty),
        }
    }

    /// Writes `before(a, b), (c, d)` of tuples.
    pub(super) fn tuples(&mut self, before: &str, tuples: &[Expr]) -> Result<()> {
        for (i, tuple) in tuples.iter().enumerate() {
            self.push(if i == 0 { before } else { ", " });
            self.expr(tuple)?;
        }
        Ok(())
    }
}
