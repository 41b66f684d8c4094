//! The table `aludel_history`: one row a revision that is applied, or half applied.

use std::collections::BTreeSet;

use aludel_driver::{Connection, Query};
use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Result, Type, Value, ValueRef,
    expr::BinaryOp,
    render,
    schema::{Column, Table},
    statement::{Delete, Insert, Order, Rows, Select, Source},
};
use jiff::{Timestamp, tz::TimeZone};

use crate::{catalog, graph::Ids};

/// The name of the table.
pub const TABLE: &str = "aludel_history";

/// The columns, in order: name, type, whether it may be NULL.
const COLUMNS: [(&str, Type, bool); 15] = [
    ("id", Type::VarChar(32), false),
    ("parents", Type::Text, false),
    ("checksum", Type::VarChar(80), false),
    ("how", Type::VarChar(16), false),
    ("state", Type::VarChar(16), false),
    ("direction", Type::VarChar(16), false),
    ("step", Type::Integer, false),
    ("steps", Type::Integer, false),
    ("step_hash", Type::VarChar(80), true),
    ("started_at", Type::Timestamp, false),
    ("finished_at", Type::Timestamp, true),
    ("tool", Type::VarChar(64), false),
    ("sql", Type::Text, true),
    ("down_sql", Type::Text, true),
    ("error", Type::Text, true),
];

/// A row of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The revision.
    pub id: String,
    /// The revisions it builds on, as they were when it was applied.
    pub parents: Vec<String>,
    /// Its checksum when it was applied.
    pub checksum: String,
    /// How it came to be applied: `upgrade` or `stamp`.
    pub how: String,
    /// `done`, or `running` between the parts of a revision that `-- @commit` divides, or `failed` there.
    pub state: String,
    /// `upgrade` or `downgrade`: what is done, or was begun.
    pub direction: String,
    /// How many of its parts are done.
    pub step: i64,
    /// How many parts it has.
    pub steps: i64,
    /// The SHA-256 of the SQL of the last part, in hexadecimal.
    pub step_hash: Option<String>,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
    /// The program that did it, with its version.
    pub tool: String,
    /// The SQL that was run.
    pub sql: Option<String>,
    /// Its downgrade in portable SQL, where that is all there is to it.
    pub down_sql: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

impl Entry {
    /// Whether the revision counts as applied: its upgrade is complete, and no downgrade is.
    pub fn is_applied(&self) -> bool {
        self.state == "done" || self.direction == "downgrade"
    }

    /// Whether it was left half-way, between two parts.
    pub fn is_partial(&self) -> bool {
        self.state != "done"
    }

    /// The command that finishes it: the one way to go on from half-way is the way it was begun.
    pub fn resumption(&self) -> String {
        let target = if self.direction == "upgrade" { format!(" {}", self.id) } else { String::new() };
        format!("db {}{target}", self.direction)
    }

    fn values(&self) -> Vec<Value> {
        vec![
            Value::from(self.id.as_str()),
            self.parents.join(" ").into(),
            self.checksum.as_str().into(),
            self.how.as_str().into(),
            self.state.as_str().into(),
            self.direction.as_str().into(),
            self.step.into(),
            self.steps.into(),
            self.step_hash.clone().into(),
            self.started_at.into(),
            self.finished_at.into(),
            self.tool.as_str().into(),
            self.sql.clone().into(),
            self.down_sql.clone().into(),
            self.error.clone().into(),
        ]
    }

    /// The statement that writes the row.
    pub(crate) fn insert(&self) -> Insert {
        Insert {
            with: Vec::new(),
            table: TABLE.into(),
            columns: COLUMNS.iter().map(|(name, ..)| (*name).into()).collect(),
            rows: Rows::Values(vec![self.values().into_iter().map(Expr::Value).collect()]),
            conflict: None,
            returning: Vec::new(),
        }
    }
}

/// The table.
pub fn table() -> Table {
    let columns =
        COLUMNS.iter().map(|(name, ty, nullable)| Column { nullable: *nullable, ..Column::new(*name, ty.clone()) });
    Table { name: TABLE.into(), columns: columns.collect(), primary_key: vec!["id".into()], ..Table::default() }
}

/// The statement that creates the table.
///
/// # Errors
/// None on a database that is supported.
pub(crate) fn create_sql(dialect: &dyn Dialect) -> Result<String> {
    render::create_table(dialect, &table())
}

/// The statement that removes the row of a revision.
pub(crate) fn delete(id: &str) -> Delete {
    Delete { filter: Some(Expr::name("id").binary(BinaryOp::Eq, Expr::value(id))), ..Delete::table(TABLE) }
}

/// All rows, by revision. None when there is no table: it is not created.
///
/// # Errors
/// The database cannot be read, or holds something else under this name.
pub async fn read(connection: &mut Connection) -> Result<Vec<Entry>> {
    if !exists(connection).await? {
        return Ok(Vec::new());
    }
    let select = Select {
        columns: COLUMNS.iter().map(|(name, ..)| Expr::name(*name)).collect(),
        from: vec![Source::table(TABLE)],
        order_by: vec![Order { expr: Expr::name("id"), descending: false, nulls: None }],
        ..Select::default()
    };
    let rendered = render::select(connection.dialect(), &select)?;
    connection
        .fetch(Query::read(rendered.sql, rendered.params), |row| {
            Ok(Entry {
                id: text(row.get(0)?)?,
                parents: text(row.get(1)?)?.split_whitespace().map(str::to_owned).collect(),
                checksum: text(row.get(2)?)?,
                how: text(row.get(3)?)?,
                state: text(row.get(4)?)?,
                direction: text(row.get(5)?)?,
                step: integer(row.get(6)?)?,
                steps: integer(row.get(7)?)?,
                step_hash: optional(row.get(8)?, text)?,
                started_at: timestamp(row.get(9)?)?,
                finished_at: optional(row.get(10)?, timestamp)?,
                tool: text(row.get(11)?)?,
                sql: optional(row.get(12)?, text)?,
                down_sql: optional(row.get(13)?, text)?,
                error: optional(row.get(14)?, text)?,
            })
        })
        .await
        .map_err(|error| error.context(format!("the history of migrations, table `{TABLE}`, cannot be read")))
}

/// The revisions that are applied and that nothing applied builds on, by the parents the rows themselves name.
///
/// # Errors
/// Those of [`read`].
pub async fn current(connection: &mut Connection) -> Result<Vec<String>> {
    Ok(heads(&read(connection).await?))
}

/// Those of the applied revisions that no other applied one builds on.
pub fn heads(entries: &[Entry]) -> Vec<String> {
    let applied = applied(entries);
    let built_on: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry.is_applied())
        .flat_map(|entry| &entry.parents)
        .map(String::as_str)
        .collect();
    applied.into_iter().filter(|id| !built_on.contains(id.as_str())).collect()
}

/// The applied revisions.
pub fn applied(entries: &[Entry]) -> Ids {
    entries.iter().filter(|entry| entry.is_applied()).map(|entry| entry.id.clone()).collect()
}

async fn exists(connection: &mut Connection) -> Result<bool> {
    catalog::of(connection.dialect())?.has_table(connection, TABLE).await
}

/// Creates the table if it is not there: inside a write transaction, unless DDL would commit that.
pub(crate) async fn ensure(connection: &mut Connection) -> Result<()> {
    if !exists(connection).await? {
        let sql = create_sql(connection.dialect())?;
        connection.execute(Query::other(sql)).await?;
    }
    Ok(())
}

/// Writes the row of a revision in place of the one that may be there.
pub(crate) async fn put(connection: &mut Connection, entry: &Entry) -> Result<()> {
    remove(connection, &entry.id).await?;
    let insert = render::insert(connection.dialect(), &entry.insert())?;
    connection.execute(Query::write(insert.sql, insert.params)).await?;
    Ok(())
}

/// Removes the row of a revision, if it is there.
pub(crate) async fn remove(connection: &mut Connection, id: &str) -> Result<()> {
    let delete = render::delete(connection.dialect(), &delete(id))?;
    connection.execute(Query::write(delete.sql, delete.params)).await?;
    Ok(())
}

fn wrong(value: ValueRef<'_>, wanted: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("{} where {wanted} was expected", value.kind()))
}

fn text(value: ValueRef<'_>) -> Result<String> {
    match value {
        ValueRef::Text(text) => Ok(text.to_owned()),
        other => Err(wrong(other, "text")),
    }
}

fn integer(value: ValueRef<'_>) -> Result<i64> {
    match value {
        ValueRef::I64(value) => Ok(value),
        other => Err(wrong(other, "an integer")),
    }
}

fn timestamp(value: ValueRef<'_>) -> Result<Timestamp> {
    match value {
        ValueRef::Timestamp(value) => Ok(value),
        // In UTC, where the database has no type for instants.
        ValueRef::DateTime(value) => value
            .to_zoned(TimeZone::UTC)
            .map(|value| value.timestamp())
            .map_err(|_| Error::new(ErrorKind::Decode, format!("`{value}` is no point in time"))),
        ValueRef::Text(text) => format!("{}Z", text.replacen(' ', "T", 1))
            .parse()
            .map_err(|_| Error::new(ErrorKind::Decode, format!("`{text}` is no point in time"))),
        other => Err(wrong(other, "a point in time")),
    }
}

fn optional<T>(value: ValueRef<'_>, decode: fn(ValueRef<'_>) -> Result<T>) -> Result<Option<T>> {
    match value {
        ValueRef::Null => Ok(None),
        value => decode(value).map(Some),
    }
}
