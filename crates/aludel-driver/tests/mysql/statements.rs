//! Statements, batches, keys, and what is prepared.

use aludel_driver::{Batch, Connection, ErrorKind, Query, Row, State, TransactionMode};
use aludel_sql::{Dialect, Value, ValueRef};

use crate::support::{Database, dialect, insert, insert_many, integer, read, text};

#[tokio::test]
async fn the_key_of_a_new_row_comes_back() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let keys = connection.fetch(insert("a"), integer).await.unwrap();
    let stored = || read("SELECT id FROM item ORDER BY id DESC LIMIT 1");
    assert_eq!(keys, connection.fetch(stored(), integer).await.unwrap());
    if dialect().capability().returning {
        let returning = Query::write("INSERT INTO item (name) VALUES ('b') RETURNING name", vec![]);
        assert_eq!(connection.fetch(returning, text).await.unwrap(), ["b"], "what was asked for alone");
    }
    let none = connection.fetch(Query::write("DELETE FROM item", vec![]), integer).await.unwrap();
    assert!(none.is_empty());
    let large = "CREATE TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 9223372036854775808";
    connection.execute(Query::other(large)).await.unwrap();
    let error = connection.fetch(Query::write("INSERT INTO t VALUES (NULL)", vec![]), integer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_leaves_half_of_a_batch() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let rows = vec![vec![Value::F64(1.0)], vec![Value::F64(f64::NAN)]];
    let batch = || Batch { sql: "INSERT INTO item (name) VALUES (?)".into(), rows: rows.clone(), caller: None };
    let error = connection.execute_many(batch()).await.unwrap_err();
    assert_eq!((error.kind(), connection.state()), (ErrorKind::Unsupported, State::Idle), "{error}");
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute_many(batch()).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed, "half of it is done");
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 0));
}

/// How many statements the session has run and how many it has prepared, without this one.
async fn counts(connection: &mut Connection) -> (i64, i64) {
    let status = "SHOW SESSION STATUS WHERE Variable_name IN ('Questions', 'Com_stmt_prepare')";
    let decode = |row: &dyn Row| match (row.get(0)?, row.get(1)?) {
        (ValueRef::Text(name), ValueRef::Text(count)) => Ok((name.to_owned(), count.parse::<i64>().unwrap())),
        other => panic!("{other:?} are no texts"),
    };
    let mut counts = connection.fetch(Query::other(status), decode).await.unwrap();
    counts.sort();
    (counts[1].1 - 1, counts[0].1)
}

#[tokio::test]
async fn statements_are_prepared_once_and_nothing_else_is_sent() {
    let database = Database::with("?statement_cache=3").await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    let (run, prepared) = counts(&mut connection).await;
    for name in ["b", "c", "d"] {
        connection.execute(insert(name)).await.unwrap();
    }
    connection.execute_many(insert_many(["e", "f"].map(str::to_owned))).await.unwrap();
    // Three, START TRANSACTION, two, COMMIT, and the count itself.
    assert_eq!(counts(&mut connection).await, (run + 8, prepared));

    for number in 0..20 {
        let query = Query::read(format!("SELECT {number}"), vec![]);
        assert_eq!(connection.fetch(query, integer).await.unwrap(), [number]);
        connection.fetch(read("SELECT 'often'"), text).await.unwrap();
    }
    assert_eq!(counts(&mut connection).await.1, prepared + 21, "the one used often is kept");
}

#[tokio::test]
async fn wrong_statements_are_refused_and_harm_nothing() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let error = connection.execute(Query::write("DELETE FROM item WHERE name = ?", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.message().contains("1 parameters and was given 0"), "{error}");
    let error = connection.execute(Query::write("DELETE FROM item; DELETE FROM item", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error}");
    let mixed = Query::read("SELECT ? + :name", vec![Value::I64(1)]);
    assert_eq!(connection.fetch(mixed, integer).await.unwrap_err().kind(), ErrorKind::Usage);
    let error = connection.execute(Query::other("DO 1; SELEC 2; DO 3")).await.unwrap_err();
    assert!(error.message().contains("syntax error near 'SELEC 2"), "{error}");
    // Not to be prepared, whatever it is announced as.
    connection.execute(Query::write("USE information_schema", vec![])).await.unwrap();
    assert_eq!(connection.fetch(read("SELECT NULL"), |row| Ok(row.get(0)? == ValueRef::Null)).await.unwrap(), [true]);
    assert_eq!(connection.fetch(read("SELECT ':a ?'"), text).await.unwrap(), [":a ?"]);
    assert_eq!(connection.state(), State::Idle);
}
