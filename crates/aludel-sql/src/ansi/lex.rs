//! Portable SQL, cut into tokens.
//!
//! The checksum of a migration is made of its tokens, so this lexer is **frozen under the tag `t1`**: a text that it cuts
//! up today must be cut up the same in every later version. What it refuses today may become a token; any other change is
//! a new lexer under a new tag, beside this one.

use std::{borrow::Cow, ops::Range};

use super::error::SyntaxError;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or an unquoted name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A text in single quotes.
    String,
    /// Digits, with an optional point and exponent.
    Number,
    /// `X'00FF'`, an even number of hexadecimal digits.
    Bytes,
    /// Punctuation or an operator, of one or two characters.
    Symbol,
}

/// A token, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// As written, quotes included.
    pub text: &'a str,
    /// Byte offsets into the source.
    pub span: Range<usize>,
}

impl Token<'_> {
    /// What it says: without quotes, doubled ones single; the digits of bytes.
    pub fn value(&self) -> Cow<'_, str> {
        let inner = |skipped: usize| self.text.get(skipped..self.text.len() - 1).unwrap_or_default();
        match self.kind {
            TokenKind::Quoted => unescape(inner(1), "\"\""),
            TokenKind::String => unescape(inner(1), "''"),
            TokenKind::Bytes => inner(2).into(),
            TokenKind::Word | TokenKind::Number | TokenKind::Symbol => self.text.into(),
        }
    }

    /// Whether it is this keyword, in capitals or not.
    pub fn is_keyword(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }
}

fn unescape<'a>(text: &'a str, doubled: &str) -> Cow<'a, str> {
    if text.contains(doubled) { text.replace(doubled, &doubled[..1]).into() } else { text.into() }
}

const TWO: [&str; 8] = ["<=", ">=", "<>", "!=", "||", "::", "==", "&&"];

/// The tokens of a part of `source`, whose ends must be character boundaries. Blanks and comments are left out.
///
/// # Errors
/// A string, quoted name or comment has no end, or a character has no meaning.
pub fn lex(source: &str, range: Range<usize>) -> Result<Vec<Token<'_>>, SyntaxError> {
    let Some(text) = source.get(range.clone()) else {
        return Err(SyntaxError::new(range, "the range is not a part of the text"));
    };
    let mut lexer = Lexer { text, base: range.start, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    /// Where `text` begins in the source.
    base: usize,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error(&self, length: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.base + self.at..self.base + self.at + length, message)
    }

    fn skip_blanks(&mut self) -> Result<(), SyntaxError> {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']).len();
            let comment = if rest.starts_with("--") {
                rest.find('\n').unwrap_or(rest.len())
            } else if let Some(inside) = rest.strip_prefix("/*") {
                let Some(end) = inside.find("*/") else {
                    return Err(self.error(2, "the comment has no end").with_help("Write */ where it ends"));
                };
                if let Some(inner) = inside[..end].find("/*") {
                    self.at += 2 + inner;
                    return Err(self
                        .error(2, "a comment inside a comment ends where not every database thinks so")
                        .with_help("Write comments side by side, or with -- at each line"));
                }
                end + 4
            } else {
                0
            };
            if blank + comment == 0 {
                return Ok(());
            }
            self.at += if blank > 0 { blank } else { comment };
        }
    }

    fn token(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        self.skip_blanks()?;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let (kind, length) = match first {
            '\'' => (TokenKind::String, self.quoted(0, '\'')?),
            '"' => (TokenKind::Quoted, self.quoted(0, '"')?),
            'x' | 'X' if rest[1..].starts_with('\'') => (TokenKind::Bytes, self.bytes()?),
            'e' | 'E' | 'n' | 'N' | 'b' | 'B' if rest[1..].starts_with('\'') => {
                return Err(self
                    .error(2, format!("strings with `{first}` before them are not portable"))
                    .with_help("Write a plain 'string', with no backslash escapes"));
            }
            '0'..='9' => (TokenKind::Number, self.number()?),
            c if is_word(c) => (TokenKind::Word, rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
            _ if TWO.iter().any(|two| rest.starts_with(two)) => (TokenKind::Symbol, 2),
            '(' | ')' | '[' | ']' | ',' | ';' | '.' | '+' | '-' | '*' | '/' | '=' | '<' | '>' => (TokenKind::Symbol, 1),
            '%' => {
                return Err(self.error(1, "`%` is not portable").with_help("Write MOD(a, b)"));
            }
            '`' => return Err(self.backtick(rest)),
            '?' | ':' | '$' | '@' => {
                return Err(self.error(1, format!("`{first}` has no meaning here: a migration takes no parameters")));
            }
            '#' => {
                return Err(self.error(1, "`#` has no meaning here").with_help("Write comments with --"));
            }
            c => return Err(self.error(c.len_utf8(), format!("`{}` has no meaning here", c.escape_debug()))),
        };
        let start = self.at;
        self.at += length;
        let span = self.base + start..self.base + self.at;
        Ok(Some(Token { kind, text: &self.text[start..self.at], span }))
    }

    /// The length of a quoted token, of which `prefix` bytes come before the quote.
    fn quoted(&self, prefix: usize, quote: char) -> Result<usize, SyntaxError> {
        let what = if quote == '"' { "quoted name" } else { "string" };
        let rest = self.rest();
        let mut at = prefix + 1;
        loop {
            let Some(end) = rest[at..].find([quote, '\0']) else {
                return Err(self
                    .error(prefix + 1, format!("the {what} has no end"))
                    .with_help(format!("Write {quote} where it ends, and {quote}{quote} for a {quote} inside it")));
            };
            at += end;
            if rest[at..].starts_with('\0') {
                return Err(self.error(at + 1, format!("the {what} has a NUL character in it")));
            }
            at += 1;
            if !rest[at..].starts_with(quote) {
                return Ok(at);
            }
            at += 1;
        }
    }

    fn bytes(&self) -> Result<usize, SyntaxError> {
        let length = self.quoted(1, '\'')?;
        let digits = &self.rest()[2..length - 1];
        if !digits.len().is_multiple_of(2) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self
                .error(length, "bytes are an even number of hexadecimal digits")
                .with_help("Write them as X'00FF'"));
        }
        Ok(length)
    }

    fn number(&self) -> Result<usize, SyntaxError> {
        let rest = self.rest().as_bytes();
        let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let mut length = digits(0);
        if rest.get(length) == Some(&b'.') && digits(length + 1) > 0 {
            length += 1 + digits(length + 1);
        }
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length + 1 + sign);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        match self.rest()[length..].chars().next() {
            Some(c) if is_word(c) => Err(self
                .error(length + c.len_utf8(), "a name cannot begin with a digit")
                .with_help("Put the name in double quotes, or a blank after the number")),
            _ => Ok(length),
        }
    }

    fn backtick(&self, rest: &str) -> SyntaxError {
        let name = rest[1..].split(['`', '\n']).next().unwrap_or_default();
        self.error((name.len() + 2).min(rest.len()), "backticks are not portable")
            .with_help(format!("Write \"{}\"", if name.is_empty() { "name" } else { name }))
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
