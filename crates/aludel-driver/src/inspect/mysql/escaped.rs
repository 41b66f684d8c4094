//! Expressions as the information schema of MySQL shows them: each quote and backslash behind one more backslash, and each
//! byte of the UTF-8 as a character of its own.

use crate::inspect::rows::Cells;

/// Makes the expressions in a column what they are.
pub(super) fn unescape(rows: &mut [Cells], column: usize, is_expression: impl Fn(&Cells) -> bool) {
    for row in rows.iter_mut().filter(|row| is_expression(row)) {
        if let Some(text) = row.get(column).map(plain) {
            row.set(column, text);
        }
    }
}

fn plain(shown: &str) -> String {
    let mut text = String::with_capacity(shown.len());
    let mut chars = shown.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('0') => '\0',
                Some('Z') => '\u{1a}',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        });
    }
    // A server that shows characters has some that are no bytes, or make no UTF-8.
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_stands_there_is_what_was_written() {
        assert_eq!(plain(r"(`s` <> _utf8mb4\'it\\\'s\')"), r"(`s` <> _utf8mb4'it\'s')");
        assert_eq!(plain(r"_utf8mb4\'a\\\\b\\n\'"), r"_utf8mb4'a\\b\n'");
        assert_eq!(plain("_utf8mb4\\'\u{c3}\u{a4}\u{f0}\u{9f}\u{98}\u{80}\\'"), "_utf8mb4'ä😀'");
        assert_eq!(plain("_utf8mb4\\'ä\\'"), "_utf8mb4'ä'", "characters are left alone");
    }
}
