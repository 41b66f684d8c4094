//! `LIKE` of the driver's own beside that of SQLite, told to know upper from lower case.

use aludel_driver::{Engine, Query, Row};
use aludel_sql::{Value, ValueRef};
use proptest::{collection::vec, prelude::*};
use rusqlite::types::Value as Raw;

use crate::support::connect;

/// Both, with the same question for each.
struct Both {
    runtime: tokio::runtime::Runtime,
    engine: Engine,
    theirs: rusqlite::Connection,
}

impl Both {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let engine = runtime.block_on(connect("sqlite://?pool=1")).unwrap();
        let theirs = rusqlite::Connection::open_in_memory().unwrap();
        theirs.pragma_update(None, "case_sensitive_like", true).unwrap();
        Both { runtime, engine, theirs }
    }

    /// What `?1 LIKE ?2`, or `?1 LIKE ?2 ESCAPE ?3`, is of these values: `None` for NULL.
    fn like(&self, values: &[Value]) -> (Option<bool>, Option<bool>) {
        let sql = ["SELECT ?1 LIKE ?2", "SELECT ?1 LIKE ?2 ESCAPE ?3"][values.len() - 2];
        let answer = |row: &dyn Row| {
            row.get(0).map(|value| match value {
                ValueRef::I64(fits) => Some(fits != 0),
                _ => None,
            })
        };
        let ours = self.runtime.block_on(async {
            let mut connection = self.engine.acquire().await?;
            connection.fetch(Query::read(sql, values.to_vec()), answer).await
        });
        let raw = rusqlite::params_from_iter(values.iter().map(raw));
        (ours.unwrap()[0], self.theirs.query_row(sql, raw, |row| row.get(0)).unwrap())
    }
}

fn raw(value: &Value) -> Raw {
    match value {
        Value::Null => Raw::Null,
        Value::I64(number) => Raw::Integer(*number),
        Value::F64(number) => Raw::Real(*number),
        Value::Text(text) => Raw::Text(text.clone()),
        Value::Bytes(bytes) => Raw::Blob(bytes.clone()),
        other => panic!("{other:?} is not bound here"),
    }
}

#[test]
fn known_patterns() {
    let both = Both::new();
    for (text, pattern, fits) in [
        ("", "", true),
        ("", "%", true),
        ("", "_", false),
        ("abc", "abc", true),
        ("abc", "ABC", false),
        ("ÄÖ", "äö", false),
        ("ÄÖ", "__", true),
        ("😀", "_", true),
        ("abcabd", "%abd", true),
        ("abcabc", "%abd", false),
        ("a%b", "a\\%b", false),
        ("aaaa", "%a%a%", true),
        ("line\nbreak", "line%", true),
    ] {
        assert_eq!(both.like(&[text.into(), pattern.into()]), (Some(fits), Some(fits)), "{text:?} LIKE {pattern:?}");
    }
    for (text, pattern, escape, fits) in [
        ("a%b", "a\\%b", "\\", true),
        ("axb", "a\\%b", "\\", false),
        ("a", "a\\", "\\", false),
        ("a\\", "a\\\\", "\\", true),
        ("%", "%%", "%", true),
        ("x", "%%", "%", false),
        ("a_", "aä_", "ä", true),
        ("ab", "aä_", "ä", false),
    ] {
        let both = both.like(&[text.into(), pattern.into(), escape.into()]);
        assert_eq!(both, (Some(fits), Some(fits)), "{text:?} LIKE {pattern:?} ESCAPE {escape:?}");
    }
}

#[test]
fn values_that_are_no_text() {
    let both = Both::new();
    let mut values: Vec<Value> = [0.0, 1.0, -2.5, 0.125, 1e14].map(Value::F64).into();
    values.extend([0, 1, -12, i64::MAX, i64::MIN].map(Value::I64));
    values.extend([Value::Null, Value::Bytes(b"1.0".to_vec()), Value::Bytes("ä".into()), "1.0".into()]);
    let mut patterns = values.clone();
    patterns.extend(["%", "_", "1%", "%.0", "%.125", "-2._", "100000000000000%", "-%"].map(Value::from));
    for value in &values {
        for pattern in &patterns {
            let (ours, theirs) = both.like(&[value.clone(), pattern.clone()]);
            assert_eq!(ours, theirs, "{value:?} LIKE {pattern:?}");
        }
    }
    for values in [
        [Value::Null, "%".into(), "\\".into()],
        ["a".into(), Value::Null, "\\".into()],
        ["a".into(), "%".into(), Value::Null],
    ] {
        assert_eq!(both.like(&values), (None, None), "{values:?}");
    }
    let error = both.runtime.block_on(async {
        let mut connection = both.engine.acquire().await?;
        connection.execute(Query::read("SELECT 'a' LIKE 'a' ESCAPE 'ab'", vec![])).await
    });
    assert!(error.unwrap_err().message().contains("single character"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_pattern(
        cases in vec((any_text(), any_text(), proptest::option::of("[a%_\\\\é😀]")), 128)
    ) {
        let both = Both::new();
        for (text, pattern, escape) in cases {
            let mut values: Vec<Value> = vec![text.as_str().into(), pattern.as_str().into()];
            values.extend(escape.as_deref().map(Value::from));
            let (ours, theirs) = both.like(&values);
            prop_assert_eq!(ours, theirs, "{:?} LIKE {:?} ESCAPE {:?}", text, pattern, escape);
        }
    }
}

/// A few letters, so that much fits.
fn any_text() -> impl Strategy<Value = String> {
    "[abAé😀%_\\\\]{0,7}"
}
