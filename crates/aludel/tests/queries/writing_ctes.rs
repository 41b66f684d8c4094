//! CTEs that change rows.

use aludel::{insert, insert_all, prelude::*, query::Returning};

use crate::{
    models::{Article, Person, Remark, rows},
    support::{TestDb, sent},
};

/// The remarks that are gone: their texts, and what they were on.
fn gone() -> Returning<(String, i64)> {
    Remark::query().filter(|r| r.text.eq("nice")).deletion().returning(|r| (r.text, r.article_id))
}

/// Where they are: elsewhere they are refused, with nothing sent and what to do.
async fn postgres(db: &TestDb) -> Result<bool> {
    if db.engine().dialect().name() == "postgres" {
        return Ok(true);
    }
    let recording = db.record();
    let error = gone().cte("gone")?.query().all(db).await.unwrap_err();
    assert_eq!((error.kind(), recording.entries().len()), (ErrorKind::Unsupported, 0), "{error}");
    assert!(error.to_string().contains("INSERT, UPDATE and DELETE in a WITH"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("session")), "{error}");
    Ok(false)
}

#[tokio::test]
async fn one_statement_moves_rows() -> Result<()> {
    let db = rows().await?;
    if !postgres(&db).await? {
        return Ok(());
    }
    let recording = db.record();
    let moved = gone().cte("gone")?.query().select(|(text, article)| (text.concat(", again"), article));
    assert_eq!(Remark::insert_from(moved, |r| (r.text, r.article_id)).exec(&db).await?, 1);
    assert_eq!(recording.entries().len(), 1);
    let texts = || Remark::query().order_by(|r| r.text).select(|r| r.text).all(&db);
    assert_eq!(texts().await?, ["long", "nice, again"]);

    // The rows go on into an UPDATE, and into a DELETE.
    let added =
        insert(new!(Remark { text: "new", article_id: 2 })).returning(|r| (r.text, r.article_id)).cte("added")?;
    let changed = Article::query().join_query(&added, |(a, (_, article))| article.eq(a.id));
    assert_eq!(changed.update(|(a, (text, _))| a.title.set(text)).exec(&db).await?, 1);
    assert_eq!(Article::query().filter(|a| a.title.eq("new")).select(|a| a.id).all(&db).await?, [2]);
    let renamed = Article::query()
        .filter(|a| a.id.eq(3))
        .update(|a| a.title.set("Dog"))
        .returning(|a| (a.id, a.title))
        .cte("renamed")?
        .materialized(true);
    let remarks = Remark::query().join_query(&renamed, |(r, (id, _))| id.eq(r.article_id));
    assert_eq!(
        remarks.deletion().returning(|(r, (_, title))| (r.text, title)).all(&db).await?,
        [("long".into(), "Dog".into())]
    );
    assert_eq!(texts().await?, ["new", "nice, again"]);
    Ok(())
}

#[tokio::test]
async fn a_select_that_writes_is_a_write() -> Result<()> {
    let db = rows().await?;
    if !postgres(&db).await? {
        return Ok(());
    }
    let remarks = || Remark::query().count(&db);
    // In a session: what it holds is written first, and a rollback takes all back.
    let mut session = db.session();
    session.add(new!(Remark { text: "nice", article_id: 2 }));
    let found = gone().cte("gone")?.query().order_by(|(_, article)| article).all(&mut session).await?;
    assert_eq!(found, [("nice".to_owned(), 1), ("nice".into(), 2)]);
    assert!(session.in_transaction());
    session.rollback().await?;
    assert_eq!(remarks().await?, 2);
    let all = Remark::query().deletion().returning(|r| r).cte("all")?;
    assert_eq!(session.all(all.query().order_by(|r| r.id)).await?.len(), 2);
    session.rollback().await?;
    assert_eq!(gone().cte("gone")?.query().count(&mut session).await?, 1);
    assert!(session.in_transaction());
    session.rollback().await?;

    // Where nothing can be written, nothing is sent.
    let recording = db.record();
    let gone_here = gone().cte("gone")?;
    let error = db.read(async |session| gone_here.query().all(session).await).await.unwrap_err();
    assert_eq!((error.kind(), sent(&recording).len()), (ErrorKind::ReadOnly, 0), "{error}");

    // Relations are loaded in the transaction that writes, which is committed.
    let raised = Person::query().filter(|p| p.id.eq(1)).update(|p| p.score.set(p.score + 1)).returning(|p| p);
    let people: Vec<Person> = raised.cte("raised")?.query().with(|p| p.articles).all(&db).await?;
    assert_eq!((people[0].score, people[0].articles.get().len()), (11, 2));
    assert_eq!(Person::query().filter(|p| p.id.eq(1)).one(&db).await?.score, 11);

    // Beside a query that does not read from it, and counted.
    assert!(Person::query().add_cte(&gone().cte("gone")?).exists(&db).await?);
    assert_eq!(remarks().await?, 1);
    let rest = Remark::query().deletion().returning(|r| (r.id,)).cte("rest")?;
    assert_eq!(rest.query().distinct().count(&db).await?, 1);
    assert_eq!(remarks().await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_would_change_rows_twice_or_not_at_all_is_refused() -> Result<()> {
    let db = rows().await?;
    if !postgres(&db).await? {
        return Ok(());
    }
    let recording = db.record();
    let gone = gone().cte("gone")?;
    let paged = gone.query().paginate(1, 10).all(&db).await.unwrap_err();
    assert_eq!((paged.kind(), paged.help().is_some()), (ErrorKind::Usage, true), "{paged}");
    let streamed = gone.query().stream(&db).next().await.unwrap_err();
    assert_eq!((streamed.kind(), streamed.help().is_some()), (ErrorKind::Usage, true), "{streamed}");
    let within = Article::query().filter(|a| a.id.in_query(gone.query().select(|(_, article)| article)));
    let within = within.all(&db).await.unwrap_err();
    assert_eq!((within.kind(), within.help().is_some()), (ErrorKind::Usage, true), "{within}");
    assert_eq!(recording.entries().len(), 0);

    let unlike = [
        new!(Person { name: "a", age: 1, score: 1, active: true, rating: 1.0, settings: (serde_json::json!({})) }),
        new!(Person { name: "b", score: 1, active: true, rating: 1.0, settings: (serde_json::json!({})) }),
    ];
    let unlike = insert_all(unlike).returning(|p| (p.id,)).cte("unlike").err().or_404()?;
    assert_eq!((unlike.kind(), unlike.help().is_some()), (ErrorKind::Usage, true), "{unlike}");
    let twice = Article::query().update(|a| (a.words.set(1), a.words.set(2))).returning(|a| (a.id,)).cte("twice");
    assert_eq!(twice.err().map(|error| error.kind()), Some(ErrorKind::Usage));
    Ok(())
}

#[tokio::test]
async fn errors_of_a_select_that_writes_are_explained() -> Result<()> {
    let db = rows().await?;
    if !postgres(&db).await? {
        return Ok(());
    }
    let all = || Remark::query().deletion().returning(|r| (r.id,)).cte("all");
    let rename = || Person::query().filter(|p| p.name.eq("john")).update(|p| p.name.set("mary"));
    let renamed = rename().returning(|p| p).cte("renamed")?;
    let mut session = db.session();
    let tracked = session.all(renamed.query()).await.map(drop);
    session.rollback().await?;
    let within = renamed.query().all(&mut session).await.map(drop);
    session.rollback().await?;
    let counted = renamed.query().count(&mut session).await.map(drop);
    session.rollback().await?;
    // Whatever model the rows are of, and whatever else is written.
    let beside = Article::query().add_cte(&all()?).add_cte(&renamed).exists(&db).await.map(drop);
    let plain = [renamed.query().all(&db).await.map(drop), renamed.query().count(&db).await.map(drop)];
    for error in [tracked, within, counted, beside].into_iter().chain(plain).map(Result::unwrap_err) {
        assert!(error.violates_unique::<Person, _>(|p| p.name), "{error}");
        assert_eq!((error.model(), error.table()), (Some("Person"), Some("people")), "{error}");
    }

    let lost = insert(new!(Remark { text: "lost", article_id: 77 })).returning(|r| (r.id,)).cte("lost")?;
    let lost = Person::query().add_cte(&lost).all(&db).await.unwrap_err();
    assert_eq!((lost.kind(), lost.model(), lost.table()), (ErrorKind::ForeignKey, Some("Remark"), Some("remark")));
    assert!(
        lost.message().starts_with("a `Remark` refers to a row that is not there, by `Remark.article_id`"),
        "{lost}"
    );

    let susan = Person::query().filter(|p| p.name.eq("susan")).deletion().returning(|p| (p.id,)).cte("susan")?;
    let leads = all()?.query().add_cte(&susan).all(&db).await.unwrap_err();
    assert_eq!((leads.kind(), leads.model(), leads.table()), (ErrorKind::ForeignKey, Some("Person"), Some("people")));
    assert!(leads.message().starts_with("a `Person` cannot be deleted while rows refer to it"), "{leads}");
    assert_eq!(Remark::query().count(&db).await?, 2);
    Ok(())
}
