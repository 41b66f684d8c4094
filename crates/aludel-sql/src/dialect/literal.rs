//! Literals that several databases write alike.

use std::fmt::Write;

use jiff::{civil, tz::Offset};

use crate::{
    error::{Error, ErrorKind, Result},
    types::Type,
    value::Value,
};

/// Text between single quotes, those inside doubled.
pub(crate) fn text(out: &mut String, text: &str) -> Result<()> {
    if text.contains('\0') {
        return Err(Error::new(ErrorKind::Unsupported, "text with a NUL character has no literal")
            .with_help("Bind the text as a parameter, or keep it as bytes"));
    }
    out.push('\'');
    for (i, part) in text.split('\'').enumerate() {
        if i > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
    Ok(())
}

/// `X'00FF'`
pub(crate) fn bytes(out: &mut String, bytes: &[u8]) {
    out.push_str("X'");
    for byte in bytes {
        let _ = write!(out, "{byte:02X}");
    }
    out.push('\'');
}

/// A decimal number with a point, which keeps it apart from an integer.
pub(crate) fn decimal(out: &mut String, text: &str) -> Result<()> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits == "." || !all_digits(whole) || !all_digits(fraction) {
        return Err(Error::new(ErrorKind::Usage, format!("`{text}` is not a decimal number in plain notation"))
            .with_help("Write digits with at most one point, such as -12.50"));
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (whole, fraction) =
        (if whole.is_empty() { "0" } else { whole }, if fraction.is_empty() { "0" } else { fraction });
    let _ = write!(out, "{sign}{whole}.{fraction}");
    Ok(())
}

/// That a database has no arrays, of this type where it is known.
#[cold]
pub(crate) fn no_arrays(dialect: &str, ty: Option<&Type>) -> Error {
    let message = match ty {
        Some(ty) => format!("{dialect} has no {ty}, nor any arrays"),
        None => format!("{dialect} has no arrays, and was given one"),
    };
    Error::new(ErrorKind::Unsupported, message)
        .with_help("Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON")
}

/// That a database has no type of places and shapes.
#[cold]
pub(crate) fn no_geometry(dialect: &str, ty: &Type) -> Error {
    Error::new(ErrorKind::Unsupported, format!("{dialect} has no {ty}"))
        .with_help("Keep coordinates in columns of their own, or use MySQL or MariaDB")
}

/// Refuses to count in anything but integers.
pub(crate) fn check_identity(ty: &Type) -> Result<()> {
    if ty.is_integer() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, format!("an identity column cannot be {ty}"))
        .with_help("Make it BIGINT or INTEGER"))
}

/// A finite floating-point number with an exponent, which keeps it apart from a decimal: `1.5e0`.
pub(crate) fn float(out: &mut String, number: f64) {
    let _ = write!(out, "{number:e}");
}

/// Whether a value, written as a literal, begins with a minus sign.
pub(crate) fn is_negative(value: &Value) -> bool {
    match value {
        Value::I64(number) => *number < 0,
        Value::F64(number) => number.is_sign_negative(),
        Value::Decimal(text) => text.starts_with('-'),
        _ => false,
    }
}

/// The text of a date or time, in microseconds; instants are in UTC. What is finer than a microsecond is cut off.
///
/// With `always`, six digits of fraction are written even when all are zero, so that texts sort as the values do.
pub(crate) fn temporal(out: &mut String, value: &Value, always: bool) -> Result<()> {
    match value {
        Value::Date(value) => date(out, *value),
        Value::Time(value) => {
            time(out, *value, always);
            Ok(())
        }
        Value::DateTime(value) => date_time(out, *value, always),
        Value::Timestamp(value) => date_time(out, Offset::UTC.to_datetime(*value), always),
        other => Err(Error::new(ErrorKind::Usage, format!("{} is not a date or time", other.kind()))),
    }
}

fn date(out: &mut String, date: civil::Date) -> Result<()> {
    if date.year() < 0 {
        return Err(Error::new(ErrorKind::Unsupported, format!("the year {} has no literal", date.year()))
            .with_help("Use a date from the year 0 on"));
    }
    let _ = write!(out, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
    Ok(())
}

fn time(out: &mut String, time: civil::Time, always: bool) {
    let _ = write!(out, "{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    let micros = time.subsec_nanosecond() / 1000;
    if always || micros != 0 {
        let _ = write!(out, ".{micros:06}");
    }
}

fn date_time(out: &mut String, value: civil::DateTime, always: bool) -> Result<()> {
    date(out, value.date())?;
    out.push(' ');
    time(out, value.time(), always);
    Ok(())
}
