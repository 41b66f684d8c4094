//! How SQLite spells types and expressions.

use aludel_sql::{
    Expr, Type, Value,
    expr::{Field, Function},
    schema::{Column, Counter, Table},
};

use super::enumeration;
use crate::inspect::native::{Declared, Half, Kind, Native};

/// SQLite's spelling.
pub(in crate::inspect) struct Sqlite;

impl Native for Sqlite {
    fn ty(&self, declared: &Declared) -> Kind {
        Kind::Known(match declared.name.as_str() {
            "BOOLEAN" | "BOOL" => Type::Boolean,
            "SMALLINT" | "INT2" | "TINYINT" => Type::SmallInt,
            "INTEGER" | "INT" | "INT4" | "MEDIUMINT" => Type::Integer,
            "BIGINT" | "INT8" => Type::BigInt,
            "REAL" => Type::Real,
            "DOUBLE PRECISION" | "DOUBLE" | "FLOAT" => Type::Double,
            "DECIMAL" | "NUMERIC" => match declared.decimal() {
                Some(ty @ Type::Decimal { precision: 1..=15, .. }) => ty,
                _ => return Kind::StandIn(Type::Double),
            },
            "VARCHAR" | "NVARCHAR" | "CHARACTER VARYING" | "CHAR" | "CHARACTER" | "NCHAR" => declared.text(),
            "TEXT" | "CLOB" => Type::Text,
            "VARBINARY" | "BINARY" => declared.bytes(),
            "BLOB" => Type::Blob,
            "DATE" => Type::Date,
            "TIME" => Type::Time,
            "DATETIME" | "TIMESTAMP" => Type::DateTime,
            "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => Type::Timestamp,
            "UUID_BLOB" => Type::Uuid,
            "JSON_TEXT" | "JSON" => Type::Json,
            name => return Kind::StandIn(affinity(name)),
        })
    }

    fn call(&self, _columns: &[Column], name: &str, arguments: &[Expr]) -> Option<Expr> {
        let function = match (name, arguments) {
            ("strftime", [Expr::Value(Value::Text(format)), Expr::Value(Value::Text(when))]) => {
                return (format == "%Y-%m-%d %H:%M:%f000" && when == "now").then_some(Expr::CurrentTimestamp);
            }
            ("strftime", [Expr::Value(Value::Text(format)), argument]) => {
                return match format.as_str() {
                    "%H:%M:%f000" => Some(Expr::Cast(Box::new(argument.clone()), Type::Time)),
                    // A text, of which a cast makes the number.
                    format => field(format)
                        .map(|field| Half::Truncated.of(Expr::Call(Function::Extract(field), vec![argument.clone()]))),
                };
            }
            ("date", [Expr::Value(Value::Text(when))]) if when == "now" => return Some(Expr::CurrentDate),
            ("date", [argument]) => return Some(Expr::Cast(Box::new(argument.clone()), Type::Date)),
            ("datetime", [Expr::Value(Value::Text(when))]) if when == "now" => return Some(Expr::CurrentTimestamp),
            ("unhex", [Expr::Call(Function::Replace, arguments)]) => {
                return match arguments.as_slice() {
                    [argument, Expr::Value(Value::Text(dash)), Expr::Value(Value::Text(none))]
                        if dash == "-" && none.is_empty() =>
                    {
                        Some(Expr::Cast(Box::new(argument.clone()), Type::Uuid))
                    }
                    _ => None,
                };
            }
            ("instr", [whole, part]) => {
                return Some(Expr::Call(Function::Position, vec![part.clone(), whole.clone()]));
            }
            (
                "substring" | "substr",
                [Expr::Cast(argument, ty @ (Type::Text | Type::Blob)), from, Expr::Value(Value::I64(length))],
            ) if *from == Expr::value(1) => {
                let length = u32::try_from(*length).ok()?;
                let ty = if *ty == Type::Text { Type::VarChar(length) } else { Type::VarBinary(length) };
                return Some(Expr::Cast(argument.clone(), ty));
            }
            ("length", [_]) => Function::CharLength,
            ("max", [_, _, ..]) => Function::Greatest,
            ("min", [_, _, ..]) => Function::Least,
            _ => return None,
        };
        Some(Expr::Call(function, arguments.to_vec()))
    }

    fn cast(&self, _columns: &[Column], expr: Expr, ty: &Declared) -> Option<Expr> {
        if ty.name == "INTEGER"
            && let Some(whole) = Half::Truncated.whole(&expr)
        {
            return Some(whole);
        }
        let ty = match (ty.name.as_str(), &expr) {
            ("NUMERIC", Expr::Call(Function::Round, arguments)) => {
                let [argument, Expr::Value(Value::I64(scale))] = arguments.as_slice() else { return None };
                let ty = Type::Decimal { precision: 15, scale: u8::try_from(*scale).ok()? };
                return Some(Expr::Cast(Box::new(argument.clone()), ty));
            }
            ("INTEGER", _) => Type::BigInt,
            ("REAL", _) => Type::Double,
            ("TEXT", _) => Type::Text,
            ("BLOB", _) => Type::Blob,
            _ => return None,
        };
        Some(Expr::Cast(Box::new(expr), ty))
    }

    fn is_compares(&self) -> bool {
        true
    }

    fn hold(&self, column: &mut Column, _ty: &Type, sole_key: bool) {
        if column.identity.is_some() {
            column.ty = Type::BigInt;
        } else if sole_key && column.ty == Type::Integer {
            column.identity = Some(Counter::default());
        }
    }

    fn hold_table(&self, table: &mut Table) {
        enumeration::recognise(table);
    }

    fn ordered(&self) -> bool {
        true
    }
}

/// What SQLite itself takes a declared type for.
fn affinity(name: &str) -> Type {
    let has = |part: &str| name.contains(part);
    match name {
        _ if has("INT") => Type::BigInt,
        _ if has("CHAR") || has("CLOB") || has("TEXT") => Type::Text,
        _ if has("BLOB") || name.is_empty() => Type::Blob,
        _ => Type::Double,
    }
}

fn field(format: &str) -> Option<Field> {
    Some(match format {
        "%Y" => Field::Year,
        "%m" => Field::Month,
        "%d" => Field::Day,
        "%H" => Field::Hour,
        "%M" => Field::Minute,
        "%S" => Field::Second,
        _ => return None,
    })
}
