//! Asking: one row, a page, whether there is one; distinct rows; locks.

use aludel::{expr::exists, prelude::*, query::Sample};

use crate::{
    models::{Article, Person, rows},
    support::{on_sqlite, sent},
};

#[tokio::test]
async fn one_first_count_exists() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    assert_eq!(Person::query().filter(|p| p.id.eq(2)).one(&db).await?.name, "john");
    assert_eq!(
        Person::query().order_by(|p| p.name.desc()).select(|p| p.name).first(&db).await?.as_deref(),
        Some("susan")
    );
    assert_eq!(Person::query().limit(1).count(&db).await?, 3);
    assert!(Person::query().filter(|p| p.active).exists(&db).await?);
    assert!(!Person::query().filter(|p| p.id.eq(99)).exists(&db).await?);
    assert_eq!(recording.entries().len(), 5);
    let none = Person::query().filter(|p| p.id.eq(99)).select(|p| p.id).one(&db).await.unwrap_err();
    assert_eq!((none.kind(), none.message()), (ErrorKind::NotFound, "no row fits"));
    let many = Person::query().one(&db).await.unwrap_err();
    assert_eq!((many.kind(), many.message()), (ErrorKind::MultipleFound, "more than one `Person` fits"));
    Ok(())
}

#[tokio::test]
async fn a_row_asked_for_by_its_key_needs_no_limit() -> Result<()> {
    let db = rows().await?;
    let mut session = db.session();
    let recording = db.record();
    Person::query().filter(|p| p.id.eq(2)).one(&db).await?;
    Person::query().filter(|p| p.active).filter(|p| p.id.eq(2)).first(&db).await?;
    session.first(Person::query().filter(|p| p.id.eq(2))).await?;
    assert!(sent(&recording).iter().all(|sql| !sql.contains("LIMIT")), "{:?}", sent(&recording));

    let recording = db.record();
    Person::query().filter(|p| p.id.ge(2)).first(&db).await?;
    Person::query().filter(|p| p.name.eq("john")).one(&db).await?;
    Person::query().filter(|p| p.id.eq(2).or(p.name.eq("john"))).one(&db).await?;
    Person::query().filter(|p| p.id.eq(p.id)).first(&db).await?;
    Person::query().join(|p| p.articles).filter(|(p, _)| p.id.eq(2)).first(&db).await?;
    Person::query().filter(|p| p.id.eq(2)).union_all(Person::query()).first(&db).await?;
    assert!(sent(&recording).iter().all(|sql| sql.contains("LIMIT")), "{:?}", sent(&recording));
    Ok(())
}

#[tokio::test]
async fn equal_rows_once() -> Result<()> {
    let db = rows().await?;
    let authors = Article::query().select(|a| a.author_id).distinct().order_by(|a| a.author_id);
    assert_eq!(authors.clone().all(&db).await?, [1, 2]);
    assert_eq!(authors.count(&db).await?, 2);
    let people = Person::query().join(|p| p.articles).distinct_on(|(p, _)| p.id).order_by(|(p, a)| (p.id, a.id.desc()));
    match people.select(|(_, a)| a.title).all(&db).await {
        Ok(titles) => assert_eq!(titles, ["Bee", "Cat"]),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
    Ok(())
}

#[tokio::test]
async fn a_page_is_its_rows_and_the_number_of_all() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let page = Person::query().filter(|p| p.id.gt(0)).order_by(|p| p.id).paginate(2, 2).all(&db).await?;
    assert_eq!(sent(&recording).len(), 2);
    assert_eq!((page.items.len(), page.items[0].name.as_str()), (1, "mary"));
    assert_eq!((page.total, page.pages(), page.first(), page.last()), (3, 2, 3, 3));
    assert!(page.has_prev() && !page.has_next());
    assert_eq!(page.iter_pages().collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert!(Person::query().paginate(9, 2).all(&db).await?.items.is_empty());
    assert_eq!(Person::query().paginate(0, 2).all(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    Ok(())
}

#[tokio::test]
async fn pages_of_a_join_that_repeats_its_rows_are_refused() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let query = Person::query().join(|p| p.articles).order_by(|(p, _)| p.id);
    let error = query.clone().paginate(1, 10).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("articles"), "{error}");
    assert_eq!(recording.entries().len(), 0);
    // The rows of the join are another matter, and so is a join that leads to one.
    let titles = query.select(|(p, a)| (p.name, a.title)).paginate(1, 2).all(&db).await?;
    assert_eq!((titles.items.len(), titles.total), (2, 3));
    assert_eq!(Article::query().join(|a| a.author).paginate(1, 2).all(&db).await?.total, 3);
    let grouped = Person::query().join(|p| p.articles).group_by(|(p, _)| p).order_by(|(p, _)| p.id).paginate(1, 10);
    let grouped = grouped.all(&db).await?;
    assert_eq!((grouped.items.len(), grouped.total), (2, 2));
    Ok(())
}

#[tokio::test]
async fn rows_are_locked_in_a_transaction_only() -> Result<()> {
    let db = rows().await?;
    let query = Person::query().filter(|p| p.id.eq(1)).for_update();
    let error = query.clone().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);

    let mut session = db.session();
    let recording = db.record();
    assert_eq!(query.clone().all(&mut session).await?.len(), 1);
    assert_eq!(recording.entries().len(), 2);
    let susan = session.first(query.skip_locked()).await?.or_404()?;
    session[susan].score += 1;
    session.commit().await?;
    assert_eq!(Person::query().filter(|p| p.score.eq(11)).count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn rows_of_some_models_are_locked_alone() -> Result<()> {
    let db = rows().await?;
    let articles = || Article::query().filter(|a| a.id.eq(1)).join(|a| a.author).for_update();
    let mut session = db.session();
    let locked = articles().of(|(a, _)| a).all(&mut session).await;
    if db.engine().dialect().name() == "mariadb" {
        let refused = locked.unwrap_err();
        assert_eq!((refused.kind(), refused.help()), (ErrorKind::Unsupported, Some("Lock the rows of all")));
        return Ok(());
    }
    assert_eq!(locked?.len(), 1);
    // There each transaction is alone.
    if !on_sqlite() {
        let mut other = db.session();
        let author = Person::query().filter(|p| p.id.eq(1)).for_update().no_wait();
        assert_eq!(author.all(&mut other).await?.len(), 1);
        let article = Article::query().filter(|a| a.id.eq(1)).for_update().no_wait();
        assert_eq!(article.all(&mut other).await.unwrap_err().kind(), ErrorKind::Busy);
    }
    session.rollback().await?;

    // Both again, and what may be without a row.
    assert_eq!(articles().of(|(a, author)| (a, author)).all(&mut session).await?.len(), 1);
    let led = || Person::query().left_join(|p| p.boss).for_update();
    assert_eq!(led().of(|(p, _)| p).all(&mut session).await?.len(), 3);
    let boss = led().of(|(_, boss)| boss).all(&mut session).await;
    assert_eq!(boss.is_err_and(|error| error.kind() == ErrorKind::Unsupported), on_postgres(&db));
    let all = led().all(&mut session).await;
    assert_eq!(all.is_err_and(|error| error.kind() == ErrorKind::Unsupported), on_postgres(&db));

    // A query with a name has rows of no table.
    let named = Person::query().cte("named").query().for_update().of(|p| p).all(&mut session).await;
    assert_eq!(named.unwrap_err().kind(), ErrorKind::Usage);
    Ok(())
}

fn on_postgres(db: &Db) -> bool {
    db.engine().dialect().name() == "postgres"
}

#[tokio::test]
async fn with_the_last_row_come_those_that_are_ordered_like_it() -> Result<()> {
    let db = rows().await?;
    // Two are active, one is not.
    let active = || Person::query().order_by(|p| p.active.desc());
    let ids = |query: Query<Person>| async {
        let mut found: Vec<i64> = query.all(&db).await?.into_iter().map(|person| person.id).collect();
        found.sort_unstable();
        Ok::<_, Error>(found)
    };
    assert_eq!(ids(active().limit_with_ties(1)).await?, [1, 2]);
    assert_eq!(ids(active().limit_with_ties(3)).await?, [1, 2, 3]);
    assert_eq!(ids(active().limit_with_ties(0)).await?, [0; 0]);
    assert_eq!(ids(active().offset(1).limit_with_ties(1)).await?.len(), 1);
    assert_eq!(ids(active().offset(1).limit_with_ties(0)).await?, [0; 0]);
    assert_eq!(ids(active().offset(1).limit_with_ties(2)).await?.len(), 2);

    // As a source, and where only one row matters, or how many there are.
    let tied = || active().limit_with_ties(1);
    assert_eq!(tied().subquery().order_by(|p| p.id.desc()).first(&db).await?.or_404()?.id, 2);
    assert!(tied().first(&db).await?.or_404()?.active);
    assert_eq!(tied().count(&db).await?, 3);
    assert!(tied().exists(&db).await? && !active().filter(|p| p.id.gt(9)).limit_with_ties(1).exists(&db).await?);
    assert_eq!(tied().limit(1).all(&db).await?.len(), 1);
    assert_eq!(tied().paginate(1, 1).all(&db).await?.items.len(), 1);
    let of_both = Person::query().filter(|p| p.id.in_query(tied().select(|p| p.id)).and(exists(tied())));
    assert_eq!(of_both.count(&db).await?, 2);

    let unordered = Person::query().limit_with_ties(1).all(&db).await.unwrap_err();
    assert_eq!((unordered.kind(), unordered.help().is_some()), (ErrorKind::Usage, true), "{unordered}");
    Ok(())
}

#[tokio::test]
async fn a_sample_of_the_rows() -> Result<()> {
    let db = rows().await?;
    let sampled = |sample: Sample| Person::query().sample(sample).order_by(|p| p.id).select(|p| p.id);
    let recording = db.record();
    if db.engine().dialect().name() != "postgres" {
        let error = sampled(Sample::rows(50.0)).all(&db).await.unwrap_err();
        assert_eq!((error.kind(), error.help().is_some()), (ErrorKind::Unsupported, true), "{error}");
        assert_eq!(recording.entries().len(), 0);
        return Ok(());
    }
    assert_eq!(sampled(Sample::rows(100.0)).all(&db).await?, [1, 2, 3]);
    assert!(sampled(Sample::blocks(0.0)).all(&db).await?.is_empty());
    // The seed is part of the text, so that another one is another sample.
    let mut found = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let once = sampled(Sample::rows(50.0).repeatable(seed)).all(&db).await?;
        assert_eq!(sampled(Sample::rows(50.0).repeatable(seed)).all(&db).await?, once);
        found.insert(once);
    }
    assert!(found.len() > 1, "{found:?}");
    assert_eq!(recording.entries().len(), 42);
    let changed = Person::query().sample(Sample::rows(100.0)).update(|p| p.score.set(0)).exec(&db).await.unwrap_err();
    assert_eq!(changed.kind(), ErrorKind::Unsupported, "{changed}");
    let none = sampled(Sample::rows(f64::NAN)).all(&db).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Usage, "{none}");
    Ok(())
}
