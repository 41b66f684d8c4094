//! Everything a query can say is run on the server that `ALUDEL_TEST_URL` names, SQLite unless it is set, and gives the same rows on
//! each; or it is refused before anything is sent. What is said is in `crates/aludel-sql/tests/constructs`.

#[path = "../../aludel-sql/tests/constructs/cases.rs"]
mod cases;

use aludel_driver::{Connection, Engine, EngineOptions, Query, Row, TransactionMode, Url};
use aludel_sql::{ValueRef, ansi, render};
use cases::{
    Case, Statement,
    random::{self, Numbers},
    tree,
};

/// The server that `ALUDEL_TEST_URL` names, if it is one to create databases on.
fn server() -> Option<String> {
    std::env::var("ALUDEL_TEST_URL").ok().filter(|url| !url.starts_with("sqlite"))
}

const PRIVATE: &str = "sqlite://";

fn database() -> String {
    format!("aludel_constructs_{}", std::process::id())
}

/// A server with the tables of the cases, in a database of its own.
async fn engine() -> Engine {
    let Some(server) = server() else { return connect(PRIVATE).await };
    let name = database();
    let mut connection = connect(&server).await.acquire().await.unwrap();
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        connection.execute(Query::other(statement)).await.unwrap();
    }
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    connect(format!("{host}/{name}?{options}").trim_end_matches('?')).await
}

async fn connect(url: &str) -> Engine {
    Engine::connect(&Url::parse(url).unwrap(), EngineOptions::default()).await.unwrap()
}

async fn fill(connection: &mut Connection) {
    let dialect = connection.dialect();
    for statement in ansi::parse(cases::TABLES, 0..cases::TABLES.len()).unwrap() {
        let sql = render::operation(dialect, &statement.operation).unwrap();
        connection.execute(Query::other(sql)).await.unwrap();
    }
    if ["mysql", "mariadb"].contains(&dialect.name()) {
        connection.execute(Query::other("CREATE FULLTEXT INDEX words ON item (name)")).await.unwrap();
    }
}

#[tokio::test]
async fn every_construct_gives_the_same_rows() {
    let engine = engine().await;
    let mut connection = engine.acquire().await.unwrap();
    fill(&mut connection).await;
    let mut wrong = Vec::new();
    for (group, cases) in cases::all() {
        for case in cases.into_iter().filter(|case| case.is_about(engine.dialect().name())) {
            connection.begin(TransactionMode::Write).await.unwrap();
            if let Err(message) = check(&mut connection, &case).await {
                wrong.push(format!("{group}: {}: {message}", case.name));
            }
            connection.rollback().await.unwrap();
        }
    }
    drop(connection);
    clean_up().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

async fn check(connection: &mut Connection, case: &Case) -> Result<(), String> {
    let name = connection.dialect().name();
    let refused = case.refused.iter().find(|(database, _)| *database == name);
    let mut rows = Vec::new();
    for statement in &case.statements {
        let rendered = match (statement.render(connection.dialect()), refused) {
            (Ok(rendered), _) => rendered,
            (Err(error), Some((_, help))) if error.help() == Some(help) => return Ok(()),
            (Err(error), _) => return Err(error.to_string()),
        };
        let sql = rendered.sql.clone();
        let query = match statement {
            Statement::Select(_) => Query::read(rendered.sql, rendered.params),
            _ => Query::write(rendered.sql, rendered.params),
        };
        let returns = match statement {
            Statement::Select(_) => true,
            Statement::Insert(insert) => !insert.returning.is_empty(),
            Statement::Update(update) => !update.returning.is_empty(),
            Statement::Delete(delete) => !delete.returning.is_empty(),
        };
        let done = if returns {
            connection.fetch(query, |row: &dyn Row| Ok(line(row))).await.map(|found| rows = found)
        } else {
            connection.execute(query).await.map(|_| ())
        };
        done.map_err(|error| format!("{error}\n{sql}"))?;
    }
    if refused.is_some() {
        return Err("is not refused".into());
    }
    let expected = case.other_rows.iter().find(|(database, _)| *database == name).map_or(&case.rows, |(_, rows)| rows);
    let found = rows.join("\n");
    let sql = case.statements[0].render(connection.dialect()).map(|rendered| rendered.sql).unwrap_or_default();
    if found == *expected { Ok(()) } else { Err(format!("gives\n{found}\ninstead of\n{expected}\n{sql}")) }
}

/// Databases disagree on how tightly operators hold: what is written means the same on each, and as literals too.
#[tokio::test]
async fn operators_inside_each_other_mean_what_the_tree_says() {
    let server = server();
    let mut connection = connect(server.as_deref().unwrap_or(PRIVATE)).await.acquire().await.unwrap();
    let mut numbers = Numbers(7);
    for _ in 0..40 {
        let (exprs, expected): (Vec<_>, Vec<_>) = (0..10)
            .map(|i| match i % 2 {
                0 => {
                    let (expr, value) = random::integer(&mut numbers, 4);
                    (expr, value.to_string())
                }
                _ => {
                    let (expr, value) = random::condition(&mut numbers, 4);
                    (expr, random::shown(value))
                }
            })
            .unzip();
        let rendered = render::select(connection.dialect(), &tree::alone(exprs.clone())).unwrap();
        let sql = rendered.sql.clone();
        let bound = connection.fetch(Query::read(rendered.sql, rendered.params), |row: &dyn Row| Ok(line(row))).await;
        assert_eq!(bound.unwrap_or_else(|error| panic!("{error}: {sql}")), [expected.join("|")], "{sql}");

        let texts: Vec<_> = exprs.iter().map(|expr| render::expr(connection.dialect(), expr).unwrap()).collect();
        let sql = format!("SELECT {}", texts.join(", "));
        let inline = connection.fetch(Query::read(sql.clone(), vec![]), |row: &dyn Row| Ok(line(row))).await;
        assert_eq!(inline.unwrap_or_else(|error| panic!("{error}: {sql}")), [expected.join("|")], "{sql}");
    }
}

async fn clean_up() {
    let Some(server) = server() else { return };
    let force = if server.starts_with("postgres") { " WITH (FORCE)" } else { "" };
    let mut connection = connect(&server).await.acquire().await.unwrap();
    connection.execute(Query::other(format!("DROP DATABASE {}{force}", database()))).await.unwrap();
}

/// A row, its values alike whatever type the database gives them.
fn line(row: &dyn Row) -> String {
    let values = (0..row.len()).map(|i| match row.get(i).unwrap() {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Bool(value) => i64::from(value).to_string(),
        ValueRef::F64(value) => fraction(value),
        ValueRef::Text(text) if text.contains('.') => text.parse().map_or_else(|_| text.to_owned(), fraction),
        ValueRef::Text(text) => text.to_owned(),
        ValueRef::Invalid(why) => format!("invalid: {why}"),
        ValueRef::I64(number) => number.to_string(),
        ValueRef::Date(date) => date.to_string(),
        other => format!("{other:?}"),
    });
    values.collect::<Vec<_>>().join("|")
}

fn fraction(value: f64) -> String {
    format!("{}", (value * 1e13).round() / 1e13)
}
