//! One spelling of what can be spelled in several ways, and the types of values found from what stands beside them.

use aludel_sql::{
    Expr, Type, Value,
    expr::{BinaryOp, Function, UnaryOp},
    schema::Column,
};

use super::{Reader, coerce::coerce};

impl Reader<'_> {
    pub(super) fn normal(&self, expr: Expr) -> Expr {
        let boxed = |expr: Box<Expr>| Box::new(self.normal(*expr));
        match expr {
            Expr::Unary(UnaryOp::Negate, operand) => negative(self.normal(*operand)),
            Expr::Unary(UnaryOp::Not, operand) => self.negated(self.normal(*operand)),
            Expr::Binary(op, left, right) => {
                let (left, right) = (self.normal(*left), self.normal(*right));
                if op == BinaryOp::Concat {
                    return left.binary(op, right);
                }
                if self.is_condition(&left, &right) {
                    match op {
                        BinaryOp::Ne => return right,
                        BinaryOp::Eq => return self.negated(right),
                        _ => {}
                    }
                }
                let left = self.beside(left, &right);
                let right = self.beside(right, &left);
                left.binary(op, right)
            }
            Expr::And(list) => junction(list.into_iter().map(|expr| self.normal(expr)), Expr::and),
            Expr::Or(list) => junction(list.into_iter().map(|expr| self.normal(expr)), Expr::or),
            Expr::Is { expr, what, negated } => Expr::Is { expr: boxed(expr), what, negated },
            Expr::In { expr, list, negated } => self.is_in(self.normal(*expr), list, negated),
            Expr::Between { expr, low, high, negated } => {
                let expr = self.normal(*expr);
                let low = self.beside(self.normal(*low), &expr);
                let high = self.beside(self.normal(*high), &expr);
                self.between(expr, low, high, negated)
            }
            Expr::Like { expr, pattern, escape, insensitive, negated } => {
                Expr::Like { expr: boxed(expr), pattern: boxed(pattern), escape, insensitive, negated }
            }
            Expr::Case { operand, arms, otherwise } => {
                let operand = operand.map(boxed);
                let arms = arms
                    .into_iter()
                    .map(|(when, then)| {
                        let when = self.normal(when);
                        let when = operand.as_ref().map_or(when.clone(), |operand| self.beside(when, operand));
                        (when, self.normal(then))
                    })
                    .collect();
                Expr::Case { operand, arms, otherwise: otherwise.map(boxed) }
            }
            Expr::Cast(operand, ty) => Expr::Cast(boxed(operand), ty),
            Expr::Call(function, arguments) => {
                let arguments: Vec<Expr> = arguments.into_iter().map(|expr| self.normal(expr)).collect();
                self.call(function, arguments)
            }
            other => other,
        }
    }

    /// A value as one of the type of what it stands beside.
    fn beside(&self, expr: Expr, other: &Expr) -> Expr {
        match (expr, type_of(other, self.columns)) {
            (Expr::Value(value), Some(ty)) => Expr::Value(coerce(value, &ty)),
            (expr, _) => expr,
        }
    }

    /// Whether a boolean is a condition because it is compared with 0, before which it stands: `0 <> b`.
    fn is_condition(&self, left: &Expr, right: &Expr) -> bool {
        let zero = *left == Expr::Value(Value::I64(0)) && !self.native.booleans();
        zero && type_of(right, self.columns) == Some(Type::Boolean)
    }

    /// The opposite, in one piece where there is one.
    fn negated(&self, operand: Expr) -> Expr {
        let pushed = self.native.pushes_not();
        match operand {
            Expr::Is { expr, what, negated } => Expr::Is { expr, what, negated: !negated },
            Expr::In { expr, list, negated } => Expr::In { expr, list, negated: !negated },
            Expr::Between { expr, low, high, negated } => Expr::Between { expr, low, high, negated: !negated },
            Expr::Like { expr, pattern, escape, insensitive, negated } => {
                Expr::Like { expr, pattern, escape, insensitive, negated: !negated }
            }
            Expr::Unary(UnaryOp::Not, operand) => *operand,
            Expr::And(list) if pushed => junction(list.into_iter().map(|expr| self.negated(expr)), Expr::or),
            Expr::Or(list) if pushed => junction(list.into_iter().map(|expr| self.negated(expr)), Expr::and),
            Expr::Binary(op, left, right) => match opposite(op, pushed) {
                Some(op) => Expr::Binary(op, left, right),
                None => !Expr::Binary(op, left, right),
            },
            operand => !operand,
        }
    }

    fn is_in(&self, expr: Expr, list: Vec<Expr>, negated: bool) -> Expr {
        let mut list: Vec<Expr> = list.into_iter().map(|one| self.beside(self.normal(one), &expr)).collect();
        match list.pop() {
            Some(one) if list.is_empty() => expr.binary(if negated { BinaryOp::Ne } else { BinaryOp::Eq }, one),
            last => {
                list.extend(last);
                Expr::In { expr: Box::new(expr), list, negated }
            }
        }
    }

    fn between(&self, expr: Expr, low: Expr, high: Expr, negated: bool) -> Expr {
        if self.native.between() && low == high {
            // MySQL writes it so.
            return expr.binary(if negated { BinaryOp::Ne } else { BinaryOp::Eq }, low);
        }
        if self.native.between() {
            let (expr, low, high) = (Box::new(expr), Box::new(low), Box::new(high));
            return Expr::Between { expr, low, high, negated };
        }
        if negated {
            return expr.clone().binary(BinaryOp::Lt, low).or(expr.binary(BinaryOp::Gt, high));
        }
        expr.clone().binary(BinaryOp::Ge, low).and(expr.binary(BinaryOp::Le, high))
    }

    /// Arguments of one type: a value among them is of the type of the first that is no value.
    fn call(&self, function: Function, mut arguments: Vec<Expr>) -> Expr {
        if matches!(function, Function::Coalesce | Function::NullIf | Function::Greatest | Function::Least) {
            let ty = arguments.iter().find_map(|argument| type_of(argument, self.columns));
            if let Some(ty) = ty {
                for argument in &mut arguments {
                    if let Expr::Value(value) = argument {
                        *value = coerce(std::mem::take(value), &ty);
                    }
                }
            }
        }
        Expr::Call(function, arguments)
    }
}

fn junction(list: impl Iterator<Item = Expr>, join: fn(Expr, Expr) -> Expr) -> Expr {
    // Both have two parts at least: the parser makes no others.
    list.reduce(join).unwrap_or(Expr::Value(Value::Null))
}

fn negative(operand: Expr) -> Expr {
    match operand {
        Expr::Value(Value::I64(number)) if number != i64::MIN => Expr::value(-number),
        Expr::Value(Value::F64(number)) => Expr::value(-number),
        Expr::Value(Value::Decimal(text)) => Expr::Value(Value::Decimal(match text.strip_prefix('-') {
            Some(digits) => digits.to_owned(),
            None => format!("-{text}"),
        })),
        operand => Expr::Unary(UnaryOp::Negate, Box::new(operand)),
    }
}

fn opposite(op: BinaryOp, pushed: bool) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::IsDistinct => BinaryOp::IsNotDistinct,
        BinaryOp::IsNotDistinct => BinaryOp::IsDistinct,
        _ if !pushed => return None,
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Le => BinaryOp::Gt,
        _ => return None,
    })
}

/// The type of an expression, where its form tells.
pub(in crate::inspect) fn type_of(expr: &Expr, columns: &[Column]) -> Option<Type> {
    match expr {
        Expr::Column(column) => columns.iter().find(|known| known.name == column.name).map(|known| known.ty.clone()),
        Expr::Cast(_, ty) => Some(ty.clone()),
        Expr::Unary(UnaryOp::Negate, operand) => type_of(operand, columns),
        Expr::Binary(BinaryOp::Concat, ..) => Some(Type::Text),
        Expr::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, left, right) => {
            type_of(left, columns).or_else(|| type_of(right, columns))
        }
        Expr::Call(function, arguments) => match function {
            Function::Lower
            | Function::Upper
            | Function::Trim
            | Function::Replace
            | Function::Substring
            | Function::Concat => Some(Type::Text),
            Function::CharLength | Function::Position | Function::Extract(_) => Some(Type::Integer),
            Function::Coalesce | Function::NullIf | Function::Abs | Function::Greatest | Function::Least => {
                arguments.iter().find_map(|argument| type_of(argument, columns))
            }
            _ => None,
        },
        Expr::Case { arms, otherwise, .. } => {
            let mut values = arms.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            values.find_map(|value| type_of(value, columns))
        }
        Expr::CurrentTimestamp => Some(Type::Timestamp),
        Expr::CurrentDate => Some(Type::Date),
        _ => None,
    }
}
