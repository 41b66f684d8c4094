//! What errors say to programs and to people.

use aludel_driver::{Error, ErrorKind, Query, State, TransactionMode};

use crate::support::{Database, insert, insert_many, text};

const SCHEMA: &str = "
    CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, realm TEXT, age INTEGER,
        CONSTRAINT ck_age CHECK (age >= 0), UNIQUE (realm, age)) ;
    CREATE UNIQUE INDEX ue ON user (lower(email) || realm);
    CREATE TABLE post (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES user (id) DEFERRABLE);
    CREATE TABLE word (name TEXT PRIMARY KEY REFERENCES user (email)) WITHOUT ROWID;
    CREATE TRIGGER no_admin BEFORE INSERT ON user WHEN new.email = 'admin' BEGIN SELECT RAISE(ROLLBACK, 'no admins'); END;
    INSERT INTO user VALUES (1, 'a@x', 'r', 1)";

async fn failing(database: &Database, sql: &'static str) -> Error {
    let error = database.acquire().await.execute(Query::write(sql, vec![])).await.unwrap_err();
    assert_eq!(error.sql(), Some(sql));
    error
}

#[tokio::test]
async fn integrity_errors_name_what_they_can() {
    let database = Database::new().await;
    database.acquire().await.execute(Query::other(SCHEMA)).await.unwrap();

    let error = failing(&database, "INSERT INTO user VALUES (2, 'a@x', 'q', 1)").await;
    assert_eq!((error.kind(), error.table()), (ErrorKind::Unique, Some("user")));
    assert_eq!(error.columns().unwrap(), ["email"]);
    assert_eq!(error.message(), "a row of `user` with this `email` exists already");

    let error = failing(&database, "INSERT INTO user VALUES (2, 'b', 'r', 1)").await;
    assert_eq!(error.columns().unwrap(), ["realm", "age"]);
    assert_eq!(error.message(), "a row of `user` with these `realm` and `age` exists already");

    let error = failing(&database, "INSERT INTO user VALUES (2, 'A@X', 'r', 2)").await;
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Unique, Some("ue")));

    let error = failing(&database, "INSERT INTO user VALUES (1, 'b', 's', 1)").await;
    assert_eq!((error.kind(), error.columns().unwrap()), (ErrorKind::Unique, &["id".to_owned()][..]));

    let error = failing(&database, "INSERT INTO user (id) VALUES (9)").await;
    assert_eq!((error.kind(), error.table()), (ErrorKind::NotNull, Some("user")));
    assert_eq!(error.columns().unwrap(), ["email"]);

    let error = failing(&database, "INSERT INTO user VALUES (3, 'c', 's', -1)").await;
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Check, Some("ck_age")));

    assert_eq!(failing(&database, "INSERT INTO post VALUES (1, 99)").await.kind(), ErrorKind::ForeignKey);
    assert_eq!(failing(&database, "INSERT INTO word VALUES ('z')").await.kind(), ErrorKind::ForeignKey);
}

#[tokio::test]
async fn an_unknown_name_in_quotes_is_no_text() {
    let database = Database::new().await;
    let error = failing(&database, "SELECT \"nope\" FROM item").await;
    assert_eq!(error.columns().unwrap(), ["nope"], "{error}");
}

#[tokio::test]
async fn text_that_is_no_utf8_names_its_column() {
    let database = Database::new().await;
    let query = Query::read("SELECT CAST(x'ff' AS TEXT) AS broken", vec![]);
    let error = database.acquire().await.fetch(query, text).await.unwrap_err();
    assert_eq!((error.kind(), error.columns().unwrap()), (ErrorKind::Decode, &["broken".to_owned()][..]));
    let query = Query::read("SELECT 1", vec![]);
    let error = database.acquire().await.fetch(query, |row| row.get(1).map(|_| ())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_transaction_the_database_undid_can_only_be_rolled_back() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(Query::other(SCHEMA)).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("lost")).await.unwrap();
    let admin = Query::write("INSERT INTO user VALUES (5, 'admin', 's', 1)", vec![]);
    let error = connection.execute(admin).await.unwrap_err();
    assert_eq!(error.message(), "no admins");
    assert_eq!(connection.state(), State::Failed);
    for error in [
        connection.execute(insert("more")).await.unwrap_err(),
        connection.execute_many(insert_many(["more".into()])).await.unwrap_err(),
        connection.commit().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Session, "{error}");
    }
    assert_eq!(database.items(), 0);
    connection.rollback().await.unwrap();
    assert_eq!(connection.state(), State::Idle);
    connection.execute(insert("kept")).await.unwrap();
    assert_eq!(database.items(), 1);
}
