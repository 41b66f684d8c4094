//! Rows one by one: how many are in memory, what they see, and what is left when they are dropped half-way.

#[path = "../support/mod.rs"]
mod support;

mod counted;
mod half_way;
mod kinds;
mod memory;
mod rows;

use aludel::{driver::Query as Sql, prelude::*};
use counted::Counted;
use support::TestDb;

#[derive(Model, Debug)]
struct Item {
    #[column(primary_key)]
    id: i64,
    seen: Counted,
    #[column(foreign_key = Shelf.id)]
    shelf_id: i64,
    #[relation(key = shelf_id, back_populates = items)]
    shelf: BelongsTo<Shelf>,
}

#[derive(Model, Debug)]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[column(length = 20)]
    name: String,
    #[relation(back_populates = shelf)]
    items: HasMany<Item>,
}

/// The number of shelves.
const SHELVES: i64 = 7;

/// A database with items 1 to `count`, spread over the shelves.
async fn with_items(count: i64, options: &str) -> TestDb {
    let db = TestDb::with_options(options).await;
    db.create_all().await.unwrap();
    let mut session = db.session();
    for number in 1..=SHELVES {
        session.add(new!(Shelf { id: number, name: format!("shelf {number}") }));
    }
    session.commit().await.unwrap();
    let mut connection = db.engine().acquire().await.unwrap();
    connection.execute(Sql::write("INSERT INTO item (id, seen, shelf_id) VALUES (1, 1, 2)", vec![])).await.unwrap();
    let mut there = 1;
    while there < count {
        let more = there.min(count - there);
        // Each time twice as many.
        let sql = format!(
            "INSERT INTO item (id, seen, shelf_id) SELECT id + {there}, seen + {there}, (id + {there}) % {SHELVES} + 1 \
             FROM item WHERE id <= {more}"
        );
        connection.execute(Sql::write(sql, vec![])).await.unwrap();
        there += more;
    }
    db
}
