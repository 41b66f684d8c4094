//! Random expressions, evaluated by every database and by a naive evaluator beside it.
//!
//! The trees are made of what `aludel-sql` can say about integers, texts and truth values, NULLs among them; each must give
//! the same value on every row, and hold for the same rows.

#[path = "../support/mod.rs"]
mod support;

mod naive;
mod tree;

use aludel::{
    driver::{self, Query as Sql},
    prelude::*,
    sql::{
        Expr as Node, ValueRef, render,
        statement::{Order, Select, Source},
    },
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use naive::{Given, Plain};
use support::TestDb;
use tree::Kind;

#[derive(Model)]
#[model(table = "given")]
struct Line {
    #[column(primary_key)]
    id: i64,
    a: Option<i64>,
    b: Option<i64>,
    #[column(length = 40)]
    s: Option<String>,
    t: Option<String>,
    p: Option<bool>,
    q: Option<bool>,
}

fn lines() -> Vec<Given> {
    let line = |a, b, s: Option<&str>, t: Option<&str>, p, q| Given {
        a,
        b,
        s: s.map(str::to_owned),
        t: t.map(str::to_owned),
        p,
        q,
    };
    vec![
        line(Some(1), Some(2), Some("a"), Some("A"), Some(true), Some(true)),
        line(Some(0), Some(-7), Some(""), Some("aB b"), Some(false), Some(true)),
        line(Some(-3), None, Some(" a%"), None, None, Some(false)),
        line(None, Some(11), None, Some("_"), Some(true), None),
        line(Some(12), Some(12), Some("日b"), Some("日b"), Some(false), Some(false)),
        line(None, None, None, None, None, None),
        line(Some(5), Some(4), Some("a\\B"), Some("Ab'\""), Some(false), None),
    ]
}

async fn filled() -> Result<TestDb> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    for Given { a, b, s, t, p, q } in lines() {
        session.add(new!(Line { a, b, s, t, p, q }));
    }
    session.commit().await?;
    Ok(db)
}

fn select(columns: Vec<Node>, filter: Option<Node>) -> Select {
    Select {
        columns: columns.into(),
        from: vec![Source::table("given")],
        filter,
        order_by: vec![Order { expr: Node::column(0, "id"), descending: false, nulls: None }],
        ..Select::default()
    }
}

async fn values(db: &Db, expr: &Node, kind: Kind) -> Result<Vec<Option<Plain>>> {
    let mut connection = db.engine().acquire().await?;
    let sql = render::select(connection.dialect(), &select(vec![expr.clone()], None))?;
    connection.fetch(Sql::read(sql.sql, sql.params), move |row| plain(row.get(0)?, kind)).await
}

async fn holds(db: &Db, condition: &Node) -> Result<Vec<i64>> {
    let mut connection = db.engine().acquire().await?;
    let sql = render::select(connection.dialect(), &select(vec![Node::column(0, "id")], Some(condition.clone())))?;
    connection.fetch(Sql::read(sql.sql, sql.params), |row: &dyn driver::Row| number(row.get(0)?)).await
}

fn number(value: ValueRef<'_>) -> Result<i64> {
    match value {
        ValueRef::I64(number) => Ok(number),
        other => Err(Error::new(ErrorKind::Decode, format!("no number: {other:?}"))),
    }
}

fn plain(value: ValueRef<'_>, kind: Kind) -> Result<Option<Plain>> {
    Ok(Some(match (kind, value) {
        (_, ValueRef::Null) => return Ok(None),
        (Kind::Int, ValueRef::I64(number)) => Plain::Int(number),
        (Kind::Text, ValueRef::Text(text)) => Plain::Text(text.to_owned()),
        (Kind::Bool, ValueRef::Bool(truth)) => Plain::Bool(truth),
        (Kind::Bool, ValueRef::I64(number @ 0..=1)) => Plain::Bool(number == 1),
        (kind, other) => return Err(Error::new(ErrorKind::Decode, format!("no {kind:?}: {other:?}"))),
    }))
}

/// Runs a check on random trees of a kind for which the naive evaluator has an answer.
fn check(kind: Kind, cases: u32, check: impl AsyncFn(&Db, &Node, Vec<Option<Plain>>) -> Result<Option<String>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let db = runtime.block_on(filled()).expect("the rows are written");
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&tree::tree(kind), |expr| {
        let expected = lines().iter().map(|line| naive::value(&expr, line)).collect::<Result<Vec<_>, _>>();
        let Ok(expected) = expected else {
            return Err(TestCaseError::reject("an integer overflows"));
        };
        match runtime.block_on(check(&db, &expr, expected)) {
            Ok(None) => Ok(()),
            Ok(Some(difference)) => Err(TestCaseError::fail(format!("{}\n{difference}", shown(&db, &expr)))),
            Err(error) => Err(TestCaseError::fail(format!("{}\n{error:?}", shown(&db, &expr)))),
        }
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// As the database at hand spells it, with its values in place.
fn shown(db: &Db, expr: &Node) -> String {
    render::expr(db.engine().dialect(), expr).unwrap_or_else(|error| error.to_string())
}

fn values_agree(kind: Kind) {
    check(kind, 400, async |db, expr, expected| {
        let found = values(db, expr, kind).await?;
        Ok((found != expected).then(|| format!("expected {expected:?}\n   found {found:?}")))
    });
}

#[test]
fn integers() {
    values_agree(Kind::Int);
}

#[test]
fn texts() {
    values_agree(Kind::Text);
}

#[test]
fn truth_values() {
    values_agree(Kind::Bool);
}

#[test]
fn conditions() {
    check(Kind::Bool, 400, async |db, expr, expected| {
        let expected: Vec<i64> =
            (1..).zip(&expected).filter(|(_, truth)| **truth == Some(Plain::Bool(true))).map(|(id, _)| id).collect();
        let found = holds(db, expr).await?;
        Ok((found != expected).then(|| format!("expected {expected:?}\n   found {found:?}")))
    });
}
