//! Precedence: where parentheses are needed.

use super::Sql;
use crate::{
    dialect::literal,
    error::Result,
    expr::{BinaryOp, Expr, UnaryOp},
};

/// How tightly an expression holds together: the levels of precedence that all databases agree on.
///
/// Databases disagree on how `||` stands to arithmetic, and on comparisons of comparisons; those are always told apart by
/// parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `NOT`
    Not,
    /// Comparisons, `IS`, `IN`, `BETWEEN`, `LIKE`: none is an operand of another.
    Predicate,
    /// `&`, `|`, `<<` and so on, which take no other operators for operands.
    Bits,
    /// `||`
    Concat,
    /// `+` and `-`
    Sum,
    /// `*`, `/` and `%`
    Product,
    /// `-a`
    Sign,
    /// What needs no parentheses anywhere.
    Primary,
}

impl BinaryOp {
    /// How tightly it holds.
    pub(crate) fn level(self) -> Level {
        match self {
            BinaryOp::Concat => Level::Concat,
            BinaryOp::Add | BinaryOp::Sub => Level::Sum,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem | BinaryOp::IntDiv => Level::Product,
            BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor | BinaryOp::Shl | BinaryOp::Shr => Level::Bits,
            _ => Level::Predicate,
        }
    }
}

impl Sql<'_> {
    /// Writes an expression as an operand of something that holds as tightly as `least`: in parentheses if it is looser.
    ///
    /// # Errors
    /// Those of the expression.
    pub fn operand(&mut self, expr: &Expr, least: Level) -> Result<()> {
        self.operand_or_parentheses(expr, Some(least))
    }

    pub(super) fn operand_or_parentheses(&mut self, expr: &Expr, least: Option<Level>) -> Result<()> {
        if least.is_some_and(|least| self.level(expr) >= least) {
            return self.expr(expr);
        }
        self.parenthesised(expr)
    }

    /// Writes an expression in parentheses.
    ///
    /// # Errors
    /// Those of the expression.
    pub fn parenthesised(&mut self, expr: &Expr) -> Result<()> {
        self.push("(");
        self.expr(expr)?;
        self.push(")");
        Ok(())
    }

    fn level(&self, expr: &Expr) -> Level {
        match expr {
            Expr::Or(list) | Expr::And(list) if list.is_empty() => Level::Predicate,
            Expr::Or(list) | Expr::And(list) if list.len() == 1 => self.level(&list[0]),
            Expr::Or(_) => Level::Or,
            Expr::And(_) => Level::And,
            Expr::Unary(UnaryOp::Not, _) | Expr::Exists { negated: true, .. } => Level::Not,
            Expr::Binary(BinaryOp::Concat, ..) if !self.dialect.capability().concat_operator => Level::Primary,
            Expr::Binary(op, ..) if op.level() == Level::Bits => self.dialect.bits_level(),
            Expr::Binary(op, ..) => op.level(),
            Expr::Is { .. }
            | Expr::In { .. }
            | Expr::InQuery { .. }
            | Expr::Quantified { .. }
            | Expr::QuantifiedArray { .. }
            | Expr::Between { .. }
            | Expr::BetweenSymmetric { .. }
            | Expr::Like { .. }
            | Expr::Regexp { .. } => Level::Predicate,
            Expr::Match(search) if !search.rank => Level::Predicate,
            // Nobody knows what is in it.
            Expr::Raw(_) => Level::Or,
            Expr::Unary(UnaryOp::BitNot, _) => self.dialect.bits_level(),
            Expr::Collate(..) => Level::Sign,
            Expr::Unary(UnaryOp::Negate, _) => Level::Sign,
            Expr::Value(value) if self.is_inline() && literal::is_negative(value) => Level::Sign,
            Expr::Value(_)
            | Expr::Column(_)
            | Expr::Case { .. }
            | Expr::Cast(..)
            | Expr::Call(..)
            | Expr::CountAll
            | Expr::CurrentTimestamp
            | Expr::CurrentDate
            | Expr::NextValue(_)
            | Expr::Exists { .. }
            | Expr::Aggregate(_)
            | Expr::Over(_)
            | Expr::Json { .. }
            | Expr::Tuple(_)
            | Expr::Match(_)
            | Expr::Excluded(_)
            | Expr::Default
            | Expr::Subquery(_) => Level::Primary,
        }
    }
}
