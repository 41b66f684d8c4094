//! Statements, batches, keys, and what is prepared.

use aludel_driver::{Batch, Connection, ErrorKind, Query, Row, State, TransactionMode};
use aludel_sql::{Value, ValueRef};
use mysql_async::prelude::Queryable;

use crate::support::{Database, insert, insert_many, integer, read, text};

#[tokio::test]
async fn statements_say_how_many_rows_they_changed() {
    for options in ["", "?statement_cache=0", "?statement_cache=1"] {
        let database = Database::with(options).await;
        assert_eq!(database.engine.dialect().name(), "mariadb");
        let mut connection = database.acquire().await;
        assert_eq!(connection.execute(insert("a")).await.unwrap(), 1);
        assert_eq!(connection.execute(insert("b")).await.unwrap(), 1);
        let all = Query::write("UPDATE item SET name = concat(name, 'x')", vec![]);
        assert_eq!(connection.execute(all).await.unwrap(), 2);
        let same = Query::write("UPDATE item SET name = name", vec![]);
        assert_eq!(connection.execute(same).await.unwrap(), 2, "found, if not changed");
        let names = connection.fetch(read("SELECT name FROM item ORDER BY name"), text).await.unwrap();
        assert_eq!(names, ["ax", "bx"]);
        let script = "INSERT INTO item (name) VALUES ('c'); DELETE FROM item";
        assert_eq!(connection.execute(Query::other(script)).await.unwrap(), 4);
        let rows = connection.fetch(Query::other("SHOW TABLES"), text).await.unwrap();
        assert_eq!(rows, ["item"]);
    }
}

#[tokio::test]
async fn batches_keep_their_order() {
    for options in ["", "?statement_cache=0"] {
        let database = Database::with(options).await;
        let mut connection = database.acquire().await;
        let rows: Vec<_> = (0..300).map(|i| vec![Value::Text(format!("{i:04}"))]).collect();
        let batch = |sql: &'static str| Batch { sql: sql.into(), rows: rows.clone(), caller: None };
        let returning = batch("INSERT INTO item (name) VALUES (?) RETURNING name");
        let (changed, names) = connection.fetch_many(returning, text).await.unwrap();
        assert_eq!(changed, [1; 300]);
        assert!(names.is_sorted() && names.len() == 300);
        connection.execute(Query::write("DELETE FROM item", vec![])).await.unwrap();

        let plain = batch("INSERT INTO item (name) VALUES (?)");
        let (changed, keys) = connection.fetch_many(plain, integer).await.unwrap();
        assert_eq!(changed, [1; 300]);
        let stored = connection.fetch(read("SELECT id FROM item ORDER BY name"), integer).await.unwrap();
        assert_eq!(keys, stored, "without RETURNING the keys come back, run by run");

        assert_eq!(connection.execute_many(insert_many([])).await.unwrap(), [0; 0]);
        assert_eq!(connection.execute_many(insert_many(["one".to_owned()])).await.unwrap(), [1]);
        assert_eq!((connection.state(), database.items().await), (State::Idle, 301));
    }
}

#[tokio::test]
async fn the_key_of_a_new_row_comes_back() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let keys = connection.fetch(insert("a"), integer).await.unwrap();
    let stored = || read("SELECT id FROM item ORDER BY id DESC LIMIT 1");
    assert_eq!(keys, connection.fetch(stored(), integer).await.unwrap());
    let returning = Query::write("INSERT INTO item (name) VALUES ('b') RETURNING name", vec![]);
    assert_eq!(connection.fetch(returning, text).await.unwrap(), ["b"], "what was asked for alone");
    let none = connection.fetch(Query::write("DELETE FROM item", vec![]), integer).await.unwrap();
    assert!(none.is_empty());
    let large = "CREATE TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 9223372036854775808";
    connection.execute(Query::other(large)).await.unwrap();
    let error = connection.fetch(Query::write("INSERT INTO t VALUES (NULL)", vec![]), integer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let names = || ["a", "b", "a", "c"].map(str::to_owned);
    let error = connection.execute_many(insert_many(names())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!((connection.state(), database.items().await), (State::Idle, 0));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute_many(insert_many(names())).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.rollback().await.unwrap();

    // A value that cannot be sent, behind ones that were.
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

#[tokio::test]
async fn a_sink_that_refuses_a_row_stops_the_statement() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let mut seen = 0;
    let refuse = move |row: &dyn Row| {
        seen += 1;
        assert!(seen < 3, "asked again after it refused");
        if seen == 2 { row.get(7).map(|_| ()) } else { Ok(()) }
    };
    let many = read("SELECT seq FROM seq_1_to_5000");
    let error = connection.fetch(many, refuse).await.unwrap_err();
    assert_eq!((error.kind(), connection.state()), (ErrorKind::Decode, State::Idle));
    assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn what_is_prepared_follows_changes_of_the_schema() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    let all = || read("SELECT * FROM item");
    let last = |row: &dyn Row| Ok((row.len(), matches!(row.get(row.len() - 1)?, ValueRef::Text(_))));
    assert_eq!(connection.fetch(all(), last).await.unwrap(), [(2, true)]);
    let mut outside = database.outside().await;
    outside.query_drop("ALTER TABLE item ADD COLUMN age INT NOT NULL DEFAULT 5").await.unwrap();
    assert_eq!(connection.fetch(all(), last).await.unwrap(), [(3, false)]);
    outside.query_drop("ALTER TABLE item MODIFY COLUMN age VARCHAR(9) NOT NULL").await.unwrap();
    connection.begin(TransactionMode::Read).await.unwrap();
    assert_eq!(connection.fetch(all(), last).await.unwrap(), [(3, true)], "in a transaction too");
}

/// How many statements the session has run and how many it has prepared, without this one.
async fn counts(connection: &mut Connection) -> (i64, i64) {
    let status = "SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status \
                  WHERE variable_name IN ('QUESTIONS', 'COM_STMT_PREPARE') ORDER BY variable_name";
    let counts = connection.fetch(Query::other(status), integer).await.unwrap();
    (counts[1] - 1, counts[0])
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
    let open = "SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status \
                WHERE variable_name = 'PREPARED_STMT_COUNT'";
    drop(connection.fetch(Query::other(open), integer).await.unwrap());
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
