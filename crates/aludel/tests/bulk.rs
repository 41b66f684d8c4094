//! Many new rows at once: how they are sent, which key is whose, and what happens when the database drops some.

mod support;

use aludel::{Json, driver::Query as Sql, insert_all, prelude::*};
use support::{TestDb, returning_id, sent};

#[derive(Model, Debug)]
#[model(table = "b_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    name: String,
    price: Option<f64>,
    #[column(server_default = "new", length = 20)]
    state: String,
}

/// A row whose key is given.
#[derive(Model, Debug)]
#[model(table = "b_code")]
struct Code {
    #[column(primary_key, length = 20)]
    code: String,
    meaning: Option<String>,
}

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
enum Mood {
    Sad,
    Glad,
}

#[derive(Model, Debug)]
#[model(table = "b_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    mood: Mood,
    tags: Json<Vec<String>>,
}

async fn execute(db: &TestDb, sql: &str) {
    let mut connection = db.engine().acquire().await.unwrap();
    connection.execute(Sql::other(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn takes_arrays(db: &TestDb) -> bool {
    db.engine().dialect().capability().arrays
}

/// Adds so many rows, and finds each under the key that its entity has.
async fn add(db: &TestDb, count: usize) -> Result<Vec<i64>> {
    Item::query().delete(db).await?;
    let mut session = db.session();
    let items: Vec<_> = (0..count).map(|n| session.add(new!(Item { name: format!("n{n}"), state: "x" }))).collect();
    session.commit().await?;
    let keys: Vec<i64> = items.iter().map(|item| session[*item].id).collect();
    let mut stored = Item::query().all(db).await?;
    stored.sort_by_key(|item| keys.iter().position(|key| *key == item.id));
    let names: Vec<String> = stored.into_iter().map(|item| item.name).collect();
    assert_eq!(names, (0..count).map(|n| format!("n{n}")).collect::<Vec<_>>(), "each row has the key of its entity");
    Ok(keys)
}

#[tokio::test]
async fn any_number_of_rows_is_one_text_in_order() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut texts = Vec::new();
    for count in [1, 2, 3, 700, 5_000] {
        let recording = db.record();
        let keys = add(&db, count).await?;
        assert!(keys.is_sorted(), "in the order they were added");
        let entries = recording.entries();
        let inserts: Vec<_> = entries.iter().filter(|entry| entry.sql.starts_with("INSERT")).collect();
        assert_eq!(inserts.iter().map(|entry| entry.rows).sum::<u64>(), count as u64);
        if takes_arrays(&db) {
            let [insert] = inserts[..] else { panic!("{} statements", inserts.len()) };
            assert_eq!(insert.runs, count.div_ceil(4_096));
            assert_eq!(insert.sql.contains("unnest"), count > 1, "one row alone is a plain INSERT");
            texts.push(insert.sql.clone());
        }
        let insert = sent(&recording).into_iter().find(|sql| sql.starts_with("INSERT"));
        let expected = format!(r#"INSERT INTO "b_item" ("name", "state") VALUES (?, ?){}"#, returning_id(&db));
        assert_eq!(insert, Some(expected));
    }
    texts.dedup();
    assert!(texts.len() <= 2, "{texts:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_known_already_takes_one_trip() -> Result<()> {
    let db = TestDb::with_tables().await;
    add(&db, 10).await?;
    let recording = db.record();
    add(&db, 200).await?;
    let entries = recording.entries();
    let trips: u64 =
        entries.iter().filter(|entry| entry.sql.starts_with("INSERT")).map(|entry| entry.round_trips).sum();
    if takes_arrays(&db) {
        assert_eq!(trips, 2, "BEGIN, and all rows");
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_grouped_by_what_they_are_given() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let mut items = Vec::new();
    for n in 0..12 {
        let name = format!("n{n}");
        items.push(session.add(match n % 3 {
            0 => new!(Item { name }),
            1 => new!(Item { name, price: None, state: "old" }),
            _ => new!(Item { name, price: f64::from(n) }),
        }));
    }
    let recording = db.record();
    session.commit().await?;
    let mut texts = sent(&recording);
    texts.dedup();
    let (inserts, reads): (Vec<_>, Vec<_>) = texts.iter().partition(|sql| sql.starts_with("INSERT"));
    assert_eq!(inserts.len(), 3, "one statement for each list of columns: {texts:?}");
    // Two of the lists leave out a column that has a default.
    let returning = db.engine().dialect().capability().returning;
    assert_eq!(reads.len(), if returning { 0 } else { 2 }, "{texts:?}");
    for (n, item) in items.iter().enumerate() {
        let stored = Item::query().filter(|i| i.id.eq(session[*item].id)).one(&db).await?;
        assert_eq!(stored.name, format!("n{n}"));
        assert_eq!(stored.state, if n % 3 == 1 { "old" } else { "new" });
        assert_eq!((session[*item].state.as_str(), session[*item].price), (stored.state.as_str(), stored.price));
    }
    Ok(())
}

/// A server takes only so much at one time: MariaDB, unless it is told otherwise, 16 MiB.
#[tokio::test]
async fn long_rows_go_in_statements_that_a_server_takes() -> Result<()> {
    let db = TestDb::with_tables().await;
    let code = |n: usize| new!(Code { code: format!("c{n}"), meaning: "x".repeat(1 << 20) });
    let recording = db.record();
    let mut session = db.session();
    for n in 0..20 {
        session.add(code(n));
    }
    session.commit().await?;
    insert_all((20..40).map(code)).exec(&db).await?;
    if db.engine().dialect().capability().rows_per_insert > 1 {
        let entries = recording.entries();
        let inserts = entries.iter().filter(|entry| entry.sql.starts_with("INSERT"));
        assert_eq!(inserts.map(|entry| entry.runs).sum::<usize>(), 40, "a statement for each");
    }
    assert_eq!(Code::query().filter(|c| c.meaning.is_not_null()).count(&db).await?, 40);
    Ok(())
}

#[tokio::test]
async fn keys_that_are_given_and_types_that_are_not_plain() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    for n in 0..50 {
        session.add(new!(Code { code: format!("c{n}"), meaning: (n % 2 == 0).then(|| "even".to_owned()) }));
        session
            .add(new!(Note { mood: if n % 2 == 0 { Mood::Glad } else { Mood::Sad }, tags: Json(vec![n.to_string()]) }));
    }
    let recording = db.record();
    session.commit().await?;
    let texts: Vec<String> = recording.entries().into_iter().map(|entry| entry.sql.clone()).collect();
    let of = |table: &str| texts.iter().find(|sql| sql.contains(table)).expect("an INSERT");
    assert_eq!(of("b_code").contains("unnest"), takes_arrays(&db));
    assert!(!of("b_note").contains("unnest"), "JSON goes the way of single rows");
    assert_eq!(Code::query().filter(|c| c.meaning.is_null()).count(&db).await?, 25);
    let notes = Note::query().order_by(|n| n.id.asc()).all(&db).await?;
    let mood = |n: usize| if n.is_multiple_of(2) { Mood::Glad } else { Mood::Sad };
    assert!(notes.iter().enumerate().all(|(n, note)| note.tags.0 == [n.to_string()] && note.mood == mood(n)));
    Ok(())
}

#[tokio::test]
async fn long_rows_are_spread_over_statements() -> Result<()> {
    let db = TestDb::with_tables().await;
    if !takes_arrays(&db) {
        return Ok(());
    }
    let mut session = db.session();
    for n in 0..12 {
        session.add(new!(Item { name: "x".repeat(2 << 20), price: f64::from(n), state: "x" }));
    }
    let recording = db.record();
    session.commit().await?;
    let runs = recording.entries().iter().map(|entry| entry.runs).max();
    assert_eq!(runs, Some(2), "no more than about 16 MiB each");
    assert_eq!(Item::query().count(&db).await?, 12);
    Ok(())
}

/// What makes a table drop the rows of a name, if the database can.
fn swallow(db: &TestDb, table: &str, column: &str) -> Option<Vec<String>> {
    match db.engine().dialect().name() {
        "sqlite" => Some(vec![format!(
            "CREATE TRIGGER swallow BEFORE INSERT ON {table} WHEN NEW.{column} = 'lost' BEGIN SELECT RAISE(IGNORE); END"
        )]),
        "postgres" => Some(vec![
            format!(
                "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF NEW.{column} = 'lost' THEN RETURN NULL; END IF; RETURN NEW; END $$"
            ),
            format!("CREATE TRIGGER swallow BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION swallow()"),
        ]),
        _ => None,
    }
}

#[tokio::test]
async fn a_row_that_a_trigger_drops_is_an_error_and_nothing_is_kept() -> Result<()> {
    let db = TestDb::with_tables().await;
    let Some(statements) = swallow(&db, "b_item", "name") else { return Ok(()) };
    for statement in statements {
        execute(&db, &statement).await;
    }
    for names in [&["a", "lost", "c"][..], &["lost"]] {
        let mut session = db.session();
        for name in names {
            session.add(new!(Item { name: *name }));
        }
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("b_item")));
        let (rows, taken) = (names.len(), names.len() - 1);
        assert_eq!(
            error.message(),
            format!("{rows} rows of `b_item` were to be inserted, and the database has taken {taken}")
        );
        session.rollback().await?;
        assert_eq!(Item::query().count(&db).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn so_is_one_whose_key_was_given() -> Result<()> {
    let db = TestDb::with_tables().await;
    let Some(statements) = swallow(&db, "b_code", "code") else { return Ok(()) };
    for statement in statements {
        execute(&db, &statement).await;
    }
    let mut session = db.session();
    for code in ["a", "lost", "c"] {
        session.add(new!(Code { code }));
    }
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("b_code")));
    session.rollback().await?;
    assert_eq!(Code::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn numbers_that_go_down_are_matched_and_numbers_in_no_order_are_refused() -> Result<()> {
    let db = TestDb::with_tables().await;
    if !takes_arrays(&db) {
        return Ok(());
    }
    execute(
        &db,
        "ALTER TABLE b_item ALTER COLUMN id SET INCREMENT BY -1 SET MINVALUE -100000 SET MAXVALUE 1000 RESTART WITH 1000",
    )
    .await;
    let keys = add(&db, 500).await?;
    assert_eq!((keys[0], keys[499]), (1000, 501));

    for statement in [
        "CREATE FUNCTION shuffle() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN NEW.id := abs(hashtext(NEW.name)); RETURN NEW; END $$",
        "CREATE TRIGGER shuffle BEFORE INSERT ON b_item FOR EACH ROW EXECUTE FUNCTION shuffle()",
    ] {
        execute(&db, statement).await;
    }
    let error = add(&db, 50).await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("b_item")));
    assert!(error.message().contains("numbers in no order"), "{error}");
    assert_eq!(Item::query().count(&db).await?, 0, "nothing was kept");
    assert_eq!(add(&db, 1).await?.len(), 1, "a row alone is told apart from no other");
    Ok(())
}

#[tokio::test]
async fn what_the_column_is_decides_and_not_what_the_model_says() -> Result<()> {
    let db = TestDb::with_tables().await;
    if !takes_arrays(&db) {
        return Ok(());
    }
    for statement in [
        "CREATE TYPE temper AS ENUM ('n0', 'n1', 'n2')",
        "ALTER TABLE b_item ALTER COLUMN name TYPE temper USING name::temper",
    ] {
        execute(&db, statement).await;
    }
    assert_eq!(add(&db, 3).await?.len(), 3, "an enum takes texts as single rows do");
    Item::query().delete(&db).await?;
    // A fresh connection: what was prepared knows the old type.
    execute(&db, "ALTER TABLE b_item ALTER COLUMN name TYPE varchar(2) USING name::text").await;
    let url = db.engine().url().to_string();
    let fresh = Db::connect(&url).await?;
    let mut session = fresh.session();
    for n in 9..12 {
        session.add(new!(Item { name: format!("n{n}"), state: "x" }));
    }
    let error = session.commit().await.unwrap_err();
    assert!(error.to_string().contains("too long"), "nothing is cut off silently: {error}");
    assert_eq!(Item::query().count(&db).await?, 0);
    Ok(())
}
