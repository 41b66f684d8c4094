//! SQL of the program's own.

use aludel::{prelude::*, sql};

use crate::{
    models::{Person, rows},
    support::sent,
};

#[derive(FromRow, Debug, PartialEq)]
struct Named {
    #[column(name = "called")]
    name: String,
    years: Option<i32>,
}

#[tokio::test]
async fn rows_of_sql_become_models_structs_and_tuples() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let people: Vec<Person> =
        sql("SELECT people.* FROM people WHERE score >= {} ORDER BY id").bind(7).read_only().all(&db).await?;
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["susan", "john"]);
    assert_eq!(sent(&recording), ["SELECT people.* FROM people WHERE score >= ? ORDER BY id"]);

    // By name, in any order.
    let named: Option<Named> = sql("SELECT age AS years, name AS called FROM people WHERE name = {} AND id < {}")
        .bind("susan")
        .bind(9i64)
        .first(&db)
        .await?;
    assert_eq!(named, Some(Named { name: "susan".into(), years: Some(34) }));
    let tuples: Vec<(i64, String)> = sql("SELECT id, name FROM people WHERE id = 3").all(&db).await?;
    assert_eq!(tuples, [(3, "mary".into())]);
    assert_eq!(sql("SELECT COUNT(*) FROM people").read_only().value::<i64>(&db).await?, Some(3));
    assert_eq!(sql("UPDATE people SET score = {} WHERE id = {}").bind(1).bind(2).exec(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn rows_of_sql_become_entities() -> Result<()> {
    let db = rows().await?;
    let mut session = db.session();
    let susan = session.get::<Person>(1).await?.or_404()?;
    session[susan].score = 11;
    let recording = db.record();
    // What waits is written first; columns come in any order.
    let query = "SELECT settings, boss_id, rating, active, score, age, nick, name, id FROM people WHERE score > {} ORDER BY id DESC";
    let found = session.raw::<Person>(sql(query).bind(10).read_only()).await?;
    assert_eq!(
        (found.as_slice(), recording.entries().iter().filter(|entry| !entry.control).count()),
        (&[susan][..], 2)
    );
    assert_eq!(session[susan].score, 11);

    let all = session.raw::<Person>(sql("SELECT * FROM people ORDER BY id")).await?;
    assert_eq!((all[0], all.len()), (susan, 3));
    assert!(session.in_transaction());
    session[all[1]].name = "johnny".into();
    session.commit().await?;
    let names = Person::query().order_by(|p| p.id).select(|p| (p.name, p.score)).all(&db).await?;
    assert_eq!(names[..2], [("susan".to_owned(), 11), ("johnny".to_owned(), 7)]);

    // A row that is here already is the same entity, refreshed.
    sql("UPDATE people SET name = 'other' WHERE id = 2").exec(&db).await?;
    let again = session.raw::<Person>(sql("SELECT * FROM people WHERE id = 2").read_only()).await?;
    assert_eq!((again[0], session[all[1]].name.as_str()), (all[1], "other"));

    let error = session.raw::<Person>(sql("SELECT id, name FROM people").read_only()).await.unwrap_err();
    assert_eq!((error.kind(), error.model()), (ErrorKind::Decode, Some("Person")), "{error}");
    assert!(error.to_string().contains("no column `nick`"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_value_is_never_part_of_the_text() -> Result<()> {
    let db = rows().await?;
    let nasty = "x'; DROP TABLE people; --";
    assert_eq!(sql("UPDATE people SET name = {} WHERE id = 1").bind(nasty).exec(&db).await?, 1);
    assert_eq!(Person::query().filter(|p| p.name.eq(nasty)).count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_does_not_fit_is_said() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let error = sql("SELECT {}").exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(recording.entries().len(), 0);
    let error = sql("SELECT id FROM people").all::<Named>(&db).await.unwrap_err();
    assert!(error.to_string().contains("no column `called`: they have id"), "{error}");
    let error = sql("SELECT id FROM people").all::<(i64, String)>(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    Ok(())
}

#[tokio::test]
async fn a_session_writes_before_sql_runs() -> Result<()> {
    let db = rows().await?;
    let mut session = db.session();
    let susan = session.get::<Person>(1).await?.or_404()?;
    session[susan].name = "sue".into();
    let names: Vec<(String,)> = sql("SELECT name FROM people WHERE id = 1").read_only().all(&mut session).await?;
    assert_eq!(names, [("sue".into(),)]);
    Ok(())
}
