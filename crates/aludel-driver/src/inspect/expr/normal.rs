//! One spelling of what can be spelled in several ways, and the types of values found from what stands beside them.

use std::mem::take;

use aludel_sql::{
    Expr, Type, Value,
    expr::{BinaryOp, Function, UnaryOp},
    schema::Column,
};

use super::{Reader, coerce::coerce};

impl Reader<'_> {
    pub(super) fn normal(&self, mut expr: Expr) -> Expr {
        expr.parts_mut(&mut |part| *part = self.normal(part.take()));
        match &mut expr {
            Expr::Unary(UnaryOp::Negate, operand) => return negative(operand.take()),
            Expr::Unary(UnaryOp::Not, operand) => return self.negated(operand.take()),
            Expr::Binary(op, left, right) if *op != BinaryOp::Concat => {
                if self.is_condition(left, right) {
                    match op {
                        BinaryOp::Ne => return right.take(),
                        BinaryOp::Eq => return self.negated(right.take()),
                        _ => {}
                    }
                }
                self.beside(left, right);
                self.beside(right, left);
            }
            Expr::And(list) => return junction(take(list), Expr::and),
            Expr::Or(list) => return junction(take(list), Expr::or),
            Expr::In { expr: operand, list, negated } => {
                list.iter_mut().for_each(|one| self.beside(one, operand));
                if let [one] = &mut list[..] {
                    return operand.take().binary(if *negated { BinaryOp::Ne } else { BinaryOp::Eq }, one.take());
                }
            }
            Expr::Between { expr: operand, low, high, negated } => {
                self.beside(low, operand);
                self.beside(high, operand);
                return self.between(operand.take(), low.take(), high.take(), *negated);
            }
            Expr::Case { operand: Some(operand), arms, .. } => {
                arms.iter_mut().for_each(|(when, _)| self.beside(when, operand));
            }
            Expr::Call(function, arguments) => self.alike(function, arguments),
            _ => {}
        }
        expr
    }

    /// Makes a value one of the type of what it stands beside.
    fn beside(&self, expr: &mut Expr, other: &Expr) {
        if let (Expr::Value(value), Some(ty)) = (expr, type_of(other, self.columns)) {
            *value = coerce(take(value), &ty);
        }
    }

    /// Whether a boolean is a condition because it is compared with 0, before which it stands: `0 <> b`.
    fn is_condition(&self, left: &Expr, right: &Expr) -> bool {
        let zero = *left == Expr::Value(Value::I64(0)) && !self.native.booleans();
        zero && type_of(right, self.columns) == Some(Type::Boolean)
    }

    /// The opposite, in one piece where there is one.
    fn negated(&self, mut operand: Expr) -> Expr {
        let pushed = self.native.pushes_not();
        match &mut operand {
            Expr::Is { negated, .. }
            | Expr::In { negated, .. }
            | Expr::Between { negated, .. }
            | Expr::Like { negated, .. } => *negated = !*negated,
            Expr::Unary(UnaryOp::Not, operand) => return operand.take(),
            Expr::And(list) if pushed => return junction(self.all_negated(list), Expr::or),
            Expr::Or(list) if pushed => return junction(self.all_negated(list), Expr::and),
            Expr::Binary(op, ..) => match opposite(*op, pushed) {
                Some(opposite) => *op = opposite,
                None => return !operand,
            },
            _ => return !operand,
        }
        operand
    }

    fn all_negated(&self, list: &mut Vec<Expr>) -> Vec<Expr> {
        take(list).into_iter().map(|expr| self.negated(expr)).collect()
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
    fn alike(&self, function: &Function, arguments: &mut [Expr]) {
        if matches!(function, Function::Coalesce | Function::NullIf | Function::Greatest | Function::Least) {
            let ty = arguments.iter().find_map(|argument| type_of(argument, self.columns));
            if let Some(ty) = ty {
                for argument in arguments {
                    if let Expr::Value(value) = argument {
                        *value = coerce(take(value), &ty);
                    }
                }
            }
        }
    }
}

fn junction(list: Vec<Expr>, join: fn(Expr, Expr) -> Expr) -> Expr {
    // Both have two parts at least: the parser makes no others.
    list.into_iter().reduce(join).unwrap_or(Expr::Value(Value::Null))
}

fn negative(mut operand: Expr) -> Expr {
    match &mut operand {
        Expr::Value(Value::I64(number)) if *number != i64::MIN => *number = -*number,
        Expr::Value(Value::F64(number)) => *number = -*number,
        Expr::Value(Value::Decimal(text)) => {
            *text = match text.strip_prefix('-') {
                Some(digits) => digits.to_owned(),
                None => format!("-{text}"),
            }
        }
        _ => return Expr::Unary(UnaryOp::Negate, Box::new(operand)),
    }
    operand
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
