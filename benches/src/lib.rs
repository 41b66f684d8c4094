//! Aludel beside the raw drivers, in one process: see `benches/`.
//!
//! Both sides send the same statements in the same transactions to databases of the same contents, and make structs of the
//! same fields, with texts of their own. They take turns.

pub mod join;
pub mod postgres;

use std::{hint::black_box, time::Instant};

use aludel::prelude::*;

/// How many rows there are when the clocks start.
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

/// Creates the tables, and so many rows with keys from 1 on.
///
/// # Errors
/// What the database says.
pub async fn fill(db: &Db, rows: i64) -> Result<()> {
    db.create_all().await?;
    let mut session = db.session();
    for n in 0..rows {
        let (username, email) = names(n);
        session.add(new!(User { username, email, password_hash: (n % 2 == 0).then(|| "x".repeat(60)) }));
    }
    session.commit().await
}

/// How many turns each side takes.
const ROUNDS: usize = 45;

/// The lines of a table of ratios.
pub struct Table {
    rounds: usize,
    words: Vec<String>,
}

impl Table {
    /// Prints the head. There is one round unless cargo says that this is a benchmark and no test.
    pub fn new(raw: &str) -> Self {
        let (options, words): (Vec<_>, Vec<_>) =
            std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
        let rounds = if options.iter().any(|option| option == "--bench") { ROUNDS } else { 1 };
        println!("{:<44} {raw:>14} {:>12} {:>8} {:>8}", "best of the rounds", "aludel", "ratio", "median");
        Table { rounds, words }
    }

    /// Runs both in turns, each first in every other round. Prints the best time of each, divided by `each`, their ratio, and
    /// the median of the ratios of the rounds, which a machine that is busy for a while changes least.
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
        if !self.words.is_empty() && !self.words.iter().any(|word| what.contains(&**word)) {
            return Ok(());
        }
        let mut best = (f64::INFINITY, f64::INFINITY);
        let mut ratios = Vec::with_capacity(self.rounds);
        for round in 0..self.rounds {
            let mut seconds = (0.0, 0.0);
            for side in [round, round + 1] {
                let start = Instant::now();
                if side % 2 == 0 {
                    raw();
                    seconds.0 = start.elapsed().as_secs_f64();
                } else {
                    aludel()?;
                    seconds.1 = start.elapsed().as_secs_f64();
                }
            }
            best = (f64::min(best.0, seconds.0), f64::min(best.1, seconds.1));
            ratios.push(seconds.1 / seconds.0);
        }
        ratios.sort_by(f64::total_cmp);
        let median = ratios[ratios.len() / 2];
        let micros = |seconds: f64| format!("{:.2} µs", seconds * 1e6 / each as f64);
        let (raw, aludel, ratio) = (micros(best.0), micros(best.1), best.1 / best.0);
        println!("{what:<44} {raw:>14} {aludel:>12} {ratio:>8.2} {median:>8.2}");
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
