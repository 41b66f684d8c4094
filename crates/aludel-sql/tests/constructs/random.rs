//! Operators inside each other in any way, and what they come to as Rust computes it.

use aludel_sql::{
    Type,
    expr::{BinaryOp as B, Expr, Is, UnaryOp},
};

use super::tree::{cast, null, v};

/// Numbers that look random and are the same each time.
pub struct Numbers(pub u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// An integer expression and its value, which 32 bits hold, as they do all values on the way.
pub fn integer(numbers: &mut Numbers, depth: u32) -> (Expr, i64) {
    loop {
        let (expr, value) = try_integer(numbers, depth);
        if i32::try_from(value).is_ok() {
            return (expr, value);
        }
    }
}

fn try_integer(numbers: &mut Numbers, depth: u32) -> (Expr, i64) {
    if depth == 0 || numbers.below(6) == 0 {
        let number = i64::try_from(numbers.below(40)).unwrap() - 20;
        return (v(number), number);
    }
    let (left, a) = integer(numbers, depth - 1);
    match numbers.below(12) {
        0 => return (Expr::Unary(UnaryOp::Negate, Box::new(left)), -a),
        1 => return (Expr::Unary(UnaryOp::BitNot, Box::new(left)), !a),
        2 => {
            let bits = i64::try_from(numbers.below(6)).unwrap();
            return (left.binary(B::Shl, v(bits)), a << bits);
        }
        3 => {
            let bits = i64::try_from(numbers.below(6)).unwrap();
            return (left.binary(B::Shr, v(bits)), a >> bits);
        }
        _ => {}
    }
    let (right, b) = integer(numbers, depth - 1);
    let (op, value) = match numbers.below(8) {
        0 => (B::Sub, a - b),
        1 => (B::Mul, a * b),
        2 if b != 0 => (B::Rem, a % b),
        3 if b != 0 => (B::IntDiv, a / b),
        4 => (B::BitAnd, a & b),
        5 => (B::BitOr, a | b),
        6 => (B::BitXor, a ^ b),
        _ => (B::Add, a + b),
    };
    (left.binary(op, right), value)
}

/// A condition, and whether it is true, false or unknown.
pub fn condition(numbers: &mut Numbers, depth: u32) -> (Expr, Option<bool>) {
    if depth == 0 || numbers.below(6) == 0 {
        return comparison(numbers);
    }
    let (left, a) = condition(numbers, depth - 1);
    match numbers.below(8) {
        0 => (!left, a.map(|a| !a)),
        1 => (left.negated(), a.map(|a| !a)),
        2 => {
            let negated = numbers.below(2) == 0;
            (Expr::Is { expr: Box::new(left), what: Is::True, negated }, Some((a == Some(true)) != negated))
        }
        3 => {
            let negated = numbers.below(2) == 0;
            (Expr::Is { expr: Box::new(left), what: Is::Null, negated }, Some(a.is_none() != negated))
        }
        4 | 5 => {
            let (right, b) = condition(numbers, depth - 1);
            let both = if a == Some(false) || b == Some(false) { Some(false) } else { a.and(b) };
            (left.and(right), both)
        }
        _ => {
            let (right, b) = condition(numbers, depth - 1);
            let either = if a == Some(true) || b == Some(true) { Some(true) } else { a.and(b) };
            (left.or(right), either)
        }
    }
}

fn comparison(numbers: &mut Numbers) -> (Expr, Option<bool>) {
    let operand = |numbers: &mut Numbers| match numbers.below(5) {
        0 => (cast(null(), Type::BigInt), None),
        _ => {
            let (expr, value) = integer(numbers, 2);
            (expr, Some(value))
        }
    };
    let (left, a) = operand(numbers);
    let (right, b) = operand(numbers);
    let both = a.zip(b);
    match numbers.below(8) {
        0 => (left.binary(B::Eq, right), both.map(|(a, b)| a == b)),
        1 => (left.binary(B::Ne, right), both.map(|(a, b)| a != b)),
        2 => (left.binary(B::Lt, right), both.map(|(a, b)| a < b)),
        3 => (left.binary(B::Ge, right), both.map(|(a, b)| a >= b)),
        4 => (left.binary(B::IsDistinct, right), Some(a != b)),
        5 => (left.binary(B::IsNotDistinct, right), Some(a == b)),
        6 => {
            let within = both.map(|(a, b)| a == b || a == 3);
            let within = if a == Some(3) { Some(true) } else { within };
            (Expr::In { expr: Box::new(left), list: vec![right, v(3)], negated: false }, within)
        }
        _ => {
            let low = a.map(|a| a >= -5);
            let high = both.map(|(a, b)| a <= b);
            let between = if low == Some(false) || high == Some(false) { Some(false) } else { low.and(high) };
            let (low, high) = (Box::new(v(-5)), Box::new(right));
            (Expr::Between { expr: Box::new(left), low, high, negated: false }, between)
        }
    }
}

/// As a row has it.
pub fn shown(value: Option<bool>) -> String {
    value.map_or("NULL".to_owned(), |value| i64::from(value).to_string())
}
