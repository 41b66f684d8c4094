//! Aggregates: of all rows, of groups, of some of them, with one type on every database.

use aludel::{
    expr::{count_all, cube, grouping, grouping_sets, rollup},
    prelude::*,
};
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

/// Texts out of JSON are compared by the collation that other texts have.
#[tokio::test]
async fn groups_are_made_by_texts_out_of_json() -> Result<()> {
    let db = rows().await?;
    let themes = || Person::query().group_by(|p| p.settings.at("theme").as_text());
    let counts = themes().order_by(|p| p.settings.at("theme").as_text().asc().nulls_last());
    let counts: Vec<(Option<String>, i64)> =
        counts.select(|p| (p.settings.at("theme").as_text(), count_all())).all(&db).await?;
    assert_eq!(counts, [(Some("dark".into()), 1), (None, 2)]);

    let longer = themes().having(|p| p.settings.at("theme").as_text().upper().eq("DARK"));
    let longer = longer.select(|p| (p.settings.at("theme").as_text().concat("!"), count_all()));
    assert_eq!(longer.all(&db).await?, [(Some("dark!".to_owned()), 1)]);

    let distinct = || Person::query().distinct().select(|p| (p.settings.at("theme").as_text(),));
    let expected = [(Some("dark".to_owned()),), (None,)];
    match distinct().order_by(|p| p.settings.at("theme").as_text().asc().nulls_last()).all(&db).await {
        Ok(found) => assert_eq!(found, expected),
        Err(error) => assert_eq!((error.kind(), error.help().is_some()), (ErrorKind::Unsupported, true), "{error}"),
    }
    assert_eq!(distinct().subquery().order_by(|(theme,)| theme.asc().nulls_last()).all(&db).await?, expected);
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

#[tokio::test]
async fn groups_of_several_sets_are_made_at_once() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let database = db.engine().dialect().name();
    type Groups = Vec<(Option<i64>, Option<i32>, Option<i64>)>;
    let known: Groups = vec![
        (Some(1), Some(100), Some(100)),
        (Some(1), Some(200), Some(200)),
        (Some(1), None, Some(300)),
        (Some(2), Some(300), Some(300)),
        (Some(2), None, Some(300)),
    ];
    let by_words: Groups =
        [(100, 100), (200, 200), (300, 300)].map(|(words, sum)| (None, Some(words), Some(sum))).to_vec();
    let whole: Groups = vec![(None, None, Some(600))];
    let query = Article::query;
    let cases = [
        (query().group_by_sets(|a| rollup((a.author_id, a.words))), [&known[..], &whole].concat(), true),
        (query().group_by_sets(|a| cube((a.author_id, a.words))), [&known[..], &by_words, &whole].concat(), false),
        (query().group_by_sets(|a| grouping_sets().set((a.author_id, a.words)).set(a.author_id)), known.clone(), false),
        (
            query().group_by_sets(|a| grouping_sets().set(a.author_id).set(a.words).whole()),
            [vec![known[2], known[4]], by_words, whole].concat(),
            false,
        ),
        // Beside what rows are grouped by in every set.
        (query().group_by(|a| a.author_id).group_by_sets(|a| rollup(a.words)), known.clone(), false),
    ];
    let mut sent = 0;
    for (query, expected, is_rollup) in cases {
        let groups = query
            .select(|a| (a.get(|a| a.author_id), a.get(|a| a.words), a.get(|a| a.words).sum()))
            .subquery()
            .order_by(|(author_id, ..)| author_id.asc().nulls_last())
            .order_by(|(_, words, _)| words.asc().nulls_last());
        if database == "postgres" || is_rollup && database != "sqlite" {
            assert_eq!(groups.all(&db).await?, expected);
            sent += 1;
        } else {
            let error = groups.all(&db).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(error.help().is_some_and(|help| help.contains("UNION ALL")), "{error:?}");
        }
    }
    assert_eq!(recording.entries().len(), sent);
    Ok(())
}

#[tokio::test]
async fn what_a_group_is_not_by_is_told_from_null() -> Result<()> {
    let db = rows().await?;
    let groups = Person::query()
        .group_by_sets(|p| rollup(p.boss_id))
        .select(|p| (p.get(|p| p.boss_id), grouping(p.get(|p| p.boss_id)), count_all()));
    if groups.to_sql(db.engine().dialect()).is_err() {
        assert_eq!(groups.all(&db).await.unwrap_err().kind(), ErrorKind::Unsupported);
        return Ok(());
    }
    let mut rows = groups.all(&db).await?;
    rows.sort();
    assert_eq!(rows, [(None, 0, 1), (None, 1, 3), (Some(1), 0, 2)]);
    // Rows of groups, not of the table.
    let sets = || Person::query().group_by_sets(|p| grouping_sets().set(p.active).whole());
    assert_eq!(sets().select(|_| count_all()).count(&db).await?, 3);
    let error = sets().filter(|p| grouping(p.get(|p| p.active)).eq(1)).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    Ok(())
}

#[tokio::test]
async fn values_are_taken_by_their_place_or_all_together() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let by_place = Person::query().select(|p| {
        (
            p.score.percentile_cont(0.25),
            p.rating.percentile_disc(0.5),
            p.active.mode(),
            p.name.mode().filter(p.id.gt(9)),
        )
    });
    let together = Person::query().select(|p| {
        (p.nick.array_agg().order_by(p.id), p.active.array_agg().distinct(), p.id.array_agg().filter(p.id.gt(9)))
    });
    if db.engine().dialect().name() == "postgres" {
        assert_eq!(by_place.one(&db).await?, (Some(2.0), Some(2.25), Some(true), None));
        let nicks = vec![Some("Sue".to_owned()), None, Some("M".to_owned())];
        assert_eq!(together.one(&db).await?, (Some(nicks), Some(vec![false, true]), None));
        assert_eq!(recording.entries().len(), 2);
    } else {
        for error in [by_place.one(&db).await.unwrap_err(), together.one(&db).await.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(error.help().is_some(), "{error:?}");
        }
        assert_eq!(recording.entries().len(), 0);
    }
    let error = Person::query().filter(|p| p.score.mode().eq(1)).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    Ok(())
}
