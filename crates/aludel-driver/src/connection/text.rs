//! What no database is sent: texts that each would answer in a way of its own.

use aludel_sql::{Error, ErrorKind, Result};

/// Errs before anything is sent, so that the connection, and the transaction, can go on.
pub(super) fn check(sql: &str) -> Result<()> {
    // Some databases take it for the end of the text, others hang up.
    if sql.as_bytes().contains(&0) {
        return Err(Error::new(ErrorKind::Usage, "the statement's text has the character NUL in it")
            .with_help("Take it out; bind values as parameters, instead of writing them into the text."));
    }
    if is_empty(sql) {
        return Err(Error::new(ErrorKind::Usage, "the statement is empty: there is nothing to run in it")
            .with_help("Give it some SQL, or leave it out."));
    }
    Ok(())
}

/// Whether there is nothing but space, semicolons and comments.
fn is_empty(mut sql: &str) -> bool {
    loop {
        sql = sql.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        let (comment, end) = match sql.get(..2) {
            Some("--") => (&sql[2..], "\n"),
            // MySQL and MariaDB run what is in those with an exclamation mark.
            Some("/*") if !sql[2..].starts_with(['!', 'M']) => (&sql[2..], "*/"),
            _ => return sql.is_empty(),
        };
        sql = comment.split_once(end).map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_statement() {
        for empty in ["", " \n", ";", "-- all of it", "/* one */ -- two\n;/* three", "/**/"] {
            assert!(is_empty(empty), "{empty:?}");
        }
        for whole in ["SELECT 1", "-- why\nSELECT 1", "/* why */SELECT 1", "/*!40101 SET @x = 1 */", "é", "-"] {
            assert!(!is_empty(whole), "{whole:?}");
        }
    }
}
