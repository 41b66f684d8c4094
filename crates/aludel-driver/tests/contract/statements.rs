//! Statements: what they change, what they give, what they refuse.

use aludel_driver::{ErrorKind, Query, Row, State, TransactionMode};
use aludel_sql::ValueRef;

use crate::support::{COUNT, Database, capability, insert, integer, many, read, text, write};

/// Options under which statements take different ways.
pub(crate) const WAYS: [&str; 3] = ["", "statement_cache=0", "statement_cache=1"];

#[tokio::test]
async fn they_say_how_many_rows_they_changed() {
    for options in WAYS {
        let in_process = capability().in_process;
        let database = Database::with(if in_process { "" } else { options }).await;
        let mut connection = database.acquire().await;
        assert_eq!(connection.execute(insert("a")).await.unwrap(), 1);
        assert_eq!(connection.execute(insert("b")).await.unwrap(), 1);
        assert_eq!(connection.execute(write("UPDATE item SET name = upper(name)", vec![])).await.unwrap(), 2);
        let same = write("UPDATE item SET name = name", vec![]);
        assert_eq!(connection.execute(same).await.unwrap(), 2, "found, if not changed");
        let none = write("DELETE FROM item WHERE name = ?", vec!["nobody".into()]);
        assert_eq!(connection.execute(none).await.unwrap(), 0);
        let names = connection.fetch(read("SELECT name FROM item ORDER BY name"), text).await.unwrap();
        assert_eq!(names, ["A", "B"]);
        assert_eq!(
            connection.execute(Query::other("CREATE TABLE t (x INTEGER)")).await.unwrap(),
            0,
            "DDL changes none"
        );
        assert_eq!((connection.state(), database.items().await), (State::Idle, 2));
    }
}

#[tokio::test]
async fn the_keys_of_new_rows_come_back() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let newest = || read("SELECT id FROM item ORDER BY id DESC LIMIT 1");
    let returning = write("INSERT INTO item (name) VALUES (?) RETURNING id", vec!["a".into()]);
    let given = connection.fetch(returning, integer).await;
    if !database.capability().returning {
        assert_eq!(given.unwrap_err().kind(), ErrorKind::Database);
        let given = connection.fetch(insert("a"), integer).await.unwrap();
        assert_eq!(given, connection.fetch(newest(), integer).await.unwrap(), "as a row of one column");
        return;
    }
    assert_eq!(given.unwrap(), connection.fetch(newest(), integer).await.unwrap());
    let two = write("INSERT INTO item (name) VALUES (?), (?) RETURNING name", vec!["b".into(), "c".into()]);
    assert_eq!(connection.fetch(two, text).await.unwrap(), ["b", "c"]);
    let deleted = write("DELETE FROM item WHERE name = ? RETURNING name", vec!["b".into()]);
    assert_eq!(connection.fetch(deleted, text).await.unwrap(), ["b"]);
    assert_eq!(database.items().await, 2);
}

#[tokio::test]
async fn several_at_once_are_for_those_without_parameters() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let script = "INSERT INTO item (name) VALUES ('a'); INSERT INTO item (name) VALUES ('b'), ('c'); -- done\n";
    assert!(connection.execute(Query::other(script)).await.unwrap() >= 2);
    assert_eq!(database.items().await, 3);
    connection.execute(write("DELETE FROM item; DELETE FROM item", vec![])).await.unwrap_err();
    connection.execute(Query::other("INSERT INTO item (name) VALUES ('d'); SELEC")).await.unwrap_err();
    assert_eq!(connection.state(), State::Idle);
    assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn wrong_numbers_of_parameters_are_refused() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let error = connection.execute(write("DELETE FROM item WHERE name = ?", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.message().contains("1 parameters and was given 0"), "{error}");
    connection.execute(write("DELETE FROM item", vec![1.into()])).await.unwrap_err();
    connection.execute_many(many("DELETE FROM item", [vec![1.into()], vec![]])).await.unwrap_err();
    assert_eq!(connection.state(), State::Idle);
    assert_eq!(connection.fetch(read("SELECT NULL"), |row| Ok(row.get(0)? == ValueRef::Null)).await.unwrap(), [true]);
}

#[tokio::test]
async fn more_parameters_than_the_database_takes_are_refused_before_they_are_sent() {
    let most = capability().max_params;
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    let among = |count: usize| {
        let list = vec!["?"; count].join(", ");
        write(&format!("DELETE FROM item WHERE id IN ({list})"), vec![1.into(); count])
    };
    assert_eq!(connection.execute(among(most)).await.unwrap(), 0);
    let error = connection.execute(among(most + 1)).await.unwrap_err();
    assert_eq!((error.kind(), connection.state()), (ErrorKind::Usage, State::Transaction));
    let most = format!("has {} parameters, and {} takes no more than {most}", most + 1, connection.dialect().name());
    assert!(error.message().contains(&most), "{error}");
    connection.commit().await.unwrap();
}

#[tokio::test]
async fn a_sink_that_refuses_a_row_stops_the_statement() {
    let database = Database::new().await;
    database.fill(100).await;
    let mut connection = database.acquire().await;
    let mut seen = 0;
    let refuse = move |row: &dyn Row| {
        seen += 1;
        assert!(seen < 3, "asked again after it refused");
        if seen == 2 { row.get(7).map(|_| ()) } else { Ok(()) }
    };
    let error = connection.fetch(read("SELECT a.id FROM item a CROSS JOIN item b"), refuse).await.unwrap_err();
    assert_eq!((error.kind(), connection.state()), (ErrorKind::Decode, State::Idle));
    assert_eq!(connection.fetch(read(COUNT), integer).await.unwrap(), [100]);
}

#[tokio::test]
async fn what_is_prepared_follows_changes_of_the_schema() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    let columns = |row: &dyn Row| Ok(row.len());
    for expected in [2, 3, 4] {
        assert_eq!(connection.fetch(read("SELECT * FROM item"), columns).await.unwrap(), [expected]);
        connection.execute(insert(&format!("{expected}"))).await.unwrap();
        connection.execute(write("DELETE FROM item WHERE name <> 'a'", vec![])).await.unwrap();
        let alter = format!("ALTER TABLE item ADD COLUMN more{expected} INTEGER");
        database.outside().await.execute(Query::other(alter)).await.unwrap();
    }
}

#[test]
fn futures_can_move_between_threads() {
    use aludel_driver::{Connection, Engine};
    fn send<T: Send>(_: &T) {}
    fn check(engine: &Engine, mut connection: Connection) {
        send(&engine.acquire());
        send(&connection.fetch(read(COUNT), integer));
        send(&connection.execute(insert("a")));
        send(&connection.commit());
        send(&connection);
    }
    let _: fn(&Engine, Connection) = check;
}
