//! The pool: who has which connection, and what becomes of it.

use std::time::Duration;

use aludel_driver::{Engine, EngineOptions, ErrorKind, Query, State, TransactionMode};

use crate::support::{COUNT, Database, connect, insert, integer, read};

#[tokio::test]
async fn connections_are_used_again_and_bounded() {
    let database = Database::with("pool=2").await;
    let options = EngineOptions::default().acquire_timeout(Duration::from_millis(20));
    let engine = Engine::connect(&database.url.parse().unwrap(), options).await.unwrap();
    let (one, other) = (engine.acquire().await.unwrap(), engine.acquire().await.unwrap());
    let error = engine.acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("all 2 connections"), "{error}");
    drop(one);
    let again = engine.acquire().await.unwrap();
    drop((other, again));

    // What only the connection itself has is there again.
    let database = Database::with("pool=1").await;
    let mut connection = database.acquire().await;
    connection.execute(crate::support::write("CREATE TEMPORARY TABLE mine (x INTEGER)", vec![])).await.unwrap();
    drop(connection);
    assert_eq!(database.acquire().await.fetch(read("SELECT count(*) FROM mine"), integer).await.unwrap(), [0]);
}

#[tokio::test]
async fn the_connection_used_last_is_lent_first() {
    let database = Database::with("pool=3").await;
    let mut held = Vec::new();
    for number in 0..3 {
        let mut connection = database.acquire().await;
        // What a connection has alone tells which one it is.
        let mark = format!("CREATE TEMPORARY TABLE mark AS SELECT {number} AS number");
        connection.execute(crate::support::write(&mark, vec![])).await.unwrap();
        held.push(connection);
    }
    let last = held.remove(1);
    drop(held);
    drop(last);
    for _ in 0..2 {
        let number = database.acquire().await.fetch(read("SELECT number FROM mark"), integer).await.unwrap();
        assert_eq!(number, [1], "one that is enough for all, however often it is lent");
    }
    let (mut first, mut second) = (database.acquire().await, database.acquire().await);
    for (connection, number) in [(&mut first, 1), (&mut second, 2)] {
        assert_eq!(connection.fetch(read("SELECT number FROM mark"), integer).await.unwrap(), [number]);
    }
}

#[tokio::test]
async fn who_waits_in_vain_is_told_who_has_the_connections() {
    let database = Database::with("pool=2").await;
    let options = EngineOptions::default().acquire_timeout(Duration::from_millis(20));
    let engine = Engine::connect(&database.url.parse().unwrap(), options).await.unwrap();
    let elsewhere = std::panic::Location::caller();
    drop(engine.acquire_at(elsewhere).await.unwrap());
    let mut held = Vec::new();
    for _ in 0..2 {
        held.push(engine.acquire().await.unwrap());
    }
    let line = line!() - 2;
    let message = engine.acquire().await.unwrap_err().message().to_owned();
    assert!(message.contains(&format!("pool.rs:{line}:")) && message.contains(" has had 2 for up to "), "{message}");
    assert!(!message.contains(&elsewhere.to_string()), "its connection came back: {message}");
    held.pop();
    held.push(engine.acquire_at(elsewhere).await.unwrap());
    let message = engine.acquire().await.unwrap_err().message().to_owned();
    assert!(message.contains(&format!("{elsewhere} has had one for ")), "{message}");
    assert!(message.contains(&format!("pool.rs:{line}:")), "{message}");
}

#[tokio::test]
async fn nobody_gets_a_connection_that_is_in_the_middle_of_something() {
    let database = Database::with("pool=1").await;
    for round in 0..3 {
        let mut connection = database.acquire().await;
        assert_eq!(connection.state(), State::Idle);
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.execute(insert("a")).await.unwrap();
        if round == 1 {
            connection.execute(insert("a")).await.unwrap_err();
        }
        if round == 2 {
            connection.execute(Query::other("SELEC")).await.unwrap_err();
        }
    }
    assert_eq!(database.acquire().await.fetch(read(COUNT), integer).await.unwrap(), [0]);
}

#[tokio::test]
async fn a_panic_in_decoding_reaches_the_caller_and_spoils_nothing() {
    let database = Database::with("pool=1").await;
    for query in [read("SELECT 1"), Query::other("SELECT 1")] {
        let engine = database.engine.clone();
        let task = tokio::spawn(async move {
            let mut connection = engine.acquire().await.unwrap();
            connection.fetch(query, |_| -> aludel_driver::Result<()> { panic!("in decoding") }).await
        });
        assert!(task.await.unwrap_err().is_panic());
        database.acquire().await.execute(insert("still works")).await.unwrap();
        database.empty().await;
    }
}

#[tokio::test]
async fn tasks_share_a_few_connections() {
    let database = Database::with("pool=3").await;
    let tasks: Vec<_> = (0..12)
        .map(|task| {
            let engine = database.engine.clone();
            tokio::spawn(async move {
                for i in 0..5 {
                    let mut connection = engine.acquire().await.unwrap();
                    connection.begin(TransactionMode::Write).await.unwrap();
                    connection.execute(insert(&format!("{task}-{i}"))).await.unwrap();
                    tokio::task::yield_now().await;
                    connection.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(database.items().await, 60);
}

/// Whether there is a server that connections are to: without one, the URL has none of its options.
async fn to_a_server() -> bool {
    let database = Database::new().await;
    let refused = connect(&format!("{}&recycle=1", database.url)).await.is_err();
    assert_eq!(refused, database.capability().in_process);
    !refused
}

#[tokio::test]
async fn old_connections_are_replaced_and_unused_ones_tried() {
    if !to_a_server().await {
        return;
    }
    let database = Database::with("pool=1&recycle=0.000001").await;
    let first = database.id(&mut database.acquire().await).await;
    assert_ne!(database.id(&mut database.acquire().await).await, first);

    let database = Database::with("pool=1&ping=0&recycle=0").await;
    let first = database.id(&mut database.acquire().await).await;
    assert_eq!(database.id(&mut database.acquire().await).await, first, "it was tried, and is good");
    database.end(first).await;
    assert_ne!(database.id(&mut database.acquire().await).await, first);
}

#[tokio::test]
async fn a_lost_connection_is_never_lent_out_again() {
    if !to_a_server().await {
        return;
    }
    let database = Database::with("pool=1").await;
    let mut connection = database.acquire().await;
    let first = database.id(&mut connection).await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    database.end(first).await;
    let error = connection.execute(insert("b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(connection.state(), State::Lost);
    assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Connect);
    connection.rollback().await.unwrap();
    drop(connection);
    assert_ne!(database.id(&mut database.acquire().await).await, first);
    assert_eq!(database.items().await, 0);
}

#[test]
fn a_runtime_that_is_gone_takes_its_connections_along() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let database = first.block_on(Database::with("pool=2"));
    let mut held = first.block_on(async {
        let mut held = database.acquire().await;
        held.begin(TransactionMode::Write).await.unwrap();
        held.execute(insert("a")).await.unwrap();
        held
    });
    drop(first);
    second.block_on(async {
        if database.capability().in_process {
            held.execute(insert("b")).await.unwrap();
        } else {
            assert_eq!(held.execute(insert("b")).await.unwrap_err().kind(), ErrorKind::Connect);
        }
        drop(held);
        let (mut one, mut other) = (database.acquire().await, database.acquire().await);
        one.execute(insert("a")).await.unwrap();
        other.execute(insert("b")).await.unwrap();
    });
    drop(second.block_on(async { database.acquire().await }));
    let mut outside = std::pin::pin!(database.engine.acquire());
    match outside.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(Err(error)) => assert_eq!(error.kind(), ErrorKind::Usage, "outside a runtime"),
        _ => panic!("outside a runtime there is no connection"),
    }
    drop(second);
}
