//! Exact decimals.

use aludel::{expr::value, insert, prelude::*, values};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::property::as_rust;
use crate::support::{TestDb, on_sqlite};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn round(value: &Decimal, scale: u32) -> Decimal {
    value.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero)
}

round_trips! {
    money, "t_money", Decimal, #[column(precision = 10, scale = 2)]
    given: ["0", "-0.00", "0.1", "0.005", "-0.005", "1.005", "99999999.99", "-99999999.994", "7"].map(decimal).to_vec(),
    any: (-99_999_999_994_i64..=99_999_999_994).prop_map(|mils| Decimal::new(mils, 3)),
    stored: |v| round(v, 2), sorts: as_rust(),
}

round_trips! {
    fine, "t_fine", Decimal, #[column(precision = 15, scale = 15)]
    given: ["0.000000000000001", "0.999999999999999", "-0.123456789012345", "0.300000000000000"].map(decimal).to_vec(),
    any: (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(|n| Decimal::new(n, 15)),
    stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    whole, "t_whole", Decimal, #[column(precision = 15)]
    given: ["999999999999999", "-999999999999999", "0.5", "1"].map(decimal).to_vec(),
    any: (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(Decimal::from),
    stored: |v| round(v, 0), sorts: as_rust(),
}

#[derive(Model, Debug)]
#[model(table = "t_price")]
struct Price {
    #[column(primary_key)]
    id: i64,
    #[column(precision = 4, scale = 2)]
    net: Decimal,
    #[column(precision = 4, scale = 2, default = decimal("0.195"))]
    tax: Option<Decimal>,
}

#[tokio::test]
async fn an_update_rounds_and_refuses_as_a_flush_does() -> Result<()> {
    let db = TestDb::with_tables().await;
    insert(new!(Price { net: decimal("1.5") })).exec(&db).await?;
    Price::query().update(|p| p.tax.set(decimal("0.205"))).exec(&db).await?;
    let tax = Price::query().filter(|p| p.tax.eq(decimal("0.21"))).select(|p| p.tax).one(&db).await?;
    assert_eq!(tax.map(|tax| tax.to_string()), Some("0.21".into()));
    let digits = Price::query().update(|p| p.tax.set(decimal("100"))).exec(&db).await.unwrap_err();
    assert_eq!(digits.kind(), ErrorKind::Check, "{digits}");
    Ok(())
}

#[tokio::test]
async fn a_decimal_is_rounded_in_memory_and_shows_its_places_everywhere() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let new = new!(Price { net: decimal("1.5") });
    assert_eq!((new.net.to_string(), new.tax.map(|tax| tax.to_string())), ("1.50".into(), Some("0.20".into())));
    let price = session.add(new);
    session.commit().await?;
    session[price].net = decimal("2.005");
    session.commit().await?;
    assert_eq!(session[price].net.to_string(), "2.01");
    let read = Price::query().one(&db).await?;
    assert_eq!((read.net.to_string(), read.tax.map(|tax| tax.to_string())), ("2.01".into(), Some("0.20".into())));

    // A digit that is not stored is no change.
    let recording = db.record();
    session[price].net = decimal("2.0051");
    session.commit().await?;
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_decimal_with_too_many_digits_is_refused_before_any_sql() {
    let db = TestDb::with_tables().await;
    let recording = db.record();
    let mut session = db.session();
    session.add(new!(Price { net: decimal("99.995") }));
    let error = session.commit().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Check, "`Price.net` cannot be written: 100.00 has too many digits for DECIMAL(4,2)")
    );
    assert_eq!(recording.entries().len(), 0);
}

#[tokio::test]
async fn what_is_computed_with_decimals_is_exact() -> Result<()> {
    let db = TestDb::with_tables().await;
    insert(new!(Price { net: decimal("0.10") })).exec(&db).await?;
    let computed = Price::query()
        .select(|p| (p.net + decimal("0.2"), p.net * decimal("0.1"), p.net.greatest(decimal("0.25"))))
        .one(&db)
        .await?;
    if on_sqlite() {
        // It computes with floating-point numbers, of which 15 digits are right.
        let computed = [computed.0, computed.1, computed.2].map(|number| number.round_dp(15));
        assert_eq!(computed, ["0.3", "0.01", "0.25"].map(decimal));
        return Ok(());
    }
    assert_eq!(computed, (decimal("0.3"), decimal("0.01"), decimal("0.25")));
    let equal = Price::query().filter(|p| (p.net + decimal("0.2")).eq(decimal("0.3"))).count(&db).await?;
    assert_eq!(equal, 1);
    let large = decimal("12345678901234567890.01");
    let found = Price::query().select(|p| (value(large) + decimal("0.02"), p.net + large)).one(&db).await?;
    assert_eq!(found, (decimal("12345678901234567890.03"), decimal("12345678901234567890.11")));
    let sum = values([(large,), (decimal("0.1"),), (decimal("0.2"),)]).query().select(|(d,)| d.sum()).one(&db).await?;
    assert_eq!(sum, Some(decimal("12345678901234567890.31")));
    Ok(())
}

#[tokio::test]
async fn sqlite_refuses_a_column_it_cannot_hold_exactly() {
    if !on_sqlite() {
        return;
    }
    // Not among the models of the other tests: a model inside a function registers itself too.
    let mut table = aludel::sql::schema::Table { name: "t_long".into(), ..Default::default() };
    let ty = aludel::sql::Type::Decimal { precision: 16, scale: 2 };
    table.columns.push(aludel::sql::schema::Column::new("price", ty));
    let db = TestDb::new().await;
    let create = aludel::sql::Operation::CreateTable(table);
    let error = aludel::sql::render::operation(db.engine().dialect(), &create).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Unsupported, "sqlite cannot hold DECIMAL(16,2) exactly: its numbers have 15 digits")
    );
}
