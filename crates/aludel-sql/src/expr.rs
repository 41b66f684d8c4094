//! Expressions: one erased tree for queries, for migration files, and for what schemas hold.
//!
//! The typed surface that users see (`aludel-orm`) only ever builds trees that make sense; here nothing is checked.

mod deep;
mod function;
mod parts;
mod walk;

pub use function::{Field, Function, RangeOf};
pub use parts::{
    Aggregate, Bound, Distance, Exclude, Fragment, Frame, FrameUnit, JsonResult, JsonStep, Match, Over, SearchMode,
};
pub(crate) use walk::{source_exprs, sources};

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
    /// `a [NOT] IN (b, c)`, of rows where the operand is a [`Expr::Tuple`] and the list is of tuples as wide.
    In {
        /// the operand
        expr: Box<Expr>,
        /// the list; nothing is in an empty one, not even NULL
        list: Vec<Expr>,
        /// `NOT IN`
        negated: bool,
    },
    /// `a [NOT] IN (SELECT …)`, of rows where the operand is a [`Expr::Tuple`].
    InQuery {
        /// the operand
        expr: Box<Expr>,
        /// the sub-query, of as many columns as the operand has
        select: Box<Select>,
        /// `NOT IN`
        negated: bool,
    },
    /// `a = ANY (SELECT …)`, `a < ALL (SELECT …)`
    Quantified {
        /// the operand
        left: Box<Expr>,
        /// a comparison
        op: BinaryOp,
        /// `ALL`, else `ANY`
        all: bool,
        /// the sub-query, of one column
        select: Box<Select>,
    },
    /// `a = ANY (array)`, `a < ALL (array)`
    QuantifiedArray {
        /// the operand
        left: Box<Expr>,
        /// a comparison
        op: BinaryOp,
        /// `ALL`, else `ANY`
        all: bool,
        /// the array; where the database has none, a value is a list
        array: Box<Expr>,
    },
    /// `(a, b)`: a row to compare with another, or to look for with IN.
    Tuple(Vec<Expr>),
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
    /// `a BETWEEN SYMMETRIC b AND c`: between the two, whichever is the lower one.
    BetweenSymmetric {
        /// the operand
        expr: Box<Expr>,
        /// one bound, included
        one: Box<Expr>,
        /// the other bound, included
        other: Box<Expr>,
    },
    /// `a [NOT] LIKE b [ESCAPE c]`
    Like {
        /// the operand
        expr: Box<Expr>,
        /// the pattern, in which `%` is any text and `_` any character
        pattern: Box<Expr>,
        /// the character that makes the next one stand for itself
        escape: Option<char>,
        /// whether upper and lower case are the same
        insensitive: bool,
        /// `NOT LIKE`
        negated: bool,
    },
    /// Whether a regular expression is found in a text.
    Regexp {
        /// the text
        expr: Box<Expr>,
        /// the regular expression, in the database's own dialect of them
        pattern: Box<Expr>,
        /// whether upper and lower case are the same
        insensitive: bool,
        /// whether it is not found
        negated: bool,
    },
    /// Full-text search: whether words are found in texts, as the database's own search finds them, or how well.
    Match(Box<Match>),
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
    /// `a COLLATE c`: a text that is compared by a collation of the database.
    Collate(Box<Expr>, Name),
    /// What is at a path of a JSON value; NULL where there is nothing, or where the value is NULL.
    Json {
        /// the JSON value
        expr: Box<Expr>,
        /// the steps into it; with none, the value itself
        path: Vec<JsonStep>,
        /// as what it is given
        result: JsonResult,
    },
    /// A function.
    Call(Function, Vec<Expr>),
    /// `COUNT(*)`
    CountAll,
    /// An aggregate function with more to it than its arguments.
    Aggregate(Box<Aggregate>),
    /// A window function, or an aggregate over a window.
    Over(Box<Over>),
    /// `CURRENT_TIMESTAMP`
    CurrentTimestamp,
    /// `CURRENT_DATE`
    CurrentDate,
    /// `NEXT VALUE FOR name`: the next number of a sequence.
    NextValue(Name),
    /// `[NOT] EXISTS (select)`
    Exists {
        /// the sub-query
        select: Box<Select>,
        /// `NOT EXISTS`
        negated: bool,
    },
    /// A sub-query that gives one value.
    Subquery(Box<Select>),
    /// The value that an INSERT had for this column, in what is done instead when the row is there already.
    Excluded(Name),
    /// `DEFAULT`, as a value of INSERT or UPDATE.
    Default,
    /// SQL of the program's own, with expressions in between. What it says is not looked at.
    Raw(Vec<Fragment>),
}

/// Which column: of which source of the statement, by which name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ColumnRef {
    /// The id of the source, in the innermost statement that has one of this id; absent where the name alone says it, as in
    /// a CHECK or a migration's UPDATE.
    pub source: Option<u32>,
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
    /// `~`: each bit of a 64-bit integer turned over.
    BitNot,
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
    /// The remainder of a division of integers, with the sign of the dividend as in Rust.
    Rem,
    /// The quotient of two integers without its fraction, cut off towards zero as in Rust.
    IntDiv,
    /// `&`, of 64-bit integers.
    BitAnd,
    /// `|`, of 64-bit integers.
    BitOr,
    /// Exclusive or, of 64-bit integers.
    BitXor,
    /// `<<`, of a 64-bit integer by 0 to 63 bits.
    Shl,
    /// `>>`, of a 64-bit integer by 0 to 63 bits; keeps the sign, as in Rust.
    Shr,
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

impl Expr {
    /// A value.
    pub fn value(value: impl Into<Value>) -> Self {
        Expr::Value(value.into())
    }

    /// A column by its name alone.
    pub fn name(name: impl Into<Name>) -> Self {
        Expr::Column(ColumnRef { source: None, name: name.into() })
    }

    /// A column of the source of this id.
    pub fn column(source: u32, name: impl Into<Name>) -> Self {
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
        let list = |expr: &mut Expr| match expr {
            Expr::And(list) => Some(std::mem::take(list)),
            _ => None,
        };
        Expr::And(join(self, other, list))
    }

    /// Either; a disjunction of disjunctions is one disjunction.
    #[must_use]
    pub fn or(self, other: Expr) -> Self {
        let list = |expr: &mut Expr| match expr {
            Expr::Or(list) => Some(std::mem::take(list)),
            _ => None,
        };
        Expr::Or(join(self, other, list))
    }
}

impl Expr {
    /// The opposite, in as few words as there are: `a <> b` of `a = b`, `NOT IN` of `IN`, and nothing of a NOT. What is neither
    /// true nor false, because it is NULL, stays so.
    #[must_use]
    pub fn negated(mut self) -> Self {
        match &mut self {
            Expr::Unary(UnaryOp::Not, operand) => return operand.take(),
            Expr::Is { negated, .. }
            | Expr::In { negated, .. }
            | Expr::InQuery { negated, .. }
            | Expr::Between { negated, .. }
            | Expr::Like { negated, .. }
            | Expr::Regexp { negated, .. }
            | Expr::Exists { negated, .. } => *negated = !*negated,
            Expr::Binary(op, ..) => match op.opposite() {
                Some(opposite) => *op = opposite,
                None => return !self,
            },
            Expr::Quantified { op, all, .. } | Expr::QuantifiedArray { op, all, .. } => match op.opposite() {
                Some(opposite) => (*op, *all) = (opposite, !*all),
                None => return !self,
            },
            _ => return !self,
        }
        self
    }
}

impl BinaryOp {
    /// The comparison that is true where this one is false.
    fn opposite(self) -> Option<BinaryOp> {
        Some(match self {
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            BinaryOp::Lt => BinaryOp::Ge,
            BinaryOp::Ge => BinaryOp::Lt,
            BinaryOp::Gt => BinaryOp::Le,
            BinaryOp::Le => BinaryOp::Gt,
            BinaryOp::IsDistinct => BinaryOp::IsNotDistinct,
            BinaryOp::IsNotDistinct => BinaryOp::IsDistinct,
            _ => return None,
        })
    }
}

impl std::ops::Not for Expr {
    type Output = Expr;

    fn not(self) -> Expr {
        Expr::Unary(UnaryOp::Not, Box::new(self))
    }
}

fn join(mut left: Expr, mut right: Expr, list: fn(&mut Expr) -> Option<Vec<Expr>>) -> Vec<Expr> {
    // In a loop, either side may be the one that grows: it stays where it is in memory.
    match (list(&mut left), list(&mut right)) {
        (Some(mut all), None) => {
            all.push(right);
            all
        }
        (None, Some(mut all)) => {
            all.insert(0, left);
            all
        }
        (Some(mut all), Some(more)) => {
            all.extend(more);
            all
        }
        (None, None) => vec![left, right],
    }
}
