//! The unit of work: what is written, in which order, and what a rollback brings back.

use super::*;

#[tokio::test]
async fn a_generated_key_is_handed_down_through_keys_it_is_part_of() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let line = session.add(new!(Line {
        position: 1,
        article: "ink",
        order: Order { number: 7, tenant: Tenant { name: "ada" } },
    }));
    let order = session.related(line, |l| l.order);
    let tenant = session.related(order, |o| o.tenant);
    let second = session.rel_mut(order, |o| o.lines).add(new!(Line { position: 2, article: "pen" }));
    assert_eq!((session.key(line), session.key(order)), (None, None), "the tenant has no number yet");
    assert_eq!(session.related(order, |o| o.lines), [line, second]);

    let recording = db.record();
    session.commit().await?;
    let texts = sent(&recording);
    assert_eq!(
        texts.iter().map(|text| text.split(" RETURNING").next().unwrap_or_default()).collect::<Vec<_>>(),
        [
            r#"INSERT INTO "c_tenant" ("name") VALUES (?)"#,
            r#"INSERT INTO "c_order" ("tenant_id", "number") VALUES (?, ?)"#,
            r#"INSERT INTO "c_line" ("tenant_id", "order_number", "position", "article") VALUES (?, ?, ?, ?)"#,
        ]
    );
    assert_eq!((session[second].tenant_id, session[second].order_number), (session[tenant].id, 7));
    assert_eq!(session.related(order, |o| o.lines), [line, second]);
    assert_eq!(session.related(second, |l| l.order), order);
    assert_eq!(session.get::<Line>((1, 7, 2)).await?, Some(second), "from the identity map");
    assert_eq!(sent(&recording).len(), 3);
    Ok(())
}

#[tokio::test]
async fn both_sides_agree_at_every_moment() -> Result<()> {
    let db = shop().await?;
    let mut session = db.session();
    let orders =
        session.all(Order::query().order_by(|o| (o.tenant_id.asc(), o.number.asc())).with(|o| o.lines)).await?;
    let (first, second, bobs) = (orders[0], orders[1], orders[2]);
    let pen = session.related(first, |o| o.lines)[1];
    assert_eq!(session.related(pen, |l| l.order), first);

    // By fields. What a row is known by stays, so only a copy of it can move.
    session.delete(pen);
    let copy = session.add(new!(Line { tenant_id: 1, order_number: 2, position: 7, article: "pen" }));
    assert_eq!(session.related(copy, |l| l.order), second);
    assert_eq!(session.related(second, |o| o.lines).len(), 2);
    assert_eq!(session.related(first, |o| o.lines).len(), 1);

    // By relation, which gives all columns.
    session.rel_mut(copy, |l| l.order).set(bobs);
    assert_eq!((session[copy].tenant_id, session[copy].order_number), (2, 1));
    assert_eq!(session.related(bobs, |o| o.lines), [copy]);
    assert_eq!(session.related(second, |o| o.lines).len(), 1);
    session.commit().await?;
    assert_eq!(articles(&db).await?, ["1.1.1 ink", "1.2.1 nib", "2.1.7 pen"]);

    let ink = session.related(first, |o| o.lines)[0];
    session.rel_mut(ink, |l| l.order).set(second);
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.message(), "the key of a `Line` was changed from 1, 1, 1 to 1, 2, 1");
    session.rollback().await
}

#[tokio::test]
async fn rows_of_one_table_go_level_by_level() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    // The lower first, by keys and by relations.
    let c = session.add(new!(Folder { tenant_id: 1, name: "c", up_name: "b" }));
    let b = session.add(new!(Folder { tenant_id: 1, name: "b", up_name: "a" }));
    let a = session.add(new!(Folder { tenant_id: 1, name: "a" }));
    let d = session.add(new!(Folder { name: "d", up: c }));
    assert_eq!(session.related(c, |f| f.up), Some(b));
    assert_eq!(session.related(c, |f| f.inner), [d]);
    assert_eq!(session[d].tenant_id, 1, "the tenant is that of the folder above");
    session.commit().await?;

    // Out of a folder that goes, into a new one.
    let new = session.add(new!(Folder { tenant_id: 1, name: "new" }));
    session.rel_mut(c, |f| f.up).set(new);
    session.rel_mut(new, |f| f.up).set(a);
    session.delete(b);
    session.commit().await?;
    let up = Folder::query().filter(|f| f.name.eq("c")).with(|f| f.up).one(&db).await?;
    assert_eq!(up.up.get().as_ref().unwrap().name, "new");

    for folder in [a, new, c, d] {
        session.delete(folder);
    }
    session.commit().await?;
    assert_eq!(Folder::query().count(&db).await?, 0);
    Ok(())
}

/// A place refers to another one of its tenant, whose number neither has yet.
#[derive(Model, Debug)]
#[model(table = "c_place", foreign_key(tenant_id, next_name = Place(tenant_id, name)))]
struct Place {
    #[column(primary_key, foreign_key = Tenant.id)]
    tenant_id: i64,
    #[column(primary_key, length = 20)]
    name: String,
    #[column(length = 20)]
    next_name: Option<String>,
    #[relation(key = tenant_id)]
    tenant: BelongsTo<Tenant>,
    #[relation(key = (tenant_id, next_name))]
    next: BelongsTo<Option<Place>>,
}

#[tokio::test]
async fn a_circle_is_closed_by_an_update() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let tenant = session.add(new!(Tenant { name: "ada" }));
    let home = session.add(new!(Place { tenant: tenant, name: "home" }));
    let work = session.add(new!(Place { tenant: tenant, name: "work", next: home }));
    session.rel_mut(home, |p| p.next).set(work);
    session.commit().await?;

    let places = Place::query().order_by(|p| p.name.asc()).with(|p| p.next).all(&db).await?;
    let next: Vec<_> = places.iter().map(|place| place.next.get().as_ref().unwrap().name.as_str()).collect();
    assert_eq!(next, ["work", "home"]);
    assert_eq!(session.related(home, |p| p.next), Some(work));
    Ok(())
}

#[tokio::test]
async fn children_come_and_go() -> Result<()> {
    let db = folders().await?;
    let mut session = db.session();
    let a = session.get::<Folder>((1, "a".to_owned())).await?.or_404()?;
    let b = session.load(a, |f| f.inner).await?[0];
    let c = session.load(b, |f| f.inner).await?[0];
    let file = session.load(c, |f| f.files).await?[0];

    session.rel_mut(a, |f| f.inner).push(c);
    assert_eq!(session.related(a, |f| f.inner), [b, c]);
    assert_eq!(session.related(b, |f| f.inner), []);
    session.rel_mut(a, |f| f.inner).remove(c)?;
    session.rel_mut(b, |f| f.inner).remove(c)?;
    assert_eq!((session[c].tenant_id, &session[c].up_name), (1, &None), "the tenant is its own");
    session.rel_mut(c, |f| f.files).remove(file)?;
    assert_eq!((session[file].folder_tenant, &session[file].folder_name), (None, &None));
    let recording = db.record();
    session.commit().await?;
    assert_eq!(
        sent(&recording),
        [
            r#"UPDATE "c_folder" SET "up_name" = ? WHERE "tenant_id" = ? AND "name" = ?"#,
            r#"UPDATE "c_file" SET "folder_tenant" = ?, "folder_name" = ? WHERE "id" = ?"#,
        ]
    );

    // A child of a row that is new: an edge until both are written.
    let new = session.add(new!(Folder { tenant_id: 1, name: "new", up: a }));
    session.rel_mut(new, |f| f.files).push(file);
    assert_eq!(session.related(new, |f| f.files), [file]);
    session.commit().await?;
    assert_eq!(session[file].folder_name.as_deref(), Some("new"));

    // The database empties the key of what refers to a row that goes.
    session.delete(new);
    session.commit().await?;
    session.refresh(file).await?;
    assert_eq!((session[file].folder_tenant, session.related(file, |f| f.folder)), (None, None));
    Ok(())
}

#[tokio::test]
async fn rollbacks_bring_relations_back() -> Result<()> {
    let db = folders().await?;
    let mut session = db.session();
    let a = session.get::<Folder>((1, "a".to_owned())).await?.or_404()?;
    let b = session.load(a, |f| f.inner).await?[0];
    let c = session.load(b, |f| f.inner).await?[0];

    session.rel_mut(c, |f| f.up).set(a);
    let savepoint = session.begin_savepoint().await?;
    let tenant = session.add(new!(Tenant { name: "ada" }));
    let order = session.add(new!(Order { tenant: tenant, number: 1 }));
    session.add(new!(Line { order: order, position: 1, article: "ink" }));
    session.rel_mut(c, |f| f.up).set(None);
    session.flush().await?;
    session.rel_mut(c, |f| f.up).set(b);
    session.rollback_to(savepoint).await?;
    assert_eq!(session.related(c, |f| f.up), Some(a));
    assert_eq!(session.related(a, |f| f.inner), [b, c]);
    assert_eq!((Tenant::query().count(&mut session).await?, Line::query().count(&mut session).await?), (0, 0));

    session.rollback().await?;
    assert_eq!(session.related(c, |f| f.up), Some(b));
    assert_eq!(session.related(a, |f| f.inner), [b]);
    assert!(!session.is_dirty());
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "c_profile")]
struct Profile {
    #[column(primary_key, foreign_key = Tenant.id)]
    tenant_id: i64,
    text: String,
    #[relation(key = tenant_id)]
    tenant: BelongsTo<Tenant>,
}

#[tokio::test]
async fn a_primary_key_can_be_one_that_is_still_to_come() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let profiles = ["ada", "bob"].map(|name| session.add(new!(Profile { text: name, tenant: Tenant { name: name } })));
    assert_eq!(session.key(profiles[0]), None);
    session.commit().await?;
    assert_eq!(session.get::<Profile>(2).await?, Some(profiles[1]));
    assert_eq!(session[profiles[1]].text, "bob");
    Ok(())
}
