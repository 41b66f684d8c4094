//! Tenants whose tables are alike, each in a schema of its own, reached through one pool.

mod support;

use aludel::{driver::Query as Sql, insert, model::Models, prelude::*};
use support::{TestDb, sent, server};

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
#[db_enum(name = "tenant_status")]
enum Status {
    Open,
    Paid,
}

#[derive(Model, Debug)]
#[model(schema = "tenant")]
struct Invoice {
    #[column(primary_key)]
    id: i64,
    #[column(length = 20, unique)]
    code: String,
    status: Status,
    #[relation(back_populates = invoice)]
    lines: HasMany<Line>,
}

#[derive(Model, Debug)]
#[model(schema = "tenant")]
struct Line {
    #[column(primary_key)]
    id: i64,
    #[column(length = 40)]
    text: String,
    #[column(index, foreign_key = Invoice.id)]
    invoice_id: i64,
    #[relation(key = invoice_id, back_populates = lines)]
    invoice: BelongsTo<Invoice>,
}

#[derive(Model, Debug)]
#[model(schema = "tenant")]
struct Ticket {
    #[column(primary_key, sequence = "tenant.ticket_number", start = 7)]
    id: i64,
}

/// A database on which models know their tables as those of the schema `tenant`, which is not there.
async fn database(models: Models) -> (TestDb, Db) {
    let test = TestDb::new().await;
    let db = Db::new(test.engine().clone(), models);
    (test, db)
}

fn models() -> Models {
    Models::new([Invoice::definition(), Line::definition()])
}

/// What the schemas of two tenants are called. They are databases of the whole server on MySQL and MariaDB, where no other
/// program must have the same.
fn names(test: &str) -> [String; 2] {
    ["a", "b"].map(|tenant| format!("aludel_{test}_{}_{tenant}", std::process::id()))
}

async fn drop_schemas(db: &Db, names: &[String]) {
    let mut connection = db.engine().acquire().await.unwrap();
    let cascade = if server().starts_with("postgres") { " CASCADE" } else { "" };
    for name in names {
        connection.execute(Sql::other(format!("DROP SCHEMA {name}{cascade}"))).await.unwrap();
    }
}

/// Everything that a program can send, for a tenant that has no rows yet; two are left.
async fn work(db: &Db, text: &str) -> Result<()> {
    let mut session = db.session();
    let first = session.add(new!(Invoice { code: "a", status: Status::Open, lines: [Line { text: text }] }));
    let second = session.add(new!(Invoice { code: "b", status: Status::Open }));
    session.commit().await?;
    session[first].status = Status::Paid;
    session.delete(second);
    let savepoint = session.begin_savepoint().await?;
    session.release_savepoint(savepoint).await?;
    session.commit().await?;

    let mut session = db.session();
    let invoice = session.get::<Invoice>(session_key(db).await?).await?.or_404()?;
    let lines = session.load(invoice, |i| i.lines).await?;
    assert_eq!(session[lines[0]].text, text);
    session.refresh(invoice).await?;
    let joined = Line::query().join(|l| l.invoice).filter(|(_, i)| i.code.eq("a")).select(|(l, i)| (l.text, i.status));
    assert_eq!(joined.all(&mut session).await?, [(text.to_owned(), Status::Paid)]);
    session.rollback().await?;
    let records = db.session().records(Line::definition(), &Session::select_records(Line::definition())).await?;
    assert_eq!(records.len(), 1);

    let found = Invoice::query().filter(|i| i.lines.any(|l| l.text.eq(text))).with(|i| i.lines).one(db).await?;
    assert_eq!(found.lines.get()[0].text, text);
    assert_eq!(Line::query().order_by(|l| l.id).paginate(1, 5).all(db).await?.items[0].text, text);
    let mut rows = Line::query().with(|l| l.invoice).stream(db);
    assert_eq!(rows.next().await?.unwrap().text, text);
    drop(rows);
    assert!(Invoice::query().exists(db).await?);

    assert_eq!(insert(new!(Invoice { code: "c", status: Status::Open })).exec(db).await?, 1);
    let c = || Invoice::query().filter(|i| i.code.eq("c"));
    assert_eq!(c().update(|i| i.status.set(Status::Paid)).exec(db).await?, 1);
    assert_eq!(c().delete(db).await?, 1);
    assert_eq!((Invoice::query().count(db).await?, Line::query().count(db).await?), (1, 1));
    Ok(())
}

async fn session_key(db: &Db) -> Result<i64> {
    Invoice::query().select(|i| i.id).one(db).await
}

#[tokio::test]
async fn no_statement_of_one_tenant_serves_another() -> Result<()> {
    let (test, db) = database(models()).await;
    if !db.engine().dialect().capability().schemas {
        return Ok(());
    }
    let names = names("apart");
    let tenants = [0, 1].map(|tenant| db.with_schemas([("tenant", names[tenant].as_str())]));
    for tenant in &tenants {
        tenant.create_all().await?;
    }
    let recording = db.record();
    for (tenant, text) in [(0, "of a"), (1, "of b")] {
        work(&tenants[tenant], text).await?;
        for sql in sent(&recording) {
            assert!(sql.contains(&format!("\"{}\".", names[tenant])), "{sql}");
            assert!(!sql.contains(&names[1 - tenant]) && !sql.contains("\"tenant\""), "{sql}");
        }
        recording.clear();
    }
    for (tenant, text) in [(0, "of a"), (1, "of b"), (0, "of a")] {
        assert_eq!(Line::query().select(|l| l.text).all(&tenants[tenant]).await?, [text]);
    }
    // A session and a query know the database they are of, and nothing else does.
    assert!(Line::query().all(&db).await.is_err(), "there is no schema `tenant`");
    tenants[0].drop_all().await?;
    assert!(Line::query().all(&tenants[0]).await.is_err());
    assert_eq!(Line::query().count(&tenants[1]).await?, 1);
    drop_schemas(&db, &names).await;
    drop(test);
    Ok(())
}

#[tokio::test]
async fn a_schema_can_be_no_schema_and_no_schema_one() -> Result<()> {
    let (_test, db) = database(models()).await;
    let plain = db.with_schemas([("tenant", "")]);
    plain.create_all().await?;
    let recording = db.record();
    work(&plain, "plain").await?;
    assert!(sent(&recording).iter().all(|sql| !sql.contains("tenant\"")), "{:?}", sent(&recording));
    plain.drop_all().await?;

    if !db.engine().dialect().capability().schemas {
        let error = Line::query().all(&db.with_schemas([("tenant", "tenant_42")])).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Unsupported, Some("tenant_42.line")), "{error}");
        return Ok(());
    }
    let (_test, db) =
        database(Models::new([support::blog::User::definition(), support::blog::Post::definition()])).await;
    let [name, _] = names("plain");
    let one = db.with_schemas([("", name.as_str())]);
    one.create_all().await?;
    let recording = one.record();
    assert_eq!(support::blog::User::query().with(|u| u.posts).count(&one).await?, 0);
    assert!(sent(&recording)[0].contains(&format!("\"{name}\".\"user\"")), "{:?}", sent(&recording));
    one.drop_all().await?;
    drop_schemas(&db, &[name]).await;
    Ok(())
}

#[tokio::test]
async fn sequences_are_of_a_tenant_too() -> Result<()> {
    let (_test, db) = database(Models::new([Ticket::definition()])).await;
    let capability = db.engine().dialect().capability();
    if !capability.schemas || !capability.sequences {
        return Ok(());
    }
    let names = names("numbers");
    let tenants = [0, 1].map(|tenant| db.with_schemas([("tenant", names[tenant].as_str())]));
    for tenant in &tenants {
        tenant.create_all().await?;
    }
    assert_eq!(tenants[0].next_value("tenant.ticket_number").await?, 7);
    for (tenant, number) in [(0, 8), (1, 7)] {
        let mut session = tenants[tenant].session();
        let ticket = session.add(new!(Ticket {}));
        session.commit().await?;
        assert_eq!(session[ticket].id, number);
    }
    drop_schemas(&db, &names).await;
    Ok(())
}
