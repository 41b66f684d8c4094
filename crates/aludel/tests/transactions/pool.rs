//! The pool: how many connections there are, who has them, and its end.

use std::{sync::Arc, time::Duration};

use aludel::{Engine, EngineOptions, TransactionMode, prelude::*};

use crate::{
    acquire, poll_once,
    support::{TestDb, blog::User},
};

#[tokio::test]
async fn the_pool_lends_out_more_than_it_keeps() {
    let db = TestDb::with_options("pool=2&overflow=1").await;
    let status = || db.engine().pool_status();
    assert_eq!((status().size, status().overflow, status().lent, status().waiting), (2, 1, 0, 0));
    let lent = [acquire(&db).await, acquire(&db).await, acquire(&db).await];
    assert_eq!((status().idle, status().lent), (0, 3));
    let mut waiting = Box::pin(db.engine().acquire());
    assert!(poll_once(waiting.as_mut()).await.is_none());
    assert_eq!(status().waiting, 1);
    drop(waiting);
    assert_eq!(status().waiting, 0, "who stopped waiting is not counted");
    drop(lent);
    assert_eq!((status().idle, status().lent), (2, 0), "the one too many was closed");
}

#[tokio::test]
async fn who_waits_gets_the_connection_that_comes_back() {
    let db = TestDb::with_options("pool=1").await;
    let held = acquire(&db).await;
    let db = Arc::new(db);
    let other = tokio::spawn({
        let db = db.clone();
        async move { acquire(&db).await.state() }
    });
    while db.engine().pool_status().waiting == 0 {
        tokio::task::yield_now().await;
    }
    drop(held);
    other.await.unwrap();
}

#[tokio::test]
async fn a_closed_engine_lends_out_nothing_and_waits_for_what_it_lent() {
    let db = TestDb::with_options("pool=2").await;
    let held = acquire(&db).await;
    drop(acquire(&db).await);
    let engine = db.engine().clone();
    let mut closing = Box::pin(engine.close());
    assert!(poll_once(closing.as_mut()).await.is_none(), "one is lent out");
    while db.engine().pool_status().idle > 0 {
        tokio::task::yield_now().await;
    }
    let error = db.engine().acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("closed"), "{error}");
    drop(held);
    closing.await.unwrap();
    let status = db.engine().pool_status();
    assert_eq!((status.idle, status.lent), (0, 0));
    assert_eq!(db.engine().acquire().await.unwrap_err().kind(), ErrorKind::Connect);
    db.engine().close().await.unwrap();
}

#[tokio::test]
async fn a_closing_that_waits_in_vain_says_for_how_many() {
    let db = TestDb::new().await;
    let options = EngineOptions::default().acquire_timeout(Duration::from_millis(20));
    let engine = Engine::connect(db.engine().url(), options).await.unwrap();
    let _held = engine.acquire().await.unwrap();
    let error = engine.close().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("1 connections were still lent out"), "{error}");
}

#[tokio::test]
async fn who_waits_in_vain_is_told_where_transactions_were_begun() -> Result<()> {
    let test = TestDb::with_options("pool=3").await;
    let options = EngineOptions::default().acquire_timeout(Duration::from_millis(20));
    let db = Db::new(Engine::connect(test.engine().url(), options).await?, test.models().clone());
    db.create_all().await?;
    let (mut begun, mut flushed) = (db.session(), db.session());
    begun.begin_with(TransactionMode::Read).await?;
    let begun_at = line!() - 1;
    let transaction = db.read(async |_| {
        flushed.add(new!(User { username: "susan", email: "susan@example.com" }));
        flushed.flush().await?;
        let flushed_at = line!() - 1;
        let error = User::query().count(&db).await.unwrap_err();
        for line in [begun_at, begun_at + 2, flushed_at] {
            let place = format!("pool.rs:{line}:");
            assert!(error.message().contains(&place), "{place} is not in: {error}");
        }
        Ok(())
    });
    transaction.await?;
    User::query().count(&db).await.map(drop)
}
