//! Arrays: as types of columns, and as text.

use std::fmt::Write;

use super::Postgres;
use crate::{
    dialect::{Dialect, literal},
    error::{Error, ErrorKind, Result},
    types::Type,
    value::Value,
};

/// The type of a column that holds arrays of `element`.
pub(super) fn column_type(dialect: &Postgres, out: &mut String, element: &Type) -> Result<()> {
    if let Type::VarBinary(_) = element {
        let message = format!("postgres cannot hold the elements of an array to a length in bytes: {element} ARRAY");
        return Err(Error::new(ErrorKind::Unsupported, message).with_help("Use BLOB ARRAY"));
    }
    if let Type::Array(_) = element {
        // All arrays of a type are one type here, whatever they are nested.
        let message = format!("postgres has no type of arrays of arrays alone: {element} ARRAY");
        return Err(Error::new(ErrorKind::Unsupported, message).with_help("Use JSON, which holds lists of lists"));
    }
    dialect.column_type(out, element)?;
    out.push_str("[]");
    Ok(())
}

/// The text an array is written and read as: `{1,NULL,"a b"}`.
pub(super) fn text(elements: &[Value]) -> Result<String> {
    let mut out = String::from("{");
    for (i, element) in elements.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        match element {
            Value::Null => out.push_str("NULL"),
            Value::Invalid(_) => element.check()?,
            Value::Array(_) => return Err(nested(element)),
            Value::Bytes(bytes) => {
                out.push_str("\"\\\\x");
                for byte in bytes {
                    let _ = write!(out, "{byte:02x}");
                }
                out.push('"');
            }
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => {
                let mut text = String::new();
                literal::temporal(&mut text, element, false)?;
                if text.starts_with("0000-") {
                    return Err(super::no_year_zero());
                }
                text.push_str(if matches!(element, Value::Timestamp(_)) { "+00:00" } else { "" });
                quoted(&mut out, &text);
            }
            Value::Text(text) | Value::Json(text) => quoted(&mut out, text),
            Value::F64(number) => {
                let _ = write!(out, "{number:e}");
            }
            Value::Decimal(digits) => literal::decimal(&mut out, digits)?,
            Value::Bool(_) | Value::I64(_) | Value::Uuid(_) => {
                let _ = write!(out, "{element}");
            }
        }
    }
    out.push('}');
    Ok(out)
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

fn nested(element: &Value) -> Error {
    Error::new(ErrorKind::Unsupported, format!("an array's element is an array itself: {element}"))
        .with_help("Store it as JSON, which holds lists of lists")
}
