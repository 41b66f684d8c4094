//! UPDATE, DELETE, INSERT and what they hand back.

use aludel::{expr::value, insert, insert_all, prelude::*};

use crate::{
    models::{Article, Person, Remark, rows},
    support::sent,
};

#[tokio::test]
async fn rows_are_updated_where_they_are() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let changed = Person::query()
        .filter(|p| p.active)
        .update(|p| (p.active.set(false), p.score.set(p.score + 1), p.nick.set(None), p.age.set(p.age + 1)))
        .exec(&db)
        .await?;
    assert_eq!((changed, recording.entries().len()), (2, 1));
    let after: Vec<(i64, Option<String>, Option<i32>)> =
        Person::query().filter(|p| !p.active).order_by(|p| p.id).select(|p| (p.score, p.nick, p.age)).all(&db).await?;
    assert_eq!(after, [(11, None, Some(35)), (8, None, Some(18)), (-3, Some("M".into()), None)]);
    Ok(())
}

#[tokio::test]
async fn an_update_reads_what_was_joined() -> Result<()> {
    let db = rows().await?;
    let changed = Article::query()
        .join(|a| a.author)
        .filter(|(_, p)| p.name.eq("susan"))
        .update(|(a, p)| a.title.set(p.name.concat("'s")))
        .exec(&db)
        .await?;
    assert_eq!(changed, 2);
    let titles = Article::query().order_by(|a| a.id).select(|a| a.title).all(&db).await?;
    assert_eq!(titles, ["susan's", "susan's", "Cat"]);

    let recording = db.record();
    let joined = Article::query().join(|a| a.author).update(|(_, p)| p.name.set("x")).exec(&db).await.unwrap_err();
    assert_eq!(joined.kind(), ErrorKind::Usage, "{joined}");
    let limited = Article::query().limit(1).update(|a| a.words.set(1)).exec(&db).await.unwrap_err();
    assert_eq!(limited.kind(), ErrorKind::Unsupported, "{limited}");
    let twice = Article::query().update(|a| (a.words.set(1), a.words.set(2))).exec(&db).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Usage, "{twice}");
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}

#[tokio::test]
async fn an_update_from_a_subquery_and_of_its_own_relations() -> Result<()> {
    let db = rows().await?;
    let changed = Person::query()
        .filter(|p| p.articles.any(|a| a.words.ge(300)))
        .update(|p| p.score.set(p.articles.count() * 100))
        .exec(&db)
        .await?;
    assert_eq!(changed, 1);
    assert_eq!(Person::query().filter(|p| p.score.eq(100)).select(|p| p.id).all(&db).await?, [2]);
    Ok(())
}

#[tokio::test]
async fn rows_are_deleted_where_they_are() -> Result<()> {
    let db = rows().await?;
    let deleted = Remark::query().join(|r| r.article).filter(|(_, a)| a.words.lt(200)).delete(&db).await;
    match deleted {
        Ok(deleted) => assert_eq!(deleted, 1),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert_eq!(Remark::query().filter(|r| r.article.any(|a| a.words.lt(200))).delete(&db).await?, 1);
        }
    }
    assert_eq!(Remark::query().select(|r| r.id).all(&db).await?, [2]);
    let deleted = Remark::query().deletion().returning(|r| (r.id, r.text)).all(&db).await;
    match deleted {
        Ok(rows) => assert_eq!(rows, [(2, "long".into())]),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
    Ok(())
}

#[tokio::test]
async fn statements_hand_back_what_they_changed() -> Result<()> {
    let db = rows().await?;
    let updated = Person::query()
        .filter(|p| p.id.le(2))
        .update(|p| p.score.set(p.score * 2))
        .returning(|p| (p.id, p.score))
        .all(&db)
        .await;
    if db.engine().dialect().constructs().update_returning {
        let mut updated = updated?;
        updated.sort_unstable();
        assert_eq!(updated, [(1, 20), (2, 14)]);
    } else {
        assert_eq!(updated.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_inserted_without_a_session() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let remark = |text: &str| new!(Remark { text: (text.to_owned()), article_id: 1 });
    assert_eq!(insert(remark("one")).exec(&db).await?, 1);
    assert_eq!(insert_all([remark("two"), remark("three")]).exec(&db).await?, 2);
    assert_eq!(insert_all(Vec::<aludel::New<Remark>>::new()).exec(&db).await?, 0);
    assert_eq!(sent(&recording).len(), 2);
    let several = insert_all([remark("four"), remark("five")]).returning(|r| (r.id, r.text)).all(&db).await;
    let whole = insert(remark("six")).returning(|r| r).first(&db).await;
    if db.engine().dialect().capability().returning {
        assert_eq!(several?, [(6, "four".into()), (7, "five".into())]);
        assert_eq!(whole?.map(|remark: Remark| remark.id), Some(8));
    } else {
        for error in [several.unwrap_err(), whole.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        }
        insert_all(["four", "five", "six"].map(remark)).exec(&db).await?;
    }

    // Rows that were given other columns are inserted along with them, or none is.
    let given = new!(Remark { id: 1, text: "again", article_id: 1 });
    let error = insert_all([remark("seven"), given]).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!(Remark::query().count(&db).await?, 8);

    let related = new!(Remark {
        text: "x",
        article: Article {
            title: "y",
            words: 1,
            price: (rust_decimal::Decimal::ONE),
            written: (Timestamp::UNIX_EPOCH),
            author_id: 1,
        }
    });
    assert_eq!(insert(related).exec(&db).await.unwrap_err().kind(), ErrorKind::Usage);
    Ok(())
}

#[tokio::test]
async fn a_query_is_inserted() -> Result<()> {
    let db = rows().await?;
    let query = Article::query().filter(|a| a.words.ge(200)).select(|a| (a.title.concat("!"), a.id));
    assert_eq!(Remark::insert_from(query, |r| (r.text, r.article_id)).exec(&db).await?, 2);
    let found = Remark::query().filter(|r| r.text.eq("Bee!")).select(|r| r.article_id).all(&db).await?;
    assert_eq!(found, [2]);
    Ok(())
}

#[tokio::test]
async fn what_is_there_already_is_left_or_updated() -> Result<()> {
    let db = rows().await?;
    let susan = |score: i64| {
        new!(Person { name: "susan", score: score, active: true, rating: 0.0, settings: (serde_json::json!({})) })
    };
    insert(susan(1)).on_conflict(|p| p.name).do_nothing().exec(&db).await?;
    let score = || Person::query().filter(|p| p.name.eq("susan")).select(|p| p.score);
    assert_eq!(score().all(&db).await?, [10]);
    match insert(susan(1)).on_any_conflict().do_nothing().returning(|p| p.id).first(&db).await {
        Ok(nothing) => assert_eq!(nothing, None),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }

    insert(susan(5))
        .on_conflict(|p| p.name)
        .do_update(|p, excluded| p.score.set(p.score + excluded.score))
        .exec(&db)
        .await?;
    assert_eq!(score().all(&db).await?, [15]);
    insert(susan(7))
        .on_conflict(|p| p.name)
        .do_update_where(|p, new| p.score.set(new.score), |p, new| new.score.gt(p.score))
        .exec(&db)
        .await?;
    assert_eq!(score().all(&db).await?, [15]);
    // A value of what is done comes after those of each row.
    insert_all([susan(1), susan(2), susan(3)])
        .on_conflict(|p| p.name)
        .do_update(|p, excluded| p.score.set(p.score + excluded.score * 100))
        .exec(&db)
        .await?;
    assert_eq!(score().all(&db).await?, [615]);
    assert_eq!(Person::query().count(&db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_session_writes_first_and_takes_the_statement_into_its_transaction() -> Result<()> {
    let db = rows().await?;
    let mut session = db.session();
    let susan = session.get::<Person>(1).await?.or_404()?;
    session[susan].score = 50;
    let changed = Person::query().filter(|p| p.score.eq(50)).update(|p| p.score.set(51)).exec(&mut session).await?;
    assert_eq!(changed, 1);
    session.refresh(susan).await?;
    assert_eq!(session[susan].score, 51);
    insert(new!(Remark { text: "x", article_id: 1 })).exec(&mut session).await?;
    assert_eq!(Remark::query().count(&mut session).await?, 3);
    session.rollback().await?;
    assert_eq!(Remark::query().count(&db).await?, 2);
    assert_eq!(Person::query().filter(|p| p.id.eq(1)).select(|p| p.score).one(&db).await?, 10);
    Ok(())
}

#[tokio::test]
async fn a_column_gets_a_value_of_any_kind() -> Result<()> {
    let db = rows().await?;
    Person::query()
        .filter(|p| p.id.eq(3))
        .update(|p| (p.nick.set("Mimi"), p.age.set(p.score.cast::<i32>()), p.rating.set(value(0.25))))
        .exec(&db)
        .await?;
    let row = Person::query().filter(|p| p.id.eq(3)).select(|p| (p.nick, p.age, p.rating)).one(&db).await?;
    assert_eq!(row, (Some("Mimi".into()), Some(-3), 0.25));
    Ok(())
}

#[tokio::test]
async fn what_is_refused_is_said_in_terms_of_the_model() -> Result<()> {
    let db = rows().await?;
    let person = |name: &str| {
        new!(Person {
            name: (name.to_owned()),
            score: 1,
            active: true,
            rating: 1.0,
            settings: (serde_json::json!(null))
        })
    };
    let rename = || Person::query().filter(|p| p.name.eq("john")).update(|p| p.name.set("mary"));
    let mut twice = vec![insert(person("susan")).exec(&db).await, rename().exec(&db).await];
    if db.engine().dialect().constructs().update_returning {
        twice.push(rename().returning(|p| p.id).all(&db).await.map(|_| 0));
    }
    for error in twice.into_iter().map(Result::unwrap_err) {
        assert!(error.violates_unique::<Person, _>(|p| p.name), "{error}");
        assert_eq!(error.model(), Some("Person"));
    }

    let susan = Person::query().filter(|p| p.name.eq("susan"));
    let articles = Article::query().cte("articles");
    let authors = Person::query().filter(|p| p.id.in_query(articles.query().select(|a| a.author_id)));
    let mut leads = vec![susan.clone().delete(&db).await, authors.delete(&db).await];
    if db.engine().dialect().capability().returning {
        leads.push(susan.deletion().returning(|p| p.id).all(&db).await.map(|_| 0));
    }
    for error in leads.into_iter().map(Result::unwrap_err) {
        assert_eq!((error.kind(), error.table()), (ErrorKind::ForeignKey, Some("people")), "{error}");
        assert!(error.message().starts_with("a `Person` cannot be deleted while rows refer to it"), "{error}");
    }

    // What a session writes first is its own affair.
    let mut session = db.session();
    session.add(new!(Remark { text: "lost", article_id: 77 }));
    let lost = Person::query().update(|p| p.score.set(0)).exec(&mut session).await.unwrap_err();
    assert_eq!((lost.kind(), lost.model(), lost.table()), (ErrorKind::ForeignKey, Some("Remark"), Some("remark")));
    assert!(lost.message().starts_with("a `Remark` refers to a row that is not there"), "{lost}");

    let recording = db.record();
    let long = "x".repeat(65);
    let added = insert(person(&long)).exec(&db).await.unwrap_err();
    let set = Person::query().update(|p| p.nick.set(&long)).exec(&db).await.unwrap_err();
    for error in [added, set] {
        assert_eq!((error.kind(), error.table()), (ErrorKind::Check, Some("people")));
        assert!(error.message().contains("has room for 64"), "{error}");
    }
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}
