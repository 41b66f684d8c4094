//! Aggregates: of all rows, of groups, of some of them, with one type on every database.

use aludel::{expr::count_all, prelude::*};
use rust_decimal::Decimal;

use crate::models::{Article, Person, rows};

#[tokio::test]
async fn aggregates_have_one_type_everywhere() -> Result<()> {
    let db = rows().await?;
    type Row = (i64, i64, Option<i64>, Option<f64>, Option<i32>, Option<i32>);
    let row: Row = Article::query()
        .select(|a| (count_all(), a.id.count(), a.words.sum(), a.words.avg(), a.words.min(), a.words.max()))
        .one(&db)
        .await?;
    assert_eq!(row, (3, 3, Some(600), Some(200.0), Some(100), Some(300)));
    let decimals: (Option<Decimal>, Option<Decimal>) =
        Article::query().select(|a| (a.price.sum(), a.price.avg().cast_decimal(10, 2))).one(&db).await?;
    assert_eq!(decimals.0, Some(Decimal::new(3383, 2)));
    assert_eq!(decimals.1, Some(Decimal::new(1128, 2)));
    let floats: (Option<f64>, Option<f64>) =
        Person::query().select(|p| (p.rating.sum(), p.rating.avg())).one(&db).await?;
    assert_eq!(floats.0, Some(7.25));
    let none: (i64, Option<i64>) =
        Article::query().filter(|a| a.id.gt(99)).select(|a| (a.id.count(), a.words.sum())).one(&db).await?;
    assert_eq!(none, (0, None));
    Ok(())
}

#[tokio::test]
async fn groups_are_made_kept_and_ordered() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let authors: Vec<(String, i64, i64)> = Person::query()
        .left_join(|p| p.articles)
        .group_by(|(p, _)| (p.id, p.name))
        .having(|(_, a)| a.get(|a| a.id).count().ge(1))
        .order_by(|(_, a)| a.get(|a| a.id).count().desc())
        .select(|(p, a)| (p.name, a.get(|a| a.id).count(), a.get(|a| a.words.sum()).coalesce(0)))
        .all(&db)
        .await?;
    assert_eq!(authors, [("susan".into(), 2, 300), ("john".into(), 1, 300)]);
    assert_eq!(recording.entries().len(), 1);

    let counted = Person::query().join(|p| p.articles).group_by(|(p, _)| p).count(&db).await?;
    assert_eq!(counted, 2);
    Ok(())
}

/// What rows are grouped by need not be selected, in whatever a condition on groups says of it.
#[tokio::test]
async fn groups_are_kept_by_what_they_are_grouped_by() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let counts = |least: i32| {
        Article::query()
            .group_by(|a| (a.words + 1, a.title.upper()))
            .having(move |a| {
                (a.words + 1).gt(least).and(a.title.upper().starts_with("B").or((a.words + 1).sum().gt(300)))
            })
            .order_by(|a| (a.words + 1).desc())
            .select(|_| count_all())
    };
    assert_eq!(counts(100).all(&db).await?, [1, 1]);
    assert_eq!(counts(201).all(&db).await?, [1]);
    assert_eq!(recording.entries().len(), 2);
    Ok(())
}

#[tokio::test]
async fn of_distinct_values_of_some_rows_in_an_order() -> Result<()> {
    let db = rows().await?;
    let row: (i64, i64, Option<String>) = Article::query()
        .select(|a| {
            (
                a.author_id.count().distinct(),
                count_all().filter(a.words.gt(100)),
                a.title.string_agg(", ").order_by(a.title.desc()),
            )
        })
        .one(&db)
        .await?;
    assert_eq!(row, (2, 2, Some("Cat, Bee, Ant 100%".into())));
    let between: Option<String> =
        Article::query().select(|a| a.title.string_agg(r"'\").order_by(a.title.desc())).one(&db).await?;
    assert_eq!(between.as_deref(), Some(r"Cat'\Bee'\Ant 100%"));
    Ok(())
}

#[tokio::test]
async fn an_aggregate_in_a_filter_is_refused_before_it_is_sent() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let error = Article::query().filter(|a| a.id.count().gt(1)).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("having"), "{error}");
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}
