//! Schemas, and the names of what is in them.

use std::borrow::Cow;

use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    name,
};

use super::{Sql, Target, inline, malformed};

/// The name of a table, or of something else that a schema can hold, as a statement has it: `"billing"."invoice"`.
///
/// # Errors
/// The database has no schemas ([`ErrorKind::Unsupported`]), or the name has a dot too many ([`ErrorKind::Usage`]).
pub fn object(dialect: &dyn Dialect, name: &str) -> Result<String> {
    inline(dialect, |sql| sql.object(name))
}

impl Sql<'_> {
    /// Writes the name of a table, or of something else that a schema can hold: the schema before it where it has one, called as
    /// in the database at hand.
    ///
    /// # Errors
    /// As [`object`].
    pub fn object(&mut self, name: &str) -> Result<()> {
        let name = self.schemas.map_or(Cow::Borrowed(name), |schemas| schemas.name(name));
        let (schema, plain) = name::split(&name);
        if let Some(schema) = schema {
            self.check_schema(schema, plain)?;
            self.name(schema);
            self.push(".");
        }
        self.name(plain);
        Ok(())
    }

    /// What [`Sql::object`] writes, as a text of its own.
    pub(crate) fn object_text(&self, name: &str) -> Result<String> {
        inline(Target { dialect: self.dialect, schemas: self.schemas, home: self.home }, |sql| sql.object(name))
    }

    /// Writes the name of an object that is created.
    pub(crate) fn new_object(&mut self, name: &str) -> Result<()> {
        let (schema, plain) = name::split(name);
        if let Some(schema) = schema {
            self.check_schema(schema, plain)?;
            self.name(schema);
            self.push(".");
        }
        self.new_name(plain)
    }

    /// Writes what stands after RENAME TO: the new name of `old`, which stays in its schema.
    pub(crate) fn renamed(&mut self, old: &str, new: &str) -> Result<()> {
        if name::schema(old) != name::schema(new) {
            return Err(malformed(format!("`{old}` cannot become `{new}`: it would leave its schema"))
                .with_help("Keep the schema; create the table anew in the other one, and copy the rows, to move it"));
        }
        if self.dialect.capability().rename_says_schema {
            return self.new_object(new);
        }
        self.new_name(name::plain(new))
    }

    /// Where this is asked, the name of a schema can be said twice: what is there already stays as it is.
    pub(super) fn create_schema(&mut self, name: &str) -> Result<()> {
        self.check_schema(name, "")?;
        self.push("CREATE SCHEMA ");
        self.push(self.dialect.if_exists("IF NOT EXISTS "));
        self.new_name(name)
    }

    pub(super) fn drop_schema(&mut self, name: &str) -> Result<()> {
        self.check_schema(name, "")?;
        self.push("DROP SCHEMA ");
        self.push(self.dialect.if_exists("IF EXISTS "));
        self.name(name);
        Ok(())
    }

    fn check_schema(&self, schema: &str, plain: &str) -> Result<()> {
        if schema.is_empty() || plain.contains('.') || schema.contains('.') {
            return Err(malformed(format!(
                "`{schema}.{plain}` is no name: one dot stands between a schema and a name"
            ))
            .with_help("Give the table a name without a dot, and the schema too"));
        }
        if self.dialect.capability().schemas {
            return Ok(());
        }
        let dialect = self.dialect.name();
        if plain.is_empty() {
            let message = format!("{dialect} has no schemas, such as `{schema}`");
            return Err(Error::new(ErrorKind::Unsupported, message)
                .with_help("Leave the schema out: all tables of a file are in one place"));
        }
        Err(Error::new(ErrorKind::Unsupported, format!("{dialect} has no schemas, and `{schema}.{plain}` is in one"))
            .with_table(format!("{schema}.{plain}"))
            .with_help(format!(
                "Put the schema's name into the table's, `{schema}_{plain}`, or use PostgreSQL or MariaDB"
            )))
    }
}
