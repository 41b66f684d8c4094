//! Everything a query can say, as each database is told it. The pages in `snapshots` are read to see what that is; that databases
//! understand it and give the same rows is proved by `constructs` of `aludel-driver`, on the same cases.

#[path = "cases.rs"]
mod cases;

use std::fmt::Write;

use aludel_sql::{
    Dialect,
    dialect::{ANSI, MARIADB, MYSQL, POSTGRES, SQLITE},
};
use cases::Case;

#[test]
fn every_construct_on_every_database() {
    for (group, cases) in cases::all() {
        let page: String = cases.iter().map(section).collect();
        insta::assert_snapshot!(group.to_lowercase().replace(' ', "_"), page);
    }
}

#[test]
fn what_people_read_is_portable() {
    for (_, cases) in cases::all() {
        for case in cases {
            for statement in &case.statements {
                if let Err(error) = statement.render(&ANSI) {
                    assert!(
                        error.help().is_some_and(|help| help.starts_with("Name the columns")),
                        "{}: {error}",
                        case.name
                    );
                }
            }
        }
    }
}

fn section(case: &Case) -> String {
    let mut page = format!("## {}\n", case.name);
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES, &MYSQL, &MARIADB] {
        let name = dialect.name();
        if !case.is_about(name) {
            continue;
        }
        let refused = case.refused.iter().find(|(database, _)| *database == name);
        let rendered: Result<Vec<_>, _> = case.statements.iter().map(|statement| statement.render(dialect)).collect();
        match (rendered, refused) {
            (Ok(statements), None) => {
                let texts: Vec<_> = statements.into_iter().map(|statement| statement.sql).collect();
                let _ = writeln!(page, "{name}: {}", texts[0]);
            }
            (Err(error), Some((_, help))) => {
                assert_eq!(error.help(), Some(*help), "{}, {name}: {error}", case.name);
                let _ = writeln!(page, "{name}: refused: {}. {help}.", error.message());
            }
            (Ok(statements), Some(_)) => panic!("{}, {name}: is not refused: {}", case.name, statements[0].sql),
            (Err(error), None) => panic!("{}, {name}: {error}", case.name),
        }
    }
    page
}
