//! Values that the program does not write: computed ones, and those of a change.

use std::sync::atomic::{AtomicI64, Ordering};

use aludel::prelude::*;

use crate::support::{TestDb, sent};

#[derive(Model, Debug)]
#[model(table = "v_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    price: i64,
    quantity: i64,
    #[column(computed = sql("price * quantity"))]
    total: i64,
    #[column(computed = |i| i.price.gt(100))]
    dear: bool,
}

async fn items() -> Result<(TestDb, Db)> {
    let holder = TestDb::new().await;
    let db = Db::new(holder.engine().clone(), models![Item, Note, Folder, File]);
    db.create_all().await?;
    Ok((holder, db))
}

#[tokio::test]
async fn computed_values_are_read_back_with_every_flush() -> Result<()> {
    let (_holder, db) = items().await?;
    let mut session = db.session();
    let a = session.add(new!(Item { price: 3, quantity: 4 }));
    let b = session.add(new!(Item { price: 300, quantity: 1 }));
    let recording = db.record();
    session.commit().await?;
    let statements = if db.engine().dialect().capability().returning { 1 } else { 2 };
    assert_eq!(sent(&recording).len(), statements, "an INSERT that hands them back, or is read after");
    assert_eq!((session[a].total, session[a].dear), (12, false));
    assert_eq!((session[b].total, session[b].dear), (300, true));

    session[a].price = 200;
    session[b].price = 5;
    let recording = db.record();
    session.flush().await?;
    let texts = sent(&recording);
    assert!(texts[0].starts_with("UPDATE") && texts.last().unwrap().starts_with("SELECT"), "{texts:?}");
    assert!(!texts[0].contains("total"), "a computed column is never written: {texts:?}");
    assert_eq!((session[a].total, session[a].dear), (800, true));
    assert_eq!((session[b].total, session[b].dear), (5, false));
    session.rollback().await?;
    assert_eq!((session[a].price, session[a].total, session[a].dear), (3, 12, false));

    // Nothing that is computed counts as a change.
    let recording = db.record();
    session.commit().await?;
    assert_eq!(recording.statements(), 0);
    Ok(())
}

#[tokio::test]
async fn a_computed_value_that_is_given_is_refused_before_anything_is_sent() -> Result<()> {
    let (_holder, db) = items().await?;
    let mut session = db.session();
    let item = session.add(new!(Item { price: 3, quantity: 4 }));
    session.commit().await?;
    session[item].total = 7;
    let recording = db.record();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.message(), "`Item.total` was given a value, and the database computes it");
    assert_eq!(recording.statements(), 0);
    session.rollback().await?;
    assert_eq!(session[item].total, 12);
    Ok(())
}

static CLOCK: AtomicI64 = AtomicI64::new(0);

fn next_version() -> i64 {
    CLOCK.fetch_add(1, Ordering::Relaxed) + 1000
}

#[derive(Model, Debug)]
#[model(table = "v_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(length = 20, unique)]
    body: String,
    #[column(default = 0, on_update = next_version)]
    version: i64,
    #[column(on_update = Timestamp::now)]
    changed: Option<Timestamp>,
}

#[tokio::test]
async fn a_change_of_the_row_brings_its_own_values() -> Result<()> {
    let (_holder, db) = items().await?;
    let mut session = db.session();
    let note = session.add(new!(Note { body: "a" }));
    let other = session.add(new!(Note { body: "b" }));
    session.commit().await?;
    assert_eq!((session[note].version, session[note].changed), (0, None), "an INSERT is no change");

    session[note].body = "A".into();
    let recording = db.record();
    session.commit().await?;
    assert_eq!(sent(&recording).len(), 1);
    let version = session[note].version;
    assert!(version >= 1000 && session[note].changed.is_some());
    assert_eq!((session[other].version, session[other].changed), (0, None));

    // Nothing else changed: nothing is written.
    session[note].body = "A".into();
    let recording = db.record();
    session.commit().await?;
    assert_eq!((recording.statements(), session[note].version), (0, version));

    // A value of the program's own stays.
    session[note].version = 7;
    session.commit().await?;
    assert_eq!(session[note].version, 7);
    assert_eq!(Note::query().filter(|n| n.version.eq(7)).count(&db).await?, 1);

    session[note].body = "c".into();
    session.flush().await?;
    assert!(session[note].version >= 1000);
    session.rollback().await?;
    assert_eq!((session[note].version, session[note].body.as_str()), (7, "A"));

    // Unique values that swap places are written in parts, and the row gets one new value all the same.
    session[note].body = "b".into();
    session[other].body = "A".into();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session, "no circle through a column that is never NULL");
    assert_eq!(session[other].version, 0, "nothing was written, and nothing given");
    session.rollback().await
}

#[derive(Model, Debug)]
#[model(table = "v_folder", foreign_key(up_tenant, up_number = Folder(tenant, number)))]
struct Folder {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    number: i64,
    up_tenant: Option<i64>,
    up_number: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "v_file", foreign_key(tenant, folder = Folder(tenant, number)))]
struct File {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    folder: i64,
}

/// A key of several columns orders what a flush writes as one of a single column does.
#[tokio::test]
async fn composite_keys_order_the_flush() -> Result<()> {
    let (_holder, db) = items().await?;
    let mut session = db.session();
    let file = session.add(new!(File { tenant: 1, folder: 3 }));
    let low = session.add(new!(Folder { tenant: 1, number: 3, up_tenant: 1, up_number: 2 }));
    let mid = session.add(new!(Folder { tenant: 1, number: 2, up_tenant: 1, up_number: 1 }));
    let top = session.add(new!(Folder { tenant: 1, number: 1 }));
    session.commit().await?;

    // The file moves to a new folder, and the one it was in goes.
    session.add(new!(Folder { tenant: 1, number: 9, up_tenant: 1, up_number: 1 }));
    session[file].folder = 9;
    session.delete(low);
    session.commit().await?;
    assert_eq!(Folder::query().count(&db).await?, 3);

    session.delete(file);
    let ninth = session.get::<Folder>((1, 9)).await?.unwrap();
    for folder in [top, mid, ninth] {
        session.delete(folder);
    }
    session.commit().await?;
    assert_eq!(Folder::query().count(&db).await?, 0);

    let mut session = db.session();
    session.add(new!(File { tenant: 5, folder: 5 }));
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey);
    assert_eq!(error.message(), "a `File` refers to a row that is not there, by `File.(tenant, folder)`");
    Ok(())
}
