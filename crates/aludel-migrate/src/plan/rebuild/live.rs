//! What a rebuild asks of the database's catalogue, and the settings it switches.
//!
//! The SQL here is that of the one database whose tables are rebuilt, SQLite.

use std::collections::BTreeMap;

use aludel_driver::{Connection, Query};
use aludel_sql::{Dialect, Error, ErrorKind, Result, Value, schema::Table};

use crate::catalog::{integer, text};

pub(super) const LEGACY_ALTER_ON: &str = "PRAGMA legacy_alter_table = ON";
pub(super) const LEGACY_ALTER_OFF: &str = "PRAGMA legacy_alter_table = OFF";

/// What a live table has that only the database knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    pub(super) columns: Vec<String>,
    /// The text the table was created with.
    sql: String,
    /// Indexes that are in no migration, then triggers.
    pub(super) objects: Vec<Object>,
}

#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) sql: String,
}

async fn texts<const N: usize>(
    connection: &mut Connection,
    sql: &'static str,
    params: Vec<Value>,
) -> Result<Vec<[String; N]>> {
    connection
        .fetch(Query::read(sql, params), |row| {
            let mut out = [const { String::new() }; N];
            for (i, out) in out.iter_mut().enumerate() {
                *out = text(row.get(i)?)?;
            }
            Ok(out)
        })
        .await
}

/// Whether foreign keys are enforced.
pub(crate) async fn foreign_keys(connection: &mut Connection) -> Result<bool> {
    let on = connection
        .fetch(Query::read("SELECT foreign_keys FROM pragma_foreign_keys", Vec::new()), |row| integer(row.get(0)?))
        .await?;
    Ok(on.first().is_some_and(|on| *on != 0))
}

/// Switches the enforcement of foreign keys. Has no effect inside a transaction.
pub(crate) fn set_foreign_keys(on: bool) -> &'static str {
    if on { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" }
}

/// How many rows of a table refer to nothing, by the table and the one they refer to.
pub(crate) type Dangling = BTreeMap<(String, String), i64>;

/// The rows that refer to nothing.
pub(crate) async fn dangling(connection: &mut Connection) -> Result<Dangling> {
    let sql = "SELECT \"table\", parent, COUNT(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
    let rows = connection.fetch(Query::read(sql, Vec::new()), |row| {
        Ok(((text(row.get(0)?)?, text(row.get(1)?)?), integer(row.get(2)?)?))
    });
    Ok(rows.await?.into_iter().collect())
}

/// The columns and the text of a table, and what hangs on it that is not among the `known` indexes.
pub(super) async fn live(connection: &mut Connection, table: &str, known: &[&str]) -> Result<Live> {
    let name = || vec![Value::from(table)];
    let columns = texts::<1>(connection, "SELECT name FROM pragma_table_xinfo(?1)", name()).await?;
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1";
    let sql = texts::<1>(connection, sql, name()).await?.into_iter().next();
    let Some([sql]) = sql else {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("the database has no table `{table}`, which the migrations created"),
        )
        .with_table(table)
        .with_help("Someone dropped it: restore it, or `stamp` the revision the database is really at"));
    };
    let objects = "SELECT type, name, sql FROM sqlite_master \
        WHERE tbl_name = ?1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, rowid";
    let objects = texts::<3>(connection, objects, name()).await?;
    let objects = objects
        .into_iter()
        .filter(|[kind, name, _]| kind != "index" || !known.contains(&name.as_str()))
        .map(|[kind, name, sql]| Object { kind, name, sql });
    Ok(Live { columns: columns.into_iter().map(|[name]| name).collect(), sql, objects: objects.collect() })
}

/// The words by which a table's text says something that the migrations may not know of.
const WORDS: [&str; 12] = [
    "autoincrement",
    "check",
    "collate",
    "conflict",
    "default",
    "deferrable",
    "generated",
    "references",
    "rowid",
    "strict",
    "unique",
    "virtual",
];

impl Live {
    /// What the live table has that the text the migrations would create it with has not.
    pub(super) fn unknown(&self, expected: &str) -> Vec<String> {
        let (found, expected) = (words(&self.sql), words(expected));
        WORDS
            .iter()
            .filter(|word| found.get(**word) > expected.get(**word))
            .map(|word| format!("its definition says {} where the migrations do not", word.to_uppercase()))
            .collect()
    }
}

/// How often each word occurs outside quotes and comments.
fn words(sql: &str) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' | '`' => rest[1..].find(first).map_or(rest.len(), |at| at + 2),
            '[' => rest.find(']').map_or(rest.len(), |at| at + 1),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |at| at + 4),
            c if c.is_alphanumeric() || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                *count.entry(rest[..end].to_lowercase()).or_insert(0) += 1;
                end
            }
            c => c.len_utf8(),
        };
        rest = &rest[end..];
    }
    count
}

/// The name by which to copy the row numbers of a table, where no column holds them before or after.
pub(super) fn rowid(dialect: &dyn Dialect, before: &Table, after: &Table) -> Result<Option<&'static str>> {
    for table in [before, after] {
        if let [key] = table.primary_key.as_slice()
            && let Some(column) = table.column(key)
        {
            let mut ty = String::new();
            dialect.column_type(&mut ty, &column.ty)?;
            if column.identity.is_some() || ty.eq_ignore_ascii_case("INTEGER") {
                return Ok(None);
            }
        }
    }
    let taken =
        |name: &str| before.columns.iter().chain(&after.columns).any(|column| column.name.eq_ignore_ascii_case(name));
    Ok(["rowid", "_rowid_", "oid"].into_iter().find(|name| !taken(name)))
}

/// Carries the counter of generated keys over from one table to the other.
pub(super) fn copy_counter(from: &str, to: &str) -> [String; 2] {
    let literal = |name: &str| format!("'{}'", name.replace('\'', "''"));
    let (from, to) = (literal(from), literal(to));
    [
        format!("DELETE FROM sqlite_sequence WHERE name = {to}"),
        format!("INSERT INTO sqlite_sequence (name, seq) SELECT {to}, seq FROM sqlite_sequence WHERE name = {from}"),
    ]
}

/// How many rows a table has.
pub(super) async fn count(connection: &mut Connection, table: &str) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM {}", quoted(table));
    let counts = connection.fetch(Query::read(sql, Vec::new()), |row| integer(row.get(0)?)).await?;
    Ok(counts.first().copied().unwrap_or_default())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The views, and the triggers of each table, that can be used. With a list of what could be used earlier: those of them
/// that cannot any more.
pub(super) async fn working(connection: &mut Connection, before: Option<&[String]>) -> Result<Vec<String>> {
    let mut probes: Vec<(String, Vec<String>)> = Vec::new();
    for [view] in
        texts::<1>(connection, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name", Vec::new()).await?
    {
        probes.push((format!("view `{view}`"), vec![format!("SELECT * FROM {} LIMIT 0", quoted(&view))]));
    }
    let tables = "SELECT DISTINCT t.name FROM sqlite_master t JOIN sqlite_master g ON g.tbl_name = t.name COLLATE NOCASE \
        WHERE t.type = 'table' AND g.type = 'trigger' ORDER BY t.name";
    for [table] in texts::<1>(connection, tables, Vec::new()).await? {
        let columns = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0";
        let columns = texts::<1>(connection, columns, vec![Value::from(table.as_str())]).await?;
        let set: Vec<String> = columns.iter().map(|[name]| format!("{0} = {0}", quoted(name))).collect();
        let table_name = quoted(&table);
        let statements = vec![
            format!("EXPLAIN INSERT INTO {table_name} DEFAULT VALUES"),
            format!("EXPLAIN UPDATE {table_name} SET {}", set.join(", ")),
            format!("EXPLAIN DELETE FROM {table_name}"),
        ];
        probes.push((format!("a trigger of `{table}`"), statements));
    }
    let mut found = Vec::new();
    for (name, statements) in probes {
        if before.is_some_and(|before| !before.contains(&name)) {
            continue;
        }
        let mut works = true;
        for sql in statements {
            works &= connection.fetch(Query::read(sql, Vec::new()), |_| Ok(())).await.is_ok();
        }
        if works == before.is_none() {
            found.push(name);
        }
    }
    Ok(found)
}
