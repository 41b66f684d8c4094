//! A filtered and ordered left join through Aludel, Diesel and raw rusqlite: the same statement, pragmas and structs, in one process.
//!
//! `cargo bench --manifest-path benches/diesel/Cargo.toml` prints the best of several rounds, taken in turns, and the ratios.

use std::{hint::black_box, path::Path, time::Instant};

use aludel::prelude::*;

mod beside_diesel;
mod beside_rusqlite;

/// A person who writes posts.
#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 64, index, unique)]
    username: String,
    #[column(length = 120)]
    email: Option<String>,
    #[relation(back_populates = author)]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(length = 140)]
    body: String,
    #[column(index, foreign_key = User.id)]
    user_id: i64,
    #[relation(key = user_id, back_populates = posts)]
    author: BelongsTo<User>,
}

const ROUNDS: usize = 25;
/// Every other one of this many users has a post, and every fourth a second one.
const USERS: i64 = 15_000;

fn main() -> Result<()> {
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("join.db");
    let db = runtime.block_on(prepare(&path))?;
    let raw = beside_rusqlite::open(&path);
    let mut diesel = beside_diesel::open(&path);

    println!("{:<44} {:>11} {:>11} {:>11} {:>9} {:>9}", "best of the rounds", "rusqlite", "diesel", "aludel", "/rusqlite", "/diesel");
    for rows in [100, 10_000] {
        // A round is long enough for the clock.
        let times = 10_000 / rows;
        let mut best = [f64::INFINITY; 3];
        for _ in 0..rounds {
            best[0] = best[0].min(timed(times, || beside_rusqlite::join(&raw, rows)));
            best[1] = best[1].min(timed(times, || beside_diesel::join(&mut diesel, rows)));
            best[2] = best[2].min(timed(times, || runtime.block_on(join(&db, rows)).expect("the rows")));
        }
        let [raw, diesel, aludel] = best;
        let micros = |seconds: f64| format!("{:.1} µs", seconds * 1e6);
        let what = format!("left join, filtered and ordered, {rows} rows");
        println!(
            "{what:<44} {:>11} {:>11} {:>11} {:>9.2} {:>9.2}",
            micros(raw),
            micros(diesel),
            micros(aludel),
            aludel / raw,
            aludel / diesel
        );
    }
    Ok(())
}

/// Seconds that one run takes, of `times`.
fn timed(times: i64, mut run: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        run();
    }
    start.elapsed().as_secs_f64() / times as f64
}

async fn prepare(path: &Path) -> Result<Db> {
    let db = Db::connect(&format!("sqlite:///{}", path.display())).await?;
    db.create_all().await?;
    let mut session = db.session();
    for n in 0..USERS {
        let user = session.add(new!(User { username: format!("user{n:05}"), email: format!("user{n}@example.com") }));
        for _ in 0..[2, 0, 1, 0][n as usize % 4] {
            session.add(new!(Post { body: format!("the post of user {n}"), author: user }));
        }
    }
    session.commit().await?;
    Ok(db)
}

async fn join(db: &Db, rows: i64) -> Result<()> {
    let found: Vec<(User, Option<Post>)> = User::query()
        .left_join(|u| u.posts)
        .filter(|(u, _)| u.id.le(USERS))
        .order_by(|(u, _)| u.username.desc())
        .limit(rows as u64)
        .select(|(u, p)| (u, p))
        .all(db)
        .await?;
    assert_eq!(black_box(found).len(), rows as usize);
    Ok(())
}
