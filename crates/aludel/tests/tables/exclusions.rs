//! Rows that exclude each other.

use aludel::prelude::*;

use crate::support::TestDb;

#[derive(Model, Debug)]
#[model(
    table = "x_stay",
    exclude(name = "ex_time", using = gist, overlaps(by = sql("int8range(starts, ends)")), where = |s| s.cancelled.eq(false)),
    exclude(eq(guest), deferrable = initially_deferred)
)]
struct Stay {
    #[column(primary_key)]
    id: i64,
    guest: i64,
    starts: i64,
    ends: i64,
    cancelled: bool,
}

fn stay(guest: i64, starts: i64, cancelled: bool) -> aludel::New<Stay> {
    new!(Stay { guest: guest, starts: starts, ends: (starts + 2), cancelled: cancelled })
}

#[tokio::test]
async fn a_row_in_conflict_is_refused() -> Result<()> {
    let held = TestDb::new().await;
    let db = Db::new(held.engine().clone(), models![Stay]);
    if !db.engine().dialect().capability().exclusion {
        let error = db.create_all().await.unwrap_err();
        assert_eq!((error.kind(), error.sql()), (ErrorKind::Unsupported, None));
        return Ok(());
    }
    db.create_all().await?;
    let mut session = db.session();
    let first = session.add(stay(1, 10, false));
    session.add(stay(2, 12, false));
    session.add(stay(3, 11, true));
    session.commit().await?;

    session.add(stay(4, 11, false));
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Exclusion, Some("ex_time")));
    assert_eq!((error.table(), error.model()), (Some("x_stay"), Some("Stay")));
    assert_eq!(error.columns().unwrap(), ["starts", "ends"]);
    assert_eq!(error.message(), "a row of `x_stay` is in conflict with another one, by the exclusion `ex_time`");
    session.rollback().await?;

    // Looked at when the transaction ends.
    session[first].guest = 2;
    session.flush().await?;
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Exclusion, Some("ex_x_stay_guest")));
    assert_eq!(error.columns().unwrap(), ["guest"]);
    Ok(())
}
