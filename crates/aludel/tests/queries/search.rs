//! Full-text search.

use aludel::{
    expr::{SearchMode, full_text},
    prelude::*,
};

use crate::models::{Person, PersonFields, rows, searchable};

#[tokio::test]
async fn words_are_found_in_texts() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let found = |words: &'static str| {
        Person::query()
            .filter(move |p| full_text((p.name, p.nick)).matches(words))
            .order_by(|p| p.id)
            .select(|p| p.name)
    };
    if let Err(error) = found("susan").to_sql(db.engine().dialect()) {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(found("susan").all(&db).await.unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(recording.entries().len(), 0);
        return Ok(());
    }
    searchable(&db).await;
    assert_eq!(found("susan").all(&db).await?, ["susan"]);
    assert_eq!(found("mary").all(&db).await?, ["mary"]);
    assert_eq!(found("nobody").all(&db).await?, Vec::<String>::new());
    let not = Person::query().filter(|p| !full_text(p.name).matches("john")).order_by(|p| p.id).select(|p| p.id);
    assert_eq!(not.all(&db).await?, [1, 3]);

    let ranked = Person::query()
        .order_by(|p| (full_text(p.name).rank("mary").desc(), p.id))
        .select(|p| (p.name, full_text(p.name).rank("mary")));
    let ranked = ranked.all(&db).await?;
    assert_eq!(ranked.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["mary", "susan", "john"]);
    assert!(ranked[0].1 > 0.0 && ranked[1].1 == 0.0, "{ranked:?}");
    Ok(())
}

/// Each database has some modes, and refuses the others before anything is sent.
#[tokio::test]
async fn what_is_looked_for_is_read_in_several_ways() -> Result<()> {
    let db = rows().await?;
    searchable(&db).await;
    let recording = db.record();
    let found = |search: fn(PersonFields<Person>) -> Expr<Person>| {
        Person::query().filter(search).order_by(|p| p.id).select(|p| p.name)
    };
    let searches = [
        (found(|p| full_text((p.name, p.nick)).mode(SearchMode::Phrase).matches("Susan Sue")), vec!["susan"]),
        (found(|p| full_text((p.name, p.nick)).mode(SearchMode::Phrase).matches("Sue Susan")), vec![]),
        (
            found(|p| {
                full_text((p.name, p.nick)).mode(SearchMode::Web).matches("susan or mary or john -\"susan sue\"")
            }),
            vec!["susan", "john", "mary"],
        ),
        (found(|p| full_text(p.name).mode(SearchMode::Boolean).matches("mar* joh* -john")), vec!["mary"]),
        (found(|p| full_text(p.name).mode(SearchMode::Expansion).matches("mary")), vec!["mary"]),
        (found(|p| full_text(p.name).language("english").matches("susans")), vec!["susan"]),
        (found(|p| full_text(p.name).language("simple").matches("susans")), vec![]),
    ];
    let mut refused = 0;
    for (query, expected) in searches {
        let dialect = db.engine().dialect();
        match query.to_sql(dialect) {
            Ok(_) => assert_eq!(query.all(&db).await?, expected),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
                assert!(error.message().contains(dialect.name()) && error.help().is_some(), "{error:?}");
                assert_eq!(query.all(&db).await.unwrap_err().to_string(), error.to_string());
                refused += 1;
            }
        }
    }
    assert_eq!(recording.entries().len(), 7 - refused);
    let expected = match db.engine().dialect().name() {
        "sqlite" => 7,
        "postgres" => 2,
        _ => 5,
    };
    assert_eq!(refused, expected);
    Ok(())
}
