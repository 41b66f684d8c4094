//! A left join, filtered and ordered, whose rows are structs on both sides.

use std::hint::black_box;

use aludel::prelude::*;

/// How many authors there are.
pub const AUTHORS: i64 = 10_000;

/// The left side.
#[derive(Model)]
pub struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(length = 64, index)]
    name: String,
    #[column(length = 120)]
    email: Option<String>,
    #[relation(back_populates = author)]
    articles: HasMany<Article>,
}

/// The right side.
#[derive(Model)]
pub struct Article {
    #[column(primary_key)]
    id: i64,
    #[column(length = 140)]
    body: String,
    #[column(index, foreign_key = Author.id)]
    author_id: i64,
    #[relation(key = author_id, back_populates = articles)]
    author: BelongsTo<Author>,
}

/// Fills the tables: a half of the authors have no articles, a quarter has two.
///
/// # Errors
/// What the database says.
pub async fn fill(db: &Db, authors: i64) -> Result<()> {
    let mut session = db.session();
    for n in 0..authors {
        let author =
            session.add(new!(Author { name: format!("author{n:05}"), email: format!("author{n}@example.com") }));
        for _ in 0..[2, 0, 1, 0][n as usize % 4] {
            session.add(new!(Article { body: format!("an article of author {n}"), author }));
        }
    }
    session.commit().await
}

/// Loads so many rows as pairs of values, again and again.
///
/// # Errors
/// What the database says.
pub async fn load(db: &Db, rows: i64, times: usize) -> Result<()> {
    for _ in 0..times {
        let found: Vec<(Author, Option<Article>)> = Author::query()
            .left_join(|a| a.articles)
            .filter(|(a, _)| a.id.le(AUTHORS))
            .order_by(|(a, _)| a.name.desc())
            .limit(rows as u64)
            .select(|(a, b)| (a, b))
            .all(db)
            .await?;
        assert_eq!(black_box(found).len(), rows as usize);
    }
    Ok(())
}
