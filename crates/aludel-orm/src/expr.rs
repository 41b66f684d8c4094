//! Typed expressions: what a column can be asked, and what it can be compared with.

mod operand;
mod order;

pub use operand::{IntoExpr, IntoPredicate};
pub use order::Order;

use std::{fmt, marker::PhantomData, ops};

use aludel_sql::{
    Value,
    dialect::ANSI,
    expr::{self as sql, BinaryOp, Is},
    render,
};

use crate::{field::Field, handle::Column};

/// An expression of type `T` in a query of scope `S`; a condition, unless said otherwise.
///
/// Reusable conditions are plain functions, over any scope:
///
/// ```ignore
/// fn recent<S>(p: PostFields<S>, since: Timestamp) -> Expr<S> {
///     p.timestamp.gt(since)
/// }
/// ```
pub struct Expr<S, T = bool> {
    node: sql::Expr,
    scope: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Expr<S, T> {
    pub(crate) fn new(node: sql::Expr) -> Self {
        Expr { node, scope: PhantomData }
    }

    pub(crate) fn into_node(self) -> sql::Expr {
        self.node
    }
}

impl<S, T> Clone for Expr<S, T> {
    fn clone(&self) -> Self {
        Expr::new(self.node.clone())
    }
}

/// As portable SQL.
impl<S, T> fmt::Debug for Expr<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match render::expr(&ANSI, &self.node) {
            Ok(text) => f.write_str(&text),
            Err(_) => self.node.fmt(f),
        }
    }
}

impl<S> Expr<S> {
    /// Both conditions.
    #[must_use]
    pub fn and(self, other: impl IntoPredicate<S>) -> Self {
        Expr::new(self.node.and(other.into_predicate().node))
    }

    /// Either condition.
    #[must_use]
    pub fn or(self, other: impl IntoPredicate<S>) -> Self {
        Expr::new(self.node.or(other.into_predicate().node))
    }
}

impl<S> ops::Not for Expr<S> {
    type Output = Self;

    fn not(self) -> Self {
        Expr::new(!self.node)
    }
}

impl<S, P: IntoPredicate<S>> ops::BitAnd<P> for Expr<S> {
    type Output = Self;

    fn bitand(self, other: P) -> Self {
        self.and(other)
    }
}

impl<S, P: IntoPredicate<S>> ops::BitOr<P> for Expr<S> {
    type Output = Self;

    fn bitor(self, other: P) -> Self {
        self.or(other)
    }
}

/// Comparisons. A comparison with NULL is neither true nor false, as in SQL: ask [`Column::is_null`].
impl<S, T: Field> Column<S, T> {
    fn compare<R: IntoExpr<S, T::Base>>(self, op: BinaryOp, right: R) -> Expr<S> {
        Expr::new(self.node().binary(op, right.into_expr().node))
    }

    /// `=`
    pub fn eq<R: IntoExpr<S, T::Base>>(self, right: R) -> Expr<S> {
        self.compare(BinaryOp::Eq, right)
    }

    /// `<>`
    pub fn ne<R: IntoExpr<S, T::Base>>(self, right: R) -> Expr<S> {
        self.compare(BinaryOp::Ne, right)
    }

    /// `<`
    pub fn lt<R: IntoExpr<S, T::Base>>(self, right: R) -> Expr<S> {
        self.compare(BinaryOp::Lt, right)
    }

    /// `<=`
    pub fn le<R: IntoExpr<S, T::Base>>(self, right: R) -> Expr<S> {
        self.compare(BinaryOp::Le, right)
    }

    /// `>`
    pub fn gt<R: IntoExpr<S, T::Base>>(self, right: R) -> Expr<S> {
        self.compare(BinaryOp::Gt, right)
    }

    /// `>=`
    pub fn ge<R: IntoExpr<S, T::Base>>(self, right: R) -> Expr<S> {
        self.compare(BinaryOp::Ge, right)
    }

    /// `BETWEEN low AND high`, both included.
    pub fn between<L: IntoExpr<S, T::Base>, H: IntoExpr<S, T::Base>>(self, low: L, high: H) -> Expr<S> {
        Expr::new(sql::Expr::Between {
            expr: Box::new(self.node()),
            low: Box::new(low.into_expr().node),
            high: Box::new(high.into_expr().node),
            negated: false,
        })
    }

    /// `IN (…)`: nothing is in an empty list.
    pub fn in_list<R: IntoExpr<S, T::Base>>(self, list: impl IntoIterator<Item = R>) -> Expr<S> {
        let list = list.into_iter().map(|item| item.into_expr().node).collect();
        Expr::new(sql::Expr::In { expr: Box::new(self.node()), list, negated: false })
    }

    fn is(self, what: Is, negated: bool) -> Expr<S> {
        Expr::new(sql::Expr::Is { expr: Box::new(self.node()), what, negated })
    }

    /// `IS NULL`
    pub fn is_null(self) -> Expr<S> {
        self.is(Is::Null, false)
    }

    /// `IS NOT NULL`
    pub fn is_not_null(self) -> Expr<S> {
        self.is(Is::Null, true)
    }

    /// From low to high.
    pub fn asc(self) -> Order<S> {
        Order::new(self.node(), false)
    }

    /// From high to low.
    pub fn desc(self) -> Order<S> {
        Order::new(self.node(), true)
    }
}

/// Searching in text.
impl<S, T: Field<Base = String>> Column<S, T> {
    /// `LIKE pattern`, in which `%` is any text and `_` any character.
    pub fn like(self, pattern: impl Into<String>) -> Expr<S> {
        Expr::new(sql::Expr::Like {
            expr: Box::new(self.node()),
            pattern: Box::new(sql::Expr::Value(Value::Text(pattern.into()))),
            escape: None,
            insensitive: false,
            negated: false,
        })
    }

    fn like_literally(self, before: &str, text: &str, after: &str) -> Expr<S> {
        let mut pattern = String::with_capacity(text.len() + 2);
        pattern.push_str(before);
        for c in text.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push_str(after);
        Expr::new(sql::Expr::Like {
            expr: Box::new(self.node()),
            pattern: Box::new(sql::Expr::Value(Value::Text(pattern))),
            escape: Some('\\'),
            insensitive: false,
            negated: false,
        })
    }

    /// Begins with `text`, which stands for itself.
    pub fn starts_with(self, text: impl AsRef<str>) -> Expr<S> {
        self.like_literally("", text.as_ref(), "%")
    }

    /// Ends with `text`, which stands for itself.
    pub fn ends_with(self, text: impl AsRef<str>) -> Expr<S> {
        self.like_literally("%", text.as_ref(), "")
    }

    /// Contains `text`, which stands for itself.
    pub fn contains(self, text: impl AsRef<str>) -> Expr<S> {
        self.like_literally("%", text.as_ref(), "%")
    }
}
