//! Models in schemas, and columns that count by sequences.

mod support;

use aludel::{
    ErrorKind,
    driver::{Connection, Query as Sql, inspect::Inspector},
    prelude::*,
    sql::schema::Schema,
};
use support::{TestDb, sent, server};

#[derive(Model, Debug)]
struct Customer {
    #[column(primary_key)]
    id: i64,
    #[column(length = 40, unique)]
    name: String,
    #[relation(back_populates = customer)]
    invoices: HasMany<Invoice>,
}

#[derive(Model, Debug)]
#[model(schema = "aludel_billing")]
struct Invoice {
    #[column(primary_key)]
    id: i64,
    #[column(length = 20, unique)]
    code: String,
    #[column(index, foreign_key = Customer.id)]
    customer_id: i64,
    #[relation(key = customer_id, back_populates = invoices)]
    customer: BelongsTo<Customer>,
    #[relation(back_populates = invoice)]
    entries: HasMany<Entry>,
}

/// Of another schema, and called like a table that is in none.
#[derive(Model, Debug)]
#[model(schema = "aludel_audit", table = "customer")]
struct Entry {
    #[column(primary_key)]
    id: i64,
    what: String,
    #[column(foreign_key = Invoice.id, on_delete = cascade)]
    invoice_id: i64,
    #[relation(key = invoice_id, back_populates = entries)]
    invoice: BelongsTo<Invoice>,
}

#[derive(Model, Debug)]
#[model(schema = "aludel_billing")]
struct Ticket {
    #[column(primary_key, sequence = "ticket_id")]
    id: i64,
    #[column(sequence = "aludel_billing.ticket_number", start = 1000, increment = 10)]
    number: i64,
    what: String,
}

const SCHEMAS: [&str; 2] = ["aludel_audit", "aludel_billing"];

/// A database with the tables, and what holds its schemas for this test alone where they are of the whole server.
struct Lent {
    db: TestDb,
    _lock: Option<Connection>,
}

impl Lent {
    /// `None` on a database without schemas.
    async fn new() -> Option<Self> {
        let mut db = TestDb::new().await;
        if !db.engine().dialect().capability().schemas {
            return None;
        }
        let mut lock = None;
        if server().starts_with("mariadb") || server().starts_with("mysql") {
            let mut connection = Db::connect(&server()).await.unwrap().engine().acquire().await.unwrap();
            let take = "SELECT GET_LOCK('aludel_test_schemas', 300)";
            connection.fetch(Sql::other(take), |_| Ok(())).await.unwrap();
            for schema in SCHEMAS {
                connection.execute(Sql::other(format!("DROP SCHEMA IF EXISTS {schema}"))).await.unwrap();
            }
            lock = Some(connection);
        }
        db.create_tables().await;
        Some(Lent { db, _lock: lock })
    }

    /// Takes away what the server would keep.
    async fn done(mut self) {
        if let Some(connection) = &mut self._lock {
            for schema in SCHEMAS {
                connection.execute(Sql::other(format!("DROP SCHEMA {schema}"))).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn rows_are_written_and_read_in_their_schema() {
    let Some(lent) = Lent::new().await else { return };
    let db = &lent.db;
    let mut session = db.session();
    let susan = session.add(new!(Customer { name: "susan" }));
    let first = session.add(new!(Invoice { code: "a", customer: susan }));
    let second = session.add(new!(Invoice { code: "b", customer: susan }));
    let entry = session.add(new!(Entry { what: "made", invoice: first }));
    let recording = db.record();
    session.commit().await.unwrap();
    let inserts: Vec<String> = sent(&recording).iter().map(|sql| sql.split(" (").next().unwrap().to_owned()).collect();
    assert_eq!(
        inserts,
        [
            r#"INSERT INTO "customer""#,
            r#"INSERT INTO "aludel_billing"."invoice""#,
            r#"INSERT INTO "aludel_audit"."customer""#
        ]
    );
    assert_eq!([session[first].id, session[second].id, session[entry].id], [1, 2, 1], "read back in the same flush");

    session[first].code = "c".into();
    session.delete(second);
    session.commit().await.unwrap();
    let found = Invoice::query().with(|i| i.customer).with(|i| i.entries).one(db).await.unwrap();
    assert_eq!((found.code.as_str(), found.customer.get().name.as_str()), ("c", "susan"));
    assert_eq!(found.entries.get()[0].what, "made");
    let loaded = Customer::query().with(|c| c.invoices).one(db).await.unwrap();
    assert_eq!(loaded.invoices.get().len(), 1);
    let of_susan = Invoice::query().filter(|i| i.code.eq("c")).count(db).await.unwrap();
    assert_eq!(of_susan, 1);
    assert_eq!(Entry::query().filter(|e| e.what.eq("made")).delete(db).await.unwrap(), 1);
    lent.done().await;
}

#[tokio::test]
async fn errors_name_the_table_with_its_schema() {
    let Some(lent) = Lent::new().await else { return };
    let db = &lent.db;
    let mut session = db.session();
    let susan = session.add(new!(Customer { name: "susan" }));
    session.add(new!(Invoice { code: "a", customer: susan }));
    session.commit().await.unwrap();
    session.add(new!(Invoice { code: "a", customer: susan }));
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::Unique, Some("aludel_billing.invoice")));
    assert!(error.violates_unique::<Invoice, _>(|i| i.code), "{error}");
    assert_eq!(error.columns(), Some(&["code".to_owned()][..]));
    session.rollback().await.unwrap();

    session.add(new!(Invoice { code: "b", customer_id: 99 }));
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::ForeignKey, Some("aludel_billing.invoice")));
    assert!(error.to_string().contains("Invoice.customer_id"), "{error}");
    session.rollback().await.unwrap();
    lent.done().await;
}

#[tokio::test]
async fn a_number_of_a_sequence_is_given_out_once() {
    let Some(lent) = Lent::new().await else { return };
    let db = &lent.db;
    if db.engine().dialect().capability().sequences {
        assert_eq!(db.next_value("aludel_billing.ticket_number").await.unwrap(), 1000);
        let mut session = db.session();
        session.add(new!(Ticket { what: "lost" }));
        session.flush().await.unwrap();
        session.rollback().await.unwrap();
        assert_eq!(db.next_value("aludel_billing.ticket_number").await.unwrap(), 1020, "1010 was rolled back");
        // A number of one's own is no number of the sequence.
        let own = session.add(new!(Ticket { what: "own", number: 7_i64 }));
        let next = session.add(new!(Ticket { what: "next" }));
        session.commit().await.unwrap();
        assert_eq!((session[own].number, session[next].number), (7, 1030), "read back in the same flush");
        assert!(session[next].id > session[own].id);
        assert!(db.next_value("no_such_sequence").await.is_err());
    }
    lent.done().await;
}

#[tokio::test]
async fn what_is_in_a_schema_is_dropped_and_the_schema_stays() {
    let Some(lent) = Lent::new().await else { return };
    lent.db.drop_all().await.unwrap();
    let mut connection = lent.db.engine().acquire().await.unwrap();
    let left = Inspector::new(&mut connection).including(SCHEMAS).schema().await.unwrap();
    assert_eq!(left, Schema { schemas: SCHEMAS.map(str::to_owned).into(), ..Schema::default() });
    drop(connection);
    lent.done().await;
}

#[tokio::test]
async fn what_a_database_lacks_is_refused_before_anything_is_sent() {
    let db = TestDb::new().await;
    let capability = db.engine().dialect().capability();
    let recording = db.record();
    if !capability.schemas {
        let error = db.create_all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        let error = Invoice::query().all(&db).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Unsupported, Some("aludel_billing.invoice")));
        assert!(error.help().unwrap().contains("`aludel_billing_invoice`"), "{error}");
    }
    if !capability.sequences {
        let error = db.next_value("invoice_number").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    if !capability.schemas && !capability.sequences {
        assert!(recording.entries().is_empty(), "nothing was sent");
    }
}

#[test]
fn models_say_which_schemas_and_sequences_there_are() {
    let schema = aludel::model::Models::registered().schema().unwrap();
    assert_eq!(
        schema.tables.keys().collect::<Vec<_>>(),
        ["aludel_audit.customer", "aludel_billing.invoice", "aludel_billing.ticket", "customer", "post", "user"]
    );
    assert_eq!(schema.schemas.iter().collect::<Vec<_>>(), SCHEMAS.iter().collect::<Vec<_>>());
    let number = &schema.sequences["aludel_billing.ticket_number"];
    assert_eq!((number.counter.start, number.counter.increment), (1000, 10));
    assert_eq!(schema.sequences["ticket_id"].counter.start, 1);
    let invoice = &schema.tables["aludel_billing.invoice"];
    assert!(invoice.foreign_keys().any(|(name, key)| name == "fk_invoice_customer_id" && key.table == "customer"));
    assert!(invoice.indexes.iter().any(|index| index.name == "ix_invoice_code"));
}
