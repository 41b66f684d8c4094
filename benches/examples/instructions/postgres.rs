//! The work on PostgreSQL, beside that of raw tokio-postgres. What the server does is not counted.

use aludel::prelude::*;
use aludel_benches::{
    fill, join, load, load_tracked,
    postgres::{Raw, with_databases},
    query_gets, session_gets,
};
use tokio::runtime::Runtime;

use super::{ROWS, unknown};

/// What can be counted: the name, and what it is.
pub const WORK: [(&str, &str); 8] = [
    ("postgres-get", "get by key, plain value, PostgreSQL"),
    ("postgres-tracked", "get by key, tracked, PostgreSQL"),
    ("postgres-raw-get", "get by key, tokio-postgres"),
    ("postgres-load", "load 50 rows, PostgreSQL"),
    ("postgres-load-tracked", "load 50 rows, tracked, PostgreSQL"),
    ("postgres-raw-load", "load 50 rows, tokio-postgres"),
    ("postgres-join", "left join of 50 rows, PostgreSQL"),
    ("postgres-raw-join", "left join of 50 rows, tokio-postgres"),
];

/// Does the work in a database of its own.
pub fn run(runtime: &Runtime, server: &str, work: &str, times: i64) -> Result<()> {
    with_databases(runtime, server, ["instructions"], |[url]| {
        runtime.block_on(async {
            let db = Db::connect(&url).await?;
            fill(&db, ROWS).await?;
            join::fill(&db, ROWS).await?;
            let raw = Raw::connect(&url).await;
            let (each, whole) = (times / ROWS, times as usize);
            match work {
                "postgres-get" => {
                    for _ in 0..each {
                        query_gets(&db, ROWS).await?;
                    }
                }
                "postgres-tracked" => {
                    for _ in 0..each {
                        session_gets(&db, ROWS).await?;
                    }
                }
                "postgres-raw-get" => {
                    for _ in 0..each {
                        raw.gets(ROWS).await;
                    }
                }
                "postgres-load" => load(&db, ROWS, whole).await?,
                "postgres-load-tracked" => load_tracked(&db, ROWS, whole).await?,
                "postgres-raw-load" => raw.load(ROWS, whole).await,
                "postgres-join" => join::load(&db, ROWS, whole).await?,
                "postgres-raw-join" => raw.join(ROWS, whole).await,
                _ => return Err(unknown(work)),
            }
            Ok(())
        })
    })
}
