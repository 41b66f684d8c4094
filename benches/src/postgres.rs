//! Raw tokio-postgres: what a program does that has it alone.
//!
//! Its statements are prepared once, with the types of their parameters known, and its connections are not lent by a pool, nor is
//! what was sent noted anywhere. On the other side its `query` gathers all rows before the first is decoded, which is how the
//! client is used; Aludel decodes each as it comes, and has the memory of one portion.

use std::{
    hint::black_box,
    sync::{Arc, Mutex},
};

use aludel::{driver::Query as Sql, prelude::*};
use tokio::{runtime::Runtime, sync::Semaphore};
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::{COLUMNS, Plain, ROWS, join::AUTHORS, names};

/// The server that is measured: the one that `ALUDEL_BENCH_POSTGRES_URL` names, else the one that `cargo xtask servers` lends.
/// TLS is off unless the URL says otherwise.
pub fn server() -> Option<String> {
    let named = ["ALUDEL_BENCH_POSTGRES_URL", "ALUDEL_TEST_POSTGRES_URL"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|url| !url.is_empty()))?;
    Some(with_option(&named, "sslmode", "disable"))
}

/// A URL with an option, unless it has it.
pub fn with_option(url: &str, name: &str, value: &str) -> String {
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

/// Creates databases, hands on their URLs, and drops them.
///
/// # Errors
/// Those of the work, and what the server says.
pub fn with_databases<const N: usize>(
    runtime: &Runtime,
    server: &str,
    names: [&str; N],
    work: impl FnOnce([String; N]) -> Result<()>,
) -> Result<()> {
    let databases = names.map(|name| format!("aludel_bench_{}_{name}", std::process::id()));
    let admin = runtime.block_on(Db::connect(server))?;
    let execute = |sql: String| {
        runtime.block_on(async { admin.engine().acquire().await?.execute(Sql::other(sql)).await.map(drop) })
    };
    databases.iter().try_for_each(|database| execute(format!("CREATE DATABASE {database}")))?;
    let done = work(databases.each_ref().map(|database| of(server, database)));
    databases.iter().try_for_each(|database| execute(format!("DROP DATABASE {database} WITH (FORCE)")))?;
    done
}

#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct RawAuthor {
    id: i64,
    name: String,
    email: Option<String>,
}

#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct RawArticle {
    id: i64,
    body: String,
    author_id: i64,
}

/// A connection, and what was prepared on it.
pub struct Raw {
    client: Client,
    get: Statement,
    load: Statement,
    join: Statement,
    insert: Statement,
    insert_many: Statement,
}

fn plain(row: &Row) -> Plain {
    Plain { id: row.get(0), username: row.get(1), email: row.get(2), password_hash: row.get(3) }
}

impl Raw {
    /// Connects, and prepares the statements.
    pub async fn connect(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
        tokio::spawn(connection);
        let prepare = async |sql: &str| client.prepare(sql).await.expect("the statement");
        let get = prepare(&format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" = $1"#)).await;
        let load = prepare(&format!(r#"SELECT {COLUMNS} FROM "user" WHERE "id" <= $1"#)).await;
        let join = prepare(
            r#"SELECT "author"."id", "author"."name", "author"."email", "article"."id", "article"."body", "article"."author_id" FROM "author" LEFT JOIN "article" ON "article"."author_id" = "author"."id" WHERE "author"."id" <= $1 ORDER BY "author"."name" DESC LIMIT $2"#,
        )
        .await;
        let insert = prepare(r#"INSERT INTO "user" ("username", "email") VALUES ($1, $2) RETURNING "id""#).await;
        let insert_many = prepare(
            r#"INSERT INTO "user" ("username", "email") SELECT "c1", "c2" FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS "r" ("c1", "c2", "n") ORDER BY "n" RETURNING "id""#,
        )
        .await;
        Raw { client, get, load, join, insert, insert_many }
    }

    async fn get(&self, id: i64) {
        let user = plain(&self.client.query_one(&self.get, &[&id]).await.expect("the row"));
        black_box((user.id, user.username, user.email, user.password_hash));
    }

    /// Gets rows by key.
    pub async fn gets(&self, gets: i64) {
        for id in 1..=gets {
            self.get(id).await;
        }
    }

    /// Loads so many rows, again and again.
    pub async fn load(&self, rows: i64, times: usize) {
        for _ in 0..times {
            let users = self.client.query(&self.load, &[&rows]).await.expect("rows");
            let users: Vec<Plain> = users.iter().map(plain).collect();
            assert_eq!(black_box(users).len() as i64, rows);
        }
    }

    /// Loads so many rows of a left join, again and again.
    pub async fn join(&self, rows: i64, times: usize) {
        for _ in 0..times {
            let found = self.client.query(&self.join, &[&AUTHORS, &rows]).await.expect("rows");
            let found: Vec<(RawAuthor, Option<RawArticle>)> = found
                .iter()
                .map(|row| {
                    let author = RawAuthor { id: row.get(0), name: row.get(1), email: row.get(2) };
                    let article = row.get::<_, Option<i64>>(3);
                    (author, article.map(|id| RawArticle { id, body: row.get(4), author_id: row.get(5) }))
                })
                .collect();
            assert_eq!(black_box(found).len(), rows as usize);
        }
    }

    /// Inserts so many rows in one transaction, as many times, and reads their keys. `next` is the number of the next row.
    pub async fn insert(&self, rows: i64, times: usize, next: &mut i64) {
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

/// Gets by key in 8 tasks at one time, which share clients as a pool would have them.
pub async fn raw_tasks(pool: &Arc<(Semaphore, Mutex<Vec<Raw>>)>, gets: i64) {
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
