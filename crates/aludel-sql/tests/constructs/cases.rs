//! Everything a query can say, as data: what each construct is called, its tree, and the rows it gives. One program writes it for
//! every database, another runs it on each.

#![allow(dead_code)]

#[path = "aggregates.rs"]
mod aggregates;
#[path = "changes.rs"]
mod changes;
#[path = "groups.rs"]
mod groups;
#[path = "joins.rs"]
mod joins;
#[path = "json.rs"]
mod json;
#[path = "lists.rs"]
mod lists;
#[path = "locks.rs"]
mod locks;
#[path = "operators.rs"]
mod operators;
#[path = "random.rs"]
pub mod random;
#[path = "scalars.rs"]
mod scalars;
#[path = "selects.rs"]
mod selects;
#[path = "sources.rs"]
mod sources;
#[path = "texts.rs"]
mod texts;
#[path = "tree.rs"]
pub mod tree;

use aludel_sql::{
    Dialect, Result,
    render::{self, Rendered},
    statement::{Delete, Insert, Select, Update},
};

/// One thing a query can say.
pub struct Case {
    /// What it is, as a reference page would say it.
    pub name: String,
    /// The statements, of which the last gives rows.
    pub statements: Vec<Statement>,
    /// The rows, each in a line with a bar between the values.
    pub rows: String,
    /// The databases that give other rows, as documented.
    pub other_rows: Vec<(&'static str, String)>,
    /// The databases it is about; all, if empty.
    pub only: &'static [&'static str],
    /// The databases that refuse it, and what they say to do.
    pub refused: Vec<(&'static str, &'static str)>,
}

pub enum Statement {
    Select(Select),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
}

impl Statement {
    pub fn render(&self, dialect: &dyn Dialect) -> Result<Rendered> {
        match self {
            Statement::Select(select) => render::select(dialect, select),
            Statement::Insert(insert) => render::insert(dialect, insert),
            Statement::Update(update) => render::update(dialect, update),
            Statement::Delete(delete) => render::delete(dialect, delete),
        }
    }
}

impl From<Select> for Statement {
    fn from(select: Select) -> Self {
        Statement::Select(select)
    }
}

impl From<Insert> for Statement {
    fn from(insert: Insert) -> Self {
        Statement::Insert(insert)
    }
}

impl From<Update> for Statement {
    fn from(update: Update) -> Self {
        Statement::Update(update)
    }
}

impl From<Delete> for Statement {
    fn from(delete: Delete) -> Self {
        Statement::Delete(delete)
    }
}

pub fn case(name: &str, statement: impl Into<Statement>, rows: &str) -> Case {
    Case {
        name: name.to_owned(),
        statements: vec![statement.into()],
        rows: rows.to_owned(),
        other_rows: Vec::new(),
        only: &[],
        refused: Vec::new(),
    }
}

impl Case {
    /// Gives the rows of one more statement.
    pub fn then(mut self, statement: impl Into<Statement>) -> Self {
        self.statements.push(statement.into());
        self
    }

    pub fn refused(mut self, dialect: &'static str, help: &'static str) -> Self {
        self.refused.push((dialect, help));
        self
    }

    pub fn only(mut self, databases: &'static [&'static str]) -> Self {
        self.only = databases;
        self
    }

    pub fn is_about(&self, database: &str) -> bool {
        self.only.is_empty() || self.only.contains(&database)
    }

    /// Refused by MySQL and MariaDB.
    pub fn refused_by_mysql(self, help: &'static str) -> Self {
        self.refused("mysql", help).refused("mariadb", help)
    }

    pub fn otherwise(mut self, dialect: &'static str, rows: &str) -> Self {
        self.other_rows.push((dialect, rows.to_owned()));
        self
    }
}

/// What the cases read.
pub const TABLES: &str = "
CREATE TABLE item (id INTEGER NOT NULL, name VARCHAR(50) NOT NULL, kind VARCHAR(10), n INTEGER, x DOUBLE PRECISION,
    flag BOOLEAN NOT NULL, data JSON, CONSTRAINT pk_item PRIMARY KEY (id));
CREATE TABLE part (id INTEGER NOT NULL, item_id INTEGER NOT NULL, label VARCHAR(20) NOT NULL,
    CONSTRAINT pk_part PRIMARY KEY (id));
CREATE TABLE tally (k VARCHAR(20) NOT NULL, v INTEGER DEFAULT 7 NOT NULL, w INTEGER, CONSTRAINT pk_tally PRIMARY KEY (k));
INSERT INTO item (id, name, kind, n, x, flag, data) VALUES
    (1, 'apple', 'a', 10, 1.5, TRUE, JSON '{\"k\": {\"x\": 1, \"s\": \"t\", \"z\": null, \"b\": true}, \"l\": [1, 2, 3]}'),
    (2, 'Banana', 'a', 20, 2.5, FALSE, JSON '{\"k\": {\"x\": 25, \"s\": \"null\", \"b\": false}, \"l\": []}'),
    (3, 'cherry', 'b', 30, NULL, TRUE, NULL),
    (4, 'date', 'b', NULL, 4.0, FALSE, JSON '{\"k\": null, \"a\\\\\\\"b\": 5}'),
    (5, 'a%c_', NULL, 50, -1.5, TRUE, JSON '{}');
INSERT INTO part (id, item_id, label) VALUES (1, 1, 'one'), (2, 1, 'uno'), (3, 2, 'two'), (4, 9, 'none');
INSERT INTO tally (k, v, w) VALUES ('a', 1, 10), ('b', 2, NULL);
";

/// All of them, in the order of a reference page.
pub fn all() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("Operators", operators::cases()),
        ("Lists and sub-queries", lists::cases()),
        ("Texts", texts::cases()),
        ("Functions", scalars::cases()),
        ("JSON", json::cases()),
        ("Aggregates and windows", aggregates::cases()),
        ("Grouping sets", groups::cases()),
        ("Joins and sources", joins::cases()),
        ("Functions that give rows", sources::cases()),
        ("Selects", selects::cases()),
        ("Changes", changes::cases()),
        ("Locks", locks::cases()),
    ]
}
