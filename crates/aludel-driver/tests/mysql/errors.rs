//! What errors say to programs and to people.

use aludel_driver::{Error, ErrorKind, Query};
use mysql_async::prelude::Queryable;

use crate::support::{Database, connect, id, insert, integer, is_mysql, read, server, url};

const SCHEMA: &str = "
    CREATE TABLE user (id INT PRIMARY KEY, email VARCHAR(100) NOT NULL, realm VARCHAR(9), age TINYINT,
        born DATE, CONSTRAINT uq_email UNIQUE (email), CONSTRAINT ck_age CHECK (age >= 0), UNIQUE `ix ``odd``` (realm, age));
    CREATE TABLE post (id INT PRIMARY KEY, user_id INT NOT NULL, CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES user (id));
    INSERT INTO user VALUES (1, 'a@x', 'r', 1, NULL);
    INSERT INTO post VALUES (1, 1)";

async fn failing(database: &Database, sql: &'static str) -> Error {
    let error = database.acquire().await.execute(Query::write(sql, vec![])).await.unwrap_err();
    assert_eq!(error.sql(), Some(sql));
    error
}

#[tokio::test]
async fn integrity_errors_name_what_they_can_and_no_values() {
    let database = Database::new().await;
    database.acquire().await.execute(Query::other(SCHEMA)).await.unwrap();

    let again = Query::write("INSERT INTO user (id, email) VALUES (2, ?)", vec!["a@x".into()]);
    let error = database.acquire().await.execute(again).await.unwrap_err();
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Unique, Some("uq_email")));
    assert!(!format!("{error:?}").contains("a@x"), "{error:?}");
    let error = failing(&database, "INSERT INTO user VALUES (2, 'b', 'r', 1, NULL)").await;
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Unique, Some("ix `odd`")));
    let error = failing(&database, "INSERT INTO user (id, email) VALUES (1, ' for key ')").await;
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Unique, Some("PRIMARY")));

    for sql in ["INSERT INTO user (id) VALUES (9)", "UPDATE user SET email = NULL"] {
        let error = failing(&database, sql).await;
        assert_eq!((error.kind(), error.columns().unwrap()), (ErrorKind::NotNull, &["email".to_owned()][..]));
    }
    let error = failing(&database, "INSERT INTO user VALUES (3, 'c', 's', -1, NULL)").await;
    // MySQL does not say which table.
    let table = if is_mysql() { None } else { Some("user") };
    assert_eq!((error.kind(), error.table(), error.constraint()), (ErrorKind::Check, table, Some("ck_age")));

    let error = failing(&database, "INSERT INTO post VALUES (2, 99)").await;
    assert_eq!(
        (error.kind(), error.table(), error.constraint()),
        (ErrorKind::ForeignKey, Some("post"), Some("fk_user"))
    );
    assert_eq!(error.columns().unwrap(), ["user_id"]);
    let error = failing(&database, "DELETE FROM user").await;
    assert_eq!((error.kind(), error.table(), error.columns()), (ErrorKind::ForeignKey, Some("post"), None));
}

#[tokio::test]
async fn values_that_do_not_fit_name_their_column_and_not_themselves() {
    let database = Database::new().await;
    database.acquire().await.execute(Query::other(SCHEMA)).await.unwrap();
    for (column, value) in [
        ("age", "geheim".into()),
        ("age", 1_000.into()),
        ("realm", "geheim and too long".into()),
        ("born", "geheim".into()),
        ("born", "0000-00-00".into()),
    ] {
        let query = Query::write(format!("UPDATE user SET {column} = ?"), vec![value]);
        let error = database.acquire().await.execute(query).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.columns().unwrap()),
            (ErrorKind::Database, &[column.to_owned()][..]),
            "{error}"
        );
        assert!(error.help().is_some() && !format!("{error:?}").contains("geheim"), "{error:?}");
    }
}

#[tokio::test]
async fn locks_and_time_outs() {
    let database = Database::with("?statement_timeout=0.05").await;
    // Not a sleep, from which MySQL wakes up without an error.
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
                   SELECT count(*) FROM n a, n b, n c, n d WHERE a.i <> d.i";
    let error = database.acquire().await.fetch(read(endless), integer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");

    let database = Database::with("?lock_timeout=1").await;
    let mut outside = database.outside().await;
    outside.query_drop("START TRANSACTION").await.unwrap();
    outside.query_drop("INSERT INTO item (name) VALUES ('a')").await.unwrap();
    let mut connection = database.acquire().await;
    let error = connection.execute(insert("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    outside.query_drop("ROLLBACK").await.unwrap();

    let victim = id(&mut connection).await;
    let stop = async {
        // Asks until it sleeps: what is still being prepared would not be stopped.
        let sql =
            format!("SELECT count(*) FROM information_schema.processlist WHERE id = {victim} AND state = 'User sleep'");
        while outside.query_first::<i64, _>(&sql).await.unwrap() != Some(1) {}
        outside.query_drop(format!("KILL QUERY {victim}")).await.unwrap();
    };
    let (slept, ()) = tokio::join!(
        connection.fetch(read("SELECT sleep(3600) FROM (SELECT 1 UNION ALL SELECT 2) AS two"), integer),
        stop
    );
    assert_eq!(slept.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn servers_that_do_not_let_in() {
    let error = connect("mysql://root@127.0.0.1:1/test?connect_timeout=2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("`127.0.0.1:1` cannot be reached"), "{error}");
    let error = connect(&url("aludel_absent", "")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("no such database"), "{error}");
    let (host, port) = (server().host().unwrap().to_owned(), server().port().unwrap_or(3306));
    let error = connect(&format!("mariadb://aludel_nobody:geheim@{host}:{port}/test")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("does not let this user in"), "{error}");
    assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
    // Takes connections, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("mysql://{}/test?connect_timeout=0.05", silent.local_addr().unwrap());
    let error = connect(&url).await.unwrap_err();
    assert!(error.message().contains("no answer within 0.05 s"), "{error}");
}
