//! The texts of statements: written once a shape, and looked at when they are.

use std::sync::{Arc, LazyLock};

use aludel_sql::{
    Result,
    render::{Cached, Target, TextCache},
    statement::{CteBody, Delete, Insert, Select, Update},
};

/// The texts there were, of all databases of the program: a text depends on the shape of its statement, the dialect
/// and what schemas are called.
static TEXTS: LazyLock<TextCache> = LazyLock::new(TextCache::default);

/// A SELECT with its values bound. One that gives each row of one source with each of another, which is seldom meant, is
/// warned of when it is first seen.
pub(crate) fn select(target: Target<'_>, select: &Select) -> Result<Cached> {
    let cached = TEXTS.select(target, select)?;
    if cached.written
        && let Some(found) = select.cartesian()
    {
        tracing::warn!(
            target: "aludel::query",
            sql = &*cached.sql,
            "no condition connects {} with {}: each row of one goes with each of the other (`cross_join` says so)",
            found.connected.join(", "),
            found.others.join(", "),
        );
    }
    Ok(cached)
}

/// An UPDATE with its values bound.
pub(crate) fn update(target: Target<'_>, update: &Update) -> Result<Cached> {
    TEXTS.update(target, update)
}

/// A DELETE with its values bound.
pub(crate) fn delete(target: Target<'_>, delete: &Delete) -> Result<Cached> {
    TEXTS.delete(target, delete)
}

/// An INSERT with its values bound.
pub(crate) fn insert(target: Target<'_>, insert: &Insert) -> Result<Cached> {
    TEXTS.insert(target, insert)
}

/// A statement that hands back rows, with its values bound.
pub(crate) fn change(target: Target<'_>, body: &CteBody) -> Result<Cached> {
    match body {
        CteBody::Select(read) => select(target, read),
        CteBody::Insert(body) => insert(target, body),
        CteBody::Update(body) => update(target, body),
        CteBody::Delete(body) => delete(target, body),
    }
}

/// The text of a statement that has a name of its own: see [`TextCache::named`].
pub(crate) fn named(
    target: Target<'_>,
    name: impl FnOnce(&mut Vec<u8>),
    write: impl FnOnce() -> Result<String>,
) -> Result<Arc<str>> {
    TEXTS.named(target, name, write)
}
