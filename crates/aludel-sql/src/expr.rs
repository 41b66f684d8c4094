//! Expressions: one erased tree for queries, for migration files, and for what schemas hold.
//!
//! The typed surface that users see (`aludel-orm`) only ever builds trees that make sense; here nothing is checked.

mod walk;

use std::borrow::Cow;

use crate::{statement::Select, types::Type, value::Value};

/// A name known when the program was compiled, or read from a file.
pub type Name = Cow<'static, str>;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A value: a bound parameter in a query, a literal in a schema or a migration.
    Value(Value),
    /// A column.
    Column(ColumnRef),
    /// `NOT a`, `-a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`, `a = b`, …
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// All of them; TRUE when there are none. Never holds another `And` directly: see [`Expr::and`].
    And(Vec<Expr>),
    /// Any of them; FALSE when there are none. Never holds another `Or` directly: see [`Expr::or`].
    Or(Vec<Expr>),
    /// `a IS [NOT] NULL | TRUE | FALSE`
    Is {
        /// the operand
        expr: Box<Expr>,
        /// what it is compared with
        what: Is,
        /// `IS NOT`
        negated: bool,
    },
    /// `a [NOT] IN (b, c)`
    In {
        /// the operand
        expr: Box<Expr>,
        /// the list; nothing is in an empty one
        list: Vec<Expr>,
        /// `NOT IN`
        negated: bool,
    },
    /// `a [NOT] BETWEEN b AND c`
    Between {
        /// the operand
        expr: Box<Expr>,
        /// the lower bound, included
        low: Box<Expr>,
        /// the upper bound, included
        high: Box<Expr>,
        /// `NOT BETWEEN`
        negated: bool,
    },
    /// `a [NOT] LIKE b [ESCAPE c]`
    Like {
        /// the operand
        expr: Box<Expr>,
        /// the pattern, in which `%` is any text and `_` any character
        pattern: Box<Expr>,
        /// the character that makes the next one stand for itself
        escape: Option<char>,
        /// `NOT LIKE`
        negated: bool,
    },
    /// `CASE [a] WHEN b THEN c … [ELSE d] END`
    Case {
        /// what the arms are compared with, else each arm is a condition
        operand: Option<Box<Expr>>,
        /// the arms
        arms: Vec<(Expr, Expr)>,
        /// the value when no arm fits; NULL when absent
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(a AS type)`
    Cast(Box<Expr>, Type),
    /// A function of the portable list.
    Call(Function, Vec<Expr>),
    /// `COUNT(*)`
    CountAll,
    /// `CURRENT_TIMESTAMP`
    CurrentTimestamp,
    /// `CURRENT_DATE`
    CurrentDate,
    /// `[NOT] EXISTS (select)`
    Exists {
        /// the sub-query
        select: Box<Select>,
        /// `NOT EXISTS`
        negated: bool,
    },
    /// A sub-query that gives one value.
    Subquery(Box<Select>),
}

/// Which column: of which source of the statement, by which name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ColumnRef {
    /// The number of the source among those of the statement, counting through enclosing statements from the outermost;
    /// absent where the name alone says it, as in a CHECK or a migration's UPDATE.
    pub source: Option<u16>,
    /// The column's name.
    pub name: Name,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `NOT`
    Not,
    /// `-`
    Negate,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `IS DISTINCT FROM`: unequal, where NULL equals NULL
    IsDistinct,
    /// `IS NOT DISTINCT FROM`: equal, where NULL equals NULL
    IsNotDistinct,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`: the exact quotient. Of two integers it is a fraction, which `CAST` makes an integer again.
    Div,
    /// `||`
    Concat,
}

/// What `IS` compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Is {
    /// `NULL`
    Null,
    /// `TRUE`
    True,
    /// `FALSE`
    False,
}

/// The functions every database has, or for which each dialect has an exact spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// The first of the arguments that is not NULL.
    Coalesce,
    /// NULL if the two are equal, else the first.
    NullIf,
    /// Absolute value.
    Abs,
    /// Rounded to the digits the second argument says, or to a whole number.
    Round,
    /// Remainder of a division.
    Mod,
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
    /// Without blanks on both sides.
    Trim,
    /// With all of the second argument replaced by the third.
    Replace,
    /// Length in characters.
    CharLength,
    /// `POSITION(a IN b)`: where, from 1, or 0.
    Position,
    /// `SUBSTRING(a FROM b [FOR c])`
    Substring,
    /// The texts joined; NULL counts as empty.
    Concat,
    /// The greatest argument; NULL if one of them is, as in SQL:2023.
    Greatest,
    /// The least argument; NULL if one of them is.
    Least,
    /// `EXTRACT(field FROM a)`
    Extract(Field),
    /// How many are not NULL.
    Count,
    /// The sum.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The average.
    Avg,
}

/// What `EXTRACT` takes out of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The year.
    Year,
    /// The month, 1 to 12.
    Month,
    /// The day of the month, from 1.
    Day,
    /// The hour, 0 to 23.
    Hour,
    /// The minute.
    Minute,
    /// The second, without its fraction.
    Second,
}

impl Expr {
    /// A value.
    pub fn value(value: impl Into<Value>) -> Self {
        Expr::Value(value.into())
    }

    /// A column by its name alone.
    pub fn name(name: impl Into<Name>) -> Self {
        Expr::Column(ColumnRef { source: None, name: name.into() })
    }

    /// A column of the source of this number.
    pub fn column(source: u16, name: impl Into<Name>) -> Self {
        Expr::Column(ColumnRef { source: Some(source), name: name.into() })
    }

    /// The column's name, if this is nothing but a column.
    pub fn as_column(&self) -> Option<&str> {
        match self {
            Expr::Column(column) => Some(&column.name),
            _ => None,
        }
    }

    /// `self op right`
    #[must_use]
    pub fn binary(self, op: BinaryOp, right: Expr) -> Self {
        Expr::Binary(op, Box::new(self), Box::new(right))
    }

    /// Both; a conjunction of conjunctions is one conjunction.
    #[must_use]
    pub fn and(self, other: Expr) -> Self {
        Expr::And(join(self, other, |expr| match expr {
            Expr::And(list) => Ok(list),
            other => Err(other),
        }))
    }

    /// Either; a disjunction of disjunctions is one disjunction.
    #[must_use]
    pub fn or(self, other: Expr) -> Self {
        Expr::Or(join(self, other, |expr| match expr {
            Expr::Or(list) => Ok(list),
            other => Err(other),
        }))
    }
}

impl std::ops::Not for Expr {
    type Output = Expr;

    fn not(self) -> Expr {
        Expr::Unary(UnaryOp::Not, Box::new(self))
    }
}

fn join(left: Expr, right: Expr, list: fn(Expr) -> Result<Vec<Expr>, Expr>) -> Vec<Expr> {
    let mut all = list(left).unwrap_or_else(|one| vec![one]);
    match list(right) {
        Ok(more) => all.extend(more),
        Err(one) => all.push(one),
    }
    all
}
