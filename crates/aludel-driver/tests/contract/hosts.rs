//! Several servers in a URL: the first that can be used.

use std::net::TcpListener;

use aludel_driver::{ErrorKind, State, TransactionMode, Url};

use crate::support::{COUNT, Database, ENDLESS, connect, insert, integer, poll_times, read};

/// An address where nothing listens.
fn dead() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The URL of a database with these servers instead of its own, which `LIVE` stands for.
fn url(database: &Database, hosts: &str) -> String {
    let url: Url = database.url.parse().unwrap();
    let live = url.hosts()[0].to_string();
    let (login, rest) = database.url.split_once(&live).unwrap();
    format!("{login}{}{rest}", hosts.replace("LIVE", &live))
}

#[tokio::test]
async fn the_first_that_can_be_reached_is_used() {
    let database = Database::with("pool=2").await;
    if database.capability().in_process {
        return;
    }
    let engine = connect(&url(&database, &format!("{},LIVE", dead()))).await.unwrap();
    let (mut one, mut other) = (engine.acquire().await.unwrap(), engine.acquire().await.unwrap());
    for connection in [&mut one, &mut other] {
        assert_eq!(connection.fetch(read(COUNT), integer).await.unwrap(), [0]);
    }
    // Who stops waiting has the statement stopped on the server it runs on.
    database.fill(1_000).await;
    one.begin(TransactionMode::Write).await.unwrap();
    one.execute(insert("a")).await.unwrap();
    assert!(poll_times(one.fetch(read(ENDLESS), integer), 2).await.is_none());
    assert_eq!(one.state(), State::Lost);
    database.outside().await.execute(insert("a")).await.unwrap();
    drop((one, other));
    drop([engine.acquire().await.unwrap(), engine.acquire().await.unwrap()]);
}

#[tokio::test]
async fn an_error_names_every_server_that_was_tried() {
    let database = Database::new().await;
    if database.capability().in_process {
        return;
    }
    let (one, other) = (dead(), dead());
    let error = connect(&url(&database, &format!("{one},{other}"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let message = error.message();
    assert!(message.starts_with("none of the 2 servers can be used: ") && error.help().is_some(), "{message}");
    assert!(message.contains(&one) && message.contains(&other), "{message}");
}

#[tokio::test]
async fn a_server_that_says_no_speaks_for_all() {
    let database = Database::new().await;
    if database.capability().in_process {
        return;
    }
    let other = dead();
    let wrong: Url = url(&database, &format!("LIVE,{other}")).parse().unwrap();
    let error = connect(&wrong.with_database("no_such_database").unwrap().expose()).await.unwrap_err();
    assert!(!error.message().contains(&other), "{error}");
}
