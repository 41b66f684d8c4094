//! What a database would not take, in words that are the same on each.

use aludel::{driver::Query as Text, expr::value, prelude::*, sql};

use crate::models::{Article, Person, rows};

#[tokio::test]
async fn a_statement_of_nothing_and_one_with_nul_are_refused_before_they_are_sent() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    for (text, why) in [
        ("", "is empty"),
        (" ;\n", "is empty"),
        ("-- nothing to do\n/* here */", "is empty"),
        ("SELECT 'a\0b'", "NUL"),
        ("DELETE FROM people\0 WHERE id = 1", "NUL"),
    ] {
        let error = sql(text).exec(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text:?}: {error}");
        assert!(error.message().contains(why) && error.help().is_some(), "{text:?}: {error}");
        let mut connection = db.engine().acquire().await?;
        let error = connection.execute(Text::other(text)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text:?}: {error}");
    }
    assert_eq!(recording.entries().len(), 0);
    let mut session = db.session();
    session.begin().await?;
    assert!(sql("").exec(&mut session).await.is_err());
    assert_eq!(Person::query().count(&mut session).await?, 3, "the transaction goes on");
    Ok(())
}

#[tokio::test]
async fn what_is_no_regular_expression_is_called_so() -> Result<()> {
    let db = rows().await?;
    for pattern in ["[", "a(b"] {
        let error = Person::query().filter(|p| p.name.regexp(pattern)).count(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
        assert!(error.message().starts_with("a regular expression is none that the database takes ("), "{error}");
        assert!(error.help().is_some_and(|help| help.contains("brackets")), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn a_number_beyond_its_column_or_its_type_comes_with_what_to_do() -> Result<()> {
    let db = rows().await?;
    let words = Article::query().update(|a| a.words.set(a.words + i32::MAX));
    let score = Person::query().update(|p| p.score.set(p.score + i64::MAX)).exec(&db).await;
    for error in [words.exec(&db).await.unwrap_err(), score.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
        assert!(error.message().contains("range") && error.help().is_some(), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn expressions_too_deep_for_the_database_are_called_so() -> Result<()> {
    let db = rows().await?;
    let sum = |terms: i64| Person::query().filter(move |p| (0..terms).fold(p.score + 0, |sum, _| sum + 0).gt(0));
    assert_eq!(sum(300).count(&db).await?, 2);
    if let Err(error) = sum(5_000).count(&db).await {
        assert!(error.message().contains("nested too deep") && error.help().is_some(), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_deeper_than_the_stack_is_refused() -> Result<()> {
    const LEVELS: i64 = 100_000;
    let db = rows().await?;
    let nested = |levels| Person::query().filter(move |p| (0..levels).fold(p.score.abs(), |expr, _| expr.abs()).ge(0));
    assert_eq!(nested(100).count(&db).await?, 3);
    let right = Person::query().filter(|p| (0..LEVELS).fold(value(0), |sum, term| value(term) + sum).gt(p.score));
    for query in [nested(LEVELS), right] {
        let error = query.count(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.message().contains("nested more than") && error.help().is_some(), "{error}");
    }
    let left = Person::query().filter(|p| (0..LEVELS).fold(p.score + 0, |sum, _| sum + 1).gt(0));
    assert!(left.count(&db).await.unwrap_err().help().is_some());
    Ok(())
}
