//! Streams that are dropped before their end, at every place where they wait.

use std::{future::poll_fn, pin::pin, task::Poll};

use aludel::prelude::*;

use crate::{Item, Shelf, counted::Count, with_items};

#[tokio::test]
async fn rows_that_are_dropped_give_their_connection_back() {
    let _count = Count::start().await;
    let db = with_items(20_000, "pool=1").await;
    for loads in [false, true] {
        // Far from the end, near it, and at it.
        for taken in [1, 500, 501, 19_400, 19_999, 20_000] {
            let mut query = Item::query().order_by(|i| i.id.asc());
            if loads {
                query = query.with(|i| i.shelf);
            }
            let mut rows = query.stream(&db);
            for expected in 1..=taken {
                assert_eq!(rows.next().await.unwrap().unwrap().id, expected);
            }
            drop(rows);
            // With the only connection there is, as good as new.
            assert_eq!(Shelf::query().count(&db).await.unwrap(), 7);
        }
    }
}

#[tokio::test]
async fn in_a_session_the_next_statement_ends_what_was_not_read() {
    let _count = Count::start().await;
    let db = with_items(20_000, "pool=1").await;
    let mut session = db.session();
    let shelf = session.add(new!(Shelf { id: 100, name: "new" }));
    session.flush().await.unwrap();
    for taken in [1, 600] {
        let mut rows = Item::query().stream(&mut session);
        for _ in 0..taken {
            rows.next().await.unwrap().unwrap();
        }
        drop(rows);
        session[shelf].name = format!("after {taken}");
        session.flush().await.unwrap();
        let mut again = Item::query().stream(&mut session);
        assert!(again.next().await.unwrap().is_some());
    }
    session.commit().await.unwrap();
    assert_eq!(Shelf::query().filter(|s| s.id.eq(100)).one(&db).await.unwrap().name, "after 600");
}

#[tokio::test]
async fn a_row_that_was_not_waited_for_is_not_lost() {
    let _count = Count::start().await;
    let db = with_items(1_100, "").await;
    let mut rows = Item::query().order_by(|i| i.id.asc()).with(|i| i.shelf).stream(&db);
    let mut expected = 1;
    loop {
        // Polled once and dropped, until it is there at once.
        let next = poll_fn(|context| {
            let mut next = pin!(rows.next());
            Poll::Ready(match next.as_mut().poll(context) {
                Poll::Ready(row) => Some(row),
                Poll::Pending => None,
            })
        });
        match next.await {
            None => tokio::task::yield_now().await,
            Some(Ok(Some(item))) => {
                assert_eq!(item.id, expected);
                expected += 1;
            }
            Some(Ok(None)) => break,
            Some(Err(error)) => panic!("{error}"),
        }
    }
    assert_eq!(expected, 1_101);
}

#[tokio::test]
async fn rows_that_are_dropped_while_they_wait_leave_the_pool_whole() {
    let _count = Count::start().await;
    let db = with_items(1_600, "pool=1").await;
    for polls in 0..80 {
        // Of one model, and joined.
        let items = Item::query().with(|i| i.shelf);
        let mut rows = if polls % 2 == 0 { items.stream(&db) } else { items.join(|i| i.shelf).stream(&db) };
        let mut left = polls;
        let walked = poll_fn(|context| {
            let mut walk = pin!(async {
                while let Some(_item) = rows.next().await? {}
                Ok::<_, Error>(())
            });
            let done = walk.as_mut().poll(context);
            left -= 1;
            if left < 0 || done.is_ready() { Poll::Ready(()) } else { Poll::Pending }
        });
        walked.await;
        drop(rows);
        assert_eq!(Shelf::query().count(&db).await.unwrap(), 7, "dropped after {polls} polls");
    }
}
