//! The application: its settings, its database, its server.

use std::sync::Arc;

use aludel_driver::{EngineOptions, Query, Recorded};
use aludel_orm::{Db, Session};
use aludel_sql::{Error, ErrorKind};
use aludel_web::{App, Config};
use axum::{Extension, Router, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
};

#[test]
fn a_setting_that_is_malformed_is_an_error_when_it_is_used() {
    let config = Config::new().database_url("postgresql://susan:s3cret@localhost:port/blog").port(0).host("localhost");
    assert_eq!(config.address().unwrap(), ("localhost".to_owned(), 0));
    let error = config.url().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.message(), "the port of the database URL is not a number from 1 to 65535");
    assert!(!format!("{error:?}{config:?}").contains("s3cret"));
}

#[test]
fn a_relative_file_is_in_the_folder() {
    let config = Config::new().folder("/srv/blog");
    assert_eq!(config.url().unwrap().to_string(), "sqlite:////srv/blog/app.db");
    let named = config.clone().database_url("sqlite:///data/other.db");
    assert_eq!(named.url().unwrap().to_string(), "sqlite:////srv/blog/data/other.db");
    let absolute = config.database_url("sqlite:////tmp/other.db");
    assert_eq!(absolute.url().unwrap().to_string(), "sqlite:////tmp/other.db");
}

async fn request(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let text = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn handlers_have_the_database_and_begun_requests_are_answered() {
    let (began, go_on, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (began, go_on) = (began.clone(), go_on.clone());
        async move |_: Session| {
            began.notify_one();
            go_on.notified().await;
            "done"
        }
    };
    let routes = Router::new()
        .route("/url", get(async |db: Db| db.engine().url().to_string()))
        .route("/secret", get(async || Err::<(), _>(Error::new(ErrorKind::Database, "s3cret"))))
        .route("/missing", get(async || Err::<(), _>(Error::new(ErrorKind::NotFound, "no such thing"))))
        .route("/slow", get(slow));
    let app = App::new("test").config(Config::new().database_url("sqlite://")).routes(routes);
    let db = app.connect().await.unwrap();
    let server = app.bind(("127.0.0.1", 0), db.clone()).await.unwrap();
    let address = server.address();
    let serving = tokio::spawn({
        let stop = stop.clone();
        server.run_until(async move { stop.notified().await })
    });

    assert!(request(address, "/url").await.ends_with(&db.engine().url().to_string()));
    let secret = request(address, "/secret").await;
    assert!(secret.starts_with("HTTP/1.1 500 ") && !secret.contains("s3cret"), "{secret}");
    assert!(request(address, "/missing").await.starts_with("HTTP/1.1 404 "));

    let slow = tokio::spawn(request(address, "/slow"));
    began.notified().await;
    stop.notify_one();
    go_on.notify_one();
    assert!(slow.await.unwrap().ends_with("done"));
    serving.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let app = App::new("test").config(Config::new().database_url("sqlite://"));
    let db = app.connect().await.unwrap();
    let error = app.serve(("127.0.0.1", port), db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.message(), format!("cannot listen on 127.0.0.1 port {port}: another program does"));
}

#[tokio::test]
async fn handlers_have_the_statements_of_their_own_request() {
    async fn handler(mut session: Session, Extension(recorded): Extension<Recorded>) -> String {
        for _ in 0..2 {
            let connection = session.db().engine().acquire().await;
            connection.unwrap().fetch(Query::read("SELECT ?1", vec!["s3cret".into()]), |_| Ok(())).await.unwrap();
        }
        session.begin().await.unwrap();
        let texts: Vec<String> =
            recorded.entries().iter().map(|entry| format!("{} {}", entry.sql, entry.params.len())).collect();
        format!("{} of {}", recorded.statements(), texts.join(", "))
    }
    let config = || Config::new().database_url("sqlite://");
    let routes = Router::new().route("/", get(handler));
    let hidden = EngineOptions::default().hide_parameters(true);
    let app = App::new("test").config(config()).routes(routes.clone()).engine_options(hidden).record_queries();
    let db = app.connect().await.unwrap();
    let server = app.bind(("127.0.0.1", 0), db).await.unwrap();
    let address = server.address();
    let serving = tokio::spawn(server.run());
    let (one, other) = tokio::join!(request(address, "/"), request(address, "/"));
    for answer in [one, other] {
        assert!(answer.ends_with("2 of SELECT ?1 0, SELECT ?1 0, BEGIN 0"), "{answer}");
    }
    serving.abort();

    let app = App::new("test").config(config()).routes(routes);
    let db = app.connect().await.unwrap();
    let server = app.bind(("127.0.0.1", 0), db).await.unwrap();
    let address = server.address();
    let serving = tokio::spawn(server.run());
    assert!(request(address, "/").await.starts_with("HTTP/1.1 500 "), "unless it was asked for");
    serving.abort();
}
