//! Queries as values: kept, passed, extended, printed.

use aludel::{Expr, prelude::*, query::Boxed, sql::dialect};

use crate::models::{Article, ArticleFields, Person, PersonFields, rows};

fn grown<S>(p: PersonFields<S>) -> Expr<S> {
    p.age.ge(18)
}

fn long<S>(a: ArticleFields<S>, words: i32) -> Expr<S> {
    a.words.gt(words)
}

struct Listing {
    people: Query<Person>,
    names: Vec<Query<Boxed, String>>,
}

#[tokio::test]
async fn a_query_is_built_by_and_by_and_used_for_all_kinds_of_things() -> Result<()> {
    let db = rows().await?;
    let (name, only_grown) = (Some("s"), true);
    let mut people = Person::query();
    if only_grown {
        people = people.filter(grown);
    }
    people = people.filter_some(name, |p, name| p.name.starts_with(name));
    let listing = Listing {
        names: vec![
            people.clone().select(|p| p.name).boxed(),
            Article::query()
                .join(|a| a.author)
                .filter(|(a, p)| long(a, 250).and(p.active))
                .select(|(a, _)| a.title)
                .boxed(),
        ],
        people,
    };
    assert_eq!(listing.people.clone().count(&db).await?, 1);
    assert!(listing.people.clone().exists(&db).await?);
    let mut found = Vec::new();
    for query in listing.names {
        found.extend(query.limit(5).all(&db).await?);
    }
    assert_eq!(found, ["susan", "Cat"]);
    assert_eq!(listing.people.clone().update(|p| p.score.set(0)).exec(&db).await?, 1);
    assert_eq!(Person::query().filter(|p| p.id.in_query(listing.people.select(|p| p.id))).count(&db).await?, 1);
    Ok(())
}

#[test]
fn a_predicate_fits_wherever_the_model_is() {
    let nested = Person::query().filter(|p| p.articles.any(|a| long(a, 7)));
    let joined = Person::query().join(|p| p.articles).filter(|(_, a)| long(a, 7));
    let plain = Article::query().filter(|a| long(a, 7));
    for text in [format!("{nested:?}"), format!("{joined:?}"), format!("{plain:?}")] {
        assert!(text.contains("words > ?"), "{text}");
    }
}

#[test]
fn a_query_is_printed_for_any_database() -> Result<()> {
    let query = Person::query().filter(|p| p.name.eq("susan")).select(|p| (p.id, p.name));
    assert_eq!(format!("{query:?}"), "SELECT id, name FROM people WHERE name = ?1");
    let sql = query.to_sql(&dialect::POSTGRES)?;
    assert_eq!(sql.sql, r#"SELECT "id", "name" FROM "people" WHERE "name" = $1"#);
    assert_eq!(sql.params.len(), 1);
    assert_eq!(query.to_sql(&dialect::MYSQL)?.sql, "SELECT `id`, `name` FROM `people` WHERE `name` = ?");
    Ok(())
}

#[tokio::test]
async fn a_column_of_a_query_that_is_over_is_refused_before_it_is_sent() -> Result<()> {
    let db = rows().await?;
    let mut kept = None;
    let _ = Person::query().filter(|p| {
        p.articles.any(|a| {
            kept = Some(a.words);
            a.id.gt(0)
        })
    });
    let recording = db.record();
    let words = kept.expect("the closure was called");
    let error = Person::query().filter(|p| p.articles.any(|a| a.words.gt(words))).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}

#[tokio::test]
async fn queries_of_one_shape_share_their_text() -> Result<()> {
    let db = rows().await?;
    let texts = async |words: i32, limit: u64| {
        let recording = db.record();
        let query = Person::query().filter(|p| p.articles.any(|a| long(a, words))).order_by(|p| p.id).limit(limit);
        let found = query.select(|p| p.id).all(&db).await?;
        Ok::<_, Error>((found, recording.entries()[0].sql.clone()))
    };
    let (first, text) = texts(150, 9).await?;
    let (second, same) = texts(250, 1).await?;
    assert_eq!((first, second), (vec![1, 2], vec![2]));
    assert_eq!(text, same);
    // A text that is kept is given the values of each.
    let (third, _) = texts(150, 1).await?;
    assert_eq!(third, [1]);
    Ok(())
}
