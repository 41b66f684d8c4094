//! Searching in text, and taking it apart.

use aludel_sql::{
    Expr as Node, Value,
    expr::{BinaryOp, Function, Name},
};

use super::{Either, Expr, ExprOps, IntoExpr, Like, Operand, Text, compare::call};

/// What texts can be asked.
pub trait TextOps: ExprOps {
    /// `LIKE pattern`, in which `%` is any text and `_` any character; upper and lower case differ.
    fn like<R: IntoExpr<Self::Scope, String>>(self, pattern: R) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        like(self.operand(), pattern.into_operand(), false, false)
    }

    /// `NOT LIKE pattern`
    fn not_like<R: IntoExpr<Self::Scope, String>>(self, pattern: R) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        like(self.operand(), pattern.into_operand(), false, true)
    }

    /// [`TextOps::like`], where upper and lower case are the same.
    fn ilike<R: IntoExpr<Self::Scope, String>>(self, pattern: R) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        like(self.operand(), pattern.into_operand(), true, false)
    }

    /// [`TextOps::not_like`], where upper and lower case are the same.
    fn not_ilike<R: IntoExpr<Self::Scope, String>>(self, pattern: R) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        like(self.operand(), pattern.into_operand(), true, true)
    }

    /// Begins with `text`, which stands for itself.
    fn starts_with(self, text: impl AsRef<str>) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        literally(self.operand(), "", text.as_ref(), "%", false)
    }

    /// Ends with `text`, which stands for itself.
    fn ends_with(self, text: impl AsRef<str>) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        literally(self.operand(), "%", text.as_ref(), "", false)
    }

    /// Contains `text`, which stands for itself.
    fn contains(self, text: impl AsRef<str>) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        literally(self.operand(), "%", text.as_ref(), "%", false)
    }

    /// [`TextOps::starts_with`], where upper and lower case are the same.
    fn istarts_with(self, text: impl AsRef<str>) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        literally(self.operand(), "", text.as_ref(), "%", true)
    }

    /// [`TextOps::ends_with`], where upper and lower case are the same.
    fn iends_with(self, text: impl AsRef<str>) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        literally(self.operand(), "%", text.as_ref(), "", true)
    }

    /// [`TextOps::contains`], where upper and lower case are the same.
    fn icontains(self, text: impl AsRef<str>) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        literally(self.operand(), "%", text.as_ref(), "%", true)
    }

    /// Whether a regular expression, in the database's own dialect of them, is found.
    fn regexp<R: IntoExpr<Self::Scope, String>>(self, pattern: R) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        regexp(self.operand(), pattern.into_operand(), false)
    }

    /// [`TextOps::regexp`], where upper and lower case are the same.
    fn iregexp<R: IntoExpr<Self::Scope, String>>(self, pattern: R) -> Expr<Self::Scope>
    where
        Self::Type: Text,
    {
        regexp(self.operand(), pattern.into_operand(), true)
    }

    /// With all that a regular expression, in the database's own dialect of them, finds replaced by `with`: in it, `$1` to `$9`
    /// stand for what the groups found, `$0` for all of it, and `$$` for a dollar. It is part of the statement's text, another of
    /// which is prepared for each.
    ///
    /// ```ignore
    /// let turned = User::query().select(|u| u.name.regexp_replace("(.*), (.*)", "$2 $1")).all(&db).await?;
    /// ```
    fn regexp_replace<R: IntoExpr<Self::Scope, String>>(
        self,
        pattern: R,
        with: impl Into<Name>,
    ) -> Expr<Self::Scope, Either<Self::Type, R::Null, String>>
    where
        Self::Type: Text,
    {
        regexp_replace(self.operand(), pattern.into_operand(), with.into(), false)
    }

    /// [`TextOps::regexp_replace`], where upper and lower case are the same.
    fn iregexp_replace<R: IntoExpr<Self::Scope, String>>(
        self,
        pattern: R,
        with: impl Into<Name>,
    ) -> Expr<Self::Scope, Either<Self::Type, R::Null, String>>
    where
        Self::Type: Text,
    {
        regexp_replace(self.operand(), pattern.into_operand(), with.into(), true)
    }

    /// In lower case.
    fn lower(self) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Lower, [self.operand()]))
    }

    /// In upper case.
    fn upper(self) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Upper, [self.operand()]))
    }

    /// Without blanks on both sides.
    fn trim(self) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Trim, [self.operand()]))
    }

    /// Without blanks on the left.
    fn trim_start(self) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::LTrim, [self.operand()]))
    }

    /// Without blanks on the right.
    fn trim_end(self) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::RTrim, [self.operand()]))
    }

    /// How many characters it has.
    fn char_length(self) -> Expr<Self::Scope, Like<Self::Type, i64>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::CharLength, [self.operand()]))
    }

    /// With all of `from` replaced by `to`.
    fn replace(self, from: impl Into<String>, to: impl Into<String>) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        let (from, to) = (Operand::value(&from.into()), Operand::value(&to.into()));
        Expr::of(call(Function::Replace, [self.operand(), from, to]))
    }

    /// As many characters as `count` says, from the one of this number on, counted from 1.
    fn substring<F, C>(self, from: F, count: C) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
        F: IntoExpr<Self::Scope, i64>,
        C: IntoExpr<Self::Scope, i64>,
    {
        Expr::of(call(Function::Substring, [self.operand(), from.into_operand(), count.into_operand()]))
    }

    /// Where `part` begins, counted from 1; 0 if it is not in it.
    fn position_of<R: IntoExpr<Self::Scope, String>>(
        self,
        part: R,
    ) -> Expr<Self::Scope, Either<Self::Type, R::Null, i64>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Position, [part.into_operand(), self.operand()]))
    }

    /// The first characters.
    fn left(self, count: i64) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Left, [self.operand(), Operand::value(&count.max(0))]))
    }

    /// The last characters.
    fn right(self, count: i64) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Right, [self.operand(), Operand::value(&count.max(0))]))
    }

    /// As many times over.
    fn repeat(self, times: i64) -> Expr<Self::Scope, Like<Self::Type, String>>
    where
        Self::Type: Text,
    {
        Expr::of(call(Function::Repeat, [self.operand(), Operand::value(&times)]))
    }

    /// This and the other, one text: `||`. NULL if one is.
    fn concat<R: IntoExpr<Self::Scope, String>>(
        self,
        other: R,
    ) -> Expr<Self::Scope, Either<Self::Type, R::Null, String>>
    where
        Self::Type: Text,
    {
        let (left, right) = (self.operand(), other.into_operand());
        Expr::new(left.node.binary(BinaryOp::Concat, right.node), left.nullable || right.nullable)
    }
}

impl<E: ExprOps> TextOps for E {}

fn like<S>(expr: Operand, pattern: Operand, insensitive: bool, negated: bool) -> Expr<S> {
    let nullable = expr.nullable || pattern.nullable;
    let (expr, pattern) = (Box::new(expr.node), Box::new(pattern.node));
    Expr::new(Node::Like { expr, pattern, escape: None, insensitive, negated }, nullable)
}

fn literally<S>(expr: Operand, before: &str, text: &str, after: &str, insensitive: bool) -> Expr<S> {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push_str(before);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str(after);
    let node = Node::Like {
        expr: Box::new(expr.node),
        pattern: Box::new(Node::Value(Value::Text(pattern))),
        escape: Some('\\'),
        insensitive,
        negated: false,
    };
    Expr::new(node, expr.nullable)
}

fn regexp<S>(expr: Operand, pattern: Operand, insensitive: bool) -> Expr<S> {
    let nullable = expr.nullable || pattern.nullable;
    let (expr, pattern) = (Box::new(expr.node), Box::new(pattern.node));
    Expr::new(Node::Regexp { expr, pattern, insensitive, negated: false }, nullable)
}

fn regexp_replace<S, T>(expr: Operand, pattern: Operand, with: Name, insensitive: bool) -> Expr<S, T> {
    Expr::of(call(Function::RegexpReplace { with, insensitive }, [expr, pattern]))
}
