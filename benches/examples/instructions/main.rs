//! One kind of work done so many times, to be counted by callgrind: `cargo xtask measure instructions`.
//!
//! `instructions WORK TIMES`. What a program does before its work costs the same however often the work is done. PostgreSQL is
//! counted where `aludel_benches::postgres::server` has one.

mod postgres;

use std::hint::black_box;

use aludel::{
    prelude::*,
    sql::{
        dialect::SQLITE,
        expr::{BinaryOp, Expr},
        render::TextCache,
        statement::{Select, Source},
    },
};
use aludel_benches::{COLUMNS, Plain, User, fill, load, load_tracked, query_gets, session_gets};
use rusqlite::Connection;
use tokio::runtime::Builder;

/// What can be counted: the name, and what it is.
const WORK: [(&str, &str); 11] = [
    ("build", "a point query, built"),
    ("render", "a point query, built and rendered"),
    ("text", "the kept text of a point query, looked up"),
    ("get", "get by key, plain value"),
    ("tracked", "get by key, tracked"),
    ("raw-get", "get by key, rusqlite"),
    ("load", "load 1 row"),
    ("raw-load", "load 1 row, rusqlite"),
    ("loads", "load 50 rows"),
    ("loads-tracked", "load 50 rows, tracked"),
    ("raw-loads", "load 50 rows, rusqlite"),
];

/// How many rows there are: few, as callgrind is slow.
const ROWS: i64 = 50;

fn main() -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = aludel_benches::postgres::server();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, times] = &arguments[..] else {
        let on_postgres = if server.is_some() { &postgres::WORK[..] } else { &[] };
        WORK.iter().chain(on_postgres).for_each(|(name, what)| println!("{name}\t{what}"));
        return Ok(());
    };
    let times: i64 = times.parse().map_err(|_| Error::new(ErrorKind::Usage, "how often is a number"))?;
    match server {
        Some(server) if work.starts_with("postgres-") => postgres::run(&runtime, &server, work, times),
        _ => runtime.block_on(on_sqlite(work, times)),
    }
}

async fn on_sqlite(work: &str, times: i64) -> Result<()> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("app.db");
    let db = Db::connect(&format!("sqlite:///{}", file.display())).await?;
    fill(&db, ROWS).await?;
    let raw = Connection::open(&file).expect("the database opens");
    match work {
        "build" => (0..times).for_each(|id| drop(black_box(User::query().filter(|u| u.id.eq(id))))),
        "render" => {
            for id in 0..times {
                black_box(User::query().filter(|u| u.id.eq(id)).to_sql(&SQLITE)?);
            }
        }
        "text" => {
            let (cache, select) = (TextCache::default(), point_query());
            for _ in 0..times {
                black_box(cache.select(&SQLITE, &select)?);
            }
        }
        "get" => {
            for _ in 0..times / ROWS {
                query_gets(&db, ROWS).await?;
            }
        }
        "tracked" => {
            for _ in 0..times / ROWS {
                session_gets(&db, ROWS).await?;
            }
        }
        "raw-get" => {
            let sql = raw_sql("=");
            for _ in 0..times / ROWS {
                (1..=ROWS).for_each(|id| raw_rows(&raw, &sql, id));
            }
        }
        "load" => load(&db, 1, times as usize).await?,
        "raw-load" | "raw-loads" => {
            let (sql, rows) = (raw_sql("<="), if work == "raw-load" { 1 } else { ROWS });
            (0..times).for_each(|_| raw_rows(&raw, &sql, rows));
        }
        "loads" => load(&db, ROWS, times as usize).await?,
        "loads-tracked" => load_tracked(&db, ROWS, times as usize).await?,
        _ => return Err(unknown(work)),
    }
    Ok(())
}

fn unknown(work: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("there is no work called `{work}`"))
}

/// The tree of `User::query().filter(|u| u.id.eq(1))`.
fn point_query() -> Select {
    Select {
        columns: (&*User::definition().columns).into(),
        from: vec![Source::table("user")],
        filter: Some(Expr::column(0, "id").binary(BinaryOp::Eq, Expr::value(1))),
        ..Select::default()
    }
}

fn raw_sql(operator: &str) -> String {
    format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" {operator} ?1"#)
}

fn raw_rows(raw: &Connection, sql: &str, id: i64) {
    let mut statement = raw.prepare_cached(sql).expect("the statement");
    let users = statement.query_map([id], |row| {
        Ok(Plain { id: row.get(0)?, username: row.get(1)?, email: row.get(2)?, password_hash: row.get(3)? })
    });
    black_box(users.expect("rows").collect::<rusqlite::Result<Vec<_>>>().expect("a row"));
}
