//! What errors say to programs and to people.

use aludel_driver::{Error, ErrorKind, Query, TransactionMode};

use crate::support::{Database, connect, insert, integer, read, server};

const SCHEMA: &str = r#"
    CREATE TABLE "user" (id int PRIMARY KEY, email text NOT NULL UNIQUE, realm text, "Age" int,
        CONSTRAINT ck_age CHECK ("Age" >= 0), UNIQUE (realm, "Age"));
    CREATE UNIQUE INDEX ue ON "user" (lower(email));
    CREATE TABLE post (id int PRIMARY KEY, user_id int NOT NULL CONSTRAINT fk_user REFERENCES "user" (id));
    CREATE TABLE stay (room int, during int4range, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    INSERT INTO "user" VALUES (1, 'a@x', 'r', 1);
    INSERT INTO post VALUES (1, 1);
    INSERT INTO stay VALUES (1, '[1,5)')"#;

async fn failing(database: &Database, sql: &'static str) -> Error {
    let error = database.acquire().await.execute(Query::write(sql, vec![])).await.unwrap_err();
    assert_eq!(error.sql(), Some(sql));
    error
}

#[tokio::test]
async fn integrity_errors_name_table_columns_and_constraint_and_no_values() {
    let database = Database::new().await;
    database.acquire().await.execute(Query::other(SCHEMA)).await.unwrap();

    let error = failing(&database, r#"INSERT INTO "user" VALUES (2, 'a@x', 'q', 1)"#).await;
    assert_eq!(
        (error.kind(), error.table(), error.constraint()),
        (ErrorKind::Unique, Some("user"), Some("user_email_key"))
    );
    assert_eq!(error.columns().unwrap(), ["email"]);
    assert_eq!(error.message(), "a row of `user` with this `email` exists already");
    let again = Query::write(r#"INSERT INTO "user" VALUES (2, $1)"#, vec!["a@x".into()]);
    let error = database.acquire().await.execute(again).await.unwrap_err();
    assert!(!format!("{error:?}").contains("a@x"), "{error:?}");

    let error = failing(&database, r#"INSERT INTO "user" VALUES (2, 'b', 'r', 1)"#).await;
    assert_eq!(error.columns().unwrap(), ["realm", "Age"]);
    let error = failing(&database, r#"INSERT INTO "user" VALUES (2, 'A@X', 'r', 2)"#).await;
    assert_eq!((error.kind(), error.constraint(), error.columns()), (ErrorKind::Unique, Some("ue"), None));

    let error = failing(&database, r#"INSERT INTO "user" (id) VALUES (9)"#).await;
    assert_eq!((error.kind(), error.table()), (ErrorKind::NotNull, Some("user")));
    assert_eq!(error.columns().unwrap(), ["email"]);

    let error = failing(&database, r#"INSERT INTO "user" VALUES (3, 'c', 's', -1)"#).await;
    assert_eq!((error.kind(), error.table(), error.constraint()), (ErrorKind::Check, Some("user"), Some("ck_age")));

    let error = failing(&database, "INSERT INTO post VALUES (2, 99)").await;
    assert_eq!(
        (error.kind(), error.table(), error.constraint()),
        (ErrorKind::ForeignKey, Some("post"), Some("fk_user"))
    );
    assert_eq!(error.columns().unwrap(), ["user_id"]);
    let error = failing(&database, r#"DELETE FROM "user""#).await;
    assert_eq!((error.kind(), error.table(), error.columns()), (ErrorKind::ForeignKey, Some("post"), None));

    let error = failing(&database, "INSERT INTO stay VALUES (1, '[2,3)')").await;
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Exclusion, Some("no_overlap")));
    assert_eq!((error.table(), error.columns().unwrap()), (Some("stay"), &["during".to_owned()][..]));
    assert_eq!(
        error.message(),
        "a row of `stay` is in conflict with another one in `during`, by the exclusion `no_overlap`"
    );
}

#[tokio::test]
async fn locks_and_time_outs() {
    let database = Database::with("?statement_timeout=50ms&lock_timeout=20ms").await;
    let mut connection = database.acquire().await;
    let error = connection.fetch(read("SELECT count(pg_sleep(3600))"), integer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    let outside = database.outside().await;
    outside.batch_execute("BEGIN; LOCK TABLE item").await.unwrap();
    let error = connection.execute(insert("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");

    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let pid = connection.fetch(read("SELECT pg_backend_pid()"), integer).await.unwrap()[0];
    let stop = async {
        // Asks until there is something to stop.
        let sql = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE pid = $1::int4 AND query LIKE '%3600%' \
                   AND state = 'active'";
        let outside = database.outside().await;
        while outside.query_one(sql, &[&i32::try_from(pid).unwrap()]).await.unwrap().get::<_, i64>(0) == 0 {}
    };
    let (slept, ()) = tokio::join!(connection.fetch(read("SELECT count(pg_sleep(3600))"), integer), stop);
    assert_eq!(slept.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn transactions_that_meet_can_be_told() {
    let database = Database::new().await;
    let (mut one, mut other) = (database.acquire().await, database.acquire().await);
    one.execute(insert("a")).await.unwrap();
    for connection in [&mut one, &mut other] {
        connection.execute(Query::other("BEGIN ISOLATION LEVEL SERIALIZABLE")).await.unwrap();
        connection.fetch(read("SELECT count(*) FROM item"), integer).await.unwrap();
    }
    one.execute(Query::write("UPDATE item SET name = 'b'", vec![])).await.unwrap();
    one.commit().await.unwrap();
    let error = other.execute(Query::write("UPDATE item SET name = 'c'", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Serialization, "{error}");
    other.rollback().await.unwrap();

    one.execute(insert("d")).await.unwrap();
    let update = |name: &str| Query::write("UPDATE item SET name = name WHERE name = $1", vec![name.into()]);
    one.begin(TransactionMode::Write).await.unwrap();
    other.begin(TransactionMode::Write).await.unwrap();
    one.execute(update("b")).await.unwrap();
    other.execute(update("d")).await.unwrap();
    let (first, second) = tokio::join!(one.execute(update("d")), async {
        let done = other.execute(update("b")).await;
        // Whoever was undone lets the other go on.
        other.rollback().await.unwrap();
        done
    });
    let error = first.and(second).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Serialization, "{error}");
}

#[tokio::test]
async fn servers_that_do_not_let_in() {
    let error = connect("postgresql://postgres@127.0.0.1:1/postgres?connect_timeout=2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("127.0.0.1:1` cannot be reached"), "{error}");
    let error = connect(&format!("{}/aludel_absent", server())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("has no such database"), "{error}");
    assert!(error.help().unwrap().contains("createdb"), "{error}");
}
