//! Values whose type the database does not print, made what the column beside them says.

use aludel_sql::{Type, Value};
use jiff::{Timestamp, civil, tz::Offset};

use super::array;

/// The value as one of this type, if it stands for one; else as it is.
pub(in crate::inspect) fn coerce(value: Value, ty: &Type) -> Value {
    let other = match (&value, ty) {
        (Value::I64(number @ (0 | 1)), Type::Boolean) => Some(Value::Bool(*number == 1)),
        (Value::Text(text), Type::Boolean) if matches!(text.as_str(), "0" | "1") => Some(Value::Bool(text == "1")),
        (Value::Text(text), Type::SmallInt | Type::Integer | Type::BigInt) => text.parse().ok().map(Value::I64),
        (Value::I64(number), Type::Real | Type::Double) =>
        {
            #[expect(clippy::cast_precision_loss, reason = "the column is a double")]
            Some(Value::F64(*number as f64))
        }
        (Value::Decimal(text) | Value::Text(text), Type::Real | Type::Double) => text.parse().ok().map(Value::F64),
        (Value::I64(number), Type::Decimal { .. }) => Some(Value::Decimal(number.to_string())),
        // As it prints it, a floating-point number has no exponent.
        (Value::F64(number), Type::Decimal { .. }) if number.is_finite() => Some(Value::Decimal(number.to_string())),
        (Value::Text(text), Type::Decimal { .. }) if is_decimal(text) => Some(Value::Decimal(text.clone())),
        (Value::Text(text), Type::Date) => literal(text, "DATE"),
        (Value::Text(text), Type::Time) => literal(text, "TIME"),
        (Value::Text(text), Type::DateTime) => literal(text, "TIMESTAMP"),
        (Value::Text(text), Type::Timestamp) => literal(text, "TIMESTAMP WITH TIME ZONE"),
        (Value::Timestamp(instant), Type::DateTime) => Some(Value::DateTime(Offset::UTC.to_datetime(*instant))),
        (Value::DateTime(civil), Type::Timestamp) => Offset::UTC.to_timestamp(*civil).ok().map(Value::Timestamp),
        // Sixteen bytes that happen to be text, where a UUID is stored so.
        (Value::Text(text), Type::Uuid) => {
            literal(text, "UUID").or_else(|| text.as_bytes().try_into().ok().map(Value::Uuid))
        }
        (Value::Bytes(bytes), Type::Uuid) => <[u8; 16]>::try_from(bytes.as_slice()).ok().map(Value::Uuid),
        (Value::Text(text), Type::VarBinary(_) | Type::Blob) => Some(Value::Bytes(text.as_bytes().to_vec())),
        (Value::Uuid(bytes), Type::VarBinary(_) | Type::Blob) => Some(Value::Bytes(bytes.to_vec())),
        (Value::Text(text), Type::Json) => Some(Value::Json(text.clone())),
        (Value::Text(text), Type::Array(ty)) => array::read(text, |text| element(text, ty)).map(Value::Array),
        (Value::Array(elements), Type::Array(ty)) => {
            Some(Value::Array(elements.iter().map(|element| coerce(element.clone(), ty)).collect()))
        }
        (Value::Json(text), Type::Text) => Some(Value::Text(text.clone())),
        _ => None,
    };
    other.unwrap_or(value)
}

/// The value that the text of an array's element is.
fn element(text: String, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Boolean => Value::Bool(text.starts_with('t')),
        Type::Blob => Value::Bytes(hex(text.strip_prefix("\\x")?)?),
        Type::Double | Type::Real => Value::F64(text.to_ascii_lowercase().parse().ok()?),
        Type::Text | Type::VarChar(_) | Type::Enum(_) => Value::Text(text),
        _ => match coerce(Value::Text(text), ty) {
            Value::Text(_) => return None,
            value => value,
        },
    })
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The value of a text that is said to be of this type.
pub(in crate::inspect) fn literal(text: &str, ty: &str) -> Option<Value> {
    Some(match ty {
        "DATE" => Value::Date(text.parse::<civil::Date>().ok().filter(|_| text.len() == 10)?),
        "TIME" => Value::Time(text.parse::<civil::Time>().ok()?),
        "TIMESTAMP" => Value::DateTime(date_time(text)?),
        "TIMESTAMP WITH TIME ZONE" => Value::Timestamp(instant(text)?),
        "UUID" => Value::Uuid(uuid(text)?),
        "JSON" | "JSONB" => Value::Json(text.to_owned()),
        _ => return None,
    })
}

fn date_time(text: &str) -> Option<civil::DateTime> {
    (text.as_bytes().get(10) == Some(&b' ')).then(|| text.parse().ok()).flatten()
}

/// An instant with its offset from UTC, which PostgreSQL writes with hours alone; without one, in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let at = text.get(11..)?.find(['+', '-']).map_or(text.len(), |at| at + 11);
    let (civil, offset) = (date_time(&text[..at])?, &text[at..]);
    let mut parts = offset.get(1..).unwrap_or_default().split(':');
    let mut part = || parts.next().unwrap_or_default();
    // Two digits each, which never are too many for the sum.
    let hours: u8 = if offset.is_empty() { 0 } else { part().parse().ok()? };
    let [minutes, seconds] = [(); 2].map(|()| part().parse::<u8>().unwrap_or(0));
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60 + i32::from(seconds);
    let seconds = if offset.starts_with('-') { -seconds } else { seconds };
    Offset::from_seconds(seconds).ok()?.to_timestamp(civil).ok()
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let dashes = [8, 13, 18, 23].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
    (dashes && text.len() == 36).then(|| hex(&text.replace('-', ""))?.try_into().ok())?
}

/// The bytes of hexadecimal digits.
pub(in crate::inspect) fn hex(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}
