//! What contradicts itself is an error before any SQL.

use super::*;

async fn refused(session: &mut Session, message: &str) -> Result<()> {
    let recording = session.db().record();
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Session, message));
    assert_eq!(sent(&recording), [""; 0]);
    session.rollback().await
}

#[tokio::test]
async fn a_new_row_cannot_belong_to_two_tenants() -> Result<()> {
    let db = shop().await?;
    let mut session = db.session();
    let ada = session.get::<Tenant>(1).await?.or_404()?;
    let bob = session.get::<Tenant>(2).await?.or_404()?;
    let order = session.get::<Order>((1, 1)).await?.or_404()?;

    // Both relations give the tenant, and agree.
    let line = session.add(new!(Line { tenant: ada, order: order, position: 8, article: "nib" }));
    assert_eq!(session.related(line, |l| l.tenant), ada);
    session.commit().await?;

    let contradiction = "a new `Line` is given two values for `tenant_id`";
    session.add(new!(Line { tenant: bob, order: order, position: 9, article: "nib" }));
    refused(&mut session, contradiction).await?;
    session.add(new!(Line { order: order, tenant: bob, position: 9, article: "nib" }));
    refused(&mut session, contradiction).await?;
    session.rel_mut(order, |o| o.lines).add(new!(Line { tenant: bob, position: 9, article: "nib" }));
    refused(&mut session, contradiction).await?;

    // Also where nobody knows the number yet.
    let new = session.add(new!(Tenant { name: "cy" }));
    let other = session.add(new!(Order { tenant: new, number: 1 }));
    session.add(new!(Line { order: other, tenant: ada, position: 9, article: "nib" }));
    refused(&mut session, contradiction).await?;

    let new = session.add(new!(Tenant { name: "cy" }));
    let other = session.add(new!(Order { tenant: new, number: 1 }));
    let line = session.add(new!(Line { order: other, tenant: new, position: 9, article: "nib" }));
    session.commit().await?;
    assert_eq!(session[line].tenant_id, session[new].id);
    Ok(())
}

#[tokio::test]
async fn a_column_that_is_given_along_with_a_relation_must_agree() -> Result<()> {
    let db = folders().await?;
    let mut session = db.session();
    let a = session.get::<Folder>((1, "a".to_owned())).await?.or_404()?;
    for above in [Some(a), None] {
        let name = if above.is_some() { "in a" } else { "beside a" };
        let folder = session.add(new!(Folder { tenant_id: 1, name: name, up: above }));
        assert_eq!((session.related(folder, |f| f.up), session[folder].tenant_id), (above, 1));
    }
    session.commit().await?;

    session.add(new!(Folder { tenant_id: 2, name: "wrong", up: a }));
    refused(&mut session, "a new `Folder` is given two values for `tenant_id`").await
}

#[tokio::test]
async fn a_field_and_an_edge_must_agree() -> Result<()> {
    let db = shop().await?;
    let mut session = db.session();
    let (ada, bob) = (session.get::<Tenant>(1).await?.or_404()?, session.get::<Tenant>(2).await?.or_404()?);
    let new = session.add(new!(Tenant { name: "cy" }));
    let order = session.add(new!(Order { tenant: new, number: 1 }));

    let line = session.add(new!(Line { order: order, position: 1, article: "ink" }));
    session[line].order_number = 5;
    let message = "`Line.order_number` was changed, and so was the relation it is the key of";
    refused(&mut session, message).await?;

    // Two rows without a key, of which each gives the column another value.
    let (one, other) = (session.add(new!(Tenant { name: "cy" })), session.add(new!(Tenant { name: "di" })));
    let order = session.add(new!(Order { tenant: one, number: 1 }));
    let line = session.add(new!(Line { order: order, position: 1, article: "ink" }));
    session.rel_mut(line, |l| l.tenant).set(other);
    refused(&mut session, "two relations of a `Line` give `tenant_id` different values").await?;

    // With nothing to wait for, the last word counts.
    let order = session.add(new!(Order { tenant: bob, number: 8 }));
    let line = session.add(new!(Line { tenant: bob, order: order, position: 1, article: "ink" }));
    let first = session.get::<Order>((1, 1)).await?.or_404()?;
    session.rel_mut(line, |l| l.order).set(first);
    assert_eq!(session.related(line, |l| l.tenant), ada);
    session.rollback().await
}

#[tokio::test]
async fn a_row_that_must_have_an_order_cannot_leave_it() -> Result<()> {
    let db = shop().await?;
    let mut session = db.session();
    let order = session.get::<Order>((1, 1)).await?.or_404()?;
    let line = session.load(order, |o| o.lines).await?[0];
    let error = session.rel_mut(order, |o| o.lines).remove(line).unwrap_err();
    assert_eq!(
        error.message(),
        "a `Line` cannot leave `Order.lines`: none of `Line.(tenant_id, order_number)` may be NULL"
    );
    assert_eq!(session.related(order, |o| o.lines).len(), 2);

    session.add(new!(Line { tenant_id: 1, order_number: 77, position: 1, article: "ink" }));
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey);
    session.rollback().await
}
