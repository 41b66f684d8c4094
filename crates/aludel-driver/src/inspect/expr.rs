//! Expressions as a database prints them, read back into portable ones.
//!
//! What is read means what the text means, or it is not read at all: operators, functions and casts that are not known
//! for sure, and names that are no columns, make the whole text an unknown one.

mod array;
mod atom;
pub(super) mod coerce;
pub(super) mod lex;
mod normal;
mod parse;
mod special;

use aludel_sql::{Expr, Value, schema::Column};

pub(super) use normal::type_of;
pub(super) use special::{concat, field};

use super::native::{Half, Native};

/// What expressions of one table are read with.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) native: &'a dyn Native,
    /// The table's columns, with their types.
    pub(super) columns: &'a [Column],
}

impl Reader<'_> {
    /// The expression a text is, if it is a portable one.
    pub(super) fn expr(&self, text: &str) -> Option<Expr> {
        let lexemes = lex::lex(text, self.native.backslash())?;
        let expr = parse::parse(*self, &lexemes)?;
        (!Half::any_in(&expr)).then(|| self.normal(expr))
    }

    /// The default of a column. None at all and NULL are one.
    pub(super) fn default(&self, text: &str, column: &Column) -> Option<Option<Expr>> {
        // A default mentions no columns; that of an enum's column has its type.
        let columns = if column.ty.as_enum().is_some() { std::slice::from_ref(column) } else { &[] };
        let mut expr = (Reader { columns, ..*self }).expr(text)?;
        let mut mentions = false;
        expr.walk(&mut |part| mentions |= part.as_column().is_some());
        match &mut expr {
            _ if mentions => return None,
            Expr::Value(Value::Null) => return Some(None),
            Expr::Value(value) => *value = coerce::coerce(std::mem::take(value), &column.ty),
            _ => {}
        }
        Some(Some(expr))
    }

    /// The column that a text in a schema means.
    fn column(&self, name: &str, quoted: bool) -> Option<&Column> {
        let exact = self.columns.iter().find(|column| column.name == name);
        exact.or_else(|| {
            let fold = !quoted || self.native.folds_quoted();
            self.columns.iter().find(|column| fold && column.name.eq_ignore_ascii_case(name))
        })
    }
}

#[cfg(test)]
mod tests {
    use aludel_sql::Type;
    use proptest::prelude::*;

    use super::*;
    use crate::inspect::{mysql::native::MySql, postgres::native::Postgres, sqlite::native::Sqlite};

    /// Pieces of what databases print.
    const PIECES: [&str; 60] = [
        "(",
        ")",
        "[",
        "]",
        ",",
        "::",
        "+",
        "-",
        "*",
        "/",
        "/*",
        "*/",
        "--",
        "\n",
        "=",
        "<>",
        "||",
        "->",
        "'",
        "'a'",
        "''",
        "\"",
        "\"a\"",
        "`a`",
        "\\",
        "é",
        "_utf8mb4",
        "x'00'",
        "X'0",
        "e'",
        "1",
        "1.",
        ".5",
        "1e9",
        "99999999999999999999",
        "a",
        "ARRAY",
        "AND",
        "OR",
        "NOT",
        "IN",
        "ANY",
        "BETWEEN",
        "LIKE",
        "ESCAPE",
        "IS",
        "NULL",
        "CASE",
        "WHEN",
        "END",
        "CAST",
        "AS",
        "character varying(",
        "timestamp",
        "AT TIME ZONE",
        "'2020-01-01 00:00:00+999999999'",
        "nextval",
        "DATE",
        "DEFAULT",
        "like_escape",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_an_expression_or_is_none(
            text in ".{0,40}", pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40), spaced: bool,
        ) {
            let column = Column::new("a", Type::Timestamp);
            for text in [text, pieces.join(if spaced { " " } else { "" })] {
                for native in [&Sqlite as &dyn Native, &Postgres, &MySql] {
                    let reader = Reader { native, columns: std::slice::from_ref(&column) };
                    reader.expr(&text);
                    reader.default(&text, &column);
                }
            }
        }
    }

    #[test]
    fn a_deep_text_is_no_expression() {
        let reader = Reader { native: &Postgres, columns: &[] };
        for piece in ["(", "a AT TIME ZONE ", "NOT ", "- ", "CASE WHEN ", "ARRAY[", "abs(", "_utf8 ", "1 + (", "x::"] {
            assert_eq!(reader.expr(&piece.repeat(20_000)), None, "{piece}");
        }
    }

    #[test]
    fn an_offset_that_no_clock_has_makes_no_instant() {
        let instant =
            |offset: &str| coerce::literal(&format!("2020-01-01 00:00:00{offset}"), "TIMESTAMP WITH TIME ZONE");
        assert!(instant("+05:30").is_some());
        assert_eq!(instant("+999999999"), None);
        assert_eq!(instant("+99"), None);
    }
}
