//! Printing and parsing are inverse to one another, and no text makes the parser panic.

mod operations;

use aludel_sql::{
    Expr, Operation,
    ansi::{self, lex::TokenKind},
    dialect::SQLITE,
    render,
};
use proptest::prelude::*;

fn parse(source: &str) -> Result<Vec<ansi::Statement>, String> {
    ansi::parse(source, 0..source.len()).map_err(|error| error.in_file("m.sql", source).to_string())
}

/// What is parsed prints to a text that is read the same again.
fn check_fixed_point(source: &str) -> Result<(), TestCaseError> {
    let Ok(statements) = parse(source) else { return Ok(()) };
    for statement in statements {
        let printed = ansi::print(&statement.operation).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let again = parse(&printed).map_err(TestCaseError::fail)?;
        prop_assert_eq!(again.len(), 1);
        prop_assert_eq!(&ansi::print(&again[0].operation).unwrap(), &printed, "of {}", source);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_parsed_to_the_same(operation in operations::operation()) {
        let text = ansi::print(&operation).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let statements = parse(&text).map_err(TestCaseError::fail)?;
        prop_assert_eq!(statements.len(), 1);
        prop_assert_eq!(&statements[0].span, &(0..text.len()));
        prop_assert_eq!(&statements[0].operation, &operation, "printed as {}", text);
        // Whether SQLite has the statement or not, asking is safe.
        let _ = render::operation(&SQLITE, &operation);
    }

    #[test]
    fn layout_and_comments_say_nothing(operation in operations::operation(), blank in prop::sample::select(vec![
        "\n", " \t\r\n ", "-- it's a \"comment\"\n", "/* ; ' */", "\u{c}",
    ])) {
        let text = ansi::print(&operation).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let tokens = ansi::lex(&text, 0..text.len()).unwrap();
        let spaced: String = tokens.iter().map(|token| format!("{} {blank}", token.text)).collect();
        prop_assert_eq!(&parse(&spaced).map_err(TestCaseError::fail)?[0].operation, &operation);
        let upper: String = tokens.iter().map(|token| {
            let keyword = token.kind == TokenKind::Word && token.text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            format!("{} ", if keyword { token.text.to_lowercase() } else { token.text.to_owned() })
        }).collect();
        prop_assert_eq!(&parse(&upper).map_err(TestCaseError::fail)?[0].operation, &operation);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check_fixed_point(&text)?;
    }

    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(prop::sample::select(operations::VOCABULARY.to_vec()), 0..40)) {
        let text = words.join(" ");
        check_fixed_point(&text)?;
        check_fixed_point(&format!("UPDATE t SET a = {text};"))?;
        check_fixed_point(&format!("CREATE TABLE t (a {text});"))?;
    }

    #[test]
    fn damaged_text_is_read_or_refused(
        operation in operations::operation(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..8,
        insert in prop_oneof![Just(String::new()), prop::sample::select(operations::VOCABULARY.to_vec()).prop_map(str::to_owned), any::<String>()],
    ) {
        let text = ansi::print(&operation).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let end = (at + length).min(chars.len());
        let damaged: String = chars[..at].iter().copied().chain(insert.chars()).chain(chars[end..].iter().copied()).collect();
        check_fixed_point(&damaged)?;
    }
}

fn set(expr: &str) -> Result<Expr, String> {
    let mut statements = parse(&format!("UPDATE t SET a = {expr};"))?;
    let Operation::Update(mut update) = statements.remove(0).operation else { unreachable!() };
    Ok(update.set.remove(0).1)
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let nested = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    for (open, close) in [
        ("(", ")"),
        ("NOT ", ""),
        ("- ", ""),
        ("ABS(", ")"),
        ("CASE WHEN ", " THEN 2 END"),
        ("(SELECT ", ")"),
        ("EXISTS (SELECT ", " FROM x)"),
        ("b + (", ")"),
        ("b IN (", ")"),
        ("CAST(", " AS TEXT)"),
        ("NOT EXISTS (SELECT 1 FROM x WHERE ", ")"),
    ] {
        let shallow = set(&nested(open, close, 50)).unwrap_or_else(|error| panic!("{open}: {error}"));
        assert_eq!(shallow, shallow.clone());
        render::expr(&SQLITE, &shallow).unwrap();
        for n in [200, 100_000] {
            // The closing side is of no interest: the error comes before it.
            let error = set(&open.repeat(n)).unwrap_err();
            assert!(error.contains("nested too deep"), "{open}: {}", &error[..200.min(error.len())]);
        }
    }
}

#[test]
fn long_lists_and_chains_are_fine() {
    let list = |between: &str, n: usize| (0..n).map(|i| format!("b{i}")).collect::<Vec<_>>().join(between);
    for (between, n) in [(" AND ", 20_000), (" OR ", 20_000), (" || ", 1000), (" + ", 1000), (" * ", 1000)] {
        let expr = set(&list(between, n)).unwrap();
        assert_eq!(expr.clone(), expr);
        assert_eq!(render::expr(&aludel_sql::dialect::ANSI, &expr).unwrap(), list(between, n));
    }
    assert!(set(&list(" || ", 1002)).unwrap_err().contains("more than 1000 operators"));
    // The limit is on one expression, not on a statement.
    let rows: Vec<String> = (0..3).map(|_| format!("({})", list(" || ", 900).replace('b', "1.0"))).collect();
    parse(&format!("INSERT INTO t (a) VALUES {};", rows.join(", "))).unwrap();
}

#[test]
fn only_the_range_is_read_and_spans_are_of_the_whole() {
    let source = "not SQL é; DROP TABLE a; DROP TABLE b; `";
    let start = source.find("DROP").unwrap();
    let statements = ansi::parse(source, start..source.len() - 2).unwrap();
    let texts: Vec<&str> = statements.iter().map(|statement| &source[statement.span.clone()]).collect();
    assert_eq!(texts, ["DROP TABLE a;", "DROP TABLE b;"]);
    assert!(ansi::parse(source, 0..10_000).is_err());
    assert_eq!(ansi::parse("", 0..0).unwrap(), []);
    assert_eq!(ansi::parse(" -- nothing\n", 0..12).unwrap(), []);
}

#[test]
fn tokens_are_as_written() {
    let source = "select \"a\"\"b\" /* x */ 'it''s' 1.5e-3 X'00fF' <> -- end";
    let tokens = ansi::lex(source, 0..source.len()).unwrap();
    let values: Vec<_> = tokens.iter().map(|token| (token.kind, token.value().into_owned())).collect();
    let expected = [
        (TokenKind::Word, "select"),
        (TokenKind::Quoted, "a\"b"),
        (TokenKind::String, "it's"),
        (TokenKind::Number, "1.5e-3"),
        (TokenKind::Bytes, "00fF"),
        (TokenKind::Symbol, "<>"),
    ];
    assert_eq!(values, expected.map(|(kind, value)| (kind, value.to_owned())));
    assert!(tokens.iter().all(|token| &source[token.span.clone()] == token.text));
}

#[test]
fn columns_find_their_table_through_the_statements_around() {
    let text = "UPDATE t SET a = (SELECT MAX(x.b) FROM t AS x, u WHERE x.c = t.c AND EXISTS (SELECT 1 FROM u AS y WHERE y.d = u.d AND t.e = x.e AND f = 1)) WHERE t.g > 0;";
    let printed = ansi::print(&parse(text).unwrap()[0].operation).unwrap();
    // A qualifier that says nothing is dropped; everything else stays.
    assert_eq!(printed, text.replace("t.g", "g"));
    // The inner of two tables of one name is meant.
    let hidden = "DELETE FROM t WHERE EXISTS (SELECT 1 FROM t WHERE t.a = 1);";
    let printed = ansi::print(&parse(hidden).unwrap()[0].operation).unwrap();
    assert_eq!(printed, "DELETE FROM t WHERE EXISTS (SELECT 1 FROM t AS t_2 WHERE t_2.a = 1);");
}

#[test]
fn parentheses_are_there_where_they_must_be() {
    for (written, printed) in [
        ("(a AND b) OR c", "a AND b OR c"),
        ("a AND (b OR c)", "a AND (b OR c)"),
        ("(a AND b) AND (c AND d)", "a AND b AND c AND d"),
        ("NOT (a = b)", "NOT a = b"),
        ("(NOT a) = b", "(NOT a) = b"),
        ("NOT (a AND b)", "NOT (a AND b)"),
        ("NOT NOT a", "NOT NOT a"),
        ("NOT (EXISTS (SELECT 1))", "NOT (EXISTS (SELECT 1))"),
        ("NOT (EXISTS (SELECT 1) = a)", "NOT EXISTS (SELECT 1) = a"),
        ("(NOT EXISTS (SELECT 1)) = a", "(NOT EXISTS (SELECT 1)) = a"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a + (b * c)", "a + b * c"),
        ("(a + b) * c", "(a + b) * c"),
        ("a || b + c", "a || (b + c)"),
        ("a + b || c", "(a + b) || c"),
        ("- - 5", "-(-5)"),
        ("-(5)", "-(5)"),
        ("a - -5", "a - -5"),
        ("-a * -5", "-a * -5"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("(a = b) = c", "(a = b) = c"),
        ("(a IS NULL) IS NOT TRUE", "(a IS NULL) IS NOT TRUE"),
        ("a BETWEEN (b AND c) AND d + 1", "a BETWEEN (b AND c) AND d + 1"),
        ("POSITION((a IN (1)) IN b)", "POSITION((a IN (1)) IN b)"),
        ("a NOT LIKE b || '%' ESCAPE ''''", "a NOT LIKE b || '%' ESCAPE ''''"),
        ("a != current_timestamp()", "a <> CURRENT_TIMESTAMP"),
        ("CASE WHEN a OR b THEN c END", "CASE WHEN a OR b THEN c END"),
    ] {
        let expr = set(written).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(render::expr(&aludel_sql::dialect::ANSI, &expr).unwrap(), printed);
        assert_eq!(set(printed).unwrap(), expr, "{printed}");
    }
}
