//! Aludel on SQLite beside raw rusqlite: the same statements, pragmas and transactions, in one process.
//!
//! `cargo bench --bench sqlite` prints the best of several rounds, taken in turns, and their ratio.

use std::{hint::black_box, path::Path, time::Instant};

use aludel::prelude::*;
use rusqlite::Connection;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 64, index, unique)]
    username: String,
    #[column(length = 120, index, unique)]
    email: String,
    #[column(length = 128)]
    password_hash: Option<String>,
}

/// What a program without Aludel would write.
struct Plain {
    id: i64,
    username: String,
    email: String,
    password_hash: Option<String>,
}

fn plain(row: &rusqlite::Row<'_>) -> rusqlite::Result<Plain> {
    Ok(Plain { id: row.get(0)?, username: row.get(1)?, email: row.get(2)?, password_hash: row.get(3)? })
}

const ROUNDS: usize = 15;
const ROWS: i64 = 10_000;
const COLUMNS: &str = r#""id", "username", "email", "password_hash""#;

fn main() -> Result<()> {
    // cargo passes `--bench`; `cargo test --benches` does not, and wants only to know that it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ours, theirs) = (folder.path().join("ours.db"), folder.path().join("theirs.db"));
    let db = runtime.block_on(prepare(&ours))?;
    runtime.block_on(prepare(&theirs))?;
    let raw = open(&theirs);

    println!("{:<44} {:>12} {:>12} {:>8}", "best of the rounds", "rusqlite", "aludel", "ratio");
    let gets = 2_000;
    compare(rounds, "get by key (each)", gets, || raw_gets(&raw, gets), || runtime.block_on(session_gets(&db, gets)))?;
    compare(
        rounds,
        "query by key, plain value (each)",
        gets,
        || raw_gets(&raw, gets),
        || runtime.block_on(query_gets(&db, gets)),
    )?;
    compare(rounds, "load 10 000 rows, plain values", 1, || raw_load(&raw), || runtime.block_on(load(&db)))?;
    compare(rounds, "load 10 000 rows, tracked", 1, || raw_load(&raw), || runtime.block_on(load_tracked(&db)))?;
    let mut next = (ROWS, ROWS);
    compare(
        rounds,
        "insert 1 000 rows, keys read back",
        1,
        || raw_insert(&raw, &mut next.0),
        || runtime.block_on(insert(&db, &mut next.1)),
    )?;
    let mut turn = (0, 0);
    compare(
        rounds,
        "update one field of 1 000 rows",
        1,
        || raw_update(&raw, &mut turn.0),
        || runtime.block_on(update(&db, &mut turn.1)),
    )?;
    Ok(())
}

/// Runs both in turns and prints the best time of each.
fn compare(
    rounds: usize,
    what: &str,
    each: usize,
    mut raw: impl FnMut(),
    mut aludel: impl FnMut() -> Result<()>,
) -> Result<()> {
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..rounds {
        let start = Instant::now();
        raw();
        best.0 = best.0.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        aludel()?;
        best.1 = best.1.min(start.elapsed().as_secs_f64());
    }
    let micros = |seconds: f64| format!("{:.2} µs", seconds * 1e6 / each as f64);
    println!("{what:<44} {:>12} {:>12} {:>8.2}", micros(best.0), micros(best.1), best.1 / best.0);
    Ok(())
}

async fn prepare(path: &Path) -> Result<Db> {
    let db = Db::connect(&format!("sqlite:///{}", path.display())).await?;
    db.create_all().await?;
    let mut session = db.session();
    for n in 0..ROWS {
        session.add(user(n));
    }
    session.commit().await?;
    Ok(db)
}

fn user(n: i64) -> aludel::New<User> {
    new!(User { username: format!("user{n}"), email: format!("user{n}@example.com") })
}

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database opens");
    connection.pragma_update(None, "journal_mode", "wal").expect("WAL");
    connection.pragma_update(None, "synchronous", "normal").expect("NORMAL");
    connection.pragma_update(None, "foreign_keys", "on").expect("foreign keys");
    connection
}

fn raw_gets(raw: &Connection, gets: usize) {
    let sql = format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" = ?1"#);
    for n in 0..gets {
        let mut statement = raw.prepare_cached(&sql).expect("the statement");
        let user = statement.query_row([n as i64 + 1], plain).expect("the row");
        black_box((user.id, user.username, user.email, user.password_hash));
    }
}

async fn session_gets(db: &Db, gets: usize) -> Result<()> {
    for n in 0..gets {
        let mut session = db.session();
        let user = session.get::<User>(n as i64 + 1).await?.or_404()?;
        black_box(&session[user]);
    }
    Ok(())
}

async fn query_gets(db: &Db, gets: usize) -> Result<()> {
    for n in 0..gets {
        black_box(User::query().filter(|u| u.id.eq(n as i64 + 1)).one(db).await?);
    }
    Ok(())
}

fn raw_load(raw: &Connection) {
    let mut statement =
        raw.prepare_cached(&format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" <= ?1"#)).expect("the statement");
    let users: Vec<Plain> = statement.query_map([ROWS], plain).expect("rows").collect::<Result<_, _>>().expect("a row");
    assert_eq!(black_box(users).len(), ROWS as usize);
}

async fn load(db: &Db) -> Result<()> {
    let users = User::query().filter(|u| u.id.le(ROWS)).all(db).await?;
    assert_eq!(black_box(users).len(), ROWS as usize);
    Ok(())
}

async fn load_tracked(db: &Db) -> Result<()> {
    let mut session = db.session();
    let users = session.all(User::query().filter(|u| u.id.le(ROWS))).await?;
    assert_eq!(black_box(users).len(), ROWS as usize);
    Ok(())
}

fn raw_insert(raw: &Connection, next: &mut i64) {
    raw.execute_batch("BEGIN IMMEDIATE").expect("BEGIN");
    {
        let mut statement = raw
            .prepare_cached(r#"INSERT INTO "user" ("username", "email") VALUES (?1, ?2) RETURNING "id""#)
            .expect("the statement");
        for n in *next..*next + 1_000 {
            let (username, email) = (format!("user{n}"), format!("user{n}@example.com"));
            let id: i64 = statement.query_row([&username, &email], |row| row.get(0)).expect("the key");
            black_box(Plain { id, username, email, password_hash: None });
        }
    }
    raw.execute_batch("COMMIT").expect("COMMIT");
    *next += 1_000;
}

async fn insert(db: &Db, next: &mut i64) -> Result<()> {
    let mut session = db.session();
    for n in *next..*next + 1_000 {
        session.add(user(n));
    }
    session.commit().await?;
    *next += 1_000;
    Ok(())
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
