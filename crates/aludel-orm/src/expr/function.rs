//! Other functions, and SQL of the program's own.

use std::marker::PhantomData;

use aludel_sql::{
    Expr as Node,
    expr::{self as sql, Function, Name},
};

use super::{Expr, IntoArgument, Typed};

/// Any function of the database: `func("similarity").arg(u.name).arg("susan").gives::<f64>()`. The name is written as it is
/// given, `schema.name` too: never make it of input.
pub fn func<S>(name: impl Into<Name>) -> Func<S> {
    Func { name: name.into(), arguments: Vec::new(), scope: PhantomData }
}

/// A call of a function of the database.
#[must_use = "say what the function gives: `.gives::<String>()`"]
pub struct Func<S> {
    name: Name,
    arguments: Vec<Node>,
    scope: PhantomData<fn() -> S>,
}

impl<S> Func<S> {
    /// One more argument: a column, an expression or a value.
    pub fn arg(mut self, argument: impl IntoArgument<S>) -> Self {
        self.arguments.push(argument.into_argument().node);
        self
    }

    /// The call, which gives a `T`; an `Option` if it may be NULL.
    pub fn gives<T: Typed>(self) -> Expr<S, T> {
        Expr::new(Node::Call(Function::Named(self.name), self.arguments), T::NULLABLE)
    }
}

/// SQL of the program's own as a part of an expression: `fragment("{} <-> {}").arg(p.place).arg(here).gives::<f64>()`.
///
/// Each `{}` stands for an argument: an expression, or a value, which is bound; `{{` and `}}` stand for braces. The text is
/// written as it is, in parentheses: never make it of input.
///
/// # Panics
/// [`Fragment::gives`] when there are more or fewer arguments than `{}`.
pub fn fragment<S>(text: impl Into<Name>) -> Fragment<S> {
    Fragment { text: text.into(), arguments: Vec::new(), scope: PhantomData }
}

/// SQL of the program's own, and what its `{}` stand for.
#[must_use = "say what the SQL gives: `.gives::<String>()`"]
pub struct Fragment<S> {
    text: Name,
    arguments: Vec<Node>,
    scope: PhantomData<fn() -> S>,
}

impl<S> Fragment<S> {
    /// What the next `{}` stands for: a column, an expression or a value.
    pub fn arg(mut self, argument: impl IntoArgument<S>) -> Self {
        self.arguments.push(argument.into_argument().node);
        self
    }

    /// The expression, which gives a `T`; an `Option` if it may be NULL.
    ///
    /// # Panics
    /// There are more or fewer arguments than `{}`.
    #[track_caller]
    pub fn gives<T: Typed>(self) -> Expr<S, T> {
        match fill(&self.text, self.arguments) {
            Ok(parts) => Expr::new(Node::Raw(parts), T::NULLABLE),
            Err(why) => panic!("{why}"),
        }
    }
}

/// The text with arguments in the places of `{}`.
pub(crate) fn fill(text: &str, arguments: Vec<Node>) -> Result<Vec<sql::Fragment>, String> {
    let (mut parts, mut plain, given) = (Vec::new(), String::new(), arguments.len());
    let mut arguments = arguments.into_iter();
    let mut places = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('{', Some('{')) | ('}', Some('}')) => plain.extend(chars.next()),
            ('{', Some('}')) => {
                chars.next();
                places += 1;
                if let Some(argument) = arguments.next() {
                    parts.push(sql::Fragment::Text(std::mem::take(&mut plain).into()));
                    parts.push(sql::Fragment::Part(argument));
                }
            }
            ('{' | '}', _) => return Err(format!("a brace stands alone in {text:?}: write `{{{{` or `}}}}`")),
            (c, _) => plain.push(c),
        }
    }
    if places != given {
        return Err(format!(
            "{text:?} has {places} `{{}}`, and was given {given} arguments: write one where each goes"
        ));
    }
    parts.push(sql::Fragment::Text(plain.into()));
    parts.retain(|part| !matches!(part, sql::Fragment::Text(text) if text.is_empty()));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_filled_counted_and_escaped() {
        let one = || vec![Node::name("a")];
        assert_eq!(fill("{{}} {}", one()).unwrap().len(), 2);
        assert_eq!(fill("{}", one()).unwrap(), [sql::Fragment::Part(Node::name("a"))]);
        assert_eq!(
            fill("a, b", one()).unwrap_err(),
            r#""a, b" has 0 `{}`, and was given 1 arguments: write one where each goes"#
        );
        assert!(fill("{0}", one()).unwrap_err().contains("stands alone"));
    }
}
