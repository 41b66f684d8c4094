//! Changing rows.

use aludel::{New, insert, insert_all, prelude::*, values};

use crate::{
    construct::Construct,
    models::{Article, Person, Remark},
};

/// Rows are updated where they are. Assignments see the row as it was.
pub fn update() -> impl Construct {
    Person::query().filter(|p| p.active).update(|p| (p.active.set(false), p.score.set(p.score + 1), p.nick.set(None)))
}

/// What was joined can be read.
pub fn update_from_a_join() -> impl Construct {
    Article::query()
        .join(|a| a.author)
        .filter(|(_, p)| p.name.eq("susan"))
        .update(|(a, p)| a.title.set(p.name.concat("'s")))
}

/// What need not be there, too: of rows without one, it is NULL.
pub fn update_from_a_left_join() -> impl Construct {
    Article::query().left_join(|a| a.remarks).update(|(a, r)| a.title.set(r.get(|r| r.text).coalesce("silence")))
}

/// And what belongs to the row.
pub fn update_from_a_subquery() -> impl Construct {
    Person::query().filter(|p| p.articles.exists()).update(|p| p.score.set(p.articles.count() * 100))
}

/// A query with a name.
pub fn update_from_a_cte() -> impl Construct {
    let most = Article::query().group_by(|a| a.author_id).select(|a| (a.author_id, a.words.max())).cte("most");
    Person::query().join_query(&most, |(p, (author, _))| author.eq(p.id)).update(|(p, (_, words))| p.age.set(words))
}

/// Rows that the program has.
pub fn update_from_values() -> impl Construct {
    let scores = values([(1i64, 70i64), (3, 85)]);
    Person::query().join_query(scores, |(p, (id, _))| id.eq(p.id)).update(|(p, (_, score))| p.score.set(score))
}

/// To what the database gives a new row by itself.
pub fn update_to_default() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).update(|p| p.nick.set_default())
}

/// Rows as they are afterwards.
pub fn update_returning() -> impl Construct {
    Person::query().filter(|p| p.active).update(|p| p.score.set(p.score * 2)).returning(|p| (p.name, p.score))
}

/// Rows are deleted where they are.
pub fn delete() -> impl Construct {
    Remark::query().filter(|r| r.text.eq("nice")).deletion()
}

/// By what they belong to.
pub fn delete_by_a_join() -> impl Construct {
    Remark::query().join(|r| r.article).filter(|(_, a)| a.words.lt(200)).deletion()
}

/// By what they have not.
pub fn delete_by_a_left_join() -> impl Construct {
    Article::query().left_join(|a| a.remarks).filter(|(_, r)| r.get(|r| r.id).is_null()).deletion()
}

/// By a query with a name.
pub fn delete_by_a_cte() -> impl Construct {
    let long = Article::query().filter(|a| a.words.ge(300)).cte("long_ones");
    Remark::query().join_query(&long, |(r, a)| r.article_id.eq(a.id)).deletion()
}

/// Rows as they were.
pub fn delete_returning() -> impl Construct {
    Remark::query().deletion().returning(|r| r.text)
}

/// What is handed back is read by another statement, in one with it.
pub fn read_what_changed() -> Result<impl Construct> {
    let longer = Article::query().update(|a| a.words.set(a.words + 1)).returning(|a| (a.id, a.words)).cte("longer")?;
    Ok(Person::query()
        .join(|p| p.articles)
        .join_query(&longer, |(_, a, (id, _))| id.eq(a.id))
        .order_by(|(_, a, _)| a.id)
        .select(|(p, _, (_, words))| (p.name, words)))
}

/// Rows that are moved, by one statement.
pub fn move_rows() -> Result<impl Construct> {
    let moved = Remark::query().deletion().returning(|r| (r.text, r.article_id)).cte("moved")?;
    Ok(Remark::insert_from(moved.query(), |r| (r.text, r.article_id)).returning(|r| r.text))
}

/// A row, without a session.
pub fn insert_row() -> impl Construct {
    insert(new!(Remark { text: "one", article_id: 1 }))
}

/// Several at once.
pub fn insert_rows() -> impl Construct {
    insert_all(["two", "three"].map(|text| new!(Remark { text, article_id: 1 })))
}

/// The rows of a query.
pub fn insert_query() -> impl Construct {
    let titles = Article::query().filter(|a| a.words.ge(200)).select(|a| (a.title.concat("!"), a.id));
    Remark::insert_from(titles, |r| (r.text, r.article_id))
}

/// What the database made of them.
pub fn insert_returning() -> impl Construct {
    insert_all(["two", "three"].map(|text| new!(Remark { text, article_id: 1 }))).returning(|r| r.text.upper())
}

/// Where a row is there already, nothing.
pub fn upsert_nothing() -> impl Construct {
    insert(susan(1)).on_conflict(|p| p.name).do_nothing()
}

/// Or the row is updated.
pub fn upsert_update() -> impl Construct {
    insert(susan(5)).on_conflict(|p| p.name).do_update(|p, excluded| p.score.set(p.score + excluded.score))
}

/// If it fits.
pub fn upsert_update_where() -> impl Construct {
    insert(susan(7))
        .on_conflict(|p| p.name)
        .do_update_where(|p, excluded| p.score.set(excluded.score), |p, excluded| excluded.score.gt(p.score))
}

/// Whichever key a row is in conflict with.
pub fn upsert_on_any_key() -> impl Construct {
    insert(susan(1)).on_any_conflict().do_nothing()
}

fn susan(score: i64) -> New<Person> {
    new!(Person { name: "susan", score, active: true, rating: 0.0, settings: (serde_json::json!({})) })
}
