//! SQL text of any database, cut into tokens.

use std::ops::Range;

/// A token, and where it stands.
#[derive(Clone, Debug)]
pub(in crate::inspect) struct Lexeme {
    pub(in crate::inspect) token: Token,
    pub(in crate::inspect) span: Range<usize>,
}

/// What stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inspect) enum Token {
    /// A keyword or an unquoted name.
    Word(String),
    /// A quoted name.
    Name(String),
    /// A string.
    Text(String),
    /// A number.
    Number(String),
    /// The digits of `X'00FF'`.
    Bytes(String),
    /// Anything else.
    Symbol(String),
}

impl Lexeme {
    /// Whether it is this keyword.
    pub(in crate::inspect) fn is(&self, keyword: &str) -> bool {
        matches!(&self.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Whether it is this symbol.
    pub(in crate::inspect) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(&self.token, Token::Symbol(text) if text == symbol)
    }

    /// The name it is, and whether that is quoted. A string is one where SQLite lets it be.
    pub(in crate::inspect) fn name(&self) -> Option<(&str, bool)> {
        match &self.token {
            Token::Word(name) => Some((name, false)),
            Token::Name(name) | Token::Text(name) => Some((name, true)),
            _ => None,
        }
    }
}

const LONG: [&str; 11] = ["!~~", "<=>", "::", "<=", ">=", "<>", "!=", "==", "||", "~~", "->"];

/// The tokens of a text, unless a quote has no end. `backslash` says that one in a string stands before another character,
/// and that `0x00FF` is bytes.
pub(in crate::inspect) fn lex(text: &str, backslash: bool) -> Option<Vec<Lexeme>> {
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let start = at;
        let second = rest[first.len_utf8()..].chars().next();
        let token = match first {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '-' if second == Some('-') => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '/' if second == Some('*') => {
                at += rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                continue;
            }
            '\'' => Token::Text(quoted(text, &mut at, '\'', backslash)?),
            'e' | 'E' if second == Some('\'') => {
                at += 1;
                Token::Text(quoted(text, &mut at, '\'', true)?)
            }
            'x' | 'X' if second == Some('\'') => {
                at += 1;
                Token::Bytes(quoted(text, &mut at, '\'', false)?)
            }
            '"' | '`' => Token::Name(quoted(text, &mut at, first, false)?),
            '[' if rest[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') && !after_array(&lexemes) => {
                let end = rest.find(']')?;
                at += end + 1;
                Token::Name(rest[1..end].to_owned())
            }
            '0' if backslash && second == Some('x') => {
                let digits = rest[2..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len() - 2);
                at += 2 + digits;
                Token::Bytes(rest[2..2 + digits].to_owned())
            }
            '0'..='9' => {
                let length = number(rest.as_bytes());
                at += length;
                Token::Number(rest[..length].to_owned())
            }
            c if c.is_alphanumeric() || c == '_' => {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
                at += length;
                Token::Word(rest[..length].to_owned())
            }
            c => {
                let symbol = LONG.iter().find(|long| rest.starts_with(**long));
                let length = symbol.map_or(c.len_utf8(), |symbol| symbol.len());
                at += length;
                Token::Symbol(rest[..length].to_owned())
            }
        };
        lexemes.push(Lexeme { token, span: start..at });
    }
    Some(lexemes)
}

/// `ARRAY[a, b]` has brackets that are no quotes.
fn after_array(lexemes: &[Lexeme]) -> bool {
    lexemes.last().is_some_and(|last| last.is("ARRAY"))
}

/// What stands between the quotes from `at` on, which goes behind them.
fn quoted(text: &str, at: &mut usize, quote: char, backslash: bool) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.get(*at + 1..)?.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c == '\\' && backslash {
            out.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                '0' => '\0',
                'Z' => '\u{1a}',
                other => other,
            });
        } else if c != quote {
            out.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            chars.next();
            out.push(quote);
        } else {
            *at += 1 + offset + quote.len_utf8();
            return Some(out);
        }
    }
    None
}

fn number(text: &[u8]) -> usize {
    let digits = |from: usize| text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    if text.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(text.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// The lexemes between commas, where none of the commas is inside parentheses.
pub(in crate::inspect) fn split(lexemes: &[Lexeme]) -> Vec<&[Lexeme]> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (i, lexeme) in lexemes.iter().enumerate() {
        match &lexeme.token {
            Token::Symbol(symbol) if symbol == "(" => depth += 1,
            Token::Symbol(symbol) if symbol == ")" => depth = depth.saturating_sub(1),
            Token::Symbol(symbol) if symbol == "," && depth == 0 => {
                parts.push(&lexemes[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&lexemes[start..]);
    parts
}

/// The place of the parenthesis that ends what the one at `open` begins.
pub(in crate::inspect) fn closing(lexemes: &[Lexeme], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, lexeme) in lexemes.iter().enumerate().skip(open) {
        if lexeme.is_symbol("(") {
            depth += 1;
        } else if lexeme.is_symbol(")") {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(i);
            }
        }
    }
    None
}
