//! Sub-queries inside conditions and selections.

use aludel::{
    expr::{exists, not_exists, outer, row, scalar},
    prelude::*,
};

use crate::models::{Article, Person, PersonFields, Remark, rows};

#[tokio::test]
async fn any_all_and_whether_there_is_one() -> Result<()> {
    let db = rows().await?;
    let names = async |query: Query<Person>| query.order_by(|p| p.id).select(|p| p.name).all(&db).await;
    assert_eq!(names(Person::query().filter(|p| p.articles.any(|a| a.words.gt(150)))).await?, ["susan", "john"]);
    assert_eq!(names(Person::query().filter(|p| p.articles.all(|a| a.words.gt(150)))).await?, ["john", "mary"]);
    assert_eq!(names(Person::query().filter(|p| p.articles.exists())).await?, ["susan", "john"]);
    assert_eq!(names(Person::query().filter(|p| !p.articles.exists())).await?, ["mary"]);
    assert_eq!(names(Person::query().filter(|p| p.boss.any(|b| b.name.eq("susan")))).await?, ["john", "mary"]);
    assert_eq!(
        names(Person::query().filter(|p| p.articles.any(|a| a.remarks.any(|r| r.text.eq("long"))))).await?,
        ["john"]
    );
    Ok(())
}

#[tokio::test]
async fn a_self_relation_tells_its_two_sides_apart() -> Result<()> {
    let db = rows().await?;
    let found: Vec<String> =
        Person::query().filter(|p| p.staff.any(|s| s.score.lt(p.score - 10))).select(|p| p.name).all(&db).await?;
    assert_eq!(found, ["susan"]);
    let none = Person::query().filter(|p| p.staff.any(|s| s.score.gt(p.score))).count(&db).await?;
    assert_eq!(none, 0);
    Ok(())
}

#[tokio::test]
async fn handles_from_two_levels_out() -> Result<()> {
    let db = rows().await?;
    // People with a remark, on one of their articles, that is as long as their name.
    let found: Vec<String> = Person::query()
        .filter(|p| p.articles.any(|a| a.remarks.any(|r| r.text.char_length().eq(outer(p.name.char_length())))))
        .select(|p| p.name)
        .all(&db)
        .await?;
    assert_eq!(found, ["john"]);
    Ok(())
}

#[tokio::test]
async fn queries_that_see_the_one_around_them() -> Result<()> {
    let db = rows().await?;
    let long = |p: PersonFields| exists(Article::within().filter(|a| a.author_id.eq(p.id).and(a.words.gt(250))));
    assert_eq!(Person::query().filter(long).select(|p| p.id).all(&db).await?, [2]);
    let silent = Person::query().filter(|p| not_exists(Article::within().filter(|a| a.author_id.eq(p.id))));
    assert_eq!(silent.select(|p| p.id).all(&db).await?, [3]);

    let counts: Vec<(String, i64, Option<i32>)> = Person::query()
        .order_by(|p| p.id)
        .select(|p| (p.name, p.articles.count(), scalar(p.articles.query().select(|a| a.words.max()))))
        .all(&db)
        .await?;
    assert_eq!(counts, [("susan".into(), 2, Some(200)), ("john".into(), 1, Some(300)), ("mary".into(), 0, None)]);

    // A join inside.
    let remarked =
        Person::query().filter(|p| exists(p.articles.query().join(|a| a.remarks).filter(|(_, r)| r.text.eq("nice"))));
    assert_eq!(remarked.select(|p| p.id).all(&db).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn queries_that_stand_by_themselves() -> Result<()> {
    let db = rows().await?;
    let authors = Article::query().filter(|a| a.words.lt(250)).select(|a| a.author_id);
    assert_eq!(Person::query().filter(|p| p.id.in_query(authors.clone())).select(|p| p.id).all(&db).await?, [1]);
    let others = Person::query().filter(|p| p.id.not_in_query(authors)).order_by(|p| p.id);
    assert_eq!(others.select(|p| p.id).all(&db).await?, [2, 3]);
    let newest = Article::query().order_by(|a| a.id.desc()).limit(1).select(|a| a.author_id);
    assert_eq!(Person::query().filter(|p| p.id.in_query(newest)).select(|p| p.id).all(&db).await?, [2]);
    let pairs = Article::query().select(|a| (a.author_id, a.title));
    assert_eq!(Person::query().filter(|p| row((p.id, p.name)).in_query(pairs)).count(&db).await?, 0);
    let above: Vec<i64> = Person::query()
        .filter(|p| p.rating.gt(scalar(Person::query().select(|p| p.rating.avg()))))
        .select(|p| p.id)
        .all(&db)
        .await?;
    assert_eq!(above, [1]);
    assert_eq!(
        Remark::query().filter(|r| exists(Person::query().filter(|p| p.id.eq(99))).and(r.id.gt(0))).count(&db).await?,
        0
    );
    Ok(())
}
