//! Full-text search.

use aludel::{expr::full_text, prelude::*};

use crate::models::{Person, rows, searchable};

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
