//! Aludel on PostgreSQL beside raw tokio-postgres: the same statements and transactions, in one process.
//!
//! `cargo bench --bench postgres` prints the best of several rounds, taken in turns, and their ratio. The server is the one
//! that `ALUDEL_BENCH_POSTGRES_URL` names, else the one that `cargo xtask servers` lends; two databases are created on it and
//! dropped again. TLS is off unless the URL says otherwise.

mod join;

use std::{
    hint::black_box,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use aludel::{driver::Query as Sql, prelude::*};
use aludel_benches::{COLUMNS, Plain, ROWS, Table, insert, load, load_tracked, names, prepare, query_gets};
use aludel_benches::{session_gets, tasks};
use tokio::{runtime::Builder, sync::Semaphore};
use tokio_postgres::{Client, NoTls, Row, Statement};

const NO_SERVER: &str = "\
error: no PostgreSQL server is named
help: run `cargo xtask servers` in another terminal and the `export` lines it prints in this one, or set
      ALUDEL_BENCH_POSTGRES_URL=postgresql://user:password@host:5432/database, of a user who may create databases";

fn main() -> ExitCode {
    let named =
        ["ALUDEL_BENCH_POSTGRES_URL", "ALUDEL_TEST_POSTGRES_URL"].into_iter().find_map(|name| std::env::var(name).ok());
    let Some(server) = named else {
        eprintln!("{NO_SERVER}");
        // As a test it has nothing to say.
        let measuring = std::env::args().any(|argument| argument == "--bench");
        return if measuring { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    };
    match run(&with_option(&server, "sslmode", "disable")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn with_option(url: &str, name: &str, value: &str) -> String {
    match url.split_once('?') {
        Some((_, options)) if options.contains(&format!("{name}=")) => url.to_owned(),
        Some(_) => format!("{url}&{name}={value}"),
        None => format!("{url}?{name}={value}"),
    }
}

/// The URL of another database on the server.
fn of(server: &str, database: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    format!("{host}/{database}?{options}")
}

fn run(server: &str) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let databases = ["ours", "theirs"].map(|name| format!("aludel_bench_{}_{name}", std::process::id()));
    let admin = runtime.block_on(Db::connect(server))?;
    let execute = |sql: String| {
        runtime.block_on(async { admin.engine().acquire().await?.execute(Sql::other(sql)).await.map(drop) })
    };
    databases.iter().try_for_each(|database| execute(format!("CREATE DATABASE {database}")))?;
    let [ours, theirs] = databases.each_ref().map(|database| of(server, database));
    let measured = measure(&runtime, &ours, &theirs);
    databases.iter().try_for_each(|database| execute(format!("DROP DATABASE {database} WITH (FORCE)")))?;
    measured
}

fn measure(runtime: &tokio::runtime::Runtime, ours: &str, theirs: &str) -> Result<()> {
    let (db, raw) = runtime.block_on(async {
        let other = Db::connect(theirs).await?;
        prepare(&other).await?;
        join::prepare(&other).await?;
        let db = Db::connect(ours).await?;
        prepare(&db).await?;
        join::prepare(&db).await?;
        Ok::<_, Error>((db, Raw::connect(theirs).await))
    })?;

    let table = Table::new("tokio-postgres");
    let gets = 10_000;
    let each = gets as usize;
    let mut raw_gets = || runtime.block_on(raw.gets(gets));
    table.compare("get by key, plain value (each)", each, &mut raw_gets, || runtime.block_on(query_gets(&db, gets)))?;
    table.compare("get by key, tracked (each)", each, &mut raw_gets, || runtime.block_on(session_gets(&db, gets)))?;
    for (rows, times) in [(1, 500), (100, 50), (ROWS, 1)] {
        let mut raw_load = || runtime.block_on(raw.load(rows, times));
        let what = format!("load {rows} rows, plain values");
        table.compare(&what, times, &mut raw_load, || runtime.block_on(load(&db, rows, times)))?;
        let what = format!("load {rows} rows, tracked");
        table.compare(&what, times, &mut raw_load, || runtime.block_on(load_tracked(&db, rows, times)))?;
    }
    let statement = runtime.block_on(join::statement(&raw.client));
    for (rows, times) in [(100, 50), (10_000, 1)] {
        table.compare(
            &format!("left join, filtered and ordered, {rows} rows"),
            times,
            || runtime.block_on(join::theirs(&raw.client, &statement, rows, times)),
            || runtime.block_on(join::ours(&db, rows, times)),
        )?;
    }
    let mut next = (ROWS, ROWS);
    for (rows, times) in [(1, 100), (100, 10), (1_000, 1)] {
        table.compare(
            &format!("insert {rows} rows, keys read back"),
            times,
            || runtime.block_on(raw.insert(rows, times, &mut next.0)),
            || runtime.block_on(insert(&db, rows, times, &mut next.1)),
        )?;
    }

    let threads = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (db, pool) = threads.block_on(async {
        let mut clients = Vec::new();
        for _ in 0..4 {
            clients.push(Raw::connect(theirs).await);
        }
        let db = Db::connect(&with_option(ours, "pool", "4")).await?;
        Ok::<_, Error>((db, Arc::new((Semaphore::new(4), Mutex::new(clients)))))
    })?;
    let gets = 500;
    table.compare(
        "8 tasks on 4 connections, get by key (each)",
        8 * gets as usize,
        || threads.block_on(raw_tasks(&pool, gets)),
        || threads.block_on(tasks(&db, gets)),
    )
}

/// A connection, and what was prepared on it.
struct Raw {
    client: Client,
    get: Statement,
    load: Statement,
    insert: Statement,
    insert_many: Statement,
}

fn plain(row: &Row) -> Plain {
    Plain { id: row.get(0), username: row.get(1), email: row.get(2), password_hash: row.get(3) }
}

impl Raw {
    async fn connect(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
        tokio::spawn(connection);
        let prepare = async |sql: &str| client.prepare(sql).await.expect("the statement");
        let get = prepare(&format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" = $1"#)).await;
        let load = prepare(&format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" <= $1"#)).await;
        let insert = prepare(r#"INSERT INTO "user" ("username", "email") VALUES ($1, $2) RETURNING "id""#).await;
        let insert_many = prepare(
            r#"INSERT INTO "user" ("username", "email") SELECT "c1", "c2" FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS "r" ("c1", "c2", "n") ORDER BY "n" RETURNING "id""#,
        )
        .await;
        Raw { client, get, load, insert, insert_many }
    }

    async fn get(&self, id: i64) {
        let user = plain(&self.client.query_one(&self.get, &[&id]).await.expect("the row"));
        black_box((user.id, user.username, user.email, user.password_hash));
    }

    async fn gets(&self, gets: i64) {
        for id in 1..=gets {
            self.get(id).await;
        }
    }

    async fn load(&self, rows: i64, times: usize) {
        for _ in 0..times {
            let users = self.client.query(&self.load, &[&rows]).await.expect("rows");
            let users: Vec<Plain> = users.iter().map(plain).collect();
            assert_eq!(black_box(users).len() as i64, rows);
        }
    }

    async fn insert(&self, rows: i64, times: usize, next: &mut i64) {
        for _ in 0..times {
            let mut users: Vec<Plain> = (*next..*next + rows)
                .map(|n| {
                    let (username, email) = names(n);
                    Plain { id: 0, username, email, password_hash: None }
                })
                .collect();
            if let [user] = &mut users[..] {
                let row = self.client.query_one(&self.insert, &[&user.username, &user.email]).await.expect("the key");
                user.id = row.get(0);
            } else {
                self.client.batch_execute("BEGIN").await.expect("BEGIN");
                let usernames: Vec<&str> = users.iter().map(|user| &*user.username).collect();
                let emails: Vec<&str> = users.iter().map(|user| &*user.email).collect();
                let keys = self.client.query(&self.insert_many, &[&usernames, &emails]).await.expect("the keys");
                for (user, row) in users.iter_mut().zip(keys) {
                    user.id = row.get(0);
                }
                self.client.batch_execute("COMMIT").await.expect("COMMIT");
            }
            *next += rows;
            black_box(users.iter().map(|user| user.id).sum::<i64>());
        }
    }
}

async fn raw_tasks(pool: &Arc<(Semaphore, Mutex<Vec<Raw>>)>, gets: i64) {
    let tasks = (0..8).map(|task| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let (permits, clients) = &*pool;
            for n in 0..gets {
                let _permit = permits.acquire().await.expect("a permit");
                let raw = clients.lock().expect("the pool").pop().expect("a client");
                raw.get(1 + (n * 8 + task) % ROWS).await;
                clients.lock().expect("the pool").push(raw);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("the task ends");
    }
}
