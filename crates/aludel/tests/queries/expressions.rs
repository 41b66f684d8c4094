//! What columns and expressions can be asked: each on every database, with one result.

use aludel::{
    expr::{Compare, all_of, any_of, case, fragment, func, random, row, today, value},
    prelude::*,
    sql,
};
use rust_decimal::Decimal;
use serde_json::json;

use crate::models::{Article, Person, PersonFields, rows};

async fn ids<P: aludel::expr::IntoPredicate<Person>>(
    db: &Db,
    condition: impl FnOnce(PersonFields) -> P,
) -> Result<Vec<i64>> {
    Person::query().filter(condition).order_by(|p| p.id).select(|p| p.id).all(db).await
}

#[tokio::test]
async fn conditions() -> Result<()> {
    let db = rows().await?;
    assert_eq!(ids(&db, |p| p.active).await?, [1, 2]);
    assert_eq!(ids(&db, |p| !p.active).await?, [3]);
    assert_eq!(ids(&db, |p| p.age.eq(17)).await?, [2]);
    assert_eq!(ids(&db, |p| p.age.ne(17)).await?, [1]);
    assert_eq!(ids(&db, |p| p.age.is_null()).await?, [3]);
    assert_eq!(ids(&db, |p| p.age.is_distinct_from(17)).await?, [1, 3]);
    assert_eq!(ids(&db, |p| p.nick.is_not_distinct_from(value(None::<String>))).await?, [2]);
    assert_eq!(ids(&db, |p| p.score.between(7, 10)).await?, [1, 2]);
    assert_eq!(ids(&db, |p| p.score.not_between(7, 10)).await?, [3]);
    assert_eq!(ids(&db, |p| p.score.between_symmetric(10, 7)).await?, [1, 2]);
    assert_eq!(ids(&db, |p| !p.score.between_symmetric(7, 10)).await?, [3]);
    assert_eq!(ids(&db, |p| p.age.between_symmetric(40, 17).and(p.active)).await?, [1, 2]);
    assert_eq!(ids(&db, |p| p.score.in_list([10, -3])).await?, [1, 3]);
    assert_eq!(ids(&db, |p| p.score.not_in_list([10, -3])).await?, [2]);
    assert_eq!(ids(&db, |p| p.age.in_list(Vec::<i32>::new())).await?, [0i64; 0]);
    assert_eq!(ids(&db, |p| p.age.not_in_list(Vec::<i32>::new())).await?, [1, 2, 3]);
    assert_eq!(ids(&db, |p| (p.score + 3).gt(p.id * 5)).await?, [1]);
    assert_eq!(ids(&db, |p| p.name.upper().eq("SUSAN")).await?, [1]);
    assert_eq!(ids(&db, |p| p.active.and(p.age.lt(18)).or(p.id.eq(3))).await?, [2, 3]);
    assert_eq!(ids(&db, |p| !(p.age.lt(18) | p.id.eq(3))).await?, [1]);
    assert_eq!(ids(&db, |p| any_of([p.id.eq(1), p.id.eq(3)])).await?, [1, 3]);
    assert_eq!(ids(&db, |_| any_of(Vec::<Expr<Person>>::new())).await?, [0i64; 0]);
    assert_eq!(ids(&db, |p| all_of([p.id.gt(1), p.id.lt(3)])).await?, [2]);
    assert_eq!(ids(&db, |_| all_of(Vec::<Expr<Person>>::new())).await?, [1, 2, 3]);
    assert_eq!(ids(&db, |p| row((p.name, p.score)).in_list([("john", 7), ("mary", 0)])).await?, [2]);
    assert_eq!(ids(&db, |p| row((p.active, p.id)).eq((true, 2))).await?, [2]);
    Ok(())
}

#[tokio::test]
async fn conditions_by_the_thousand_are_written_and_those_too_deep_are_refused() -> Result<()> {
    let db = rows().await?;
    assert_eq!(ids(&db, |p| any_of((3..3_000i64).map(|id| p.id.eq(id)))).await?, [3]);
    assert_eq!(ids(&db, |p| all_of((3..3_000i64).map(|id| p.id.ne(id)))).await?, [1, 2]);
    let filters = (3..3_000i64).fold(Person::query(), |query, id| query.filter(|p| p.id.ne(id)));
    assert_eq!(filters.count(&db).await?, 2);

    let nots = ids(&db, |p| (0..5_000).fold(p.id.eq(1), |inside, _| !inside)).await;
    let both = ids(&db, |p| (0..5_000).fold(p.id.eq(1), |inside, id| inside.or(p.id.eq(id)).and(p.active))).await;
    let queries = (0..5_000)
        .fold(Person::query(), |inside, _| Person::query().filter(|p| p.id.in_query(inside.select(|p| p.id))));
    for refused in [nots.unwrap_err(), both.unwrap_err(), queries.count(&db).await.unwrap_err()] {
        assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused}");
    }
    Ok(())
}

#[tokio::test]
async fn texts() -> Result<()> {
    let db = rows().await?;
    assert_eq!(ids(&db, |p| p.name.like("_us%")).await?, [1]);
    assert_eq!(ids(&db, |p| p.name.not_like("%n")).await?, [3]);
    assert_eq!(ids(&db, |p| p.name.ilike("JO%")).await?, [2]);
    assert_eq!(ids(&db, |p| p.name.icontains("AR")).await?, [3]);
    assert_eq!(ids(&db, |p| p.name.istarts_with("Su").or(p.name.iends_with("HN"))).await?, [1, 2]);
    assert_eq!(ids(&db, |p| p.name.left(-1).eq("").and(p.name.right(-1).eq(""))).await?, [1, 2, 3]);
    let percent = Article::query().filter(|a| a.title.contains("0%")).count(&db).await?;
    assert_eq!(percent, 1);

    type Texts = (String, String, i64, String, String, i64, String, String, String, Option<String>);
    let texts: Texts = Person::query()
        .filter(|p| p.name.eq("susan"))
        .select(|p| {
            (
                p.name.upper(),
                p.name.concat(" ").concat(p.name).trim(),
                p.name.char_length(),
                p.name.replace("s", "z"),
                p.name.substring(2, 3),
                p.name.position_of("san"),
                p.name.left(2),
                p.name.right(2),
                p.name.repeat(2),
                p.nick.lower(),
            )
        })
        .one(&db)
        .await?;
    let (upper, twice, length, replaced, part, position, left, right, repeated, nick) = texts;
    assert_eq!((&*upper, &*twice, length, &*replaced), ("SUSAN", "susan susan", 5, "zuzan"));
    assert_eq!((&*part, position, &*left, &*right, &*repeated), ("usa", 3, "su", "an", "susansusan"));
    assert_eq!(nick.as_deref(), Some("sue"));
    let by_patterns = |name: &'static str| {
        Person::query().filter(move |p| p.name.eq(name)).select(|p| {
            (
                p.name.regexp_replace("s(.)", "<$1>"),
                p.name.iregexp_replace("S(U)?", "$0-$1;"),
                p.name.regexp_replace("(S)", "$1"),
                p.name.regexp_replace("n$", r"\$$\1$0"),
                p.nick.regexp_replace(p.nick, ""),
            )
        })
    };
    let (groups, insensitive, case, special, nick) = by_patterns("susan").one(&db).await?;
    assert_eq!((&*groups, &*insensitive, &*case), ("<u><a>n", "su-u;s-;an", "susan"));
    assert_eq!((&*special, nick.as_deref()), (r"susa\$\1n", Some("")));
    assert_eq!(by_patterns("john").one(&db).await?.4, None);
    let alone = Person::query().select(|p| p.name.regexp_replace("s", "$s")).all(&db).await.unwrap_err();
    assert_eq!(alone.kind(), ErrorKind::Usage, "{alone}");

    let padded: String =
        Person::query().filter(|p| p.id.eq(1)).select(|_| value("  a ".to_owned()).trim_start()).one(&db).await?;
    assert_eq!(padded, "a ");
    Ok(())
}

#[derive(aludel::Field, Clone, Copy, Debug, PartialEq)]
struct PersonId(i64);

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
enum Nick {
    #[db_enum(rename = "Sue")]
    Sue,
    #[db_enum(rename = "M")]
    Mary,
}

#[tokio::test]
async fn types_change_in_rust_alone() -> Result<()> {
    let db = rows().await?;
    let typed = Person::query().order_by(|p| p.id).select(|p| {
        (p.id.type_coerce::<PersonId>(), p.boss_id.type_coerce::<PersonId>(), p.nick.type_coerce::<Nick>())
    });
    let plain = Person::query().order_by(|p| p.id).select(|p| (p.id, p.boss_id, p.nick));
    for dialect in [&sql::dialect::SQLITE as &dyn sql::Dialect, &sql::dialect::POSTGRES, &sql::dialect::MYSQL] {
        assert_eq!(typed.to_sql(dialect)?.sql, plain.to_sql(dialect)?.sql);
    }
    let found = typed.all(&db).await?;
    assert_eq!(found[0], (PersonId(1), None, Some(Nick::Sue)));
    assert_eq!(found[1], (PersonId(2), Some(PersonId(1)), None));
    assert_eq!(ids(&db, |p| p.boss_id.type_coerce::<PersonId>().eq(PersonId(1))).await?, [2, 3]);
    let wrong =
        Person::query().filter(|p| p.id.eq(1)).select(|p| p.name.type_coerce::<Nick>()).all(&db).await.unwrap_err();
    assert!(wrong.to_string().contains("susan"), "{wrong}");
    Ok(())
}

#[tokio::test]
async fn numbers_at_random_are_less_than_one_and_others_for_each_row() -> Result<()> {
    let db = rows().await?;
    let numbers = || Person::query().select(|_| random());
    let mut found = Vec::new();
    for _ in 0..20 {
        found.extend(numbers().all(&db).await?);
    }
    assert!(found.iter().all(|number| (0.0..1.0).contains(number)), "{found:?}");
    found.sort_by(f64::total_cmp);
    found.dedup();
    assert_eq!(found.len(), 60);
    assert!(found[0] < 0.5 && found[59] > 0.5, "{found:?}");

    let mut shuffled = Person::query().order_by(|_| random()).select(|p| p.id).all(&db).await?;
    shuffled.sort_unstable();
    assert_eq!(shuffled, [1, 2, 3]);
    Ok(())
}

#[tokio::test]
async fn numbers_have_one_type_everywhere() -> Result<()> {
    let db = rows().await?;
    let john = Person::query().filter(|p| p.id.eq(2));
    let integers: (i64, i64, i64, i64, i64, f64, Option<i32>, i64) = john
        .clone()
        .select(|p| {
            (
                p.score + 1,
                p.score - 10,
                -p.score,
                p.score % 4,
                p.score.int_div(2),
                p.score / 2,
                p.age * 2,
                p.score.abs(),
            )
        })
        .one(&db)
        .await?;
    assert_eq!(integers, (8, -3, -7, 3, 3, 3.5, Some(34), 7));
    let bits: (i64, i64, i64, i64, i64, i64) = john
        .clone()
        .select(|p| {
            (
                p.score.bit_and(3),
                p.score.bit_or(8),
                p.score.bit_xor(2),
                p.score.bit_not(),
                p.score.shift_left(2),
                p.score.shift_right(1),
            )
        })
        .one(&db)
        .await?;
    assert_eq!(bits, (3, 15, 5, -8, 28, 3));
    let floats: (f64, f64, f64, f64, i64, f64, f64, f64) = john
        .clone()
        .select(|p| {
            (
                (p.rating + 0.01).round(1),
                p.rating.floor(),
                p.rating.ceil(),
                p.rating * 2.0,
                (-p.rating).sign(),
                p.rating.sqrt(),
                p.score.power(2.0),
                p.rating.exp().ln(),
            )
        })
        .one(&db)
        .await?;
    assert_eq!((floats.1, floats.2, floats.3, floats.4), (2.0, 3.0, 4.5, -1));
    assert!((floats.0 - 2.3).abs() < 1e-9 && (floats.5 - 1.5).abs() < 1e-9);
    assert!((floats.6 - 49.0).abs() < 1e-9 && (floats.7 - 2.25).abs() < 1e-9);

    let cat = Article::query().filter(|a| a.id.eq(3));
    let decimals: (Decimal, Decimal, i64, String) = cat
        .select(|a| (a.price * Decimal::TWO, a.price + a.price, a.words.cast::<i64>(), a.words.cast::<String>()))
        .one(&db)
        .await?;
    assert_eq!(decimals, (Decimal::new(666, 2), Decimal::new(666, 2), 300, "300".into()));
    Ok(())
}

#[tokio::test]
async fn null_is_an_option_wherever_it_can_be() -> Result<()> {
    let db = rows().await?;
    type Row = (String, Option<String>, Option<i32>, bool, Option<bool>);
    let found: Vec<Row> = Person::query()
        .order_by(|p| p.id)
        .select(|p| (p.nick.coalesce(p.name), p.nick.nullif("M"), p.age + 1, p.age.gt(20), p.age.gt(20).or_null()))
        .all(&db)
        .await?;
    assert_eq!(found[0], ("Sue".into(), Some("Sue".into()), Some(35), true, Some(true)));
    assert_eq!(found[1], ("john".into(), None, Some(18), false, Some(false)));
    assert_eq!(found[2], ("M".into(), None, None, false, None));
    let extremes: Vec<(i64, Option<i32>)> =
        Person::query().order_by(|p| p.id).select(|p| (p.score.greatest(p.id), p.age.least(20))).all(&db).await?;
    assert_eq!(extremes, [(10, Some(20)), (7, Some(17)), (3, None)]);
    Ok(())
}

#[tokio::test]
async fn cases() -> Result<()> {
    let db = rows().await?;
    let kinds: Vec<(String, Option<i64>)> = Person::query()
        .order_by(|p| p.id)
        .select(|p| {
            let kind = case().when(p.age.lt(18), "young").when(p.age.is_null(), p.name).otherwise("old");
            (kind, case().when(p.active, p.score).end())
        })
        .all(&db)
        .await?;
    assert_eq!(kinds, [("old".into(), Some(10)), ("young".into(), Some(7)), ("mary".into(), None)]);
    Ok(())
}

#[tokio::test]
async fn dates_and_times() -> Result<()> {
    let db = rows().await?;
    let parts: (i64, i64, i64, i64, i64, i64) = Article::query()
        .filter(|a| a.id.eq(1))
        .select(|a| {
            let w = a.written;
            (w.year(), w.month(), w.day(), w.hour(), w.minute(), w.second())
        })
        .one(&db)
        .await?;
    assert_eq!(parts, (2026, 1, 2, 3, 4, 5));
    let by_year = Article::query().filter(|a| a.written.year().eq(2026)).count(&db).await?;
    assert_eq!(by_year, 2);
    let (now, day): (Timestamp, jiff::civil::Date) =
        Article::query().filter(|a| a.id.eq(1)).select(|_| (aludel::expr::now(), today())).one(&db).await?;
    assert!(now.duration_since(Timestamp::now()).abs().as_secs() < 3600);
    assert!((day - Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()).get_days().abs() <= 1);
    Ok(())
}

#[tokio::test]
async fn json_paths() -> Result<()> {
    let db = rows().await?;
    type Read = (Option<String>, Option<i64>, Option<String>, Option<serde_json::Value>);
    let read: Vec<Read> = Person::query()
        .order_by(|p| p.id)
        .select(|p| {
            let s = p.settings;
            (
                s.at("theme").as_text(),
                s.at("size").as_value::<i64>(),
                s.at("tags").at(1).as_text(),
                s.at("tags").as_json(),
            )
        })
        .all(&db)
        .await?;
    assert_eq!(read[0], (Some("dark".into()), Some(12), Some("b".into()), Some(json!(["a", "b"]))));
    assert_eq!(read[1], (None, None, None, None));
    assert_eq!(read[2], (None, None, None, None));
    assert_eq!(ids(&db, |p| p.settings.at("theme").as_text().eq("dark")).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn json_has_keys_and_loses_them() -> Result<()> {
    let db = rows().await?;
    // JSON's null is a value, and no element of an array a key.
    assert_eq!(ids(&db, |p| p.settings.has_key("theme")).await?, [1, 2]);
    assert_eq!(ids(&db, |p| !p.settings.has_key("theme")).await?, [3]);
    assert!(ids(&db, |p| p.settings.at("tags").as_json().has_key("a")).await?.is_empty());
    assert_eq!(ids(&db, |p| p.settings.has_any_key(["size", "it's \"here\""])).await?, [1]);
    assert_eq!(ids(&db, |p| p.settings.has_all_keys(["size", "theme"])).await?, [1]);
    assert_eq!(ids(&db, |p| p.settings.has_all_keys(Vec::<String>::new())).await?, [1, 2, 3]);

    let recording = db.record();
    let changed = Person::query()
        .filter(|p| p.id.ge(1))
        .update(|p| p.settings.set(p.settings.without_key("theme")))
        .exec(&db)
        .await?;
    assert_eq!((changed, recording.entries().len()), (3, 1));
    let settings = Person::query().order_by(|p| p.id).select(|p| p.settings).all(&db).await?;
    assert_eq!(settings, [json!({"size": 12, "tags": ["a", "b"]}), json!({}), json!({})]);
    let left =
        |step: i64| Person::query().filter(|p| p.id.eq(1)).select(move |p| p.settings.at("tags").at(step).removed());
    assert_eq!(left(-1).one(&db).await?, Some(json!({"size": 12, "tags": ["a"]})));
    assert_eq!(left(2).one(&db).await?, Some(json!({"size": 12, "tags": ["a", "b"]})));
    let in_array = |p: PersonFields<Person>| p.settings.at("tags").at("a").removed();
    let whole = Person::query().filter(|p| p.id.eq(1)).select(in_array).one(&db).await?;
    assert_eq!(whole, Some(json!({"size": 12, "tags": ["a", "b"]})));
    Ok(())
}

#[tokio::test]
async fn json_is_compared_and_merged_as_a_whole() -> Result<()> {
    let db = rows().await?;
    let contained = Person::query().filter(|p| p.settings.contains_json(json!({"tags": ["b"]}))).select(|p| p.id);
    let around = Person::query().filter(|p| p.settings.contained_in_json(json!({"theme": null}))).select(|p| p.id);
    let merged =
        Person::query().filter(|p| p.id.eq(1)).select(|p| p.settings.merged(json!({"tags": {}, "size": null})));
    if db.engine().dialect().name() == "postgres" {
        assert_eq!(contained.all(&db).await?, [1]);
        assert_eq!(around.order_by(|p| p.id).all(&db).await?, [2, 3]);
        assert_eq!(merged.one(&db).await?, json!({"theme": "dark", "size": null, "tags": {}}));
        return Ok(());
    }
    let recording = db.record();
    for error in [contained.all(&db).await.unwrap_err(), merged.all(&db).await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.message().contains(db.engine().dialect().name()) && error.help().is_some(), "{error:?}");
    }
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}

#[tokio::test]
async fn any_function_and_sql_of_ones_own() -> Result<()> {
    let db = rows().await?;
    let found: (String, i64) = Person::query()
        .filter(|p| fragment("{} = {}").arg(p.name).arg("john").gives::<bool>())
        .select(|p| (func("upper").arg(p.name).gives::<String>(), fragment("{} + 1").arg(p.score).gives::<i64>()))
        .one(&db)
        .await?;
    assert_eq!(found, ("JOHN".into(), 8));
    Ok(())
}

#[tokio::test]
async fn comparisons_with_all_rows_of_a_query() -> Result<()> {
    let db = rows().await?;
    let scores = || Person::query().filter(|p| p.active).select(|p| p.score);
    let query = Person::query().filter(|p| p.score.compare_all(Compare::Ge, scores())).select(|p| p.id);
    match query.all(&db).await {
        Ok(found) => assert_eq!(found, [1]),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
    let query = Person::query().filter(|p| p.score.compare_any(Compare::Eq, scores())).order_by(|p| p.id);
    match query.select(|p| p.id).all(&db).await {
        Ok(found) => assert_eq!(found, [1, 2]),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
    Ok(())
}

#[tokio::test]
async fn comparisons_with_any_or_all_of_a_list() -> Result<()> {
    let db = rows().await?;
    let ids = async |query: Query<Person>| query.order_by(|p| p.id).select(|p| p.id).all(&db).await;
    let any = |how, list: Vec<i64>| Person::query().filter(move |p| p.score.compare_any(how, list));
    let all = |how, list: Vec<i64>| Person::query().filter(move |p| p.score.compare_all(how, list));
    assert_eq!(ids(any(Compare::Eq, vec![7, 10, 99])).await?, [1, 2]);
    assert_eq!(ids(any(Compare::Gt, vec![7, 8])).await?, [1]);
    assert_eq!(ids(all(Compare::Lt, vec![8, 10])).await?, [2, 3]);
    assert_eq!(ids(all(Compare::Ne, vec![7, 10])).await?, [3]);
    assert_eq!(ids(any(Compare::Ne, vec![7])).await?, [1, 3]);
    assert_eq!((ids(any(Compare::Le, vec![])).await?, ids(all(Compare::Le, vec![])).await?), (vec![], vec![1, 2, 3]));
    // With each text, the values of each.
    assert_eq!(ids(any(Compare::Eq, vec![-3, 10, 99])).await?, [1, 3]);
    assert_eq!(ids(any(Compare::Eq, vec![10])).await?, [1]);

    let nicks = vec![Some("Sue".to_owned()), None];
    assert_eq!(ids(Person::query().filter(|p| p.nick.compare_any(Compare::Eq, nicks.clone()))).await?, [1]);
    assert_eq!(ids(Person::query().filter(|p| p.nick.compare_all(Compare::Ne, nicks))).await?, [0; 0]);
    let not_any = Person::query().filter(|p| !p.age.compare_any(Compare::Lt, vec![20, 30]));
    assert_eq!(ids(not_any).await?, [1]);
    let selected = Person::query().order_by(|p| p.id).select(|p| p.age.compare_any(Compare::Lt, vec![20]).or_null());
    assert_eq!(selected.all(&db).await?, [Some(false), Some(true), None]);
    let prices = vec![rust_decimal::Decimal::new(1050, 2), rust_decimal::Decimal::new(333, 2)];
    let priced = Article::query().filter(|a| a.price.compare_any(Compare::Eq, prices)).order_by(|a| a.id);
    assert_eq!(priced.select(|a| a.id).all(&db).await?, [1, 3]);
    Ok(())
}

#[tokio::test]
async fn orders() -> Result<()> {
    let db = rows().await?;
    let first: Vec<i64> =
        Person::query().order_by(|p| (p.age.desc().nulls_first(), p.id)).select(|p| p.id).all(&db).await?;
    assert_eq!(first, [3, 1, 2]);
    let last: Vec<i64> = Person::query().order_by(|p| p.age.asc().nulls_last()).select(|p| p.id).all(&db).await?;
    assert_eq!(last, [2, 1, 3]);
    let by_expression: Vec<i64> =
        Person::query().order_by(|p| p.name.char_length()).order_by(|p| p.id.desc()).select(|p| p.id).all(&db).await?;
    assert_eq!(by_expression, [3, 2, 1]);
    Ok(())
}
