//! Functions that give rows, as sources.

use aludel::{
    elements,
    expr::{Compare, count_all, exists, scalar, value},
    members,
    prelude::*,
    series, unnest,
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::{
    models::{Article, Person, rows},
    support::{TestDb, sent},
};

/// The same in Rust.
fn counted(start: i64, stop: i64, step: i64) -> Vec<i64> {
    let next = |n: &i64| n.checked_add(step);
    let within = |n: &i64| if step > 0 { *n <= stop } else { *n >= stop };
    std::iter::successors(Some(start), next).take_while(within).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_what_counting_gives() {
    let db = TestDb::new().await;
    let found = async |start, stop, step| {
        let found = series(start, stop).step(step).query().select(|(n,)| n).all(&db).await.unwrap();
        let mut sorted = found;
        sorted.sort_unstable_by_key(|n| if step > 0 { i128::from(*n) } else { -i128::from(*n) });
        sorted
    };
    for (start, stop, step) in [
        (i64::MAX - 1, i64::MAX, 1),
        (i64::MIN + 1, i64::MIN, -1),
        (i64::MAX, i64::MAX, i64::MAX),
        (0, i64::MAX, i64::MAX),
        (0, -i64::MAX, i64::MIN),
        (1, 0, 1),
        (0, 1, -1),
    ] {
        assert_eq!(found(start, stop, step).await, counted(start, stop, step), "{start} to {stop} by {step}");
    }
    let any = (-500..500_i64, -500..500_i64, prop_oneof![-40..=-1_i64, 1..=40_i64]);
    let mut runner = TestRunner::new(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() });
    let handle = tokio::runtime::Handle::current();
    let check = |(start, stop, step)| {
        let rows = tokio::task::block_in_place(|| handle.block_on(found(start, stop, step)));
        prop_assert_eq!(rows, counted(start, stop, step));
        Ok(())
    };
    runner.run(&any, check).unwrap();
}

#[tokio::test]
async fn a_series_is_joined_grouped_and_looked_into() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    // Each number of hundreds of words, and how many articles have it.
    let hundreds = series(1, 4)
        .query()
        .left_join_on::<Article>(|((n,), a)| (n * 100).eq(a.get(|a| a.words.cast::<i64>())))
        .group_by(|((n,), _)| n)
        .order_by(|((n,), _)| n)
        .select(|((n,), a)| (n, a.get(|a| a.id).count()));
    assert_eq!(hundreds.all(&db).await?, [(1, 1), (2, 1), (3, 1), (4, 0)]);
    let joined = Person::query().join_query(series(1, 2), |(p, (n,))| p.id.eq(n)).order_by(|(p, _)| p.id);
    assert_eq!(
        joined.select(|(p, (n,))| (p.name, n + 10)).all(&db).await?,
        [("susan".into(), 11), ("john".into(), 12)]
    );
    let listed = Person::query().filter(|p| p.id.in_query(series(2, 9).query().select(|(n,)| n)));
    assert_eq!(listed.count(&db).await?, 2);
    let distinct = Person::query().join_lateral(|p| series(p.id, 3)).select(|(_, (n,))| (n * 2,)).distinct();
    assert_eq!(distinct.subquery().order_by(|(n,)| n).all(&db).await?, [(2,), (4,), (6,)]);
    assert_eq!(sent(&recording).len(), 4);

    // As many rows as the row before has points; mary has none.
    let points = Person::query()
        .left_join_lateral(|p| series(5, p.score))
        .order_by(|(p, n)| (p.id, n.get(|(n,)| n)))
        .select(|(p, n)| (p.id, n.get(|(n,)| n)));
    let of = |id, to: i64| (5..=to).map(move |n| (id, Some(n)));
    assert_eq!(points.all(&db).await?, of(1, 10).chain(of(2, 7)).chain([(3, None)]).collect::<Vec<_>>());
    // What may be NULL gives no rows.
    let led = Person::query().join_lateral(|p| series(p.boss_id, 2)).order_by(|(p, (n,))| (p.id, n));
    assert_eq!(led.select(|(p, (n,))| (p.id, n)).all(&db).await?, [(2, 1), (2, 2), (3, 1), (3, 2)]);
    // Of a sub-query, and in one.
    let most = scalar(Person::query().select(|p| p.id.max()));
    let upwards = Person::query().filter(|p| p.id.eq(1)).join_lateral(|_| series(1, most));
    assert_eq!(upwards.count(&db).await?, 3);
    let sum = Person::query().order_by(|p| p.id).select(|p| scalar(series(1, p.id).within().select(|(n,)| n.sum())));
    assert_eq!(sum.all(&db).await?, [Some(1), Some(3), Some(6)]);
    Ok(())
}

#[tokio::test]
async fn a_series_that_cannot_be_is_an_error() -> Result<()> {
    let db = TestDb::new().await;
    let error = series(1, 2).step(0).query().all(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "a series goes on by 0, which leads nowhere"));
    // PostgreSQL would count on for years.
    if db.engine().dialect().name() != "postgres" {
        for (start, stop) in [(i64::MIN, i64::MAX), (1, 1 << 60), (1, 3_000_000_000)] {
            assert!(series(start, stop).query().count(&db).await.is_err(), "{start} to {stop}");
        }
    }
    Ok(())
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just(0.5), Just(-1.25e10), Just(0.1)].prop_map(Value::from),
        prop_oneof![
            Just("".to_owned()),
            Just("null".into()),
            Just("a\"b\\c'd".into()),
            Just("\n\t\u{1}".into()),
            Just("ü😀".into()),
            "[ -~]{0,6}"
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let key = prop_oneof!["[ -~]{0,4}", Just("ü\u{1}\"\\".to_owned()), Just("$[0]".into())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_and_members_of_any_json_are_those_it_has() {
    let db = TestDb::new().await;
    let handle = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() });
    let check = |document: Value| {
        let listed = elements(value(document.clone())).query().order_by(|(place, _)| place).all(&db);
        let listed = tokio::task::block_in_place(|| handle.block_on(listed)).unwrap();
        let expected = document.as_array().into_iter().flatten().cloned();
        prop_assert_eq!(listed, (0..).zip(expected).collect::<Vec<_>>());
        let found = members(value(document.clone())).query().all(&db);
        let mut found = tokio::task::block_in_place(|| handle.block_on(found)).unwrap();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let expected = document.as_object().into_iter().flatten();
        let mut expected: Vec<_> = expected.map(|(key, value)| (key.clone(), value.clone())).collect();
        expected.sort_by(|(one, _), (other, _)| one.cmp(other));
        prop_assert_eq!(found, expected);
        Ok(())
    };
    runner.run(&documents(), check).unwrap();
}

#[tokio::test]
async fn elements_and_members_of_each_row() -> Result<()> {
    let db = rows().await?;
    let tags = Person::query()
        .left_join_lateral(|p| elements(p.settings.at("tags").as_json()))
        .order_by(|(p, tag)| (p.id, tag.get(|(place, _)| place)))
        .select(|(p, tag)| (p.name, tag.get(|(place, _)| place), tag.get(|(_, tag)| tag.as_text())));
    let row = |name: &str, place, tag: Option<&str>| (name.to_owned(), place, tag.map(str::to_owned));
    assert_eq!(
        tags.all(&db).await?,
        [
            row("susan", Some(0), Some("a")),
            row("susan", Some(1), Some("b")),
            row("john", None, None),
            row("mary", None, None)
        ]
    );
    let themes = Person::query()
        .join_lateral(|p| members(p.settings))
        .filter(|(_, (key, value))| key.ne("tags").and(value.ne(json!(null))))
        .order_by(|(_, (key, _))| key)
        .select(|(p, (key, value))| (p.id, key, value));
    assert_eq!(themes.all(&db).await?, [(1, "size".into(), json!(12)), (1, "theme".into(), json!("dark"))]);
    let keys = Person::query()
        .join_lateral(|p| members(p.settings))
        .group_by(|(_, (key, _))| key)
        .having(|_| count_all().gt(1))
        .select(|(_, (key, _))| (key, count_all()));
    assert_eq!(keys.all(&db).await?, [("theme".to_owned(), 2)]);
    // Elements of members, and of what a sub-query gives.
    let deep = Person::query()
        .join_lateral(|p| members(p.settings))
        .join_lateral(|(_, (_, value))| elements(value))
        .order_by(|(.., (place, _))| place.desc())
        .select(|(_, (key, _), (_, element))| (key, element.as_text()));
    assert_eq!(deep.all(&db).await?, [("tags".into(), Some("b".into())), ("tags".into(), Some("a".into()))]);
    let of_query = Person::query()
        .select(|p| (p.id, p.settings.at("tags").as_json()))
        .subquery()
        .join_lateral(|(_, tags)| elements(tags))
        .order_by(|(_, (place, _))| place)
        .select(|((id, _), (place, _))| (id, place));
    assert_eq!(of_query.all(&db).await?, [(1, 0), (1, 1)]);

    let tagged = |tag: &'static str| {
        Person::query().filter(move |p| {
            exists(elements(p.settings.at("tags").as_json()).within().filter(move |(_, it)| it.as_text().eq(tag)))
        })
    };
    assert_eq!(tagged("b").select(|p| p.id).all(&db).await?, [1]);
    assert_eq!(tagged("c").count(&db).await?, 0);
    let numbers = elements(value(json!([3, 1, 2]))).query().select(|(_, n)| n.as_value::<i64>());
    let within = Person::query().filter(|p| p.id.compare_any(Compare::Eq, numbers)).order_by(|p| p.id);
    assert_eq!(within.select(|p| p.id).all(&db).await?, [1, 2, 3]);
    Ok(())
}

#[tokio::test]
async fn rows_are_changed_by_what_functions_give() -> Result<()> {
    let db = rows().await?;
    let tagged = || Person::query().join_lateral(|p| elements(p.settings.at("tags").as_json()));
    let changed = tagged()
        .filter(|(_, (_, tag))| tag.as_text().eq("b"))
        .update(|(p, (place, _))| p.score.set(place + 100))
        .exec(&db)
        .await?;
    assert_eq!(changed, 1);
    assert_eq!(Person::query().order_by(|p| p.id).select(|p| p.score).all(&db).await?, [101, 7, -3]);
    let by_numbers = Person::query().join_query(series(2, 3), |(p, (n,))| p.id.eq(n));
    assert_eq!(by_numbers.update(|(p, (n,))| p.score.set(n * 10)).exec(&db).await?, 2);
    assert_eq!(Person::query().order_by(|p| p.id).select(|p| p.score).all(&db).await?, [101, 20, 30]);
    let copies = Article::query()
        .filter(|a| a.id.eq(1))
        .join_lateral(|a| series(1, a.id + 1))
        .select(|(a, (n,))| (a.title.concat(n.cast::<String>()), a.words, a.price, a.written, a.author_id));
    let copied =
        Article::insert_from(copies, |a| (a.title, a.words, a.price, a.written, a.author_id)).exec(&db).await?;
    assert_eq!(copied, 2);
    let gone = Article::query().join_query(series(4, 5), |(a, (n,))| a.id.eq(n)).delete(&db).await?;
    assert_eq!(gone, 2);
    Ok(())
}

#[tokio::test]
async fn arrays_are_rows_where_there_are_any() -> Result<()> {
    let db = TestDb::new().await;
    let listed = unnest(value(vec![Some("a".to_owned()), None])).query().order_by(|(place, _)| place).all(&db).await;
    let none = unnest(value(Vec::<i64>::new())).query().count(&db).await;
    if db.engine().dialect().capability().arrays {
        assert_eq!((listed?, none?), (vec![(0, Some("a".into())), (1, None)], 0));
        return Ok(());
    }
    for error in [listed.unwrap_err(), none.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.message(), format!("{} has no unnest, nor any arrays", db.engine().dialect().name()));
        assert!(error.to_string().contains("Json<Vec<…>>"), "{error}");
    }
    Ok(())
}
