//! The page: what stands between the cases and their results, and reading results back.

use std::{collections::BTreeMap, fmt::Write};

use aludel::sql::{
    Dialect,
    dialect::{MARIADB, MYSQL, POSTGRES, SQLITE},
};

use crate::{Chapter, construct::Case};

const HEAD: &str = "\
# Reference of queries

What queries can say, what they give, and the SQL they become on each database. The page is written by the test program
`reference`, which runs every case on every database: its models are `Person { id, name, nick: Option, age: Option, score, active, rating,
boss_id: Option, settings }`, `Article { id, title, words, price, written, author_id }` and `Remark { id, text, article_id }`, with the relations
`boss`, `staff`, `articles`, `author`, `remarks`, `article`; and `Shirt { id, size, other: Option }`, the sizes of which are `Small`, `Medium` and `Large`.

What a database lacks is put in other words where they mean exactly the same; else it is refused before anything is sent, by the
error that stands here.
";

/// By which names the page knows its databases.
const DATABASES: [(&str, &dyn Dialect); 4] =
    [("SQLite", &SQLITE), ("PostgreSQL", &POSTGRES), ("MySQL", &MYSQL), ("MariaDB", &MARIADB)];

/// A case as its file has it: the comment above it, and the lines of its body.
struct Source {
    name: String,
    title: String,
    body: String,
}

fn sources(chapter: &Chapter) -> Vec<Source> {
    let mut found = Vec::new();
    let mut comment = String::new();
    let mut lines = chapter.source.lines();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push_str(if comment.is_empty() { "" } else { " " });
            comment.push_str(text);
        }
        let Some(rest) = line.strip_prefix("pub fn ") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").collect();
        let body: Vec<&str> = body.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        let name = rest.split('(').next().unwrap_or_default().to_owned();
        found.push(Source { name, title: std::mem::take(&mut comment), body: body.join("\n") });
    }
    found
}

/// Every function of the file is a case, in the same order.
pub fn check_names(chapter: &Chapter) {
    let written: Vec<String> = sources(chapter).into_iter().map(|source| source.name).collect();
    let listed: Vec<&str> = chapter.cases.iter().map(|case| case.name).collect();
    assert_eq!(written, listed, "the cases of `{}` are not those listed in cases.rs", chapter.title);
}

/// The whole page.
pub fn write(chapters: &[Chapter], results: &BTreeMap<String, String>) -> String {
    let mut page = HEAD.to_owned();
    for chapter in chapters {
        let _ = write!(page, "\n## {}\n", chapter.title);
        for (source, case) in sources(chapter).iter().zip(&chapter.cases) {
            let result = results.get(case.name).map_or("", String::as_str);
            let (title, name, body, sql) = (&source.title, case.name, &source.body, sql(case));
            let _ = write!(
                page,
                "\n<a id=\"{name}\"></a>{title}\n\n```rust,ignore\n{body}\n```\n```text\n{result}\n```\n```sql\n{sql}```\n"
            );
        }
    }
    page
}

/// The SQL of a case, said once for databases that agree.
fn sql(case: &Case) -> String {
    let mut texts: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, dialect) in DATABASES {
        let text = match (case.sql)(dialect) {
            Ok(sql) => sql,
            Err(error) => {
                let help = error.help().map(|help| format!(" {help}")).unwrap_or_default();
                format!("-- refused: {}.{help}", error.message().trim_end_matches('.'))
            }
        };
        match texts.iter_mut().find(|(other, _)| *other == text) {
            Some((_, names)) => names.push(name),
            None => texts.push((text, vec![name])),
        }
    }
    let mut sql = String::new();
    for (text, names) in texts {
        let _ = writeln!(sql, "-- {}\n{text}", names.join(", "));
    }
    sql
}

/// The results that stand on a page, by the names of their cases.
pub fn results(page: &str) -> BTreeMap<String, String> {
    let cases = page.split("<a id=\"").skip(1);
    cases
        .filter_map(|case| {
            let (name, rest) = case.split_once('"')?;
            let (result, _) = rest.split_once("```text\n")?.1.split_once("\n```")?;
            Some((name.to_owned(), result.to_owned()))
        })
        .collect()
}
