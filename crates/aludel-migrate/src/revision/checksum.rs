//! The checksum of a revision: that of its tokens, so that layout and comments do not count.
//!
//! Frozen under the tag `t1`. Each part goes into the hash as `kind length:text` and a line end, where kind is `@` for a
//! directive and otherwise says what sort of token it is, and length counts bytes. Keywords and unquoted names are in lower
//! case; everything else is as written. `@allow` is left out. Any other rule needs another tag, and old rows keep theirs.

use std::ops::Range;

use aludel_sql::ansi::{self, SyntaxError, lex::TokenKind};
use sha2::{Digest, Sha256};

pub(super) struct Checksum(Sha256);

impl Checksum {
    pub(super) fn new() -> Self {
        Checksum(Sha256::new())
    }

    fn part(&mut self, kind: char, text: &str) {
        self.0.update(format!("{kind} {}:{text}\n", text.len()));
    }

    pub(super) fn directive(&mut self, word: &str, argument: &str) {
        self.part('@', word);
        if !argument.is_empty() {
            self.part('@', argument);
        }
    }

    /// Takes in the tokens of a part of the page. A directive that hides in a comment at the end of a line is refused here,
    /// where the gaps between the tokens are known.
    pub(super) fn statements(&mut self, source: &str, range: Range<usize>) -> Result<(), SyntaxError> {
        let mut end = range.start;
        for token in ansi::lex(source, range.clone())? {
            check_gap(source, end..token.span.start)?;
            end = token.span.end;
            match token.kind {
                TokenKind::Word => self.part('w', &token.text.to_lowercase()),
                TokenKind::Quoted => self.part('q', token.text),
                TokenKind::String => self.part('s', token.text),
                TokenKind::Number => self.part('n', token.text),
                TokenKind::Bytes => self.part('x', token.text),
                TokenKind::Symbol => self.part('p', token.text),
            }
        }
        check_gap(source, end..range.end)
    }

    pub(super) fn finish(self) -> String {
        format!("t1:{}", crate::lock::hex(&self.0.finalize()))
    }
}

fn check_gap(source: &str, gap: Range<usize>) -> Result<(), SyntaxError> {
    let mut start = gap.start;
    for line in source[gap].split_inclusive('\n') {
        if let Some(at) = line.find("--")
            && line[at + 2..].trim_start().starts_with('@')
        {
            let span = start + at..start + line.trim_end().len();
            return Err(SyntaxError {
                message: "a directive must have a line of its own".into(),
                help: Some("Move it to the line above, or word the comment differently".into()),
                span,
            });
        }
        start += line.len();
    }
    Ok(())
}
