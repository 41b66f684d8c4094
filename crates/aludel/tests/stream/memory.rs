//! How many rows are in memory, of a hundred thousand.

use aludel::{prelude::*, sql};

use crate::{Item, SHELVES, Shelf, counted::Count, with_items};

const ITEMS: i64 = 100_000;
/// What is fetched at a time unless something else is asked for, and what may be on its way.
const MOST: i64 = 500 + 2;

#[tokio::test]
async fn of_a_hundred_thousand_rows_a_portion_is_in_memory() {
    let count = Count::start().await;
    let db = with_items(ITEMS, "").await;
    let recording = db.record();
    let mut rows = Item::query().order_by(|i| i.id.asc()).stream(&db);
    assert_eq!(recording.entries().len(), 0, "nothing was asked for");
    let mut expected = 1;
    while let Some(item) = rows.next().await.unwrap() {
        assert_eq!((item.id, item.seen.0), (expected, expected));
        // No further than the portion the row is in.
        assert!(count.read() <= expected + MOST, "{} were read for row {expected}", count.read());
        expected += 1;
    }
    assert_eq!((expected, count.read()), (ITEMS + 1, ITEMS));
    assert!(count.most() <= MOST, "{} rows were in memory", count.most());
    assert!(rows.next().await.unwrap().is_none());
    let queries: Vec<_> = recording.entries().into_iter().filter(|entry| !entry.control).collect();
    assert_eq!((queries.len(), queries[0].rows), (1, ITEMS as u64));
    assert!(queries[0].caller.unwrap().file().ends_with("memory.rs"));
}

#[tokio::test]
async fn of_a_join_and_of_sql_too() {
    let count = Count::start().await;
    let db = with_items(20_000, "").await;
    let recording = db.record();
    let mut rows =
        Shelf::query().join(|s| s.items).order_by(|(_, i)| i.id).select(|(s, i)| (s, i.id, i.seen)).stream(&db);
    let mut expected = 0;
    while let Some((shelf, id, seen)) = rows.next().await.unwrap() {
        expected += 1;
        assert_eq!((id, seen.0, shelf.id), (expected, expected, expected % SHELVES + 1));
    }
    let mut items = sql("SELECT * FROM item WHERE id > {} ORDER BY id").bind(0).stream::<Item>(&db).chunks(400);
    while let Some(chunk) = items.next().await.unwrap() {
        assert_eq!((chunk.len(), chunk[0].id), (400, expected - 19_999));
        expected += 400;
    }
    assert_eq!((expected, count.read()), (40_000, 40_000));
    assert!(count.most() <= MOST, "{} rows were in memory", count.most());
    let queries: Vec<_> = recording.entries().into_iter().filter(|entry| !entry.control).collect();
    assert_eq!(queries.iter().map(|entry| entry.rows).collect::<Vec<_>>(), [20_000, 20_000]);
}

#[tokio::test]
async fn relations_are_loaded_for_a_portion_at_a_time() {
    let count = Count::start().await;
    let db = with_items(ITEMS, "").await;
    let recording = db.record();
    let mut chunks = Item::query().order_by(|i| i.id.desc()).with(|i| i.shelf).stream(&db).chunks(5_000);
    let mut expected = ITEMS;
    while let Some(chunk) = chunks.next().await.unwrap() {
        assert_eq!(chunk.len(), 5_000);
        for item in &chunk {
            assert_eq!((item.id, item.shelf.get().id), (expected, expected % SHELVES + 1));
            expected -= 1;
        }
    }
    assert_eq!((expected, count.read()), (0, ITEMS));
    assert!(count.most() <= 5_002, "{} rows were in memory", count.most());
    let loads = recording.entries().into_iter().filter(|entry| {
        entry.sql.contains("shelf\"") || entry.sql.contains("FROM shelf") || entry.sql.contains("FROM `shelf")
    });
    assert_eq!(loads.filter(|entry| entry.rows == SHELVES as u64).count(), 20, "one for each chunk");
}

#[tokio::test]
async fn of_joined_rows_too() {
    let count = Count::start().await;
    let db = with_items(20_000, "").await;
    let joined = Shelf::query().join(|s| s.items).select(|(_, i)| i).order_by(|(_, i)| i.id).with(|i| i.shelf);
    let mut rows = joined.stream(&db);
    let mut expected = 0;
    while let Some(item) = rows.next().await.unwrap() {
        expected += 1;
        assert_eq!((item.id, item.shelf.get().id), (expected, expected % SHELVES + 1));
    }
    assert_eq!((expected, count.read()), (20_000, 20_000));
    assert!(count.most() <= MOST, "{} rows were in memory", count.most());
}
