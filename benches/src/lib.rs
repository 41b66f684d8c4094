//! Aludel beside the raw drivers, in one process: see `benches/`.
//!
//! Both sides send the same statements in the same transactions to databases of the same contents, and make structs of the
//! same fields. They take turns, and what counts is the best time of each.

use std::{hint::black_box, time::Instant};

use aludel::prelude::*;

/// How many rows are there when the clocks start.
pub const ROWS: i64 = 10_000;
/// The columns of [`User`], as its queries list them.
pub const COLUMNS: &str = r#""id", "username", "email", "password_hash""#;

/// The model that is read and written.
#[derive(Model)]
pub struct User {
    /// The key.
    #[column(primary_key)]
    pub id: i64,
    /// Unique.
    #[column(length = 64, index, unique)]
    pub username: String,
    /// Unique.
    #[column(length = 120, index, unique)]
    pub email: String,
    /// NULL in half of the rows.
    #[column(length = 128)]
    pub password_hash: Option<String>,
}

/// What a program without Aludel would make of a row.
pub struct Plain {
    /// As [`User::id`].
    pub id: i64,
    /// As [`User::username`].
    pub username: String,
    /// As [`User::email`].
    pub email: String,
    /// As [`User::password_hash`].
    pub password_hash: Option<String>,
}

/// The values of a new row.
pub fn names(n: i64) -> (String, String) {
    (format!("user{n}"), format!("user{n}@example.com"))
}

/// Creates the tables, and [`ROWS`] rows with keys from 1 on.
///
/// # Errors
/// What the database says.
pub async fn prepare(db: &Db) -> Result<()> {
    db.create_all().await?;
    let mut session = db.session();
    for n in 0..ROWS {
        let (username, email) = names(n);
        session.add(new!(User { username, email, password_hash: (n % 2 == 0).then(|| "x".repeat(60)) }));
    }
    session.commit().await
}

/// The lines of a table of ratios.
pub struct Table {
    rounds: usize,
}

impl Table {
    /// Prints the head. The rounds are 1 unless cargo says that this is a benchmark and no test.
    pub fn new(raw: &str) -> Self {
        println!("{:<44} {:>12} {:>12} {:>8}", "best of the rounds", raw, "aludel", "ratio");
        let measuring = std::env::args().any(|argument| argument == "--bench");
        Table { rounds: if measuring { 15 } else { 1 } }
    }

    /// Runs both in turns and prints the best time of each, divided by `each`.
    ///
    /// # Errors
    /// The first one of `aludel`.
    pub fn compare(
        &self,
        what: &str,
        each: usize,
        mut raw: impl FnMut(),
        mut aludel: impl FnMut() -> Result<()>,
    ) -> Result<()> {
        let mut best = (f64::INFINITY, f64::INFINITY);
        for _ in 0..self.rounds {
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
}

/// Gets entities by key, each in a session of its own.
///
/// # Errors
/// What the database says.
pub async fn session_gets(db: &Db, gets: i64) -> Result<()> {
    for id in 1..=gets {
        let mut session = db.session();
        let user = session.get::<User>(id).await?.or_404()?;
        black_box(&session[user]);
    }
    Ok(())
}

/// Gets values by key, each with a query.
///
/// # Errors
/// What the database says.
pub async fn query_gets(db: &Db, gets: i64) -> Result<()> {
    for id in 1..=gets {
        black_box(User::query().filter(|u| u.id.eq(id)).one(db).await?);
    }
    Ok(())
}

/// Loads so many rows as values, again and again.
///
/// # Errors
/// What the database says.
pub async fn load(db: &Db, rows: i64, times: usize) -> Result<()> {
    for _ in 0..times {
        let users = User::query().filter(|u| u.id.le(rows)).all(db).await?;
        assert_eq!(black_box(users).len() as i64, rows);
    }
    Ok(())
}

/// Loads so many rows as tracked entities, again and again.
///
/// # Errors
/// What the database says.
pub async fn load_tracked(db: &Db, rows: i64, times: usize) -> Result<()> {
    for _ in 0..times {
        let mut session = db.session();
        let users = session.all(User::query().filter(|u| u.id.le(rows))).await?;
        assert_eq!(black_box(users).len() as i64, rows);
    }
    Ok(())
}

/// Inserts so many rows in one transaction, as many times, and reads their keys. `next` is the number of the next row.
///
/// # Errors
/// What the database says.
pub async fn insert(db: &Db, rows: i64, times: usize, next: &mut i64) -> Result<()> {
    for _ in 0..times {
        let mut session = db.session();
        let mut users = Vec::with_capacity(rows as usize);
        for n in *next..*next + rows {
            let (username, email) = names(n);
            users.push(session.add(new!(User { username, email })));
        }
        session.commit().await?;
        *next += rows;
        black_box(users.iter().map(|user| session[*user].id).sum::<i64>());
    }
    Ok(())
}

/// Gets by key in 8 tasks at one time, as a server does.
///
/// # Errors
/// What the database says.
pub async fn tasks(db: &Db, gets: i64) -> Result<()> {
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for n in 0..gets {
                    let id = 1 + (n * 8 + task) % ROWS;
                    black_box(User::query().filter(|u| u.id.eq(id)).one(&db).await?);
                }
                Ok::<(), Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the task ends")?;
    }
    Ok(())
}
