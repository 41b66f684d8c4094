//! Queries as sources: sub-queries, CTEs, set operations, lateral joins.

use aludel::{
    expr::{count_all, value},
    prelude::*,
};

use crate::{
    models::{Article, Person, rows},
    support::sent,
};

#[derive(FromRow, Debug, PartialEq)]
struct Author {
    name: String,
    articles: i64,
    words: Option<i64>,
}

#[tokio::test]
async fn a_subquery_is_a_source() -> Result<()> {
    let db = rows().await?;
    let counts = Article::query().group_by(|a| a.author_id).select(|a| (a.author_id, count_all()));
    let recording = db.record();
    let found: Vec<(String, i64)> = Person::query()
        .join_query(counts.clone(), |(p, (author, _))| author.eq(p.id))
        .order_by(|(p, _)| p.id)
        .select(|(p, (_, count))| (p.name, count))
        .all(&db)
        .await?;
    assert_eq!(found, [("susan".into(), 2), ("john".into(), 1)]);
    assert_eq!(sent(&recording).len(), 1);

    let left: Vec<(String, Option<i64>)> = Person::query()
        .left_join_query(counts.clone(), |(p, c)| c.get(|(author, _)| author).eq(p.id))
        .order_by(|(p, _)| p.id)
        .select(|(p, c)| (p.name, c.get(|(_, count)| count)))
        .all(&db)
        .await?;
    assert_eq!(left[2], ("mary".into(), None));
    assert_eq!(counts.subquery().filter(|(_, count)| count.gt(1)).count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn columns_become_the_fields_of_a_struct() -> Result<()> {
    let db = rows().await?;
    let authors = Person::query()
        .left_join(|p| p.articles)
        .group_by(|(p, _)| (p.id, p.name))
        .select(|(p, a)| (p.name, a.get(|a| a.id).count(), a.get(|a| a.words.sum())))
        .as_struct::<Author>();
    let found = authors.subquery().filter(|a| a.articles.ne(1)).order_by(|a| a.name).all(&db).await?;
    assert_eq!(found[0], Author { name: "mary".into(), articles: 0, words: None });
    assert_eq!(found[1], Author { name: "susan".into(), articles: 2, words: Some(300) });
    Ok(())
}

#[tokio::test]
async fn a_query_gets_a_name() -> Result<()> {
    let db = rows().await?;
    let long = Article::query().filter(|a| a.words.ge(200)).cte("long_ones");
    let found: Vec<(String, String)> = Person::query()
        .join_query(&long, |(p, a)| a.author_id.eq(p.id))
        .order_by(|(_, a)| a.id)
        .select(|(p, a)| (p.name, a.title))
        .all(&db)
        .await?;
    assert_eq!(found, [("susan".into(), "Bee".into()), ("john".into(), "Cat".into())]);
    let entities = long.query().filter(|a| a.title.eq("Cat")).with(|a| a.author).all(&db).await?;
    assert_eq!(entities[0].author.get().name, "john");
    assert_eq!(long.query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_query_reads_itself() -> Result<()> {
    let db = rows().await?;
    let first = Person::query().filter(|p| p.boss_id.is_null()).select(|p| (p.id, p.name, value(0i64)));
    let tree = Cte::recursive("tree", first, |tree| {
        tree.join_on::<Person>(|((above, ..), p)| p.boss_id.eq(above))
            .select(|((_, _, depth), p)| (p.id, p.name, depth + 1))
    });
    let found: Vec<(String, i64)> =
        tree.query().order_by(|(id, ..)| id).select(|(_, name, depth)| (name, depth)).all(&db).await?;
    assert_eq!(found, [("susan".into(), 0), ("john".into(), 1), ("mary".into(), 1)]);
    Ok(())
}

#[tokio::test]
async fn what_a_query_that_reads_itself_makes_may_be_wider_than_its_first_rows() -> Result<()> {
    let db = rows().await?;
    // An INTEGER that becomes a BIGINT, and a VARCHAR that becomes a TEXT.
    let first = Article::query().filter(|a| a.id.eq(1)).select(|a| (a.words, a.title, a.id));
    let grown = Cte::recursive("grown", first, |grown| {
        grown.filter(|(_, _, step)| step.lt(3)).select(|(words, title, step)| (words * 2, title.concat("!"), step + 1))
    });
    let found = grown.query().order_by(|(words, ..)| words).all(&db).await?;
    assert_eq!(
        found,
        [(100, "Ant 100%", 1), (200, "Ant 100%!", 2), (400, "Ant 100%!!", 3)].map(|(w, t, s)| (w, t.to_owned(), s))
    );

    let first = Article::query().filter(|a| a.id.eq(1)).select(|a| (a.title, a.words)).as_struct::<Grown>();
    let grown = Cte::recursive("grown", first, |grown| {
        grown.filter(|g| g.words.lt(102)).select(|g| (g.title, g.words + 1)).as_struct::<Grown>()
    });
    assert_eq!(grown.query().select(|g| g.words.max()).one(&db).await?, Some(102));
    Ok(())
}

#[tokio::test]
async fn texts_grow_beyond_the_column_or_the_value_they_begin_with() -> Result<()> {
    let db = rows().await?;
    let first =
        Person::query().filter(|p| p.boss_id.is_null()).select(|p| (p.id, p.name, value("/".to_owned()), p.nick));
    let tree = Cte::recursive("tree", first, |tree| {
        tree.join_on::<Person>(|((above, ..), p)| p.boss_id.eq(above)).select(|((_, path, _, nick), p)| {
            (p.id, path.concat("/").concat(p.name.repeat(30)), p.name, nick.concat(p.name.repeat(30)))
        })
    });
    let found = tree.query().order_by(|(id, ..)| id).all(&db).await?;
    let (john, mary) = ("john".repeat(30), "mary".repeat(30));
    assert_eq!(
        found,
        [
            (1, "susan".to_owned(), "/".to_owned(), Some("Sue".to_owned())),
            (2, format!("susan/{john}"), "john".to_owned(), Some(format!("Sue{john}"))),
            (3, format!("susan/{mary}"), "mary".to_owned(), Some(format!("Sue{mary}"))),
        ]
    );
    // A NULL grows to nothing.
    let first = Person::query().filter(|p| p.id.eq(2)).select(|p| (p.id, p.nick));
    let none = Cte::recursive("none", first, |none| {
        none.filter(|(id, _)| id.lt(4)).select(|(id, nick)| (id + 1, nick.concat("!")))
    });
    assert_eq!(none.query().order_by(|(id, _)| id).all(&db).await?, [(2, None), (3, None), (4, None)]);
    Ok(())
}

#[derive(FromRow, Debug)]
#[allow(dead_code)]
struct Grown {
    title: String,
    words: i32,
}

#[tokio::test]
async fn results_are_put_together() -> Result<()> {
    let db = rows().await?;
    let active = || Person::query().filter(|p| p.active);
    let led = || Person::query().filter(|p| p.boss_id.is_not_null());
    let names = |people: Vec<Person>| people.into_iter().map(|p| p.name).collect::<Vec<_>>();
    assert_eq!(
        names(active().union_all(led()).order_by(|p| (p.name, p.id)).all(&db).await?),
        ["john", "john", "mary", "susan"]
    );
    let ids = |query: Query<Person>| query.select(|p| (p.id, p.name));
    let both = ids(active()).union(ids(led())).order_by(|(id, _)| id).limit(2).all(&db).await?;
    assert_eq!(both, [(1, "susan".into()), (2, "john".into())]);
    assert_eq!(ids(active()).intersect(ids(led())).all(&db).await?, [(2, "john".into())]);
    assert_eq!(ids(active()).except(ids(led())).all(&db).await?, [(1, "susan".into())]);
    // A member with an order and a limit of its own.
    let one = ids(led()).order_by(|p| p.id.desc()).limit(1);
    let top = one.union_all(ids(active()).order_by(|p| p.id).limit(1)).order_by(|(id, _)| id).all(&db).await?;
    assert_eq!(top, [(1, "susan".into()), (3, "mary".into())]);
    // Three of them, of which the last takes away.
    let rest = ids(active()).union(ids(led())).except(ids(active())).all(&db).await?;
    assert_eq!(rest, [(3, "mary".into())]);
    Ok(())
}

#[tokio::test]
async fn rows_beside_each_row() -> Result<()> {
    let db = rows().await?;
    let query = Person::query()
        .left_join_lateral(|p| p.articles.query().order_by(|a| a.words.desc()).limit(1))
        .order_by(|(p, _)| p.id)
        .select(|(p, a)| (p.name, a.get(|a| a.title)));
    match query.all(&db).await {
        Ok(found) => {
            let expected = [("susan", Some("Bee")), ("john", Some("Cat")), ("mary", None)];
            assert_eq!(found, expected.map(|(name, title)| (name.to_owned(), title.map(str::to_owned))));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
    Ok(())
}
