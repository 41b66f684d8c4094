//! How PostgreSQL spells types and expressions.

use aludel_sql::{
    Expr, Type, Value,
    expr::{Field, Function, RangeOf},
    schema::Column,
};

use crate::inspect::{
    expr::{coerce, type_of},
    native::{Declared, Half, Kind, Native},
};

/// PostgreSQL's spelling.
pub(in crate::inspect) struct Postgres;

impl Native for Postgres {
    fn ty(&self, declared: &Declared) -> Kind {
        if let Some(element) = element(declared) {
            return match self.ty(&element) {
                Kind::Known(ty) => Kind::Known(Type::Array(Box::new(ty))),
                Kind::StandIn(ty) => Kind::StandIn(Type::Array(Box::new(ty))),
            };
        }
        Kind::Known(match declared.name.as_str() {
            "BOOLEAN" | "BOOL" => Type::Boolean,
            "SMALLINT" => Type::SmallInt,
            "INTEGER" => Type::Integer,
            "BIGINT" => Type::BigInt,
            "REAL" => Type::Real,
            "DOUBLE PRECISION" => Type::Double,
            "NUMERIC" => match declared.decimal() {
                Some(ty @ Type::Decimal { precision: ..=65, scale: ..=30 }) => ty,
                _ => return Kind::StandIn(Type::Decimal { precision: 65, scale: 30 }),
            },
            "CHARACTER VARYING" | "VARCHAR" => declared.text(),
            "TEXT" => Type::Text,
            "BYTEA" => Type::Blob,
            "DATE" => Type::Date,
            // Without digits they have all six.
            "TIME WITHOUT TIME ZONE" | "TIME" if precise(declared) => Type::Time,
            "TIMESTAMP WITHOUT TIME ZONE" | "TIMESTAMP" if precise(declared) => Type::DateTime,
            "TIMESTAMP WITH TIME ZONE" | "TIMESTAMPTZ" if precise(declared) => Type::Timestamp,
            "UUID" => Type::Uuid,
            "JSONB" => Type::Json,
            "TIME WITHOUT TIME ZONE" => return Kind::StandIn(Type::Time),
            "TIMESTAMP WITHOUT TIME ZONE" => return Kind::StandIn(Type::DateTime),
            "TIMESTAMP WITH TIME ZONE" => return Kind::StandIn(Type::Timestamp),
            "JSON" => return Kind::StandIn(Type::Json),
            "CHARACTER" => return Kind::StandIn(declared.text()),
            _ => return Kind::StandIn(Type::Text),
        })
    }

    fn call(&self, _columns: &[Column], name: &str, arguments: &[Expr]) -> Option<Expr> {
        match (name, arguments) {
            ("floor", [call @ Expr::Call(Function::Extract(_), _)]) => Some(Half::Truncated.of(call.clone())),
            ("floor", [fraction]) => Half::Fraction.whole(fraction).map(|call| Half::Truncated.of(call)),
            ("trunc", [argument]) => Some(Half::Truncated.of(argument.clone())),
            ("substring" | "substr", [Expr::Cast(argument, Type::Blob), from, Expr::Value(Value::I64(length))])
                if *from == Expr::value(1) =>
            {
                Some(Expr::Cast(argument.clone(), Type::VarBinary(u32::try_from(*length).ok()?)))
            }
            ("date_part", [Expr::Value(Value::Text(field)), argument]) => {
                let field = crate::inspect::expr::field(field).filter(|field| *field != Field::Second)?;
                Some(Expr::Call(Function::Extract(field), vec![argument.clone()]))
            }
            (range, [_, _] | [_, _, _]) if let Some(of) = RangeOf::ALL.into_iter().find(|of| of.name() == range) => {
                Some(Expr::Call(Function::Range(of), arguments.to_vec()))
            }
            ("greatest", [_, _, ..]) => Some(Expr::Call(Function::Greatest, arguments.to_vec())),
            ("least", [_, _, ..]) => Some(Expr::Call(Function::Least, arguments.to_vec())),
            _ => None,
        }
    }

    fn cast(&self, columns: &[Column], expr: Expr, ty: &Declared) -> Option<Expr> {
        let is_text = |expr: &Expr| matches!(type_of(expr, columns), Some(Type::Text | Type::VarChar(_)));
        // The cast of a literal's elements alone: the column says the rest.
        if let (Expr::Value(Value::Array(_)), Some(_)) = (&expr, element(ty)) {
            return Some(expr);
        }
        if let Expr::Value(value) = &expr
            && let Some(value) = value_of(value, ty)
        {
            return Some(Expr::Value(value));
        }
        if let Some(expr) = cast_to_enum(columns, &expr, ty) {
            return Some(expr);
        }
        let plain = ty.numbers.is_empty();
        let portable = match ty.name.as_str() {
            // What it puts in by itself: they say nothing.
            "NUMERIC" if plain => return Some(expr),
            "TEXT" | "CHARACTER VARYING" | "BPCHAR" if plain && is_text(&expr) => return Some(expr),
            "CHARACTER VARYING" if plain => Type::Text,
            _ => match self.ty(ty) {
                Kind::Known(ty) => ty,
                Kind::StandIn(_) => return None,
            },
        };
        let truncated = Half::Truncated.whole(&expr).filter(|_| portable.is_integer());
        let mut expr = truncated.unwrap_or(expr);
        match (&portable, &mut expr) {
            (Type::Integer, Expr::Call(Function::Extract(_), _)) => return Some(expr),
            (Type::Date, Expr::CurrentTimestamp) => return Some(Expr::CurrentDate),
            (Type::Boolean, Expr::Cast(_, ty @ Type::Text)) => {
                *ty = Type::Boolean;
                return Some(expr);
            }
            _ => {}
        }
        Some(Expr::Cast(Box::new(expr), portable))
    }

    fn hold(&self, column: &mut Column, ty: &Type, _sole_key: bool) {
        // A check says how long it can be.
        if matches!(ty, Type::VarBinary(_)) {
            column.ty = ty.clone();
        }
    }

    fn folds_quoted(&self) -> bool {
        false
    }

    fn fractions(&self) -> bool {
        true
    }

    fn between(&self) -> bool {
        false
    }
}

/// The expression that a cast to an enum type which a column has, or to its arrays, is. A label beside a column is one of the
/// column's type.
fn cast_to_enum(columns: &[Column], expr: &Expr, declared: &Declared) -> Option<Expr> {
    let inner = element(declared);
    let name = &inner.as_ref().unwrap_or(declared).name;
    let mut enums = columns.iter().filter_map(|column| column.ty.as_enum());
    let found = Type::Enum(enums.find(|found| found.name().to_ascii_uppercase() == *name)?.clone());
    let ty = if inner.is_some() { Type::Array(Box::new(found)) } else { found };
    Some(match expr {
        Expr::Value(value) => Expr::Value(coerce::coerce(value.clone(), &ty)),
        expr => Expr::Cast(Box::new(expr.clone()), ty),
    })
}

/// The type of the elements of an array's type. How many dimensions were declared says nothing.
fn element(declared: &Declared) -> Option<Declared> {
    let element = declared.name.strip_suffix("[]")?.trim_end();
    Some(Declared { name: element.to_owned(), numbers: declared.numbers.clone() })
}

fn precise(declared: &Declared) -> bool {
    matches!(declared.numbers.as_slice(), [] | [6])
}

/// The value that a literal with a type is, unless the type makes another one of it.
fn value_of(value: &Value, ty: &Declared) -> Option<Value> {
    let portable = match Postgres.ty(ty) {
        Kind::Known(portable) => portable,
        // It prints the values and not the digits of their column.
        Kind::StandIn(portable) if ty.name == "NUMERIC[]" => portable,
        Kind::StandIn(_) => return None,
    };
    Some(match (value, &portable) {
        (Value::Null, _) => Value::Null,
        (Value::Text(text), Type::Blob) => Value::Bytes(coerce::hex(text.strip_prefix("\\x")?)?),
        (Value::Text(text), Type::Double | Type::Real) => Value::F64(match text.as_str() {
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            number => number.parse().ok()?,
        }),
        (Value::Text(_), Type::Text) => value.clone(),
        (Value::Text(_), Type::VarChar(_)) => return None,
        // A date with its offset, a negative number, a number of a wider type.
        (Value::Text(_), _) | (Value::I64(_) | Value::Decimal(_), Type::Double | Type::Real) => {
            let made = coerce::coerce(value.clone(), &portable);
            return (made != *value).then_some(made);
        }
        (Value::I64(_), ty) if ty.is_integer() => value.clone(),
        (Value::Bool(_), Type::Boolean) => value.clone(),
        _ => return None,
    })
}
