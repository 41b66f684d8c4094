//! What stands in place of what a regular expression finds.

use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
};

/// A text in which all that a regular expression finds is replaced.
#[derive(Clone, Copy, Debug)]
pub struct RegexpReplace<'e> {
    /// The text.
    pub text: &'e Expr,
    /// The regular expression.
    pub pattern: &'e Expr,
    /// What stands in its place, as the tree has it.
    pub with: &'e str,
    /// Whether upper and lower case are the same.
    pub insensitive: bool,
}

/// A part of what stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part<'e> {
    /// A text as it is.
    Text(&'e str),
    /// What a group found, by its digit: `0` for all that was found.
    Group(char),
}

impl<'e> RegexpReplace<'e> {
    /// What stands there, taken apart.
    pub(super) fn parts(&self) -> Result<Vec<Part<'e>>> {
        let mut parts = Vec::new();
        let mut rest = self.with;
        while let Some((before, after)) = rest.split_once('$') {
            parts.push(Part::Text(before));
            parts.push(match after.chars().next() {
                Some(digit) if digit.is_ascii_digit() => Part::Group(digit),
                Some('$') => Part::Text("$"),
                _ => return Err(dollar_alone(self.with)),
            });
            rest = &after[1..];
        }
        parts.push(Part::Text(rest));
        parts.retain(|part| *part != Part::Text(""));
        Ok(parts)
    }

    /// What stands there where a backslash comes before the digit of a group, and before itself; `whole` stands for all that was
    /// found.
    pub(super) fn with_backslashes(&self, whole: &str) -> Result<String> {
        let parts = self.parts()?.into_iter().map(|part| match part {
            Part::Text(text) => text.replace('\\', r"\\"),
            Part::Group('0') => whole.to_owned(),
            Part::Group(digit) => format!("\\{digit}"),
        });
        Ok(parts.collect())
    }
}

fn dollar_alone(with: &str) -> Error {
    let message = format!("{with:?}, which is to replace what a regular expression finds, has a `$` that stands alone");
    Error::new(ErrorKind::Usage, message)
        .with_help("Write `$$` for a dollar, `$1` to `$9` for what the groups found, `$0` for all of it.")
}
