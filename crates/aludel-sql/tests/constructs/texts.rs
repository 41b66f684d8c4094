use aludel_sql::{
    expr::{Expr, Function as F, Match, SearchMode},
    statement::Select,
};

use super::{Case, case, tree::*};

fn like(expr: Expr, pattern: &str, escape: Option<char>, insensitive: bool, negated: bool) -> Expr {
    Expr::Like { expr: Box::new(expr), pattern: Box::new(v(pattern)), escape, insensitive, negated }
}

fn regexp(pattern: &str, insensitive: bool, negated: bool) -> Expr {
    Expr::Regexp { expr: Box::new(c("name")), pattern: Box::new(v(pattern)), insensitive, negated }
}

fn replaced(text: Expr, pattern: &str, with: &'static str, insensitive: bool) -> Expr {
    call(F::RegexpReplace { with: with.into(), insensitive }, vec![text, v(pattern)])
}

/// Whether words are found, or how well they fit.
fn found(words: &str, rank: bool) -> Expr {
    Expr::Match(Box::new(search(words, rank)))
}

fn search(words: &str, rank: bool) -> Match {
    Match { columns: vec![c("name")], query: v(words), mode: SearchMode::Words, language: None, rank }
}

fn found_as(mode: SearchMode, words: &str) -> Select {
    where_(Expr::Match(Box::new(Match { mode, ..search(words, false) })))
}

fn collated(collation: &'static str) -> Select {
    where_(eq(Expr::Collate(Box::new(c("name")), collation.into()), v("DATE")))
}

pub fn cases() -> Vec<Case> {
    const NO_SEARCH: &str = "Use LIKE, or a virtual table of FTS5 and SQL of your own";
    let name = |pattern, escape, insensitive, negated| where_(like(c("name"), pattern, escape, insensitive, negated));
    vec![
        case("LIKE, in which case counts", name("%A%", None, false, false), ""),
        case("LIKE", name("%a%", None, false, false), "1\n2\n4\n5"),
        case("NOT LIKE", name("%a%", None, false, true), "3"),
        case("LIKE with an escape", name("%/%%", Some('/'), false, false), "5"),
        case("LIKE of values", alone(vec![like(v("abc"), "a_c", None, false, false)]), "1"),
        case("ILIKE", name("%BAN%", None, true, false), "2"),
        case("NOT ILIKE", name("%A%", None, true, true), "3"),
        case("ILIKE with an escape", name("A/%%/_", Some('/'), true, false), "5"),
        case("a backslash in LIKE is a backslash", alone(vec![like(v("a\\b"), "a\\_", None, false, false)]), "1"),
        case("a regular expression", where_(regexp("^[a-c].*e", false, false)), "1\n3"),
        case("a regular expression, in which case does not count", where_(regexp("^b.n", true, false)), "2"),
        case("a regular expression, in which case counts", where_(regexp("^b", false, false)), ""),
        case("no regular expression", where_(regexp("an", false, true)), "1\n3\n4\n5"),
        case(
            "REGEXP_REPLACE",
            items(vec![replaced(c("name"), "[aeiou]+", "-", false), replaced(c("kind"), "A", "x", false)]),
            "-ppl-|a\nB-n-n-|a\nch-rry|b\nd-t-|b\n-%c_|NULL",
        ),
        case(
            "REGEXP_REPLACE, in which case does not count",
            items(vec![replaced(c("name"), "[AE]", "", true)]),
            "ppl\nBnn\nchrry\ndt\n%c_",
        ),
        case(
            "REGEXP_REPLACE with what groups found",
            alone(vec![
                replaced(v("banana"), "(a)(n)", "<$2$1>", false),
                replaced(v("banana"), "a(x)?n", "$0$1", false),
                replaced(v("banana"), "(a)n", "$12", false),
            ]),
            "b<na><na>a|banana|ba2a2a",
        ),
        case(
            "REGEXP_REPLACE with dollars and backslashes",
            alone(vec![replaced(v("banana"), "(an)+", "$$1\\1\\$1'&\\0", false)]),
            "b$1\\1\\an'&\\0a",
        ),
        case("full-text search", where_(found("cherry", false)), "3").refused("sqlite", NO_SEARCH),
        case(
            "a full-text search, and how well it fits",
            Select {
                filter: Some(gt(found("cherry", true), v(0.0))),
                order_by: vec![desc(found("cherry", true))],
                ..unordered(vec![c("id")])
            },
            "3",
        )
        .refused("sqlite", NO_SEARCH),
        case("full-text search for a phrase", found_as(SearchMode::Phrase, "cherry"), "3")
            .only(&["postgres", "mysql"])
            .refused("mysql", "Use SearchMode::Boolean, with the phrase in double quotes"),
        case("full-text search as search engines have it", found_as(SearchMode::Web, "cherry or fig -apple"), "3")
            .only(&["postgres", "mariadb"])
            .refused("mariadb", "Use SearchMode::Boolean, whose operators are others, or SearchMode::Words"),
        case("full-text search with operators", found_as(SearchMode::Boolean, "+cher* -apple"), "3")
            .refused("sqlite", NO_SEARCH)
            .refused("postgres", "Use SearchMode::Web, whose operators are others, or SearchMode::Words"),
        case("full-text search, expanded", found_as(SearchMode::Expansion, "cherry"), "3")
            .refused("sqlite", NO_SEARCH)
            .refused("postgres", "Use SearchMode::Words, with the other words said"),
        case(
            "full-text search in a language",
            where_(Expr::Match(Box::new(Match { language: Some("english".into()), ..search("cherries", false) }))),
            "3",
        )
        .refused("sqlite", NO_SEARCH)
        .refused("mysql", "Leave it away: the full-text index cuts texts into words")
        .refused("mariadb", "Leave it away: the full-text index cuts texts into words"),
        case("COLLATE, of SQLite", collated("NOCASE"), "4").only(&["sqlite"]),
        case("COLLATE, of PostgreSQL", collated("C"), "").only(&["postgres"]),
        case("COLLATE, of MySQL and MariaDB", collated("utf8mb4_general_ci"), "4").only(&["mysql", "mariadb"]),
        case("LOWER, UPPER", alone(vec![call(F::Lower, vec![v("AbC")]), call(F::Upper, vec![v("AbC")])]), "abc|ABC"),
        case(
            "TRIM, LTRIM, RTRIM",
            alone(vec![
                call(F::Concat, vec![v("<"), call(F::Trim, vec![v(" a ")]), v(">")]),
                call(F::Concat, vec![v("<"), call(F::LTrim, vec![v(" a ")]), v(">")]),
                call(F::Concat, vec![v("<"), call(F::RTrim, vec![v(" a ")]), v(">")]),
            ]),
            "<a>|<a >|< a>",
        ),
        case("CHAR_LENGTH", alone(vec![call(F::CharLength, vec![v("Grüße")])]), "5"),
        case("REPLACE", alone(vec![call(F::Replace, vec![v("banana"), v("an"), v("o")])]), "booa"),
        case("POSITION", alone(vec![call(F::Position, vec![v("n"), v("banana")])]), "3"),
        case("SUBSTRING", alone(vec![call(F::Substring, vec![v("banana"), v(2), v(3)])]), "ana"),
        case("LEFT", alone(vec![call(F::Left, vec![v("banana"), v(3)]), call(F::Left, vec![v("ab"), v(5)])]), "ban|ab"),
        case(
            "RIGHT",
            alone(vec![
                call(F::Right, vec![v("banana"), v(3)]),
                call(F::Right, vec![v("ab"), v(5)]),
                call(F::Concat, vec![v("<"), call(F::Right, vec![v("ab"), v(0)]), v(">")]),
            ]),
            "ana|ab|<>",
        ),
        case(
            "REPEAT",
            alone(vec![
                call(F::Repeat, vec![v("ab"), v(3)]),
                call(F::Concat, vec![v("<"), call(F::Repeat, vec![v("ab"), v(0)]), v(">")]),
                call(F::Repeat, vec![v("00"), v(2)]),
            ]),
            "ababab|<>|0000",
        ),
        case("REPEAT of a column", items(vec![call(F::Repeat, vec![c("kind"), c("id")])]), "a\naa\nbbb\nbbbb\nNULL"),
        case(
            "CONCAT",
            items(vec![call(F::Concat, vec![c("name"), v("/"), c("kind")])]),
            "apple/a\nBanana/a\ncherry/b\ndate/b\na%c_/",
        ),
    ]
}
