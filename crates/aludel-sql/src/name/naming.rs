//! The names of what models do not name, by a convention of the application's own.

use crate::error::{Error, ErrorKind, Result};

/// How indexes and constraints that were given no name are called: a template each, with words in braces.
///
/// | word | what it stands for |
/// |---|---|
/// | `{table}` | the table, without its schema |
/// | `{columns}` | its columns, joined by `_` |
/// | `{column}` | the first of them |
/// | `{name}` | what a check is called in its model |
/// | `{referred_table}`, `{referred_columns}`, `{referred_column}` | what a foreign key refers to |
///
/// A name of more than 63 bytes is cut and ends in a hash of all of it. A primary key is always called `pk_<table>`. Names are
/// part of the migrations: after a change of the convention the next migration renames the indexes, and leaves constraints that
/// demand the same as they are called.
///
/// ```
/// use aludel_sql::name::Naming;
///
/// let naming = Naming { index: "idx_{table}_{columns}", ..Naming::default() };
/// assert_eq!(naming.index("user", &["email"])?, "idx_user_email");
/// assert_eq!(naming.foreign_key("post", &["user_id"], "user", &["id"])?, "fk_post_user_id");
/// # Ok::<(), aludel_sql::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    /// Indexes: `ix_{table}_{columns}`.
    pub index: &'static str,
    /// Unique constraints: `uq_{table}_{columns}`. MySQL and MariaDB keep them as indexes, and the inspector takes those for
    /// constraints whose names begin with `uq_`.
    pub unique: &'static str,
    /// Checks: `ck_{table}_{name}`.
    pub check: &'static str,
    /// Foreign keys: `fk_{table}_{columns}`.
    pub foreign_key: &'static str,
    /// Exclusions: `ex_{table}_{columns}`.
    pub exclusion: &'static str,
}

impl Default for Naming {
    fn default() -> Self {
        Naming {
            index: "ix_{table}_{columns}",
            unique: "uq_{table}_{columns}",
            check: "ck_{table}_{name}",
            foreign_key: "fk_{table}_{columns}",
            exclusion: "ex_{table}_{columns}",
        }
    }
}

impl Naming {
    /// The name of an index.
    ///
    /// # Errors
    /// Kind `Config`: the template has a word that means nothing here, or a brace without the other. So have the others.
    pub fn index(&self, table: &str, columns: &[&str]) -> Result<String> {
        fill("index", self.index, &[("table", super::plain(table)), ("columns", &columns.join("_")), first(columns)])
    }

    /// The name of a unique constraint.
    ///
    /// # Errors
    /// As [`Naming::index`].
    pub fn unique(&self, table: &str, columns: &[&str]) -> Result<String> {
        fill("unique", self.unique, &[("table", super::plain(table)), ("columns", &columns.join("_")), first(columns)])
    }

    /// The name of an exclusion.
    ///
    /// # Errors
    /// As [`Naming::index`].
    pub fn exclusion(&self, table: &str, columns: &[&str]) -> Result<String> {
        let words = [("table", super::plain(table)), ("columns", &columns.join("_")), first(columns)];
        fill("exclusion", self.exclusion, &words)
    }

    /// The name of a check that its model calls `name`.
    ///
    /// # Errors
    /// As [`Naming::index`].
    pub fn check(&self, table: &str, name: &str) -> Result<String> {
        fill("check", self.check, &[("table", super::plain(table)), ("name", name)])
    }

    /// The name of a foreign key.
    ///
    /// # Errors
    /// As [`Naming::index`].
    pub fn foreign_key(&self, table: &str, columns: &[&str], to: &str, referred: &[&str]) -> Result<String> {
        let words = [
            ("table", super::plain(table)),
            ("columns", &columns.join("_")),
            first(columns),
            ("referred_table", super::plain(to)),
            ("referred_columns", &referred.join("_")),
            ("referred_column", first(referred).1),
        ];
        fill("foreign_key", self.foreign_key, &words)
    }
}

fn first<'a>(columns: &[&'a str]) -> (&'static str, &'a str) {
    ("column", columns.first().copied().unwrap_or_default())
}

fn fill(kind: &str, template: &str, words: &[(&str, &str)]) -> Result<String> {
    let wrong = |why: String| {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("{{{word}}}")).collect();
        Error::new(ErrorKind::Config, format!("the naming convention `{kind}: {template:?}` {why}"))
            .with_help(format!("Write a template with {}.", known.join(", ")))
    };
    let mut name = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        name.push_str(&rest[..at]);
        let Some((word, after)) = rest[at..].strip_prefix('{').and_then(|inside| inside.split_once('}')) else {
            return Err(wrong("has a brace without the other".to_owned()));
        };
        let Some((_, value)) = words.iter().find(|(known, _)| *known == word) else {
            return Err(wrong(format!("has a word `{{{word}}}` that means nothing there")));
        };
        name.push_str(value);
        rest = after;
    }
    name.push_str(rest);
    if name.is_empty() || name.contains('.') {
        return Err(wrong(format!("makes the name {name:?}")));
    }
    Ok(super::shorten(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_convention_of_the_format() {
        let naming = Naming::default();
        let columns = ["first", "last"];
        assert_eq!(naming.index("crm.user", &columns).unwrap(), crate::name::index_name("crm.user", &columns));
        assert_eq!(naming.unique("user", &columns).unwrap(), crate::name::unique_name("user", &columns));
        assert_eq!(naming.exclusion("user", &columns).unwrap(), crate::name::exclusion_name("user", &columns));
        assert_eq!(naming.check("user", "old").unwrap(), crate::name::check_name("user", "old"));
        let long = "a".repeat(70);
        assert_eq!(
            naming.foreign_key(&long, &columns, "b", &["c", "d"]).unwrap(),
            crate::name::foreign_key_name(&long, &columns)
        );
    }

    #[test]
    fn templates_have_words() {
        let naming = Naming {
            index: "{column}_of_{table}",
            unique: "u{",
            check: "{columns}",
            foreign_key: "{table}_to_{referred_table}_{referred_columns}_{referred_column}",
            exclusion: "{columns}_apart",
        };
        assert_eq!(naming.index("user", &["a", "b"]).unwrap(), "a_of_user");
        assert_eq!(naming.foreign_key("post", &["x", "y"], "user", &["a", "b"]).unwrap(), "post_to_user_a_b_a");
        assert_eq!(
            naming.unique("user", &["a"]).unwrap_err().message(),
            "the naming convention `unique: \"u{\"` has a brace without the other"
        );
        assert_eq!(
            naming.check("user", "a").unwrap_err().message(),
            "the naming convention `check: \"{columns}\"` has a word `{columns}` that means nothing there"
        );
    }
}
