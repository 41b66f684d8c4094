//! What is in a database: its tables as a [`Schema`], and all that a schema has no words for.
//!
//! Everything is read in bulk, with the same few queries for one table as for a thousand. Types, defaults, checks and
//! indexes come back as the portable trees where they say something portable; whatever else is found is kept as the text
//! the database gives, in [`Details::unknown`], and never lost.
//!
//! A database holds some things otherwise than they were said. [`held`] tells how, so that schemas can be compared: what is
//! found after a schema was created is `held(dialect, &schema)`.
//!
//! * The columns of a primary key are never NULL, whether or not they say so. The constraint is called as the database calls
//!   it: see [`Details::primary_key`]. A default of NULL is none.
//! * In expressions, `IN` with one value is a comparison, and `NOT` goes into `IN`, `LIKE`, `BETWEEN`, `IS`. A literal has the
//!   type of the column beside it; where none is, a date or a UUID may have become text or bytes.
//! * SQLite counts in one type: an identity is `BIGINT`. A sole key of type `INTEGER` is counted, too. `VARBINARY(n)` is `BLOB`,
//!   the integers of a `CAST` are `BIGINT`, and its decimals have 15 digits.
//! * PostgreSQL has `BETWEEN` as two comparisons, no casts from one kind of text to another or to a plain `NUMERIC`, and
//!   casts of its own where integers of different widths meet.
//! * MySQL and MariaDB have both kinds of `TIMESTAMP` as one, `RESTRICT` as `NO ACTION`, no `NOT` before what can be said
//!   without, and a boolean as a number unless it stands beside a column. A unique constraint is a unique index: it is
//!   the constraint if its name begins with `uq_`. The index that a foreign key brings along is not shown. Their
//!   information schema has no characters outside Unicode's first plane and no bytes as defaults: these are unknown.
//! * SQLite keeps no comments. Nor do SQLite, MySQL and MariaDB keep where an identity began: it begins with 1.
//! * In one schema alone, tables are called by their names and those of other schemas by `schema.name`; see
//!   [`Inspector::including`]. Sequences in defaults are called as the connection would.
//! * Enum types have names on PostgreSQL alone. Elsewhere one is found for each column that has it, as `<table>_<column>`; on
//!   SQLite, that is a column of text with the check that such a column has.
//! * Constraints and indexes are in the order of their creation on SQLite, and of their names elsewhere.

mod counter;
mod expr;
mod found;
mod held;
mod mysql;
mod native;
mod postgres;
mod rows;
mod sqlite;

use std::{future::Future, pin::Pin};

use aludel_sql::{Dialect, Error, ErrorKind, Result, schema::Schema};

pub use found::{Details, Found, Inspected, Unknown, View};
pub use held::held;

use crate::{Connection, Query, State, TransactionMode};
use native::Native;

/// Reads what is in the database of a connection.
#[derive(Debug)]
pub struct Inspector<'c> {
    connection: &'c mut Connection,
    namespace: Option<String>,
    including: Vec<String>,
}

/// How one database is read.
trait Catalog: Sync {
    /// How its types and expressions are spelled.
    fn native(&self) -> &'static dyn Native;

    /// The query of the schema that the connection is in, where there are schemas.
    fn home(&self) -> Option<&'static str> {
        None
    }

    /// The names of the tables, in order.
    fn tables<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Vec<String>>;

    /// Everything.
    fn inspect<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Inspected>;
}

type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl<'c> Inspector<'c> {
    /// An inspector of the database, or the schema, that the connection is in.
    pub fn new(connection: &'c mut Connection) -> Self {
        Inspector { connection, namespace: None, including: Vec::new() }
    }

    /// Looks into the schema of this name, which is a database on MySQL and MariaDB, and an attached one on SQLite.
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>) -> Self {
        self.namespace = Some(name.into());
        self
    }

    /// Looks into these schemas too. What is in them is called `schema.table`, as in models and migrations. The number of queries grows
    /// with the schemas, and not with what is in them.
    #[must_use]
    pub fn including<S: Into<String>>(mut self, schemas: impl IntoIterator<Item = S>) -> Self {
        self.including.extend(schemas.into_iter().map(Into::into));
        self
    }

    /// The names of the tables, in order, without those of the database itself.
    ///
    /// # Errors
    /// Those of the database; kind `Unsupported` for a database of which nothing is known.
    pub async fn tables(&mut self) -> Result<Vec<String>> {
        catalog(self.connection.dialect())?.tables(self.connection, self.namespace.as_deref()).await
    }

    /// The tables, as far as a schema can say what they are.
    ///
    /// # Errors
    /// As [`Inspector::tables`].
    pub async fn schema(&mut self) -> Result<Schema> {
        Ok(self.inspect().await?.schema)
    }

    /// Everything, as of one moment.
    ///
    /// # Errors
    /// As [`Inspector::tables`].
    pub async fn inspect(&mut self) -> Result<Inspected> {
        let catalog = catalog(self.connection.dialect())?;
        let own = self.connection.state() == State::Idle;
        if own {
            self.connection.begin(TransactionMode::Read).await?;
        }
        let inspected = self.read(catalog).await;
        if own {
            // Nothing was changed. What went wrong before is more to the point than what goes wrong now.
            let over = self.connection.rollback().await;
            return inspected.and_then(|inspected| over.map(|()| inspected));
        }
        inspected
    }
}

impl Inspector<'_> {
    async fn read(&mut self, catalog: &'static dyn Catalog) -> Result<Inspected> {
        let mut found = catalog.inspect(self.connection, self.namespace.as_deref()).await?;
        if self.including.is_empty() {
            return Ok(found);
        }
        let Some(home) = catalog.home() else {
            let dialect = self.connection.dialect().name();
            return Err(Error::new(ErrorKind::Unsupported, format!("{dialect} has no schemas to include"))
                .with_help("Inspect an attached database alone, with `namespace`"));
        };
        let home = rows::fetch(self.connection, Query::other(home)).await?;
        let home = home.first().map(|row| row.text(0).to_owned()).unwrap_or_default();
        for schema in std::mem::take(&mut self.including) {
            let other = catalog.inspect(self.connection, Some(&schema)).await?;
            found.include(&schema, &home, other);
        }
        Ok(found)
    }
}

fn catalog(dialect: &dyn Dialect) -> Result<&'static dyn Catalog> {
    Ok(match dialect.name() {
        "sqlite" => &sqlite::Sqlite,
        "postgres" => &postgres::Postgres,
        "mysql" => &mysql::MYSQL,
        "mariadb" => &mysql::MARIADB,
        name => {
            return Err(Error::new(ErrorKind::Unsupported, format!("{name} cannot be inspected"))
                .with_help("Inspect a database on SQLite, PostgreSQL, MySQL or MariaDB"));
        }
    })
}
