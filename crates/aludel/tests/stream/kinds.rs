//! What can be streamed: all that can be asked.

use aludel::{expr::count_all, prelude::*, sql};

use crate::{Item, Shelf, counted::Count, with_items};

#[derive(FromRow, Clone, Debug, PartialEq)]
struct Filling {
    name: String,
    items: i64,
}

/// The same of the stream of a query as of all its rows.
macro_rules! same {
    ($db:expr, $query:expr) => {{
        let query = $query;
        let all = format!("{:?}", query.clone().all($db).await.unwrap());
        let mut streamed = Vec::new();
        let mut chunks = query.stream($db).chunks(2);
        while let Some(chunk) = chunks.next().await.unwrap() {
            streamed.extend(chunk);
        }
        assert_eq!(format!("{streamed:?}"), all);
        streamed
    }};
}

#[tokio::test]
async fn whatever_can_be_asked_can_be_streamed() {
    let _count = Count::start().await;
    let db = with_items(10, "pool=1").await;
    let db = &*db;
    // Shelf 2 has items 1 and 8, shelf 1 item 7.
    let joined = Shelf::query().join(|s| s.items).order_by(|(_, i)| i.id);
    assert_eq!(same!(db, joined.clone()).len(), 10);
    assert_eq!(same!(db, joined.clone().select(|(s, i)| (s.name, i.id)))[7], ("shelf 2".to_owned(), 8));
    assert_eq!(same!(db, joined.clone().select(|both| both)).len(), 10);
    let left = Shelf::query()
        .left_join_on::<Item>(|(s, i)| i.get(|i| i.shelf_id).eq(s.id).and(i.get(|i| i.id).gt(7)))
        .order_by(|(s, i)| (s.id, i.get(|i| i.id)));
    let rows = same!(db, left.select(|(s, i)| (s.id, i)));
    let found: Vec<_> = rows.iter().map(|(shelf, item)| (*shelf, item.as_ref().map(|item| item.id))).collect();
    assert_eq!(found, [(1, None), (2, Some(8)), (3, Some(9)), (4, Some(10)), (5, None), (6, None), (7, None)]);

    let counts = joined.unordered().group_by(|(s, _)| s.name).select(|(s, _)| (s.name, count_all()));
    let filled = counts.as_struct::<Filling>();
    let rows = same!(db, filled.clone().order_by(|(s, _)| s.name));
    assert_eq!(rows[1], Filling { name: "shelf 2".into(), items: 2 });
    let full = filled.clone().subquery().filter(|f| f.items.gt(1)).order_by(|f| f.name);
    assert_eq!(same!(db, full).len(), 3);
    let ends = Shelf::query().filter(|s| s.id.gt(5)).union(Shelf::query().filter(|s| s.id.lt(3)));
    assert_eq!(same!(db, ends.order_by(|s| s.id.desc())).iter().map(|s| s.id).collect::<Vec<_>>(), [7, 6, 2, 1]);
    let named = Shelf::query().filter(|s| s.id.ge(6)).cte("last");
    assert_eq!(same!(db, named.query().order_by(|s| s.id).boxed()).len(), 2);
    // Values are bound, columns found by their names.
    let text =
        "SELECT COUNT(*) AS items, name FROM shelf JOIN item ON shelf_id = shelf.id WHERE name = {} GROUP BY name";
    let mut rows = sql(text).bind("shelf 3").stream::<Filling>(db);
    assert_eq!(rows.next().await.unwrap(), Some(Filling { name: "shelf 3".into(), items: 2 }));
    assert_eq!(rows.next().await.unwrap(), None);
    assert_eq!(db.engine().pool_status().lent, 0);
}

#[tokio::test]
async fn relations_are_loaded_along_with_whatever_gives_entities() {
    let _count = Count::start().await;
    let db = with_items(10, "pool=1").await;
    let db = &*db;
    // Shelves 1, 2 and 3 are there twice, in one chunk and in two.
    let joined = Shelf::query().join(|s| s.items).with(|s| s.items.with(|i| i.shelf));
    let shelves = same!(db, joined.clone().order_by(|(s, i)| (s.id, i.id)));
    assert_eq!(shelves.iter().map(|s| s.items.get().len()).collect::<Vec<_>>(), [1, 2, 2, 2, 2, 2, 2, 1, 1, 1]);
    let by_item = same!(db, joined.clone().order_by(|(_, i)| i.id.desc()).limit(8).offset(1));
    assert_eq!(by_item.iter().map(|s| s.id).collect::<Vec<_>>(), [3, 2, 1, 7, 6, 5, 4, 3]);
    same!(db, joined.clone().distinct().order_by(|(s, _)| s.id));
    let full = joined.clone().group_by(|(s, _)| s).having(|(_, i)| i.id.count().gt(1)).order_by(|(s, _)| s.id);
    assert_eq!(same!(db, full).iter().map(|s| s.id).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(same!(db, joined.filter(|(_, i)| i.id.gt(10))).is_empty());

    // Rows of a model that the query does not begin with, and of queries put together.
    let items = Shelf::query().join(|s| s.items).filter(|(s, _)| s.id.gt(1)).order_by(|(_, i)| i.id);
    assert_eq!(same!(db, items.select(|(_, i)| i).with(|i| i.shelf))[0].shelf.get().name, "shelf 2");
    let ends = Shelf::query().filter(|s| s.id.gt(5)).union_all(Shelf::query().filter(|s| s.id.gt(6)));
    let ends = same!(db, ends.order_by(|s| s.id.desc()).with(|s| s.items));
    assert_eq!(ends.iter().map(|s| (s.id, s.items.get().len())).collect::<Vec<_>>(), [(7, 1), (7, 1), (6, 1)]);
    assert_eq!(db.engine().pool_status().lent, 0);
}

#[tokio::test]
async fn relations_of_joined_rows_cost_a_few_statements_a_chunk() {
    let _count = Count::start().await;
    let db = with_items(10, "").await;
    let recording = db.record();
    let mut chunks = Shelf::query().join(|s| s.items).order_by(|(_, i)| i.id).with(|s| s.items).stream(&db).chunks(4);
    let mut sizes = Vec::new();
    while let Some(chunk) = chunks.next().await.unwrap() {
        sizes.push(chunk.len());
    }
    assert_eq!(sizes, [4, 4, 2]);
    let queries = recording.entries().into_iter().filter(|entry| !entry.control).count();
    // One for the rows and one for the relation of each chunk; or one for the keys, and two for each chunk.
    let between = db.engine().dialect().capability().statements_between_rows;
    assert_eq!(queries, if between { 4 } else { 7 });
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_at_the_first_row() {
    let _count = Count::start().await;
    let db = with_items(3, "").await;
    let recording = db.record();
    let error = Item::query().filter(|i| i.id.count().gt(1)).stream(&db).next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    let error = Item::query().for_update().stream(&db).next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    let error = sql("SELECT {}").stream::<(i64,)>(&db).next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(recording.entries().iter().all(|entry| entry.control), "{:?}", recording.entries());
    assert!(sql("DELETE FROM item").stream::<(i64,)>(&db).next().await.is_err());
    assert_eq!(Item::query().count(&db).await.unwrap(), 3);
}

#[tokio::test]
async fn locked_rows_are_streamed_in_the_transaction_of_a_session() {
    let _count = Count::start().await;
    let db = with_items(5, "").await;
    let mut session = db.session();
    let mut rows = Item::query().for_update().stream(&mut session).chunks(2);
    let mut found = 0;
    while let Some(chunk) = rows.next().await.unwrap() {
        found += chunk.len();
    }
    drop(rows);
    assert_eq!((found, session.in_transaction()), (5, true));
    session.commit().await.unwrap();
}
