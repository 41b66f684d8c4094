//! What the rows of a stream are, and what they see.

use std::pin::Pin;

use aludel::{driver::Query as Sql, prelude::*};

use crate::{
    Item, Shelf,
    counted::{BAD, Count},
    with_items,
};

async fn ids(rows: &mut aludel::query::Rows<'_, Item>) -> Vec<i64> {
    let mut ids = Vec::new();
    while let Some(item) = rows.next().await.unwrap() {
        ids.push(item.id);
    }
    ids
}

#[tokio::test]
async fn any_number_of_rows_comes_whole_and_in_order() {
    let _count = Count::start().await;
    let db = with_items(1_000, "pool=1").await;
    for (limit, chunk) in
        [(0, 3), (1, 1), (1, 3), (3, 3), (6, 3), (7, 3), (500, 500), (501, 500), (1_000, 1_000), (2_000, 7)]
    {
        for loads in [false, true] {
            let mut query = Item::query().filter(|i| i.id.gt(0)).order_by(|i| i.id.desc()).limit(limit);
            if loads {
                query = query.with(|i| i.shelf);
            }
            let expected = (1..=1_000).rev().take(limit as usize).collect::<Vec<i64>>();
            assert_eq!(ids(&mut query.clone().stream(&db)).await, expected);
            let mut chunks = query.stream(&db).chunks(chunk);
            let mut found = Vec::new();
            while let Some(rows) = chunks.next().await.unwrap() {
                assert!(rows.len() == chunk || found.len() + rows.len() == expected.len());
                found.extend(rows.iter().map(|item| item.id));
            }
            assert_eq!(found, expected, "limit {limit}, chunks of {chunk}");
        }
    }
    // The one connection there is came back each time.
    assert_eq!(db.engine().pool_status().lent, 0);
}

#[tokio::test]
async fn all_rows_are_of_one_state_also_what_is_loaded_with_them() {
    let _count = Count::start().await;
    let db = with_items(2_000, "").await;
    let mut rows = Item::query().order_by(|i| i.id.asc()).with(|i| i.shelf).stream(&db);
    let first = rows.next().await.unwrap().unwrap();
    assert_eq!(first.shelf.get().name, "shelf 2");
    let mut writer = db.engine().acquire().await.unwrap();
    for sql in ["UPDATE shelf SET name = 'other'", "DELETE FROM item WHERE id > 1000"] {
        writer.execute(Sql::write(sql, vec![])).await.unwrap();
    }
    let mut count = 1;
    while let Some(item) = rows.next().await.unwrap() {
        assert!(item.shelf.get().name.starts_with("shelf"), "{}", item.shelf.get().name);
        count += 1;
    }
    assert_eq!(count, 2_000);
    assert_eq!(ids(&mut Item::query().stream(&db)).await.len(), 1_000);
}

#[tokio::test]
async fn a_session_streams_what_its_transaction_sees() {
    let _count = Count::start().await;
    let db = with_items(1_200, "").await;
    let mut session = db.session();
    let shelf = session.add(new!(Shelf { id: 100, name: "new" }));
    session.flush().await.unwrap();
    let mut shelves = Shelf::query().order_by(|s| s.id.desc()).with(|s| s.items).stream(&mut session).chunks(3);
    let chunk = shelves.next().await.unwrap().unwrap();
    assert_eq!(chunk[0].id, 100);
    assert_eq!(chunk[1].items.get().len(), 171);
    drop(shelves);
    // The transaction goes on.
    session[shelf].name = "newer".into();
    session.commit().await.unwrap();
    assert_eq!(Shelf::query().filter(|s| s.id.eq(100)).one(&db).await.unwrap().name, "newer");

    // Changes that wait are written first; without a transaction, the rows have one of their own.
    let mut rows = Item::query().stream(&mut session);
    assert!(rows.next().await.unwrap().is_some());
    drop(rows);
    assert!(!session.in_transaction());
}

#[tokio::test]
async fn a_row_that_cannot_be_read_ends_the_stream_and_nothing_else() {
    let _count = Count::start().await;
    let db = with_items(1_200, "pool=1").await;
    let mut writer = db.engine().acquire().await.unwrap();
    writer.execute(Sql::write(format!("UPDATE item SET seen = {BAD} WHERE id = 700"), vec![])).await.unwrap();
    drop(writer);
    let mut rows = Item::query().order_by(|i| i.id.asc()).stream(&db);
    let mut read = 0;
    let error = loop {
        match rows.next().await {
            Ok(Some(_)) => read += 1,
            Ok(None) => panic!("it ended"),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.model(), read), (ErrorKind::Decode, Some("Item"), 500));
    assert!(rows.next().await.unwrap().is_none());
    drop(rows);
    assert_eq!(Item::query().count(&db).await.unwrap(), 1_200);

    let mut session = db.session();
    session.begin().await.unwrap();
    let mut rows = Item::query().order_by(|i| i.id.asc()).stream(&mut session);
    while rows.next().await.is_ok() {}
    drop(rows);
    assert_eq!(Item::query().count(&mut session).await.unwrap(), 1_200);
    session.commit().await.unwrap();
}

#[tokio::test]
async fn a_query_the_database_refuses_says_so_at_the_first_row() {
    let _count = Count::start().await;
    let db = with_items(1, "pool=1").await;
    db.engine().acquire().await.unwrap().execute(Sql::other("DROP TABLE item")).await.unwrap();
    let mut rows = Item::query().stream(&db);
    let error = rows.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error}");
    assert!(error.sql().unwrap().starts_with("SELECT"), "{error}");
    drop(rows);
    assert_eq!(Shelf::query().count(&db).await.unwrap(), 7);
}

#[tokio::test]
async fn rows_are_a_stream() {
    let _count = Count::start().await;
    let db = with_items(3, "").await;
    let mut rows = Item::query().stream(&db);
    let mut count = 0;
    while let Some(item) =
        std::future::poll_fn(|context| futures_core::Stream::poll_next(Pin::new(&mut rows), context)).await
    {
        count += item.unwrap().id;
    }
    assert_eq!(count, 6);
}
