//! The property every type has, for any rows.

use std::fmt::Debug;

use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestRunner},
};

use crate::support::{TestDb, on_sqlite};

/// Runs a check on some lists of values, of which the first has all the given ones, if the database can have the table.
pub fn run<T: Clone + Debug>(
    table: &str,
    given: Vec<T>,
    any: impl Strategy<Value = T>,
    mut check: impl AsyncFnMut(&TestDb, Vec<T>) -> aludel::Result<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = TestDb::with_tables().await;
        if !db.models().iter().any(|model| model.table == table) {
            return;
        }
        let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
        check(&db, given).await.expect("the given values do");
        let lists = proptest::collection::vec(any, 0..12);
        for _ in 0..runner.config().cases {
            let values = lists.new_tree(&mut runner).expect("a list of values");
            let values = proptest::strategy::ValueTree::current(&values);
            if let Err(error) = check(&db, values.clone()).await {
                panic!("{values:?}: {error:?}");
            }
        }
    });
}

/// Says whether values are in the order of Rust.
pub type Sorted<T> = Option<fn(&[T]) -> bool>;

/// The database is to sort as Rust does.
pub fn as_rust<T: PartialOrd>() -> Sorted<T> {
    Some(|values| values.is_sorted())
}

/// SQLite is to sort as Rust does; elsewhere it depends on the collation.
pub fn as_rust_on_sqlite<T: PartialOrd>() -> Sorted<T> {
    if on_sqlite() { as_rust() } else { None }
}

/// A test, in a module of this name, of a model whose table has this name and whose columns have this type: values written
/// by a session are read back as `stored` says, are found by comparison, and sort as they do in Rust.
macro_rules! round_trips {
    (
        $name:ident, $table:literal, $ty:ty, $(#[$column:meta])?
        given: $given:expr, any: $any:expr, stored: $stored:expr, sorts: $sorts:expr $(,)?
    ) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            #[allow(unused_imports)]
            use aludel::prelude::*;

            #[derive(Model, Debug)]
            #[model(table = $table)]
            struct Row {
                #[column(primary_key)]
                id: i64,
                $(#[$column])?
                value: $ty,
                $(#[$column])?
                maybe: Option<$ty>,
            }

            #[test]
            fn round_trip() {
                let stored: fn(&$ty) -> $ty = $stored;
                $crate::property::run($table, $given, $any, async |db, values| {
                    Row::query().delete(db).await?;
                    let mut session = db.session();
                    let mut rows = Vec::new();
                    for value in &values {
                        rows.push(session.add(new!(Row { value: value.clone(), maybe: Some(value.clone()) })));
                    }
                    let without = session.add(new!(Row { value: stored(&<$ty as aludel::Field>::placeholder()) }));
                    session.commit().await?;
                    let without = session[without].id;
                    for (row, value) in rows.iter().zip(&values) {
                        assert_eq!(session[*row].value, stored(value), "in memory, after the commit");
                    }

                    for (row, value) in rows.iter().zip(&values) {
                        let id = session[*row].id;
                        let value = stored(value);
                        let mut other = db.session();
                        let read = other.get::<Row>(id).await?.or_404()?;
                        assert_eq!(other[read].value, value, "read");
                        assert_eq!(other[read].maybe.as_ref(), Some(&value), "read from a column that may be NULL");
                        let ids = |rows: Vec<Row>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
                        let mut equal: Vec<i64> =
                            rows.iter().filter(|row| session[**row].value == value).map(|row| session[*row].id).collect();
                        equal.sort_unstable();
                        let found = Row::query().filter(|r| r.maybe.eq(value.clone())).order_by(|r| r.id.asc());
                        assert_eq!(ids(found.all(db).await?), equal, "compared by =");
                        let found = Row::query().filter(|r| r.maybe.in_list([value.clone()])).order_by(|r| r.id.asc());
                        assert_eq!(ids(found.all(db).await?), equal, "compared by IN");

                        // What is unchanged is not written.
                        let recording = db.record();
                        other[read].value = value.clone();
                        other.commit().await?;
                        assert_eq!(recording.entries().len(), 0, "the same value is no change");
                    }
                    let nulls = Row::query().filter(|r| r.maybe.is_null()).all(db).await?;
                    assert_eq!(nulls.iter().map(|row| row.id).collect::<Vec<_>>(), [without]);
                    assert_eq!(nulls[0].maybe, None);
                    let sorts: $crate::property::Sorted<$ty> = $sorts;
                    if let Some(sorts) = sorts {
                        let sorted = Row::query().filter(|r| r.maybe.is_not_null()).order_by(|r| r.maybe.asc());
                        let sorted: Vec<$ty> = sorted.all(db).await?.into_iter().map(|row| row.value).collect();
                        assert_eq!(sorted.len(), values.len());
                        assert!(sorts(&sorted), "{sorted:?}");
                    }
                    Ok(())
                });
            }
        }
    };
}
