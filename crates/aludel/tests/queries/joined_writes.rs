//! Statements that change rows by what else there is: CTEs, outer joins.

use aludel::{expr::count_all, prelude::*};

use crate::{
    models::{Article, Person, Remark, rows},
    support::sent,
};

#[tokio::test]
async fn rows_are_updated_from_a_query_with_a_name() -> Result<()> {
    let db = rows().await?;
    let most = Article::query().group_by(|a| a.author_id).select(|a| (a.author_id, a.words.max())).cte("most");
    let few = most.query().filter(|(_, words)| words.lt(250)).select(|(author, _)| (author,)).cte("few");
    let recording = db.record();
    let changed = Person::query()
        .join_query(&most, |(p, (author, _))| author.eq(p.id))
        .filter(|(p, (_, words))| words.gt(1).and(p.id.in_query(few.query().select(|(author,)| author))))
        .update(|(p, (_, words))| (p.age.set(words), p.score.set(p.score + 1)))
        .exec(&db)
        .await?;
    assert_eq!((changed, sent(&recording).len()), (1, 1));
    let after = Person::query().order_by(|p| p.id).select(|p| (p.age, p.score)).all(&db).await?;
    assert_eq!(after, [(Some(200), 11), (Some(17), 7), (None, -3)]);

    // Through a sub-query that reads it.
    let many = most.query().filter(|(_, words)| words.gt(250));
    let update = Person::query().join_query(many, |(p, (author, _))| author.eq(p.id)).update(|(p, _)| p.score.set(0));
    assert_eq!(update.exec(&db).await?, 1);
    assert_eq!(Person::query().filter(|p| p.score.eq(0)).select(|p| p.id).all(&db).await?, [2]);

    // Values that differ, and the same text.
    for least in [1_000, 250] {
        let most = Article::query().filter(|a| a.words.ge(least)).cte("most");
        let changed =
            Person::query().join_query(&most, |(p, a)| a.author_id.eq(p.id)).update(|(p, a)| p.nick.set(a.title));
        assert_eq!(changed.exec(&db).await?, if least == 250 { 1 } else { 0 });
    }
    assert_eq!(Person::query().filter(|p| p.nick.eq("Cat")).select(|p| p.id).all(&db).await?, [2]);
    Ok(())
}

#[tokio::test]
async fn rows_are_updated_and_deleted_by_what_a_query_of_their_own_says() -> Result<()> {
    let db = rows().await?;
    let ranked = || Article::query().order_by(|a| a.words.desc()).limit(2).cte("longest");
    let longest = ranked();
    let update =
        Article::query().join_query(&longest, |(a, l)| a.id.eq(l.id)).update(|(a, l)| a.title.set(l.title.upper()));
    let delete = Remark::query().join_query(&longest, |(r, l)| r.article_id.eq(l.id)).deletion();
    let (updated, deleted) = (update.exec(&db).await, delete.exec(&db).await?);
    assert_eq!(deleted, 1);
    let titles = Article::query().order_by(|a| a.id).select(|a| a.title).all(&db).await?;
    if db.engine().dialect().capability().read_own_table {
        assert_eq!((updated?, titles.join(" ")), (2, "Ant 100% BEE CAT".into()));
    } else {
        assert_eq!(
            (updated.unwrap_err().kind(), titles.join(" ")),
            (ErrorKind::Unsupported, "Ant 100% Bee Cat".into())
        );
    }
    assert_eq!(Remark::query().select(|r| r.id).all(&db).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn rows_are_deleted_by_a_query_that_reads_itself() -> Result<()> {
    let db = rows().await?;
    let first = Remark::query().filter(|r| r.id.eq(1)).select(|r| (r.id,));
    let up = Cte::recursive("up", first, |up| {
        up.join_on::<Remark>(|((before,), r)| r.id.eq(before + 1)).select(|(_, r)| (r.id,))
    });
    let above = up.query().filter(|(id,)| id.gt(1)).select(|(id,)| (id,)).cte("above");
    let deletion = Article::query().join_query(&above, |(a, (id,))| id.eq(a.id)).filter(|(a, _)| a.words.lt(300));
    assert_eq!(deletion.delete(&db).await?, 1);
    assert_eq!(Article::query().order_by(|a| a.id).select(|a| a.id).all(&db).await?, [1, 3]);
    Ok(())
}

#[tokio::test]
async fn rows_of_a_query_with_a_name_are_inserted() -> Result<()> {
    let db = rows().await?;
    let long = Article::query().filter(|a| a.words.ge(200)).cte("long_ones");
    let again = || long.query().select(|a| (a.title.concat("!"), a.id, a.id + 100));
    let insert = || Remark::insert_from(again(), |r| (r.text, r.article_id, r.id));
    assert_eq!(insert().exec(&db).await?, 2);
    // Of an INSERT with a conflict, the query is put in another on some databases.
    insert().on_any_conflict().do_nothing().exec(&db).await?;
    insert().on_conflict(|r| r.id).do_update(|r, _| r.text.set(r.text.concat("?"))).exec(&db).await?;
    let texts = Remark::query().filter(|r| r.id.gt(100)).order_by(|r| r.id).select(|r| r.text).all(&db).await?;
    assert_eq!(texts, ["Bee!?", "Cat!?"]);
    Ok(())
}

#[tokio::test]
async fn an_update_reads_what_may_be_joined() -> Result<()> {
    let db = rows().await?;
    let recording = db.record();
    let changed = Article::query()
        .left_join(|a| a.remarks)
        .join(|(a, _)| a.author)
        .filter(|(a, _, p)| a.words.lt(1_000).and(p.name.ne("mary")))
        .update(|(a, r, p)| (a.title.set(r.get(|r| r.text).coalesce("none").concat(p.name)), a.words.set(a.words + 1)))
        .exec(&db)
        .await?;
    assert_eq!((changed, sent(&recording).len()), (3, 1));
    let after = Article::query().order_by(|a| a.id).select(|a| (a.title, a.words)).all(&db).await?;
    assert_eq!(after, [("nicesusan", 101), ("nonesusan", 201), ("longjohn", 301)].map(|(t, w)| (t.to_owned(), w)));

    // As they are afterwards, in a session's transaction.
    let mut session = db.session();
    let updated = Article::query()
        .left_join_on::<Remark>(|(a, r)| r.get(|r| r.article_id).eq(a.id).and(r.get(|r| r.id).gt(1)))
        .filter(|(a, r)| r.get(|r| r.id).is_null().and(a.id.eq(2)))
        .update(|(a, _)| a.words.set(0))
        .returning(|(a, _)| (a.id, a.words))
        .all(&mut session)
        .await;
    if db.engine().dialect().constructs().update_returning {
        assert_eq!(updated?, [(2, 0)]);
        session.rollback().await?;
        assert_eq!(Article::query().filter(|a| a.words.eq(0)).count(&db).await?, 0);
    } else {
        assert_eq!(updated.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    Ok(())
}

#[tokio::test]
async fn rows_without_a_partner_are_deleted() -> Result<()> {
    let db = rows().await?;
    let lonely = Person::query().left_join(|p| p.articles).filter(|(_, a)| a.get(|a| a.id).is_null());
    assert_eq!(lonely.delete(&db).await?, 1);
    assert_eq!(Person::query().order_by(|p| p.id).select(|p| p.name).all(&db).await?, ["susan", "john"]);

    let counts = Remark::query().group_by(|r| r.article_id).select(|r| (r.article_id, count_all())).cte("counts");
    let silent = Article::query()
        .left_join_query(&counts, |(a, c)| c.get(|(article, _)| article).eq(a.id))
        .filter(|(_, c)| c.get(|(_, count)| count).is_null());
    assert_eq!(silent.delete(&db).await?, 1);
    assert_eq!(Article::query().order_by(|a| a.id).select(|a| a.title).all(&db).await?, ["Ant 100%", "Cat"]);
    Ok(())
}

#[tokio::test]
async fn an_update_reads_rows_beside_each_row() -> Result<()> {
    let db = rows().await?;
    let changed = Person::query()
        .join_lateral(|p| p.articles.query().order_by(|a| a.words.desc()).limit(1))
        .update(|(p, a)| p.nick.set(a.title))
        .exec(&db)
        .await;
    if db.engine().dialect().constructs().lateral {
        assert_eq!(changed?, 2);
        let nicks = Person::query().order_by(|p| p.id).select(|p| p.nick).all(&db).await?;
        assert_eq!(nicks, ["Bee", "Cat", "M"].map(|nick| Some(nick.to_owned())));
    } else {
        assert_eq!(changed.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    Ok(())
}
