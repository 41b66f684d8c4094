//! Functions that SQLite has not, not in every build, or not as the other databases: they are added to each connection.

mod like;

use std::{
    borrow::Cow,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

use jiff::{Timestamp, civil};
use regex_lite::Regex;
use rusqlite::{
    Connection, Result,
    functions::{Context, FunctionFlags},
    types::{Value, ValueRef},
};

/// The same arguments give the same result, and nothing happens but that: indexes and checks may call them.
const PURE: FunctionFlags =
    FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC).union(FunctionFlags::SQLITE_INNOCUOUS);

/// What the error begins with where a text is no regular expression.
pub(super) const NO_REGEXP: &str = "no regular expression: ";

/// What the error begins with where a column is not to hold a number.
pub(super) const OUT_OF_RANGE: &str = "out of range: ";

pub(super) fn install(connection: &Connection) -> Result<()> {
    like::install(connection)?;
    number(connection, "floor", f64::floor)?;
    number(connection, "ceil", f64::ceil)?;
    number(connection, "sqrt", f64::sqrt)?;
    number(connection, "exp", f64::exp)?;
    number(connection, "ln", |x| if x > 0.0 { x.ln() } else { f64::NAN })?;
    connection.create_scalar_function("power", 2, PURE, |context| match (real(context, 0), real(context, 1)) {
        (Some(base), Some(exponent)) => Ok(finite(base.powf(exponent))),
        _ => Ok(None),
    })?;
    connection.create_scalar_function("aludel_integer", -1, PURE, |context| integer(context))?;
    connection.create_scalar_function("aludel_microseconds", 1, PURE, |context| microseconds(context))?;
    // `text REGEXP pattern` calls it the other way around.
    connection.create_scalar_function("regexp", 2, PURE, |context| match (regex(context, 0)?, text(context, 1)?) {
        (Some(regex), Some(text)) => Ok(Some(regex.is_match(&text))),
        _ => Ok(None),
    })?;
    connection.create_scalar_function("regexp_replace", 3, PURE, |context| {
        Ok(match (text(context, 0)?, regex(context, 1)?, text(context, 2)?) {
            (Some(text), Some(regex), Some(with)) => Some(regex.replace_all(&text, &*with).into_owned()),
            _ => None,
        })
    })
}

/// An argument as a regular expression, which is made once for all rows.
fn regex(context: &Context<'_>, argument: i32) -> Result<Option<Arc<Regex>>> {
    if context.get_raw(argument as usize) == ValueRef::Null {
        return Ok(None);
    }
    let make = |pattern: ValueRef<'_>| -> std::result::Result<_, Box<dyn std::error::Error + Send + Sync>> {
        Regex::new(pattern.as_str()?).map_err(|why| format!("{NO_REGEXP}{why}").into())
    };
    context.get_or_create_aux(argument, make).map(Some)
}

/// An argument as a text.
fn text<'c>(context: &'c Context<'_>, argument: usize) -> Result<Option<Cow<'c, str>>> {
    Ok(match context.get_raw(argument) {
        ValueRef::Null => None,
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text)),
        _ => Some(context.get::<String>(argument)?.into()),
    })
}

/// A number as an integer column holds it that is to hold those from one to another, or any. SQLite goes on with a floating-point number where
/// an integer is too great, and would store that.
fn integer(context: &Context<'_>) -> Result<Value> {
    let (least, greatest) = match context.len() {
        1 => (i64::MIN, i64::MAX),
        _ => (context.get(1)?, context.get(2)?),
    };
    let integer = match context.get_raw(0) {
        ValueRef::Integer(number) => Some(number),
        // 2^63 is the first that is none.
        ValueRef::Real(number) if number.fract() == 0.0 && (i64::MIN as f64..-(i64::MIN as f64)).contains(&number) => {
            Some(number as i64)
        }
        ValueRef::Real(_) => None,
        _ => return context.get(0),
    };
    match integer.filter(|integer| (least..=greatest).contains(integer)) {
        Some(integer) => Ok(Value::Integer(integer)),
        None => Err(rusqlite::Error::UserFunctionError(format!("{OUT_OF_RANGE}{least} to {greatest}").into())),
    }
}

/// The microseconds of a date or time since 1970, and of a time alone since midnight.
fn microseconds(context: &Context<'_>) -> Result<Option<i64>> {
    let refused = |what: &dyn std::fmt::Display| {
        Err(rusqlite::Error::UserFunctionError(
            format!("{what} is no date or time: rows cannot be framed by it").into(),
        ))
    };
    let text = match context.get_raw(0) {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(text) => String::from_utf8_lossy(text),
        other => return refused(&format_args!("a value of the type {}", other.data_type())),
    };
    // An instant says that it is one, by its offset.
    let since = if let Ok(instant) = text.parse::<Timestamp>() {
        Some(instant.as_duration())
    } else if let Ok(time) = text.parse::<civil::DateTime>() {
        Some(time.duration_since(civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0)))
    } else {
        text.parse::<civil::Time>().ok().map(|time| time.duration_since(civil::Time::midnight()))
    };
    match since.and_then(|since| i64::try_from(since.as_micros()).ok()) {
        Some(microseconds) => Ok(Some(microseconds)),
        None => refused(&format_args!("{:?}", text.chars().take(40).collect::<String>())),
    }
}

/// A function of one number. Where it has no value, that is NULL.
fn number(
    connection: &Connection,
    name: &str,
    function: impl Fn(f64) -> f64 + Send + UnwindSafe + RefUnwindSafe + 'static,
) -> Result<()> {
    connection.create_scalar_function(name, 1, PURE, move |context| {
        Ok(real(context, 0).and_then(|number| finite(function(number))))
    })
}

fn finite(number: f64) -> Option<f64> {
    Some(number).filter(|number| number.is_finite())
}

/// An argument as a number; what is none is NULL, as with the functions of SQLite's own.
fn real(context: &Context<'_>, argument: usize) -> Option<f64> {
    match context.get_raw(argument) {
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        ValueRef::Text(text) => str::from_utf8(text).ok()?.trim().parse().ok(),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}
