//! Aludel on SQLite beside raw rusqlite: the same statements, pragmas and transactions, in one process.
//!
//! `cargo bench --bench sqlite` prints the best of several rounds, taken in turns, and their ratio.

use std::{
    hint::black_box,
    path::Path,
    sync::{Arc, Mutex},
};

use aludel::prelude::*;
use aludel_benches::{COLUMNS, Plain, ROWS, Table, User, fill, insert, load, load_tracked, names, query_gets};
use aludel_benches::{session_gets, tasks};
use rusqlite::Connection;
use tokio::{runtime::Builder, sync::Semaphore};

fn main() -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ours, theirs) = (folder.path().join("ours.db"), folder.path().join("theirs.db"));
    let url = |path: &Path| format!("sqlite:///{}?pool=4", path.display());
    let db = runtime.block_on(async {
        fill(&Db::connect(&url(&theirs)).await?, ROWS).await?;
        let db = Db::connect(&url(&ours)).await?;
        fill(&db, ROWS).await.map(|()| db)
    })?;
    let raw = open(&theirs);

    let table = Table::new("rusqlite");
    let gets = 10_000;
    let each = gets as usize;
    table.compare(
        "get by key, tracked (each)",
        each,
        || raw_gets(&raw, gets),
        || runtime.block_on(session_gets(&db, gets)),
    )?;
    table.compare(
        "get by key, plain value (each)",
        each,
        || raw_gets(&raw, gets),
        || runtime.block_on(query_gets(&db, gets)),
    )?;
    for (rows, times) in [(1, 500), (100, 50), (ROWS, 1)] {
        let what = format!("load {rows} rows, plain values");
        table.compare(&what, times, || raw_load(&raw, rows, times), || runtime.block_on(load(&db, rows, times)))?;
        let what = format!("load {rows} rows, tracked");
        table.compare(
            &what,
            times,
            || raw_load(&raw, rows, times),
            || runtime.block_on(load_tracked(&db, rows, times)),
        )?;
    }
    let mut next = (ROWS, ROWS);
    for (rows, times) in [(1, 100), (100, 10), (1_000, 1)] {
        table.compare(
            &format!("insert {rows} rows, keys read back"),
            times,
            || raw_insert(&raw, rows, times, &mut next.0),
            || runtime.block_on(insert(&db, rows, times, &mut next.1)),
        )?;
    }
    let mut turn = (0, 0);
    table.compare(
        "update one field of 1 000 rows",
        1,
        || raw_update(&raw, &mut turn.0),
        || runtime.block_on(update(&db, &mut turn.1)),
    )?;

    let threads = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let pool = Arc::new((Semaphore::new(4), Mutex::new((0..4).map(|_| open(&theirs)).collect::<Vec<_>>())));
    let gets = 500;
    table.compare(
        "8 tasks on 4 connections, get by key (each)",
        8 * gets as usize,
        || threads.block_on(raw_tasks(&pool, gets)),
        || threads.block_on(tasks(&db, gets)),
    )
}

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database opens");
    connection.pragma_update(None, "journal_mode", "wal").expect("WAL");
    connection.pragma_update(None, "synchronous", "normal").expect("NORMAL");
    connection.pragma_update(None, "foreign_keys", "on").expect("foreign keys");
    connection
}

fn plain(row: &rusqlite::Row<'_>) -> rusqlite::Result<Plain> {
    Ok(Plain { id: row.get(0)?, username: row.get(1)?, email: row.get(2)?, password_hash: row.get(3)? })
}

fn raw_get(raw: &Connection, sql: &str, id: i64) {
    let mut statement = raw.prepare_cached(sql).expect("the statement");
    black_box(fields(statement.query_row([id], plain).expect("the row")));
}

fn fields(user: Plain) -> (i64, String, String, Option<String>) {
    (user.id, user.username, user.email, user.password_hash)
}

fn by_key() -> String {
    format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" = ?1"#)
}

fn raw_gets(raw: &Connection, gets: i64) {
    let sql = by_key();
    for id in 1..=gets {
        raw_get(raw, &sql, id);
    }
}

async fn raw_tasks(pool: &Arc<(Semaphore, Mutex<Vec<Connection>>)>, gets: i64) {
    let tasks = (0..8).map(|task| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let (permits, connections) = &*pool;
            let sql = by_key();
            for n in 0..gets {
                let _permit = permits.acquire().await.expect("a permit");
                let raw = connections.lock().expect("the pool").pop().expect("a connection");
                raw_get(&raw, &sql, 1 + (n * 8 + task) % ROWS);
                connections.lock().expect("the pool").push(raw);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("the task ends");
    }
}

fn raw_load(raw: &Connection, rows: i64, times: usize) {
    let sql = format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" <= ?1"#);
    for _ in 0..times {
        let mut statement = raw.prepare_cached(&sql).expect("the statement");
        let users: Vec<Plain> =
            statement.query_map([rows], plain).expect("rows").collect::<Result<_, _>>().expect("a row");
        assert_eq!(black_box(users).len() as i64, rows);
    }
}

fn raw_insert(raw: &Connection, rows: i64, times: usize, next: &mut i64) {
    for _ in 0..times {
        if rows > 1 {
            raw.execute_batch("BEGIN IMMEDIATE").expect("BEGIN");
        }
        {
            let mut statement = raw
                .prepare_cached(r#"INSERT INTO "user" ("username", "email") VALUES (?1, ?2) RETURNING "id""#)
                .expect("the statement");
            let users: Vec<Plain> = (*next..*next + rows)
                .map(|n| {
                    let (username, email) = names(n);
                    let id = statement.query_row([&username, &email], |row| row.get(0)).expect("the key");
                    Plain { id, username, email, password_hash: None }
                })
                .collect();
            black_box(users.iter().map(|user| user.id).sum::<i64>());
        }
        if rows > 1 {
            raw.execute_batch("COMMIT").expect("COMMIT");
        }
        *next += rows;
    }
}

/// Reads 1 000 rows, changes a field of each, writes that field.
fn raw_update(raw: &Connection, turn: &mut i64) {
    *turn += 1;
    raw.execute_batch("BEGIN IMMEDIATE").expect("BEGIN");
    {
        let mut select =
            raw.prepare_cached(&format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" <= ?1"#)).expect("the statement");
        let mut users: Vec<Plain> =
            select.query_map([1_000], plain).expect("rows").collect::<Result<_, _>>().expect("a row");
        let mut update =
            raw.prepare_cached(r#"UPDATE "user" SET "password_hash" = ?1 WHERE "id" = ?2"#).expect("the statement");
        for user in &mut users {
            user.password_hash = Some(format!("hash {turn}"));
            update.execute(rusqlite::params![user.password_hash, user.id]).expect("the update");
        }
    }
    raw.execute_batch("COMMIT").expect("COMMIT");
}

async fn update(db: &Db, turn: &mut i64) -> Result<()> {
    *turn += 1;
    let mut session = db.session();
    session.begin().await?;
    for user in session.all_mut(User::query().filter(|u| u.id.le(1_000))).await? {
        user.password_hash = Some(format!("hash {turn}"));
    }
    session.commit().await
}
