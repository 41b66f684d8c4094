//! Trees of any depth: what a loop of the program built may be deeper than the stack.

use std::mem::replace;

use super::Expr;

impl Drop for Expr {
    /// Takes what is deep apart before it is dropped, part by part.
    #[inline]
    fn drop(&mut self) {
        let shallow = match self {
            Expr::Binary(_, left, right) => left.is_leaf() && right.is_leaf(),
            _ => self.is_leaf(),
        };
        if !shallow {
            self.take_apart();
        }
    }
}

impl Expr {
    /// Whether it has no parts, as its kind tells.
    fn is_leaf(&self) -> bool {
        matches!(self, Expr::Value(_) | Expr::Column(_) | Expr::Default)
    }

    fn take_apart(&mut self) {
        let mut deep = false;
        self.parts(&mut |part| part.parts(&mut |inner| deep |= !inner.is_leaf()));
        let mut rest = Vec::new();
        if deep {
            self.take_parts(&mut rest);
        }
        while let Some(mut expr) = rest.pop() {
            expr.take_parts(&mut rest);
        }
    }

    /// The expression, where something else is to be put in its place: until then that is [`Expr::Default`].
    #[must_use]
    pub fn take(&mut self) -> Expr {
        replace(self, Expr::Default)
    }

    fn take_parts(&mut self, into: &mut Vec<Expr>) {
        self.parts_mut(&mut |part| {
            if !part.is_leaf() {
                into.push(part.take());
            }
        });
    }
}
