//! The reference of queries, `docs/guide/reference.md`: written from the cases here, so that it says what is.
//!
//! Every case is run on the database at hand, in a transaction that is rolled back; its SQL is written for all of them. The
//! page must say the same. After a wanted change: `UPDATE_REFERENCE=1 cargo test --test reference`, on PostgreSQL, which
//! has most, and then on MariaDB, for what only that has.

#[path = "../queries/models.rs"]
mod models;
#[path = "../support/mod.rs"]
mod support;

mod cases;
mod construct;
mod page;

use aludel::{insert_all, prelude::*};

use construct::Case;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/reference.md");

/// A chapter: its title, the text of its file, and its cases.
pub struct Chapter {
    title: &'static str,
    source: &'static str,
    cases: Vec<Case>,
}

/// As texts they are ordered the other way round.
#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
#[db_enum(name = "size")]
enum Size {
    Small,
    Medium,
    Large,
}

#[derive(Model, Clone, Debug)]
struct Shirt {
    #[column(primary_key)]
    id: i64,
    size: Size,
    other: Option<Size>,
}

#[tokio::test]
async fn the_page_says_what_every_database_does() -> Result<()> {
    let db = models::rows().await?;
    models::searchable(&db).await;
    let shirts = [(Size::Small, None), (Size::Large, Some(Size::Medium)), (Size::Medium, Some(Size::Large))];
    insert_all(shirts.map(|(size, other)| new!(Shirt { size: size, other: other }))).exec(&db).await?;
    let before = std::fs::read_to_string(PAGE).unwrap_or_default();
    let mut results = page::results(&before);
    for chapter in cases::chapters() {
        page::check_names(&chapter);
        for case in &chapter.cases {
            let mut session = db.session();
            session.begin().await?;
            let ran = (case.run)(&mut session).await;
            session.rollback().await?;
            match ((case.sql)(db.engine().dialect()), ran) {
                (Ok(_), Ok(result)) => {
                    results.insert(case.name.to_owned(), result);
                }
                (Ok(sql), Err(error)) => panic!("{}: {sql}\n{error:?}", case.name),
                (Err(refused), Err(error)) => {
                    assert_eq!(refused.kind(), ErrorKind::Unsupported, "{}: {refused}", case.name);
                    assert_eq!(refused.to_string(), error.to_string(), "{}", case.name);
                }
                (Err(refused), Ok(_)) => panic!("{} is refused as text and yet runs: {refused}", case.name),
            }
        }
    }
    let now = page::write(&cases::chapters(), &results);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &now).expect("the page is written");
    } else {
        let line = before.lines().zip(now.lines()).position(|(before, now)| before != now).unwrap_or(0);
        assert!(before == now, "{PAGE} differs from line {} on: see the top of this file", line + 1);
    }
    Ok(())
}
