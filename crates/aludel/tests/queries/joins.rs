//! Joins: by relations and by conditions, to models, to sub-queries, to what may not be there.

use aludel::prelude::*;

use crate::{
    models::{Article, Person, Remark, rows},
    support::sent,
};

#[tokio::test]
async fn a_relation_is_joined_and_both_sides_are_asked() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let found: Vec<(String, String)> = Person::query()
        .join(|p| p.articles)
        .filter(|(p, a)| p.active.and(a.words.ge(200)))
        .order_by(|(_, a)| a.id)
        .select(|(p, a)| (p.name, a.title))
        .all(&db)
        .await?;
    assert_eq!(found, [("susan".into(), "Bee".into()), ("john".into(), "Cat".into())]);
    assert_eq!(recording.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_join_alone_gives_the_first_model_once_a_row() -> Result<()> {
    let db = rows().await?;
    let query = Person::query().join(|p| p.articles).order_by(|(p, _)| p.id);
    let names: Vec<String> = query.clone().all(&db).await?.into_iter().map(|person| person.name).collect();
    assert_eq!(names, ["susan", "susan", "john"]);
    assert_eq!(query.clone().count(&db).await?, 3);

    let mut session = db.session();
    let tracked = session.all(query).await?;
    assert_eq!(tracked[0], tracked[1]);
    Ok(())
}

#[tokio::test]
async fn three_sources_and_entities_of_each() -> Result<()> {
    let db = rows().await?;
    let found: Vec<(Remark, Article, Person)> = Remark::query()
        .join(|r| r.article)
        .join(|(_, a)| a.author)
        .order_by(|(r, ..)| r.id)
        .select(|(r, a, p)| (r, a, p))
        .all(&db)
        .await?;
    let names: Vec<_> = found.iter().map(|(r, a, p)| (r.text.as_str(), a.title.as_str(), p.name.as_str())).collect();
    assert_eq!(names, [("nice", "Ant 100%", "susan"), ("long", "Cat", "john")]);
    Ok(())
}

#[tokio::test]
async fn what_a_left_join_lacks_is_none() -> Result<()> {
    let db = rows().await?;
    let query = Person::query().left_join(|p| p.articles).order_by(|(p, a)| (p.id, a.get(|a| a.id)));
    let titles: Vec<(String, Option<String>)> =
        query.clone().select(|(p, a)| (p.name, a.get(|a| a.title))).all(&db).await?;
    assert_eq!(titles.len(), 4);
    assert_eq!(titles[3], ("mary".into(), None));

    let entities: Vec<(i64, Option<Article>)> = query.clone().select(|(p, a)| (p.id, a)).all(&db).await?;
    assert_eq!(entities[0].1.as_ref().map(|article| article.words), Some(100));
    assert!(entities[3].1.is_none());

    // A relation leads on from there.
    let remarks: Vec<(String, Option<String>)> = query
        .left_join(|(_, a)| a.get(|a| a.remarks))
        .select(|(p, _, r)| (p.name, r.get(|r| r.text.upper())))
        .all(&db)
        .await?;
    assert_eq!(remarks[0], ("susan".into(), Some("NICE".into())));
    assert_eq!(remarks[1], ("susan".into(), None));
    Ok(())
}

#[tokio::test]
async fn a_model_is_joined_to_itself() -> Result<()> {
    let db = rows().await?;
    let pairs: Vec<(String, String)> = Person::query()
        .join_on::<Person>(|(p, other)| p.score.lt(other.score))
        .order_by(|(p, other)| (p.id, other.id))
        .select(|(p, other)| (p.name, other.name))
        .all(&db)
        .await?;
    let expected = [("john", "susan"), ("mary", "susan"), ("mary", "john")];
    assert_eq!(pairs, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));

    let bosses: Vec<(String, Option<String>)> = Person::query()
        .left_join(|p| p.boss)
        .order_by(|(p, _)| p.id)
        .select(|(p, boss)| (p.name, boss.get(|b| b.name)))
        .all(&db)
        .await?;
    assert_eq!(bosses[0], ("susan".into(), None));
    assert_eq!(bosses[2], ("mary".into(), Some("susan".into())));
    Ok(())
}

#[tokio::test]
async fn right_full_and_cross_joins() -> Result<()> {
    let db = rows().await?;
    let found: Vec<(Option<String>, String)> = Remark::query()
        .right_join_on::<Article>(|(r, a)| r.get(|r| r.article_id).eq(a.id))
        .order_by(|(_, a)| a.id)
        .select(|(r, a)| (r.get(|r| r.text), a.title))
        .all(&db)
        .await?;
    assert_eq!(found[1], (None, "Bee".into()));
    let whole: Vec<(Option<Remark>, Article)> =
        Remark::query().right_join_on::<Article>(|(r, a)| r.get(|r| r.article_id).eq(a.id)).all(&db).await?;
    assert_eq!(whole.iter().filter(|(remark, _)| remark.is_none()).count(), 1);

    assert_eq!(Person::query().cross_join::<Article>().count(&db).await?, 9);

    let full = Remark::query()
        .full_join_on::<Article>(|(r, a)| r.get(|r| r.article_id).eq(a.get(|a| a.id)).and(a.get(|a| a.words).eq(100)));
    match full.count(&db).await {
        Ok(count) => assert_eq!(count, 4),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
    Ok(())
}

#[tokio::test]
async fn what_is_loaded_along_is_loaded_after_a_join_too() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let people = Person::query()
        .join(|p| p.boss)
        .filter(|(_, boss)| boss.name.eq("susan"))
        .order_by(|(p, _)| p.id)
        .with(|p| p.articles)
        .all(&db)
        .await?;
    assert_eq!(people[0].articles.get().len(), 1);
    assert_eq!(people[1].articles.get().len(), 0);
    assert_eq!(sent(&recording).len(), 2);
    Ok(())
}
