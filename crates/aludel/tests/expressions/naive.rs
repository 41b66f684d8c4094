//! What expressions mean, said as plainly as possible.

use aludel::{
    Value,
    sql::{
        Expr, Type,
        expr::{BinaryOp, Function, Is, UnaryOp},
    },
};

/// A value that is not NULL.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Plain {
    Int(i64),
    Text(String),
    Bool(bool),
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Given {
    pub a: Option<i64>,
    pub b: Option<i64>,
    pub s: Option<String>,
    pub t: Option<String>,
    pub p: Option<bool>,
    pub q: Option<bool>,
}

/// An integer went beyond 32 bits on the way: what databases then do is not asked here.
#[derive(Debug)]
pub struct Overflow;

type Answer = Result<Option<Plain>, Overflow>;

/// What an expression gives for a row; `None` is NULL.
pub fn value(expr: &Expr, row: &Given) -> Answer {
    let of = |expr: &Expr| value(expr, row);
    let answer = match expr {
        Expr::Value(Value::Null) => None,
        Expr::Value(Value::I64(number)) => Some(Plain::Int(*number)),
        Expr::Value(Value::Text(text)) => Some(Plain::Text(text.clone())),
        Expr::Value(Value::Bool(truth)) => Some(Plain::Bool(*truth)),
        Expr::Column(column) => match &*column.name {
            "a" => row.a.map(Plain::Int),
            "b" => row.b.map(Plain::Int),
            "s" => row.s.clone().map(Plain::Text),
            "t" => row.t.clone().map(Plain::Text),
            "p" => row.p.map(Plain::Bool),
            _ => row.q.map(Plain::Bool),
        },
        Expr::Unary(UnaryOp::Not, operand) => truth(of(operand)?).map(|truth| Plain::Bool(!truth)),
        Expr::Unary(UnaryOp::Negate, operand) => int(of(operand)?).map(|number| Plain::Int(-number)),
        Expr::Unary(UnaryOp::BitNot, operand) => int(of(operand)?).map(|number| Plain::Int(!number)),
        Expr::Binary(op, left, right) => binary(*op, of(left)?, of(right)?),
        Expr::And(list) => junction(list.iter().map(of), false)?,
        Expr::Or(list) => junction(list.iter().map(of), true)?,
        Expr::Is { expr, what, negated } => {
            let found = of(expr)?;
            let is = match what {
                Is::Null => found.is_none(),
                Is::True => found == Some(Plain::Bool(true)),
                Is::False => found == Some(Plain::Bool(false)),
            };
            Some(Plain::Bool(is != *negated))
        }
        Expr::In { expr, list, negated } => {
            let mut found = Some(false);
            for item in list {
                found = or(found, row_equal(expr, item, row)?);
            }
            found.map(|found| Plain::Bool(found != *negated))
        }
        Expr::Between { expr, low, high, negated } => {
            let (expr, low, high) = (of(expr)?, of(low)?, of(high)?);
            let above = truth(binary(BinaryOp::Ge, expr.clone(), low));
            let below = truth(binary(BinaryOp::Le, expr, high));
            // Both: neither is false.
            let both = or(above.map(|above| !above), below.map(|below| !below)).map(|outside| !outside);
            both.map(|both| Plain::Bool(both != *negated))
        }
        Expr::Like { expr, pattern, escape, insensitive, negated } => match (of(expr)?, of(pattern)?) {
            (Some(Plain::Text(text)), Some(Plain::Text(pattern))) => {
                let chars = |text: String| -> Vec<char> {
                    if *insensitive { text.to_ascii_lowercase().chars().collect() } else { text.chars().collect() }
                };
                Some(Plain::Bool(like(&chars(text), &chars(pattern), *escape) != *negated))
            }
            _ => None,
        },
        Expr::Case { operand, arms, otherwise } => {
            let operand = operand.as_deref().map(of).transpose()?;
            for (when, then) in arms {
                // Every arm is evaluated, so that an overflow anywhere is found: databases choose their own order.
                let (when, then) = (of(when)?, of(then)?);
                let fits = match &operand {
                    Some(operand) => binary(BinaryOp::Eq, operand.clone(), when),
                    None => when,
                };
                if fits == Some(Plain::Bool(true)) {
                    return Ok(then);
                }
            }
            otherwise.as_deref().map(of).transpose()?.flatten()
        }
        Expr::Cast(operand, Type::Text) => match of(operand)? {
            Some(Plain::Int(number)) => Some(Plain::Text(number.to_string())),
            other => other,
        },
        Expr::Cast(operand, _) => of(operand)?,
        Expr::Call(function, arguments) => {
            let arguments = arguments.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            call(function, &arguments)
        }
        other => unreachable!("no tree has {other:?}"),
    };
    match answer {
        Some(Plain::Int(number)) if i32::try_from(number).is_err() => Err(Overflow),
        answer => Ok(answer),
    }
}

fn int(value: Option<Plain>) -> Option<i64> {
    value.map(|value| match value {
        Plain::Int(number) => number,
        other => unreachable!("no integer: {other:?}"),
    })
}

fn truth(value: Option<Plain>) -> Option<bool> {
    value.map(|value| match value {
        Plain::Bool(truth) => truth,
        other => unreachable!("no truth value: {other:?}"),
    })
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// OR if `any`, else AND.
fn junction(list: impl Iterator<Item = Answer>, any: bool) -> Answer {
    let mut found = Some(false);
    for item in list {
        found = or(found, truth(item?).map(|truth| truth == any));
    }
    Ok(found.map(|found| Plain::Bool(found == any)))
}

fn row_equal(left: &Expr, right: &Expr, row: &Given) -> Result<Option<bool>, Overflow> {
    let pairs: Vec<(&Expr, &Expr)> = match (left, right) {
        (Expr::Tuple(left), Expr::Tuple(right)) => left.iter().zip(right).collect(),
        pair => vec![pair],
    };
    let mut differs = Some(false);
    for (left, right) in pairs {
        let equal = truth(binary(BinaryOp::Eq, value(left, row)?, value(right, row)?));
        differs = or(differs, equal.map(|equal| !equal));
    }
    Ok(differs.map(|differs| !differs))
}

fn binary(op: BinaryOp, left: Option<Plain>, right: Option<Plain>) -> Option<Plain> {
    match op {
        BinaryOp::IsDistinct => return Some(Plain::Bool(left != right)),
        BinaryOp::IsNotDistinct => return Some(Plain::Bool(left == right)),
        _ => {}
    }
    let (left, right) = (left?, right?);
    if let (Plain::Int(a), Plain::Int(b)) = (&left, &right) {
        let number = match op {
            BinaryOp::Add => Some(a + b),
            BinaryOp::Sub => Some(a - b),
            BinaryOp::Mul => Some(a * b),
            BinaryOp::Rem => Some(a % b),
            BinaryOp::IntDiv => Some(a / b),
            BinaryOp::BitAnd => Some(a & b),
            BinaryOp::BitOr => Some(a | b),
            BinaryOp::BitXor => Some(a ^ b),
            BinaryOp::Shl => Some(a << b),
            BinaryOp::Shr => Some(a >> b),
            _ => None,
        };
        if let Some(number) = number {
            return Some(Plain::Int(number));
        }
    }
    Some(match (op, left, right) {
        (BinaryOp::Concat, Plain::Text(a), Plain::Text(b)) => Plain::Text(a + &b),
        (BinaryOp::Eq, a, b) => Plain::Bool(a == b),
        (BinaryOp::Ne, a, b) => Plain::Bool(a != b),
        (BinaryOp::Lt, a, b) => Plain::Bool(a < b),
        (BinaryOp::Le, a, b) => Plain::Bool(a <= b),
        (BinaryOp::Gt, a, b) => Plain::Bool(a > b),
        (BinaryOp::Ge, a, b) => Plain::Bool(a >= b),
        other => unreachable!("no tree has {other:?}"),
    })
}

fn call(function: &Function, arguments: &[Option<Plain>]) -> Option<Plain> {
    match function {
        Function::Coalesce => return arguments.iter().flatten().next().cloned(),
        Function::Concat => {
            let texts = arguments.iter().flatten().map(|text| match text {
                Plain::Text(text) => text.as_str(),
                other => unreachable!("no text: {other:?}"),
            });
            return Some(Plain::Text(texts.collect()));
        }
        Function::NullIf => {
            let equal = binary(BinaryOp::Eq, arguments[0].clone(), arguments[1].clone());
            return if equal == Some(Plain::Bool(true)) { None } else { arguments[0].clone() };
        }
        _ => {}
    }
    let arguments: Vec<Plain> = arguments.iter().cloned().collect::<Option<_>>()?;
    let number = |at: usize| match arguments.get(at) {
        Some(Plain::Int(number)) => *number,
        other => unreachable!("no integer: {other:?}"),
    };
    let count = |at: usize| usize::try_from(number(at)).expect("a count");
    let text = |at: usize| match &arguments[at] {
        Plain::Text(text) => text.as_str(),
        other => unreachable!("no text: {other:?}"),
    };
    let numbers = || (0..arguments.len()).map(number);
    Some(match function {
        Function::Abs => Plain::Int(number(0).abs()),
        Function::Sign => Plain::Int(number(0).signum()),
        Function::Mod => Plain::Int(number(0) % number(1)),
        Function::Greatest => Plain::Int(numbers().max().expect("an argument")),
        Function::Least => Plain::Int(numbers().min().expect("an argument")),
        Function::CharLength => Plain::Int(text(0).chars().count() as i64),
        Function::Position => {
            let place = text(1).find(text(0)).map(|at| text(1)[..at].chars().count() as i64 + 1);
            Plain::Int(place.unwrap_or(0))
        }
        Function::Lower => Plain::Text(text(0).to_ascii_lowercase()),
        Function::Upper => Plain::Text(text(0).to_ascii_uppercase()),
        Function::Trim => Plain::Text(text(0).trim_matches(' ').into()),
        Function::LTrim => Plain::Text(text(0).trim_start_matches(' ').into()),
        Function::RTrim => Plain::Text(text(0).trim_end_matches(' ').into()),
        Function::Replace if text(1).is_empty() => Plain::Text(text(0).into()),
        Function::Replace => Plain::Text(text(0).replace(text(1), text(2))),
        Function::Substring => {
            let length = if arguments.len() > 2 { count(2) } else { usize::MAX };
            Plain::Text(text(0).chars().skip(count(1) - 1).take(length).collect())
        }
        Function::Left => Plain::Text(text(0).chars().take(count(1)).collect()),
        Function::Right => {
            let length = text(0).chars().count();
            Plain::Text(text(0).chars().skip(length.saturating_sub(count(1))).collect())
        }
        Function::Repeat => Plain::Text(text(0).repeat(count(1))),
        other => unreachable!("no tree has {other:?}"),
    })
}

/// `%` is any text, `_` any character, what follows `escape` stands for itself.
fn like(text: &[char], pattern: &[char], escape: Option<char>) -> bool {
    match pattern {
        [] => text.is_empty(),
        [c, next, rest @ ..] if Some(*c) == escape => text.first() == Some(next) && like(&text[1..], rest, escape),
        ['%', rest @ ..] => (0..=text.len()).any(|at| like(&text[at..], rest, escape)),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest, escape),
        [c, rest @ ..] => text.first() == Some(c) && like(&text[1..], rest, escape),
    }
}
