//! JSON.

use std::collections::{BTreeMap, HashMap};

use aludel::{Json, prelude::*};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::TestDb;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[^\u{0}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zä ]{0,3}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

round_trips! {
    value, "t_json", Value,
    given: vec![json!(null), json!(""), json!({}), json!([]), json!({"b": 1, "a": [true, "ä\"\\\n"]}), json!(-1.5)],
    any: values(), stored: Value::clone, sorts: None,
}

type Tags = Json<BTreeMap<String, Vec<u8>>>;

round_trips! {
    typed, "t_json_typed", Tags,
    given: vec![Json::default(), Json(BTreeMap::from([("a".into(), vec![1, 2]), (String::new(), vec![])]))],
    any: prop::collection::btree_map("[a-z]{0,3}", prop::collection::vec(any::<u8>(), 0..3), 0..3).prop_map(Json),
    stored: Json::clone, sorts: None,
}

#[derive(Model, Debug)]
#[model(table = "t_nested")]
struct Nested {
    #[column(primary_key)]
    id: i64,
    value: Value,
    same: Json<Value>,
}

fn nested(depth: usize) -> Value {
    (1..depth).fold(json!([]), |inside, _| Value::Array(vec![inside]))
}

#[tokio::test]
async fn what_is_nested_deeper_than_it_can_be_read_is_refused_before_any_sql() -> Result<()> {
    let db = TestDb::with_tables().await;
    // MySQL and MariaDB have their own limits.
    let most = match db.engine().dialect().name() {
        "mariadb" => 31,
        "mysql" => 100,
        _ => 127,
    };
    let mut session = db.session();
    session.add(new!(Nested { value: (nested(most)), same: Json(nested(most)) }));
    session.commit().await?;
    assert_eq!(Nested::query().one(&db).await?.value, nested(most));

    let recording = db.record();
    for deep in [128, 2_000] {
        session.add(new!(Nested { value: (nested(deep)), same: Json(json!(1)) }));
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.columns().map(<[_]>::len)), (ErrorKind::Check, Some(1)), "{error}");
        assert!(error.message().contains("more than 127 deep"), "{error}");
        session.rollback().await?;
        assert!(Nested::query().filter(|n| n.same.eq(Json(nested(128)))).count(&db).await.is_err());
    }
    assert_eq!(recording.entries().iter().filter(|entry| !entry.control).count(), 0);
    Ok(())
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
    limits: HashMap<String, u32>,
}

#[derive(Model, Debug)]
#[model(table = "t_profile")]
struct Profile {
    #[column(primary_key)]
    id: i64,
    settings: Json<Settings>,
    by_pair: Option<Json<HashMap<(i32, i32), i32>>>,
}

fn settings() -> Json<Settings> {
    Json(Settings { theme: "dark".into(), limits: (0..20).map(|n| (format!("key{n}"), n)).collect() })
}

#[tokio::test]
async fn a_change_inside_is_written_and_the_order_of_keys_is_none() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let profile = session.add(new!(Profile { settings: settings() }));
    session.commit().await?;

    // A map of its own has an order of its own.
    let recording = db.record();
    session[profile].settings = settings();
    session.commit().await?;
    assert_eq!(recording.entries().len(), 0);
    assert_eq!(Profile::query().filter(|p| p.settings.eq(settings())).count(&db).await?, 1);

    session[profile].settings.limits.insert("key0".into(), 7);
    session.commit().await?;
    assert_eq!(Profile::query().one(&db).await?.settings.limits["key0"], 7);
    Ok(())
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    session.add(new!(Profile { settings: settings(), by_pair: Json(HashMap::from([((1, 2), 3)])) }));
    let error = session.commit().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (
            ErrorKind::Check,
            "`Profile.by_pair` cannot be written: the value cannot be written as JSON: key must be a string"
        )
    );
}

#[tokio::test]
async fn json_that_does_not_fit_is_an_error_that_names_the_column() -> Result<()> {
    let db = TestDb::with_tables().await;
    let insert = r#"INSERT INTO t_profile (settings) VALUES ('{"theme": 7}')"#;
    db.engine().acquire().await?.execute(aludel::driver::Query::write(insert, vec![])).await?;
    let error = Profile::query().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let message = error.message();
    assert!(
        message.starts_with("column `t_profile.settings`: the JSON does not fit: invalid type: integer `7`"),
        "{message}"
    );
    Ok(())
}
