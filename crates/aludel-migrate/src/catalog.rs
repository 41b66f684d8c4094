//! What each kind of database has of its own besides its SQL: a catalogue, a lock, settings, a way to look at values.

mod mysql;
mod postgres;
mod sqlite;

use aludel_driver::{Connection, Query};
use aludel_sql::{Dialect, Error, ErrorKind, Result, Type, Value, ValueRef, name, schema::Table};

/// One kind of database, as data. Parameters of the queries are in the order they are named in.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// A number for each table of a name that can be reached by the name alone: 1 if it is where new tables go, else 0.
    table: &'static str,
    /// How many things are in a schema, where dropping it would drop them all.
    content: Option<&'static str>,
    /// What else is asked where DDL cannot be rolled back.
    details: Option<Details>,
    /// The lock that one run holds, where no transaction does for one.
    pub(crate) lock: Option<LockSql>,
    /// Sent at the start of a run. The driver undoes them when the connection goes back.
    pub(crate) session: &'static [&'static str],
    /// Sent at the start of each transaction.
    pub(crate) transaction: &'static [&'static str],
    /// Sent between changes of rows and changes of the schema in one transaction.
    pub(crate) settle: Option<&'static str>,
    /// How often what met a lock is tried. Where it is 1, the driver waits by itself.
    pub(crate) tries: u32,
    /// What a script begins with.
    pub(crate) script: &'static [&'static str],
    /// The condition that a value is not NULL and not of the type, so that a cast would change it or fail; `text` says that
    /// the value may be any text.
    pub(crate) misfit: fn(value: &str, text: bool, ty: &Type) -> Option<String>,
}

/// Queries about parts of a table, which is given by its schema, or NULL, and its name.
#[derive(Debug)]
struct Details {
    /// A row if there is such a table.
    table: &'static str,
    /// The columns of a table.
    columns: &'static str,
    /// A row if a table has an index.
    index: &'static str,
    /// A row if a table has a constraint.
    constraint: &'static str,
    /// What a column, of a table and a name, has that is lost when the column is stated again, in words. A third parameter is
    /// 1 if its collation is stated.
    unstated: &'static str,
}

/// How one run keeps others out.
#[derive(Debug)]
pub(crate) struct LockSql {
    /// Whether the lock lasts as long as a transaction, else as long as the session.
    pub(crate) in_transaction: bool,
    /// Sent first.
    pub(crate) before: &'static [&'static str],
    /// A row if the lock would exclude only those who are connected to the same node of a cluster.
    pub(crate) partial: Option<&'static str>,
    /// 1 if the lock was taken, without waiting for it.
    pub(crate) take: &'static str,
    /// 1 if it is still held.
    pub(crate) held: &'static str,
    /// Gives back a lock of the session.
    pub(crate) release: Option<&'static str>,
}

/// What belongs to a database that spells things so.
///
/// # Errors
/// It is none that migrations know.
pub(crate) fn of(dialect: &dyn Dialect) -> Result<&'static Catalog> {
    match dialect.name() {
        "sqlite" => Ok(&sqlite::SQLITE),
        "postgres" => Ok(&postgres::POSTGRES),
        "mysql" | "mariadb" => Ok(&mysql::MYSQL),
        other => Err(Error::new(ErrorKind::Unsupported, format!("migrations do not know the database {other}"))
            .with_help("Use SQLite, PostgreSQL, MySQL or MariaDB")),
    }
}

/// Something a statement creates or drops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    Table(String),
    Sequence(String),
    Column(String, String),
    Index(String, String),
    Constraint(String, String),
}

impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Object::Table(name) => write!(f, "table `{name}`"),
            Object::Sequence(name) => write!(f, "sequence `{name}`"),
            Object::Column(table, name) => write!(f, "column `{table}.{name}`"),
            Object::Index(table, name) => write!(f, "index `{name}` of `{table}`"),
            Object::Constraint(table, name) => write!(f, "constraint `{name}` of `{table}`"),
        }
    }
}

impl Catalog {
    /// Whether the database has this table.
    ///
    /// # Errors
    /// It has one elsewhere, which its name alone would mean too.
    pub(crate) async fn has_table(&self, connection: &mut Connection, name: &str) -> Result<bool> {
        let found = numbers(connection, Query::read(self.table, vec![name.into()])).await?;
        if found.contains(&0) && !found.contains(&1) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!(
                    "there is a table `{name}` in a schema of the search path that is not the one new tables go to"
                ),
            )
            .with_table(name)
            .with_help(
                "Put the schema of the application first in `search_path`, as it was when migrations were first run",
            ));
        }
        Ok(!found.is_empty())
    }

    /// The query that counts what is in a schema, where dropping it would drop that too.
    pub(crate) fn schema_content(&self, dialect: &dyn Dialect, schema: &str) -> Result<Option<String>> {
        self.content.map(|sql| filled(dialect, sql, &[schema.into(), schema.into()])).transpose()
    }

    /// Whether the database has this object; `None` where that is never asked.
    pub(crate) async fn has(&self, connection: &mut Connection, object: &Object) -> Result<Option<bool>> {
        let Some(details) = &self.details else { return Ok(None) };
        Ok(Some(match object {
            // They are tables of a kind where this is asked.
            Object::Table(name) | Object::Sequence(name) => is_there(connection, details.table, name, None).await?,
            Object::Column(table, name) => {
                let (schema, table) = place(table);
                texts(connection, details.columns, &[schema, table]).await?.contains(name)
            }
            Object::Index(table, name) => is_there(connection, details.index, table, Some(name)).await?,
            Object::Constraint(table, name) => is_there(connection, details.constraint, table, Some(name)).await?,
        }))
    }

    /// Refuses a live table that has other columns than `table`, or a column that has more to it: stated again, it would
    /// lose that. `comment` is what the column's comment is about to become, if it is.
    pub(crate) async fn check_restated(
        &self,
        connection: &mut Connection,
        table: &Table,
        column: &str,
        comment: Option<&str>,
    ) -> Result<()> {
        let Some(details) = &self.details else { return Ok(()) };
        let name = &table.name;
        let (schema, plain) = place(name);
        let found = texts(connection, details.columns, &[schema.clone(), plain.clone()]).await?;
        let known = |column: &String| table.column(column).is_some();
        let mut differences: Vec<String> = found
            .iter()
            .filter(|column| !known(column))
            .map(|column| format!("column `{column}` is not in the migrations"))
            .collect();
        let missing = table.columns.iter().filter(|column| !found.contains(&column.name));
        differences.extend(missing.map(|column| format!("column `{}` is missing", column.name)));
        let stated = table.column(column);
        let collated = stated.is_some_and(|column| column.collation.is_some());
        let known = stated.and_then(|column| column.comment.as_deref()).unwrap_or_default();
        let new = comment.unwrap_or(known);
        let collated = i64::from(collated);
        let values =
            [known.into(), new.into(), schema, plain, column.into(), known.into(), new.into(), collated.into()];
        let unstated = texts(connection, details.unstated, &values).await?;
        differences.extend(unstated.into_iter().map(|what| format!("column `{column}` has {what}")));
        if differences.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Migration,
            format!(
                "table `{name}` is not as the migrations left it, and altering `{column}` would lose that: {}",
                differences.join("; ")
            ),
        )
        .with_table(name)
        .with_columns([column])
        .with_help("Put the difference into a migration, or undo it in the database"))
    }
}

/// The values that say where a table is: its schema, which is NULL for the one the connection is in, and its name there.
fn place(table: &str) -> (Value, Value) {
    let (schema, plain) = name::split(table);
    (schema.map_or(Value::Null, Value::from), plain.into())
}

async fn is_there(connection: &mut Connection, sql: &'static str, table: &str, name: Option<&String>) -> Result<bool> {
    let (schema, plain) = place(table);
    let values: Vec<Value> = [schema, plain].into_iter().chain(name.map(|name| name.as_str().into())).collect();
    let query = unprepared(connection, sql, &values)?;
    Ok(!numbers(connection, query).await?.is_empty())
}

/// A query of the information schema with its values written into the text: MariaDB 10.11 can crash when a prepared one is
/// run again.
fn unprepared(connection: &Connection, sql: &str, values: &[Value]) -> Result<Query> {
    filled(connection.dialect(), sql, values).map(Query::other)
}

/// The text of a query with its values for the question marks.
fn filled(dialect: &dyn Dialect, sql: &str, values: &[Value]) -> Result<String> {
    let mut text = String::new();
    let mut values = values.iter();
    for (number, part) in sql.split('?').enumerate() {
        if let Some(value) = (number > 0).then(|| values.next()).flatten() {
            dialect.literal(&mut text, value)?;
        }
        text.push_str(part);
    }
    Ok(text)
}

/// The first column of all rows, which are numbers.
pub(crate) async fn numbers(connection: &mut Connection, query: Query) -> Result<Vec<i64>> {
    connection.fetch(query, |row| integer(row.get(0)?)).await
}

async fn texts(connection: &mut Connection, sql: &'static str, values: &[Value]) -> Result<Vec<String>> {
    let query = unprepared(connection, sql, values)?;
    connection.fetch(query, |row| text(row.get(0)?)).await
}

pub(crate) fn integer(value: ValueRef<'_>) -> Result<i64> {
    match value {
        ValueRef::I64(value) => Ok(value),
        other => Err(Error::new(
            ErrorKind::Decode,
            format!("the database gave {} where a number was asked for", other.kind()),
        )),
    }
}

/// Text, or nothing for NULL.
pub(crate) fn text(value: ValueRef<'_>) -> Result<String> {
    match value {
        ValueRef::Text(value) => Ok(value.to_owned()),
        ValueRef::Null => Ok(String::new()),
        other => {
            Err(Error::new(ErrorKind::Decode, format!("the database gave {} where text was asked for", other.kind())))
        }
    }
}

/// [`Catalog::misfit`] of servers, which refuse by themselves what does not fit, unless it is cut off; but not before rows
/// were changed, nor saying how many.
fn server_misfit(
    value: &str,
    text: bool,
    ty: &Type,
    text_type: &str,
    decimal_type: &str,
    matches: &str,
) -> Option<String> {
    let as_text = format!("CAST(({value}) AS {text_type})");
    let whole = |low: &str, high: &str| {
        format!(
            "CASE WHEN {as_text} {matches} '^ *[-+]?[0-9]+ *$' \
             THEN CAST({as_text} AS {decimal_type}) NOT BETWEEN {low} AND {high} ELSE TRUE END"
        )
    };
    let condition = match ty {
        Type::VarChar(n) => format!("CHAR_LENGTH({as_text}) > {n}"),
        _ if !text => return None,
        Type::SmallInt => whole("-32768", "32767"),
        Type::Integer => whole("-2147483648", "2147483647"),
        Type::BigInt => whole("-9223372036854775808", "9223372036854775807"),
        Type::Real | Type::Double | Type::Decimal { .. } => {
            let pattern = "^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)? *$";
            format!("NOT ({as_text} {matches} '{pattern}')")
        }
        _ => return None,
    };
    Some(format!("({value}) IS NOT NULL AND ({condition})"))
}
