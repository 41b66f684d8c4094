//! `LIKE` that knows upper from lower case, as on the other databases.
//!
//! SQLite's own pragma for that makes a function of it that no index may call.

use std::borrow::Cow;

use rusqlite::{Connection, Error, Result, functions::Context, types::ValueRef};

use super::PURE;

pub(super) fn install(connection: &Connection) -> Result<()> {
    // `text LIKE pattern ESCAPE escape` calls it with the pattern first.
    connection.create_scalar_function("like", 2, PURE, |context| like(context, None))?;
    connection.create_scalar_function("like", 3, PURE, |context| {
        let Some(escape) = text(context.get_raw(2)) else { return Ok(None) };
        let mut chars = escape.chars();
        match (chars.next(), chars.next()) {
            (Some(escape), None) => like(context, Some(escape)),
            _ => Err(Error::UserFunctionError("ESCAPE expression must be a single character".into())),
        }
    })
}

fn like(context: &Context<'_>, escape: Option<char>) -> Result<Option<bool>> {
    let (Some(pattern), Some(text)) = (text(context.get_raw(0)), text(context.get_raw(1))) else { return Ok(None) };
    let made = context.get_or_create_aux(0, |_| Ok::<_, Error>((escape, Pattern::new(&pattern, escape))))?;
    Ok(Some(if made.0 == escape { made.1.fits(&text) } else { Pattern::new(&pattern, escape).fits(&text) }))
}

/// The text that is compared. How many digits SQLite gives a real number differs from version to version: here, as many as it takes
/// to read it back.
fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text)),
        ValueRef::Integer(number) => Some(number.to_string().into()),
        ValueRef::Real(number) => Some(format!("{number:?}").into()),
    }
}

struct Pattern(Vec<Part>);

#[derive(Clone, Copy)]
enum Part {
    /// `%`
    AnyText,
    /// `_`
    AnyChar,
    Char(char),
    /// After an escape that escapes nothing.
    Nothing,
}

impl Pattern {
    fn new(pattern: &str, escape: Option<char>) -> Self {
        let mut parts = Vec::with_capacity(pattern.len());
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                _ if Some(c) == escape => chars.next().map_or(Part::Nothing, Part::Char),
                '%' => Part::AnyText,
                '_' => Part::AnyChar,
                c => Part::Char(c),
            });
        }
        Pattern(parts)
    }

    /// Walks both at once; where they part, the last `%` takes one character more.
    fn fits(&self, text: &str) -> bool {
        let parts = &self.0;
        let (mut at, mut rest) = (0, text.chars());
        let mut back = None;
        loop {
            let here = rest.clone();
            match (parts.get(at), rest.next()) {
                (Some(Part::AnyText), _) => {
                    at += 1;
                    rest = here.clone();
                    back = Some((at, here));
                    continue;
                }
                (None, None) => return true,
                (Some(Part::AnyChar), Some(_)) => {
                    at += 1;
                    continue;
                }
                (Some(Part::Char(c)), Some(found)) if *c == found => {
                    at += 1;
                    continue;
                }
                (_, None) => return false,
                _ => {}
            }
            let Some((after, from)) = &mut back else { return false };
            if from.next().is_none() {
                return false;
            }
            at = *after;
            rest = from.clone();
        }
    }
}
