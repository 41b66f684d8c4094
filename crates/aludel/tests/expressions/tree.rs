//! Random trees that make sense: every operand is of the kind its operator wants.

use aludel::{
    Value,
    sql::{
        Expr, Type,
        expr::{BinaryOp, Function, Is, UnaryOp},
    },
};
use proptest::{collection::vec, prelude::*};

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Int,
    Text,
    Bool,
}

/// How deep trees are.
const DEPTH: u32 = 4;

pub fn tree(kind: Kind) -> BoxedStrategy<Expr> {
    of(kind, DEPTH)
}

fn of(kind: Kind, depth: u32) -> BoxedStrategy<Expr> {
    if depth == 0 {
        return leaf(kind);
    }
    let inner = match kind {
        Kind::Int => int(depth - 1),
        Kind::Text => text(depth - 1),
        Kind::Bool => truth(depth - 1),
    };
    prop_oneof![1 => leaf(kind), 5 => inner, 2 => any_kind(kind, depth - 1)].boxed()
}

fn leaf(kind: Kind) -> BoxedStrategy<Expr> {
    let column =
        |names: [&'static str; 2]| proptest::sample::select(names.to_vec()).prop_map(|name| Expr::column(0, name));
    match kind {
        Kind::Int => prop_oneof![3 => column(["a", "b"]), 2 => (-9..=20_i64).prop_map(Expr::value)].boxed(),
        Kind::Text => prop_oneof![3 => column(["s", "t"]), 2 => word().prop_map(Expr::value)].boxed(),
        Kind::Bool => prop_oneof![3 => column(["p", "q"]), 1 => any::<bool>().prop_map(Expr::value)].boxed(),
    }
}

/// A short text of characters that mean something somewhere. Case is only ever folded in ASCII: databases differ beyond.
fn word() -> impl Strategy<Value = String> {
    let part =
        proptest::sample::select(vec!["a", "A", "b", "B", " ", "%", "_", "\\", "'", "\"", "日", "?", "$1", "--"]);
    vec(part, 0..4).prop_map(|parts| parts.concat())
}

/// What is there for every kind.
fn any_kind(kind: Kind, depth: u32) -> BoxedStrategy<Expr> {
    let one = move || of(kind, depth);
    let null = || Just(Expr::Value(Value::Null));
    prop_oneof![
        (one(), prop_oneof![3 => one(), 1 => null()]).prop_map(|(a, b)| Expr::Call(Function::Coalesce, vec![a, b])),
        (one(), one()).prop_map(|(a, b)| Expr::Call(Function::NullIf, vec![a, b])),
        (vec((of(Kind::Bool, depth), one()), 1..3), proptest::option::of(one()))
            .prop_map(|(arms, otherwise)| { Expr::Case { operand: None, arms, otherwise: otherwise.map(Box::new) } }),
        (of(Kind::Int, depth), vec((of(Kind::Int, depth), one()), 1..3), one()).prop_map(
            |(operand, arms, otherwise)| {
                Expr::Case { operand: Some(Box::new(operand)), arms, otherwise: Some(Box::new(otherwise)) }
            }
        ),
    ]
    .boxed()
}

fn binary(ops: Vec<BinaryOp>, left: BoxedStrategy<Expr>, right: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    (proptest::sample::select(ops), left, right).prop_map(|(op, left, right)| left.binary(op, right)).boxed()
}

fn call(function: Function, arguments: Vec<BoxedStrategy<Expr>>) -> BoxedStrategy<Expr> {
    arguments.prop_map(move |arguments| Expr::Call(function.clone(), arguments)).boxed()
}

fn few(range: std::ops::RangeInclusive<i64>) -> BoxedStrategy<Expr> {
    range.prop_map(Expr::value).boxed()
}

fn int(depth: u32) -> BoxedStrategy<Expr> {
    use BinaryOp::*;
    let one = || of(Kind::Int, depth);
    let text = || of(Kind::Text, depth);
    // Databases disagree on division by zero, which an expression cannot rule out.
    let divisor = || prop_oneof![(-5..=-1_i64), (1..=7_i64)].prop_map(Expr::value).boxed();
    prop_oneof![
        4 => binary(vec![Add, Sub, Mul], one(), one()),
        2 => binary(vec![Rem, IntDiv], one(), divisor()),
        2 => binary(vec![BitAnd, BitOr, BitXor], one(), one()),
        1 => binary(vec![Shl, Shr], one(), few(0..=4)),
        1 => (proptest::sample::select(vec![UnaryOp::Negate, UnaryOp::BitNot]), one())
            .prop_map(|(op, operand)| Expr::Unary(op, Box::new(operand))),
        1 => call(Function::Abs, vec![one()]),
        1 => call(Function::Sign, vec![one()]),
        1 => call(Function::Mod, vec![one(), divisor()]),
        1 => call(Function::Greatest, vec![one(), one(), one()]),
        1 => call(Function::Least, vec![one(), one()]),
        1 => call(Function::CharLength, vec![text()]),
        1 => call(Function::Position, vec![word().prop_map(Expr::value).boxed(), text()]),
        1 => one().prop_map(|operand| Expr::Cast(Box::new(operand), Type::BigInt)),
    ]
    .boxed()
}

fn text(depth: u32) -> BoxedStrategy<Expr> {
    let one = || of(Kind::Text, depth);
    prop_oneof![
        3 => binary(vec![BinaryOp::Concat], one(), one()),
        1 => call(Function::Concat, vec![one(), one(), one()]),
        1 => call(Function::Lower, vec![one()]),
        1 => call(Function::Upper, vec![one()]),
        1 => call(Function::Trim, vec![one()]),
        1 => call(Function::LTrim, vec![one()]),
        1 => call(Function::RTrim, vec![one()]),
        1 => call(Function::Replace, vec![one(), word().prop_map(Expr::value).boxed(), one()]),
        1 => call(Function::Substring, vec![one(), few(1..=4)]),
        1 => call(Function::Substring, vec![one(), few(1..=4), few(0..=3)]),
        1 => call(Function::Left, vec![one(), few(0..=3)]),
        1 => call(Function::Right, vec![one(), few(0..=3)]),
        1 => call(Function::Repeat, vec![one(), few(0..=2)]),
        1 => of(Kind::Int, depth).prop_map(|operand| Expr::Cast(Box::new(operand), Type::Text)),
    ]
    .boxed()
}

fn truth(depth: u32) -> BoxedStrategy<Expr> {
    use BinaryOp::*;
    let one = || of(Kind::Bool, depth);
    let some = move || prop_oneof![of(Kind::Int, depth), of(Kind::Text, depth)].boxed();
    let (int, text) = (move || of(Kind::Int, depth), move || of(Kind::Text, depth));
    prop_oneof![
        2 => binary(vec![Eq, Ne, Lt, Le, Gt, Ge, IsDistinct, IsNotDistinct], int(), int()),
        2 => binary(vec![Eq, Ne, IsDistinct, IsNotDistinct], text(), text()),
        1 => binary(vec![Eq, Ne, IsDistinct, IsNotDistinct], one(), one()),
        2 => vec(one(), 0..4).prop_map(Expr::And),
        2 => vec(one(), 0..4).prop_map(Expr::Or),
        2 => one().prop_map(|operand| !operand),
        1 => (some(), any::<bool>()).prop_map(|(expr, negated)| Expr::Is { expr: Box::new(expr), what: Is::Null, negated }),
        1 => (one(), proptest::sample::select(vec![Is::Null, Is::True, Is::False]), any::<bool>())
            .prop_map(|(expr, what, negated)| Expr::Is { expr: Box::new(expr), what, negated }),
        1 => (int(), vec(int(), 0..4), any::<bool>())
            .prop_map(|(expr, list, negated)| Expr::In { expr: Box::new(expr), list, negated }),
        1 => (text(), vec(text(), 0..3), any::<bool>())
            .prop_map(|(expr, list, negated)| Expr::In { expr: Box::new(expr), list, negated }),
        1 => ((int(), text()), vec((int(), text()), 0..3), any::<bool>()).prop_map(|(row, list, negated)| {
            let tuple = |(a, b)| Expr::Tuple(vec![a, b]);
            Expr::In { expr: Box::new(tuple(row)), list: list.into_iter().map(tuple).collect(), negated }
        }),
        1 => (int(), int(), int(), any::<bool>()).prop_map(|(expr, low, high, negated)| Expr::Between {
            expr: Box::new(expr),
            low: Box::new(low),
            high: Box::new(high),
            negated,
        }),
        2 => like(text()),
    ]
    .boxed()
}

fn like(operand: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let part = |escaped| match escaped {
        true => vec!["%", "_", "a", "A", "b", " ", "日", "!%", "!_", "!!"],
        false => vec!["%", "_", "a", "A", "b", " ", "日", "\\", "!"],
    };
    let patterns = any::<bool>()
        .prop_flat_map(move |escaped| (vec(proptest::sample::select(part(escaped)), 0..5), Just(escaped)))
        .prop_map(|(parts, escaped)| (parts.concat(), escaped.then_some('!')));
    (operand, patterns, any::<bool>(), any::<bool>())
        .prop_map(|(expr, (pattern, escape), insensitive, negated)| Expr::Like {
            expr: Box::new(expr),
            pattern: Box::new(Expr::value(pattern)),
            escape,
            insensitive,
            negated,
        })
        .boxed()
}
