//! How MySQL and MariaDB spell types and expressions.

use aludel_sql::{
    Expr, Type, Value,
    expr::Function,
    schema::{Action, Column, Constraint, ConstraintKind, Index, IndexPart, Table},
    types::Geometry,
};

use crate::inspect::{
    expr::{coerce, concat},
    native::{Declared, Half, Kind, Native},
};

/// The spelling of both.
pub(in crate::inspect) struct MySql;

impl Native for MySql {
    fn ty(&self, declared: &Declared) -> Kind {
        let digits = declared.numbers.first().copied();
        Kind::Known(match declared.name.as_str() {
            "TINYINT" if digits == Some(1) => Type::Boolean,
            "SMALLINT" => Type::SmallInt,
            "INT" | "INTEGER" => Type::Integer,
            "BIGINT" => Type::BigInt,
            "FLOAT" => Type::Real,
            "DOUBLE" => Type::Double,
            "DECIMAL" => match declared.decimal() {
                Some(ty) => ty,
                None => return Kind::StandIn(Type::Decimal { precision: 65, scale: 30 }),
            },
            "VARCHAR" => declared.text(),
            "LONGTEXT" => Type::Text,
            "VARBINARY" => declared.bytes(),
            "LONGBLOB" => Type::Blob,
            "DATE" => Type::Date,
            "TIME" if digits == Some(6) => Type::Time,
            "DATETIME" if digits == Some(6) => Type::DateTime,
            "UUID" => Type::Uuid,
            "BINARY" if digits == Some(16) => Type::Uuid,
            "JSON" => Type::Json,
            // MySQL's own name of it.
            "GEOMCOLLECTION" => Type::Geometry(Geometry::Collection),
            name => match Geometry::named(name) {
                Some(geometry) => Type::Geometry(geometry),
                None => return Kind::StandIn(stand_in(name, declared)),
            },
        })
    }

    fn call(&self, _columns: &[Column], name: &str, arguments: &[Expr]) -> Option<Expr> {
        let function = match (name, arguments) {
            ("locate", [_, _]) => Function::Position,
            ("concat", [_, ..]) => return concat(arguments),
            ("truncate", [argument, Expr::Value(Value::I64(0))]) => return Some(Half::Truncated.of(argument.clone())),
            ("left", [Expr::Cast(argument, ty @ (Type::Text | Type::Blob)), Expr::Value(Value::I64(length))]) => {
                let length = u32::try_from(*length).ok()?;
                let ty = if *ty == Type::Text { Type::VarChar(length) } else { Type::VarBinary(length) };
                return Some(Expr::Cast(argument.clone(), ty));
            }
            ("greatest", [_, _, ..]) => Function::Greatest,
            ("least", [_, _, ..]) => Function::Least,
            _ => return None,
        };
        Some(Expr::Call(function, arguments.to_vec()))
    }

    fn cast(&self, _columns: &[Column], expr: Expr, ty: &Declared) -> Option<Expr> {
        let portable = match ty.name.as_str() {
            "SIGNED" | "SIGNED INTEGER" => Type::BigInt,
            "CHAR" if ty.numbers.is_empty() => Type::Text,
            "BINARY" if ty.numbers.is_empty() => Type::Blob,
            _ => match self.ty(ty) {
                Kind::Known(ty) => ty,
                Kind::StandIn(_) => return None,
            },
        };
        let expr = match (&portable, expr) {
            (Type::Uuid | Type::Json, Expr::Value(ref value @ Value::Text(_))) => {
                return Some(Expr::Value(coerce::coerce(value.clone(), &portable)));
            }
            (Type::BigInt, expr) => Half::Truncated.whole(&expr).unwrap_or(expr),
            (_, expr) => expr,
        };
        Some(Expr::Cast(Box::new(expr), portable))
    }

    fn backslash(&self) -> bool {
        true
    }

    fn joins(&self) -> bool {
        false
    }

    fn booleans(&self) -> bool {
        false
    }

    fn pushes_not(&self) -> bool {
        true
    }

    fn sequence_bounds(&self) -> (i64, i64) {
        (-i64::MAX, i64::MAX - 1)
    }

    /// A unique constraint and a unique index are one thing. It is the constraint if it is called as one.
    fn hold_table(&self, table: &mut Table) {
        let (constraints, indexes) = (std::mem::take(&mut table.constraints), std::mem::take(&mut table.indexes));
        for mut constraint in constraints {
            match &mut constraint.kind {
                ConstraintKind::Unique { columns, .. } if !constraint.name.starts_with("uq_") => {
                    let parts = columns.drain(..).map(IndexPart::column).collect();
                    table.indexes.push(Index { name: constraint.name, parts, unique: true, ..Index::default() });
                    continue;
                }
                ConstraintKind::ForeignKey(key) => {
                    for action in [&mut key.on_delete, &mut key.on_update] {
                        if *action == Action::Restrict {
                            *action = Action::NoAction;
                        }
                    }
                }
                _ => {}
            }
            table.constraints.push(constraint);
        }
        for index in indexes {
            let plain =
                index.unique && index.name.starts_with("uq_") && index.parts.iter().all(|part| !part.descending);
            match index.columns().filter(|_| plain) {
                Some(columns) => {
                    let kind = ConstraintKind::unique(columns.into_iter().map(str::to_owned).collect());
                    table.constraints.push(Constraint { name: index.name, kind });
                }
                None => table.indexes.push(index),
            }
        }
    }
}

/// The portable type that holds the values of another.
fn stand_in(name: &str, declared: &Declared) -> Type {
    match name {
        "TINYINT" | "TINYINT UNSIGNED" | "YEAR" => Type::SmallInt,
        "MEDIUMINT" | "MEDIUMINT UNSIGNED" | "SMALLINT UNSIGNED" => Type::Integer,
        "INT UNSIGNED" => Type::BigInt,
        "BIGINT UNSIGNED" => Type::Decimal { precision: 20, scale: 0 },
        "FLOAT UNSIGNED" | "DOUBLE UNSIGNED" => Type::Double,
        "DECIMAL UNSIGNED" => declared.decimal().unwrap_or(Type::Double),
        "CHAR" => declared.text(),
        "BINARY" => declared.bytes(),
        "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "BIT" => Type::Blob,
        "TIME" => Type::Time,
        "DATETIME" => Type::DateTime,
        "TIMESTAMP" => Type::Timestamp,
        _ => Type::Text,
    }
}
