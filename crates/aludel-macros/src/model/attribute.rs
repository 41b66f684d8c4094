//! What can stand in `#[model]`, `#[column]` and `#[relation]`.

mod column;
mod counting;
mod model;
mod part;
mod reference;
mod relation;
mod said;

pub(super) use column::{ColumnAttribute, ServerDefault};
pub(super) use model::ModelAttribute;
pub(super) use part::{IndexKey, IndexPart, Part};
pub(super) use reference::actions;
pub(super) use relation::RelationAttribute;
pub(super) use said::Said;

use syn::{Attribute, Error, LitStr, Result, meta::ParseNestedMeta};

/// What may be said more than once.
const REPEATED: [&str; 5] = ["check", "unique", "index", "foreign_key", "exclude"];

/// Calls `option` for each thing in the attributes of this name.
fn each(attributes: &[Attribute], name: &str, mut option: impl FnMut(ParseNestedMeta<'_>) -> Result<()>) -> Result<()> {
    let mut seen: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if seen.contains(&word) && !(name == "model" && REPEATED.contains(&word.as_str())) {
                return Err(meta.error(format!("`{word}` is said twice")));
            }
            seen.push(word);
            option(meta)
        })?;
    }
    Ok(())
}

/// An option nobody knows: says which there are, and the nearest.
fn unknown(meta: &ParseNestedMeta<'_>, attribute: &str, known: &[&str]) -> Error {
    let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    let near = known.iter().find(|known| near(known, &word)).map(|known| format!(", did you mean `{known}`?"));
    let all: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
    let message = match near {
        Some(near) => format!("`#[{attribute}]` has no option `{word}`{near}"),
        None => format!("`#[{attribute}]` has no option `{word}`: it has {}", all.join(", ")),
    };
    meta.error(message)
}

/// Whether two words differ by a letter or two.
fn near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= 2 && b.len() > 2
}

/// A comment: a text that is not empty.
fn comment(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let text: LitStr = meta.value()?.parse()?;
    if text.value().is_empty() {
        return Err(Error::new(text.span(), "a comment is not empty: leave it out"));
    }
    Ok(text)
}
