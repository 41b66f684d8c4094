//! Columns whose values the database gives.

use aludel::{Field, prelude::*};
use jiff::civil;

use crate::support::{TestDb, sent};

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
enum Status {
    Draft,
    Published,
}

#[derive(Field, Clone, Copy, Debug, PartialEq)]
struct Points(i32);

#[derive(Model, Debug)]
#[model(table = "d_task")]
struct Task {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = now())]
    created: Timestamp,
    #[column(server_default = today())]
    day: civil::Date,
    #[column(server_default = "it's \\ new", length = 20)]
    title: String,
    #[column(server_default = Status::Draft)]
    status: Status,
    #[column(server_default = Points(-7))]
    points: Points,
    #[column(server_default = 1.5)]
    weight: f64,
    #[column(server_default = true)]
    open: Option<bool>,
    #[column(server_default = sql("ABS(-3) + 2 * 2"))]
    effort: i32,
    #[column(server_default = sql("'a' || CHAR_LENGTH('bc')"), length = 9)]
    code: String,
}

#[tokio::test]
async fn what_was_not_given_is_read_back_in_the_same_flush() -> Result<()> {
    let db = TestDb::with_tables().await;
    let before = Timestamp::now();
    let mut session = db.session();
    let plain = session.add(new!(Task {}));
    let given = session.add(new!(Task { title: "mine", status: Status::Published, open: None }));
    let recording = db.record();
    session.commit().await?;
    let returning = db.engine().dialect().capability().returning;
    let statements = if returning { 2 } else { 4 };
    assert_eq!(
        sent(&recording).len(),
        statements,
        "an INSERT for each list of columns, and a SELECT if it hands back nothing"
    );

    let task = &session[plain];
    assert_eq!((task.title.as_str(), task.status, task.points), ("it's \\ new", Status::Draft, Points(-7)));
    assert_eq!((task.weight, task.open), (1.5, Some(true)));
    assert_eq!((task.effort, task.code.as_str()), (7, "a2"));
    let second = jiff::SignedDuration::from_secs(1);
    assert!(before - second <= task.created && task.created <= Timestamp::now() + second, "{}", task.created);
    assert!([before, Timestamp::now()].map(|at| jiff::tz::Offset::UTC.to_datetime(at).date()).contains(&task.day));
    let task = &session[given];
    assert_eq!(
        (task.title.as_str(), task.status, task.points, task.open),
        ("mine", Status::Published, Points(-7), None)
    );

    let read = Task::query().order_by(|t| t.id.asc()).all(&db).await?;
    for (read, held) in read.iter().zip([plain, given].map(|task| &session[task])) {
        assert_eq!((read.created, read.day, &read.title), (held.created, held.day, &held.title));
    }
    Ok(())
}

#[cfg(feature = "migrate")]
#[test]
fn what_a_migration_says_is_what_the_model_says() {
    use aludel::{
        migrate::{DiffOptions, diff, fold},
        sql::{ansi, schema::Schema},
    };

    let model = Schema::new([Task::definition().to_table().unwrap()]);
    let mut folded = Schema::default();
    for change in diff(&folded.clone(), &model, &DiffOptions::default()).unwrap().changes {
        for text in change.operations.iter().map(|operation| ansi::print(operation).unwrap()) {
            for statement in ansi::parse(&text, 0..text.len()).unwrap_or_else(|error| panic!("{text}: {error:?}")) {
                fold::apply(&mut folded, &statement.operation).unwrap();
            }
        }
    }
    let changes = diff(&folded, &model, &DiffOptions::default()).unwrap().changes;
    assert!(changes.is_empty(), "{:?}", changes.iter().map(|change| &change.description).collect::<Vec<_>>());
}
