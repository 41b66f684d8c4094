//! Rows that the program has, as a source.

use aludel::{prelude::*, values};
use rust_decimal::Decimal;

use crate::{
    models::{Article, Person, Remark, rows},
    support::sent,
};

#[tokio::test]
async fn given_rows_are_joined() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let query = |names: &[(i64, &'static str)]| {
        Person::query()
            .join_query(values(names.iter().copied()), |(p, (id, _))| id.eq(p.id))
            .order_by(|(p, _)| p.id)
            .select(|(p, (_, called))| (p.name, called))
    };
    let found = query(&[(3, "the third"), (1, "it's the first"), (9, "nobody")]).all(&db).await?;
    assert_eq!(found, [("susan", "it's the first"), ("mary", "the third")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(query(&[]).all(&db).await?, []);
    assert_eq!(sent(&recording).len(), 2);

    let left = Person::query()
        .left_join_query(values([(2i64, 7.5)]), |(p, v)| v.get(|(id, _)| id).eq(p.id))
        .order_by(|(p, _)| p.id)
        .select(|(_, v)| v.get(|(_, mark)| mark));
    assert_eq!(left.all(&db).await?, [None, Some(7.5), None]);
    let ids = Person::query().filter(|p| p.id.in_query(values([(1i64,), (3,)]).query().select(|(id,)| id)));
    assert_eq!(ids.order_by(|p| p.id).select(|p| p.id).all(&db).await?, [1, 3]);
    Ok(())
}

#[tokio::test]
async fn values_of_any_type_come_back() -> Result<()> {
    let db = rows().await?;
    let at: Timestamp = "2026-01-02T03:04:05.000006Z".parse().expect("a timestamp");
    type Row = (i64, Option<i32>, Option<String>, bool, f64, Option<Decimal>, Option<Timestamp>);
    let given: [Row; 3] = [
        // Nothing in the first row tells what is in the others.
        (1, None, None, true, 0.5, None, None),
        (
            2,
            Some(-7),
            Some("a text that is longer than those before".into()),
            false,
            -1e100,
            Some(Decimal::new(12345, 3)),
            Some(at),
        ),
        (i64::MAX, Some(i32::MIN), Some(String::new()), true, 2.0, Some(Decimal::new(-1, 2)), None),
    ];
    assert_eq!(values(given.clone()).query().order_by(|(id, ..)| id).all(&db).await?, given);
    let found = values(given.clone()).query().filter(|(_, small, ..)| small.lt(0)).order_by(|(id, ..)| id.desc());
    assert_eq!(found.select(|(id, ..)| id).all(&db).await?, [i64::MAX, 2]);
    let none = values(Vec::<Row>::new()).query().union_all(values(given[..1].to_vec()).query());
    assert_eq!(none.all(&db).await?, given[..1]);

    // Nothing at all in a column.
    let nothing = values([(1i64, None::<i64>, None::<Timestamp>), (2, None, None)]);
    let written = Article::query()
        .join_query(nothing, |(a, (id, ..))| id.eq(a.id))
        .filter(|(a, (_, words, at))| a.id.eq(words).or(a.written.gt(at)).or(words.is_null().and(a.id.eq(2))));
    assert_eq!(written.select(|(a, _)| a.title).all(&db).await?, ["Bee"]);
    Ok(())
}

#[tokio::test]
async fn rows_are_changed_by_given_rows() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let scores = [(1i64, 70i64, None), (3, 85, Some("Maid"))];
    let changed = Person::query()
        .join_query(values(scores.map(|(id, score, nick)| (id, score, nick.map(str::to_owned)))), |(p, (id, ..))| {
            id.eq(p.id)
        })
        .update(|(p, (_, score, nick))| (p.score.set(score + p.id), p.nick.set(nick)))
        .exec(&db)
        .await?;
    assert_eq!((changed, sent(&recording).len()), (2, 1));
    let after = Person::query().order_by(|p| p.id).select(|p| (p.score, p.nick)).all(&db).await?;
    assert_eq!(after, [(71, None), (7, None), (88, Some("Maid".to_owned()))]);

    let deleted =
        Remark::query().join_query(values([("nice",), ("nasty",)]), |(r, (text,))| r.text.eq(text)).delete(&db);
    assert_eq!(deleted.await?, 1);
    assert_eq!(Remark::query().select(|r| r.text).all(&db).await?, ["long"]);
    let none = Remark::query().join_query(values(Vec::<(i64,)>::new()), |(r, (id,))| r.id.eq(id)).delete(&db);
    assert_eq!(none.await?, 0);

    let more = values([("one", 2i64), ("two", 3)]).query();
    assert_eq!(Remark::insert_from(more, |r| (r.text, r.article_id)).exec(&db).await?, 2);
    assert_eq!(Remark::query().count(&db).await?, 3);
    Ok(())
}
