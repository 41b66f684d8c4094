//! A left join, filtered and ordered, whose rows are structs on both sides.

use std::hint::black_box;

use aludel::prelude::*;
use tokio_postgres::{Client, Statement};

/// How many authors there are.
const AUTHORS: i64 = 10_000;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(length = 64, index)]
    name: String,
    #[column(length = 120)]
    email: Option<String>,
    #[relation(back_populates = author)]
    articles: HasMany<Article>,
}

#[derive(Model)]
struct Article {
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
pub(crate) async fn prepare(db: &Db) -> Result<()> {
    let mut session = db.session();
    for n in 0..AUTHORS {
        let author =
            session.add(new!(Author { name: format!("author{n:05}"), email: format!("author{n}@example.com") }));
        for _ in 0..[2, 0, 1, 0][n as usize % 4] {
            session.add(new!(Article { body: format!("an article of author {n}"), author }));
        }
    }
    session.commit().await
}

pub(crate) async fn ours(db: &Db, rows: i64, times: usize) -> Result<()> {
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

#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct RawAuthor {
    id: i64,
    name: String,
    email: Option<String>,
}

#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct RawArticle {
    id: i64,
    body: String,
    author_id: i64,
}

/// The same statement, prepared.
pub(crate) async fn statement(client: &Client) -> Statement {
    let sql = r#"SELECT "author"."id", "author"."name", "author"."email", "article"."id", "article"."body", "article"."author_id"
        FROM "author" LEFT JOIN "article" ON "article"."author_id" = "author"."id"
        WHERE "author"."id" <= $1 ORDER BY "author"."name" DESC LIMIT $2"#;
    client.prepare(sql).await.expect("the statement")
}

pub(crate) async fn theirs(client: &Client, statement: &Statement, rows: i64, times: usize) {
    for _ in 0..times {
        let found = client.query(statement, &[&AUTHORS, &rows]).await.expect("rows");
        let found: Vec<(RawAuthor, Option<RawArticle>)> = found
            .iter()
            .map(|row| {
                let author = RawAuthor { id: row.get(0), name: row.get(1), email: row.get(2) };
                let article = row.get::<_, Option<i64>>(3);
                (author, article.map(|id| RawArticle { id, body: row.get(4), author_id: row.get(5) }))
            })
            .collect();
        assert_eq!(black_box(found).len(), rows as usize);
    }
}
