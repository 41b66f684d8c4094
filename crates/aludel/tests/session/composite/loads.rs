//! Reading along relations: loads, joins, sub-queries.

use super::*;

#[tokio::test]
async fn one_statement_a_relation() -> Result<()> {
    let db = shop().await?;
    let recording = db.record();
    let orders = Order::query()
        .order_by(|o| (o.tenant_id.asc(), o.number.asc()))
        .with(|o| o.lines.with(|l| l.order))
        .with(|o| o.tenant)
        .all(&db)
        .await?;
    let texts = sent(&recording);
    assert_eq!(texts.len(), 4, "as many as for keys of one column: {texts:?}");

    let shown: Vec<_> = orders
        .iter()
        .map(|order| {
            let articles: Vec<&str> = order.lines.get().iter().map(|line| line.article.as_str()).collect();
            (order.tenant.get().name.as_str(), order.number, articles)
        })
        .collect();
    assert_eq!(shown, [("ada", 1, vec!["ink", "pen"]), ("ada", 2, vec!["nib"]), ("bob", 1, vec![])]);
    let order = orders[1].lines.get()[0].order.get();
    assert_eq!((order.tenant_id, order.number), (1, 2));
    Ok(())
}

/// The number of statements is that of keys of one column, also where one takes no more keys.
#[tokio::test]
async fn many_keys_are_asked_for_in_portions() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let tenant = session.add(new!(Tenant { name: "ada" }));
    for number in 0..5000 {
        let order = session.add(new!(Order { tenant: tenant, number: number }));
        session.add(new!(Line { order: order, position: 1, article: "ink" }));
    }
    session.commit().await?;

    let recording = db.record();
    let lines = Line::query().with(|l| l.order).all(&db).await?;
    assert_eq!((lines.len(), sent(&recording).len()), (5000, 3), "4096 keys a statement");
    assert!(lines.iter().all(|line| line.order.get().number == line.order_number));

    recording.clear();
    let orders = session.all(Order::query().with(|o| o.lines)).await?;
    assert_eq!(sent(&recording).len(), 3);
    assert!(orders.iter().all(|&order| session.related(order, |o| o.lines).len() == 1));
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_null_in_part_leads_nowhere() -> Result<()> {
    let db = folders().await?;
    let mut session = db.session();
    session.add(new!(File { title: "half", folder_tenant: 1 }));
    session.add(new!(File { title: "none" }));
    session.commit().await?;

    let files = File::query().order_by(|f| f.title.asc()).with(|f| f.folder).all(&db).await?;
    let shown: Vec<_> =
        files.iter().map(|file| (file.title.as_str(), file.folder.get().as_ref().map(|f| f.name.as_str()))).collect();
    assert_eq!(shown, [("deep", Some("c")), ("half", None), ("none", None)]);

    let recording = db.record();
    let half = File::query().filter(|f| f.title.eq("half")).with(|f| f.folder).all(&db).await?;
    assert!(half[0].folder.get().is_none());
    assert_eq!(sent(&recording).len(), 1, "nothing to ask for");

    let mut session = db.session();
    let files = session.all(File::query().order_by(|f| f.title.asc())).await?;
    assert_eq!(session.load(files[1], |f| f.folder).await?, None);
    assert_eq!(session.related(files[2], |f| f.folder), None);
    Ok(())
}

#[tokio::test]
async fn joins_and_conditions_compare_all_columns() -> Result<()> {
    let db = shop().await?;
    let joined: Vec<(i64, i32, String)> = Order::query()
        .join(|o| o.lines)
        .order_by(|(_, l)| l.article.asc())
        .select(|(o, l)| (o.tenant_id, o.number, l.article))
        .all(&db)
        .await?;
    let found: Vec<_> = joined.iter().map(|(tenant, number, article)| (*tenant, *number, article.as_str())).collect();
    assert_eq!(found, [(1, 1, "ink"), (1, 2, "nib"), (1, 1, "pen")]);

    let keys = async |query: aludel::Query<Order>| -> Result<Vec<(i64, i32)>> {
        let orders = query.order_by(|o| (o.tenant_id.asc(), o.number.asc())).all(&db).await?;
        Ok(orders.iter().map(|order| (order.tenant_id, order.number)).collect())
    };
    assert_eq!(keys(Order::query().filter(|o| o.lines.exists())).await?, [(1, 1), (1, 2)]);
    assert_eq!(keys(Order::query().filter(|o| o.lines.any(|l| l.article.eq("pen")))).await?, [(1, 1)]);
    assert_eq!(keys(Order::query().filter(|o| o.lines.all(|l| l.article.eq("nib")))).await?, [(1, 2), (2, 1)]);
    assert_eq!(keys(Order::query().filter(|o| o.lines.count().eq(2))).await?, [(1, 1)]);
    assert_eq!(Line::query().filter(|l| l.order.any(|o| o.number.eq(2))).count(&db).await?, 1);

    let db = folders().await?;
    let pairs: Vec<(String, Option<String>)> = Folder::query()
        .left_join(|f| f.up)
        .order_by(|(f, _)| f.name.asc())
        .select(|(f, up)| (f.name, up.get(|up| up.name)))
        .all(&db)
        .await?;
    let pairs: Vec<_> = pairs.iter().map(|(name, up)| (name.as_str(), up.as_deref())).collect();
    assert_eq!(pairs, [("a", None), ("b", Some("a")), ("c", Some("b"))]);
    Ok(())
}

#[tokio::test]
async fn columns_that_are_unique_are_referred_to_as_well() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let (text, image) = (new!(Kind { group_id: 1, code: "txt" }), new!(Kind { group_id: 1, code: "png" }));
    let (text, image) = (session.add(text), session.add(image));
    let note = session.add(new!(File { title: "note", kind: text }));
    let photo = session.rel_mut(image, |k| k.files).add(new!(File { title: "photo" }));
    assert_eq!(session.related(image, |k| k.files), [photo]);
    session.commit().await?;
    assert_eq!((session[photo].kind_group, session[photo].kind_code.as_deref()), (Some(1), Some("png")));

    let files = File::query().order_by(|f| f.title.asc()).with(|f| f.kind.with(|k| k.files)).all(&db).await?;
    let kind = files[1].kind.get().as_ref().unwrap();
    assert_eq!((kind.code.as_str(), kind.files.get().len()), ("png", 1));

    // The row that is referred to is looked for among those that are here by the values it has.
    session.rel_mut(note, |f| f.kind).set(image);
    assert_eq!(session.related(note, |f| f.kind), Some(image));
    session[photo].kind_code = Some("txt".into());
    assert_eq!(session.related(text, |k| k.files), [photo]);
    session.commit().await?;

    // A row goes first that another one no longer refers to, and takes those with it that do.
    session.delete(text);
    session.rel_mut(photo, |f| f.kind).set(None);
    session.commit().await?;
    assert_eq!(File::query().count(&db).await?, 2);
    session.delete(image);
    session.commit().await?;
    let left = File::query().all(&db).await?;
    assert_eq!((left.len(), left[0].title.as_str(), &left[0].kind_code), (1, "photo", &None));
    Ok(())
}
