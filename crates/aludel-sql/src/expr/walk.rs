//! Looking into expressions.

use super::{BinaryOp, Expr, Function, UnaryOp};
use crate::{statement::Select, types::Type, value::Value};

impl Expr {
    /// Calls `f` with this expression and all inside it, sub-queries too, in no particular order.
    pub fn walk<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        // A stack of our own: chains of operators are deeper than the thread's should be.
        let mut stack = vec![self];
        while let Some(expr) = stack.pop() {
            f(expr);
            expr.push_parts(&mut stack);
        }
    }

    fn push_parts<'a>(&'a self, stack: &mut Vec<&'a Expr>) {
        match self {
            Expr::Value(_) | Expr::Column(_) | Expr::CountAll | Expr::CurrentTimestamp | Expr::CurrentDate => {}
            Expr::Unary(_, a) | Expr::Cast(a, _) | Expr::Is { expr: a, .. } => stack.push(a),
            Expr::Binary(_, a, b) | Expr::Like { expr: a, pattern: b, .. } => stack.extend([&**a, &**b]),
            Expr::And(list) | Expr::Or(list) | Expr::Call(_, list) => stack.extend(list),
            Expr::In { expr, list, .. } => {
                stack.push(expr);
                stack.extend(list);
            }
            Expr::Between { expr, low, high, .. } => stack.extend([&**expr, &**low, &**high]),
            Expr::Case { operand, arms, otherwise } => {
                stack.extend(operand.as_deref());
                stack.extend(arms.iter().flat_map(|(when, then)| [when, then]));
                stack.extend(otherwise.as_deref());
            }
            Expr::Exists { select, .. } | Expr::Subquery(select) => {
                let Select { columns, filter, group_by, order_by, .. } = &**select;
                stack.extend(columns.iter().chain(filter).chain(group_by));
                stack.extend(order_by.iter().map(|order| &order.expr));
            }
        }
    }

    /// Whether the expression mentions a column of this name.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        let mut found = false;
        self.walk(&mut |expr| found |= expr.as_column() == Some(name));
        found
    }

    /// Whether the expression is a number that may have a fraction, as its form alone tells.
    pub(crate) fn is_fraction(&self) -> bool {
        let mut stack = vec![self];
        while let Some(expr) = stack.pop() {
            match expr {
                Expr::Binary(BinaryOp::Div, ..)
                | Expr::Value(Value::F64(_) | Value::Decimal(_))
                | Expr::Cast(_, Type::Real | Type::Double | Type::Decimal { .. })
                | Expr::Call(Function::Avg, _) => return true,
                Expr::Unary(UnaryOp::Negate, operand) => stack.push(operand),
                Expr::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, left, right) => {
                    stack.extend([&**left, &**right]);
                }
                _ => {}
            }
        }
        false
    }
}
