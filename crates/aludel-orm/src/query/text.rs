//! The texts of statements: written once a shape, and looked at when they are.

use std::sync::LazyLock;

use aludel_sql::{
    Dialect, Result,
    render::{Cached, TextCache},
    statement::{Delete, Select, Update},
};

/// The texts there were, of all databases of the program: a text depends on the shape of its statement and on the dialect alone.
static TEXTS: LazyLock<TextCache> = LazyLock::new(TextCache::default);

/// A SELECT with its values bound. One that gives each row of one source with each of another, which is seldom meant, is
/// warned of when it is first seen.
pub(crate) fn select(dialect: &dyn Dialect, select: &Select) -> Result<Cached> {
    let cached = TEXTS.select(dialect, select)?;
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
pub(crate) fn update(dialect: &dyn Dialect, update: &Update) -> Result<Cached> {
    TEXTS.update(dialect, update)
}

/// A DELETE with its values bound.
pub(crate) fn delete(dialect: &dyn Dialect, delete: &Delete) -> Result<Cached> {
    TEXTS.delete(dialect, delete)
}
