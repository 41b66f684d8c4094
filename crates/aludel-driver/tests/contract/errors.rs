//! What errors say to programs and to people: the same on every database, as far as it tells.

use aludel_driver::{EngineOptions, Error, ErrorKind, Query};

use crate::support::{Database, portable, write};

const SCHEMA: &str = r#"
    CREATE TABLE "user" (id INTEGER PRIMARY KEY, email VARCHAR(100) NOT NULL, age INTEGER,
        CONSTRAINT uq_user_email UNIQUE (email), CONSTRAINT ck_age CHECK (age >= 0));
    CREATE TABLE post (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL,
        CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES "user" (id));
"#;

async fn with_schema(options: EngineOptions) -> Database {
    let database = Database::open("", options).await;
    for statement in portable(SCHEMA) {
        database.acquire().await.execute(Query::other(statement)).await.unwrap();
    }
    database
}

async fn failing(database: &Database, query: Query) -> Error {
    let sql = query.sql.to_string();
    let error = database.acquire().await.execute(query).await.unwrap_err();
    assert_eq!(error.sql(), Some(&*sql));
    error
}

/// The name of the table, as the database wants it.
fn user(database: &Database) -> String {
    let mut name = String::new();
    database.engine.dialect().quote(&mut name, "user");
    name
}

#[tokio::test]
async fn refused_rows_say_why_and_repeat_no_values() {
    let database = with_schema(EngineOptions::default()).await;
    let user = user(&database);
    let insert = format!("INSERT INTO {user} (id, email, age) VALUES (?, ?, ?)");
    let row = |id: i64, email: &str, age: i64| write(&insert, vec![id.into(), email.into(), age.into()]);
    database.acquire().await.execute(row(1, "geheim@x", 1)).await.unwrap();
    let post = |id: i64, user: i64| write("INSERT INTO post VALUES (?, ?)", vec![id.into(), user.into()]);
    database.acquire().await.execute(post(1, 1)).await.unwrap();
    for (query, kind) in [
        (row(2, "geheim@x", 1), ErrorKind::Unique),
        (row(1, "b", 1), ErrorKind::Unique),
        (row(2, "b", -77_777), ErrorKind::Check),
        (write(&format!("INSERT INTO {user} (id) VALUES (9)"), vec![]), ErrorKind::NotNull),
        (post(2, 77_777), ErrorKind::ForeignKey),
        (write(&format!("DELETE FROM {user}"), vec![]), ErrorKind::ForeignKey),
    ] {
        let error = failing(&database, query).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!["geheim", "77777"].iter().any(|value| format!("{error:?}").contains(value)), "{error:?}");
        match kind {
            ErrorKind::NotNull => assert_eq!(error.columns().unwrap(), ["email"]),
            ErrorKind::Check => assert_eq!(error.constraint(), Some("ck_age")),
            _ => {}
        }
    }
}

#[tokio::test]
async fn statements_the_database_does_not_know() {
    let database = Database::new().await;
    let failing = async |text: &str| failing(&database, write(text, vec![])).await;
    let error = failing("SELECT * FROM absent").await;
    assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("absent")), "{error:?}");
    assert!(error.help().unwrap().contains("db upgrade"));
    for text in ["SELECT nope FROM item", "SELECT item.nope FROM item", "INSERT INTO item (nope) VALUES (1)"] {
        assert_eq!(failing(text).await.columns().unwrap(), ["nope"], "{text}");
    }
    let error = failing("SELEC 1").await;
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(error.message().contains("syntax error"), "{error}");
}

#[tokio::test]
async fn what_is_hidden_is_in_no_error_no_entry_and_no_source() {
    let database = with_schema(EngineOptions::default().hide_parameters(true)).await;
    let recording = database.engine.record();
    // A text where a number belongs: databases like to repeat it.
    let query = write("INSERT INTO post VALUES (?, ?)", vec!["geheim".into(), "auch geheim".into()]);
    let error = failing(&database, query).await;
    assert!(!format!("{error:?}{error}").contains("geheim"), "{error:?}");
    assert!(std::error::Error::source(&error).is_none());
    let seen = recording.entries();
    assert_eq!((seen[0].params.len(), seen[0].error), (0, Some(error.kind())));

    let open = with_schema(EngineOptions::default()).await;
    let recording = open.engine.record();
    failing(&open, write("INSERT INTO post VALUES (?, ?)", vec!["geheim".into(), 1.into()])).await;
    assert_eq!(recording.entries()[0].params.len(), 2);
}
