//! Random types, values and conditions.

use aludel_sql::{
    Dialect, Expr, Type, Value,
    expr::{BinaryOp, Field, Function, Is},
    schema::Column,
    types::{EnumType, Geometry},
};
use jiff::{Timestamp, civil};
use proptest::prelude::*;

/// A type that the database has.
pub(crate) fn ty(dialect: &'static dyn Dialect) -> BoxedStrategy<Type> {
    let all = [
        Type::Boolean,
        Type::SmallInt,
        Type::Integer,
        Type::BigInt,
        Type::Real,
        Type::Double,
        Type::Decimal { precision: 10, scale: 2 },
        Type::Decimal { precision: 38, scale: 30 },
        Type::VarChar(1),
        Type::VarChar(64),
        Type::Text,
        Type::VarBinary(16),
        Type::Blob,
        Type::Date,
        Type::Time,
        Type::DateTime,
        Type::Timestamp,
        Type::Uuid,
        Type::Json,
        Type::Geometry(Geometry::Any),
        Type::Geometry(Geometry::Collection),
        Type::Array(Box::new(Type::Boolean)),
        Type::Array(Box::new(Type::Integer)),
        Type::Array(Box::new(Type::Double)),
        Type::Array(Box::new(Type::Decimal { precision: 10, scale: 2 })),
        Type::Array(Box::new(Type::VarChar(64))),
        Type::Array(Box::new(Type::Text)),
        Type::Array(Box::new(Type::Blob)),
        Type::Array(Box::new(Type::Timestamp)),
        Type::Array(Box::new(Type::Uuid)),
        Type::Enum(EnumType::new("mood", ["sad", "it's", "So, happy"])),
        Type::Enum(EnumType::new("Only One", ["a"])),
        Type::Array(Box::new(Type::Enum(EnumType::new("mood", ["sad", "it's", "So, happy"])))),
    ];
    let all: Vec<Type> = all.into_iter().filter(|ty| dialect.column_type(&mut String::new(), ty).is_ok()).collect();
    prop::sample::select(all).boxed()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z' \"%_;()-]{0,5}", Just("é\u{20ac}".to_owned()), Just("it's".to_owned()), Just("1".to_owned())]
}

/// A value that a column of this type can have.
pub(crate) fn value(ty: &Type) -> BoxedStrategy<Value> {
    let micros = 0..1_000_000_i32;
    match ty {
        Type::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::SmallInt => any::<i16>().prop_map(Value::from).boxed(),
        Type::Integer => any::<i32>().prop_map(Value::from).boxed(),
        Type::BigInt => any::<i64>().prop_map(Value::from).boxed(),
        Type::Real => (-100..100_i8).prop_map(|n| Value::F64(f64::from(n) / 4.0)).boxed(),
        Type::Double => prop_oneof![
            (-1e9..1e9_f64).prop_map(Value::F64),
            prop::sample::select(vec![0.0, 1e100, -1.5e-7, 0.1]).prop_map(Value::F64),
        ]
        .boxed(),
        Type::Decimal { .. } => {
            (-9999..9999_i32, 0..99_u8).prop_map(|(a, b)| Value::Decimal(format!("{a}.{b:02}"))).boxed()
        }
        Type::VarChar(1) => "[a-z']".prop_map(Value::Text).boxed(),
        Type::VarChar(_) | Type::Text => text().prop_map(Value::Text).boxed(),
        Type::VarBinary(_) | Type::Blob => prop::collection::vec(0x21..0x3f_u8, 0..5).prop_map(Value::Bytes).boxed(),
        Type::Date => (1..9999_i16, 1..13_i8).prop_map(|(year, month)| civil::date(year, month, 7).into()).boxed(),
        Type::Time => micros.prop_map(|n| civil::time(23, 59, 1, n * 1000).into()).boxed(),
        Type::DateTime => {
            (1..9999_i16, micros).prop_map(|(year, n)| civil::date(year, 2, 3).at(4, 5, 6, n * 1000).into()).boxed()
        }
        Type::Timestamp => (0..4_000_000_000_000_000_i64)
            .prop_map(|n| Timestamp::from_microsecond(n).map_or(Value::Null, Value::Timestamp))
            .boxed(),
        // MySQL and MariaDB show the bytes of a default as text, which not all bytes are.
        Type::Uuid => prop::array::uniform16(0x21..0x3f_u8).prop_map(Value::Uuid).boxed(),
        Type::Enum(ty) => prop::sample::select(ty.labels().to_vec()).prop_map(Value::Text).boxed(),
        Type::Json => prop::sample::select(vec!["{}", "[1, 2]", r#"{"a": "it's"}"#, "null"])
            .prop_map(|json| Value::Json(json.to_owned()))
            .boxed(),
        // Not as a default.
        Type::Geometry(_) => Just(Value::Null).boxed(),
        Type::Array(element) => prop::collection::vec(prop_oneof![3 => value(element), 1 => Just(Value::Null)], 0..4)
            .prop_map(Value::Array)
            .boxed(),
    }
}

/// Whether values of this type can be compared everywhere.
fn compares(ty: &Type) -> bool {
    !matches!(ty, Type::Json | Type::Real | Type::Array(_) | Type::Geometry(_))
}

/// A condition over one of the columns.
fn simple(columns: &[Column]) -> BoxedStrategy<Expr> {
    let columns: Vec<Column> = columns.iter().filter(|column| compares(&column.ty)).cloned().collect();
    if columns.is_empty() {
        return Just(Expr::value(1).binary(BinaryOp::Eq, Expr::value(1))).boxed();
    }
    prop::sample::select(columns).prop_flat_map(of_column).boxed()
}

fn of_column(column: Column) -> BoxedStrategy<Expr> {
    let name = column.name;
    let it = move || Expr::name(name.clone());
    let one = || value(&column.ty).prop_map(Expr::Value);
    let op = prop::sample::select(vec![
        BinaryOp::Eq,
        BinaryOp::Ne,
        BinaryOp::Lt,
        BinaryOp::Le,
        BinaryOp::Gt,
        BinaryOp::Ge,
        BinaryOp::IsDistinct,
        BinaryOp::IsNotDistinct,
    ]);
    let (a, b, c, d) = (it.clone(), it.clone(), it.clone(), it.clone());
    let all = prop_oneof![
        (op, one()).prop_map(move |(op, value)| a().binary(op, value)),
        any::<bool>().prop_map(move |negated| Expr::Is { expr: Box::new(b()), what: Is::Null, negated }),
        (prop::collection::vec(one(), 1..4), any::<bool>()).prop_map(move |(list, negated)| Expr::In {
            expr: Box::new(c()),
            list,
            negated
        }),
        (one(), one(), any::<bool>()).prop_map(move |(low, high, negated)| Expr::Between {
            expr: Box::new(d()),
            low: Box::new(low),
            high: Box::new(high),
            negated,
        }),
    ];
    let special: BoxedStrategy<Expr> = match column.ty {
        Type::Boolean => (prop::sample::select(vec![Is::True, Is::False]), any::<bool>())
            .prop_map(move |(what, negated)| Expr::Is { expr: Box::new(it()), what, negated })
            .boxed(),
        Type::VarChar(2..) | Type::Text => of_text(it),
        Type::Integer | Type::BigInt => of_integer(it),
        Type::Date | Type::DateTime => {
            let field = prop::sample::select(vec![Field::Year, Field::Month, Field::Day]);
            field
                .prop_map(move |field| {
                    Expr::Call(Function::Extract(field), vec![it()]).binary(BinaryOp::Gt, Expr::value(3))
                })
                .boxed()
        }
        _ => return all.boxed(),
    };
    prop_oneof![3 => all, 2 => special].boxed()
}

fn of_text(it: impl Fn() -> Expr + Clone + 'static) -> BoxedStrategy<Expr> {
    let (a, b, c) = (it.clone(), it.clone(), it.clone());
    let escape = prop::option::of(Just('!'));
    prop_oneof![
        (text(), escape, any::<bool>()).prop_map(move |(text, escape, negated)| Expr::Like {
            insensitive: false,
            expr: Box::new(a()),
            pattern: Box::new(Expr::value(text.as_str())),
            escape,
            negated,
        }),
        (prop::sample::select(vec![Function::Lower, Function::Upper, Function::Trim]), text()).prop_map(
            move |(function, text)| {
                Expr::Call(function, vec![b()]).binary(BinaryOp::Ne, Expr::value(text.as_str()))
            }
        ),
        (1..9_i64, 0..6_u8).prop_map(move |(n, which)| {
            let call = |function, arguments: Vec<Expr>| Expr::Call(function, arguments);
            match which {
                0 => call(Function::CharLength, vec![c()]).binary(BinaryOp::Le, Expr::value(n)),
                1 => call(Function::Position, vec![Expr::value("x"), c()]).binary(BinaryOp::Lt, Expr::value(n)),
                2 => call(Function::Substring, vec![c(), Expr::value(n)]).binary(BinaryOp::Ne, Expr::value("z")),
                3 => c().binary(BinaryOp::Concat, Expr::value("z")).binary(BinaryOp::Ne, Expr::value("z")),
                4 => call(Function::Replace, vec![c(), Expr::value("a"), Expr::value("b")])
                    .binary(BinaryOp::Ne, Expr::value("z")),
                _ => call(Function::Coalesce, vec![c(), Expr::value("a")]).binary(BinaryOp::Ne, Expr::value("z")),
            }
        }),
    ]
    .boxed()
}

fn of_integer(it: impl Fn() -> Expr + Clone + 'static) -> BoxedStrategy<Expr> {
    (-9..9_i64, 0..8_u8)
        .prop_map(move |(n, which)| {
            let n = Expr::value(n);
            let left = match which {
                0 => it().binary(BinaryOp::Add, n.clone()).binary(BinaryOp::Mul, it()),
                1 => it().binary(BinaryOp::Sub, it().binary(BinaryOp::Sub, n.clone())),
                2 => Expr::Call(Function::Mod, vec![it(), Expr::value(7)]),
                3 => Expr::Call(Function::Abs, vec![it()]),
                4 => it().binary(BinaryOp::Div, Expr::value(3)),
                5 => Expr::Case {
                    operand: None,
                    arms: vec![(it().binary(BinaryOp::Gt, Expr::value(1)), it())],
                    otherwise: Some(Box::new(n.clone())),
                },
                6 => Expr::Call(Function::Greatest, vec![it(), Expr::value(2)]),
                _ => Expr::Unary(aludel_sql::expr::UnaryOp::Negate, Box::new(it())),
            };
            left.binary(BinaryOp::Gt, n)
        })
        .boxed()
}

/// A condition over the columns.
pub(crate) fn condition(columns: &[Column]) -> BoxedStrategy<Expr> {
    simple(columns)
        .prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or(b)),
                inner.prop_map(|expr| !expr),
            ]
        })
        .boxed()
}
