//! Aludel on PostgreSQL beside raw tokio-postgres: the same statements and transactions, in one process.
//!
//! `cargo bench --bench postgres` prints times and ratios; after `--`, only those of lines in whose names a word is. The server
//! is the one that `ALUDEL_BENCH_POSTGRES_URL` names, else the one that `cargo xtask servers` lends; two databases are created
//! on it and dropped again. TLS is off unless the URL says otherwise.

use std::{
    process::ExitCode,
    sync::{Arc, Mutex},
};

use aludel::prelude::*;
use aludel_benches::{
    ROWS, Table, fill, insert, join, load, load_tracked,
    postgres::{Raw, raw_tasks, server, with_databases, with_option},
    query_gets, session_gets, tasks,
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
};

const NO_SERVER: &str = "\
error: no PostgreSQL server is named
help: run `cargo xtask servers` in another terminal and the `export` lines it prints in this one, or set
      ALUDEL_BENCH_POSTGRES_URL=postgresql://user:password@host:5432/database, of a user who may create databases";

fn main() -> ExitCode {
    let Some(server) = server() else {
        eprintln!("{NO_SERVER}");
        // As a test it has nothing to say.
        let measuring = std::env::args().any(|argument| argument == "--bench");
        return if measuring { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let done =
        with_databases(&runtime, &server, ["ours", "theirs"], |[ours, theirs]| measure(&runtime, &ours, &theirs));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A database with all rows there are, and what the planner knows of them: both sides are to get the same plans.
async fn filled(url: &str) -> Result<Db> {
    let db = Db::connect(url).await?;
    fill(&db, ROWS).await?;
    join::fill(&db, join::AUTHORS).await?;
    db.engine().acquire().await?.execute(aludel::driver::Query::other("VACUUM ANALYZE")).await?;
    Ok(db)
}

fn measure(runtime: &Runtime, ours: &str, theirs: &str) -> Result<()> {
    let (db, raw) = runtime.block_on(async {
        filled(theirs).await?;
        Ok::<_, Error>((filled(ours).await?, Raw::connect(theirs).await))
    })?;

    let table = Table::new("tokio-postgres");
    let gets = 1_000;
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
    for (rows, times) in [(100, 50), (10_000, 1)] {
        table.compare(
            &format!("left join, filtered and ordered, {rows} rows"),
            times,
            || runtime.block_on(raw.join(rows, times)),
            || runtime.block_on(join::load(&db, rows, times)),
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
