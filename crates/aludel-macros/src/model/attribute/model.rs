//! `#[model(…)]`

use proc_macro2::Span;
use syn::{Attribute, Error, LitStr, Result};

use super::{Part, comment, each, unknown};

#[derive(Default)]
pub(in crate::model) struct ModelAttribute {
    pub(in crate::model) table: Option<String>,
    pub(in crate::model) schema: Option<String>,
    pub(in crate::model) display: Option<(String, Span)>,
    pub(in crate::model) comment: Option<LitStr>,
    pub(in crate::model) parts: Vec<Part>,
}

impl ModelAttribute {
    pub(in crate::model) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut read = ModelAttribute::default();
        each(attributes, "model", |meta| {
            if meta.path.is_ident("table") {
                read.table = Some(name(meta.value()?.parse()?, "table")?);
            } else if meta.path.is_ident("schema") {
                read.schema = Some(name(meta.value()?.parse()?, "schema")?);
            } else if meta.path.is_ident("display") {
                let display: LitStr = meta.value()?.parse()?;
                read.display = Some((display.value(), display.span()));
            } else if meta.path.is_ident("comment") {
                read.comment = Some(comment(&meta)?);
            } else if !Part::read(&meta, &mut read.parts)? {
                let known = ["table", "schema", "display", "comment", "check", "unique", "index", "foreign_key"];
                return Err(unknown(&meta, "model", &known));
            }
            Ok(())
        })?;
        Ok(read)
    }
}

/// The name of a table or of a schema: the dot that stands between the two is in neither.
fn name(name: LitStr, what: &str) -> Result<String> {
    let text = name.value();
    if text.is_empty() || text.len() > 63 {
        return Err(Error::new(name.span(), format!("a {what}'s name has 1 to 63 bytes")));
    }
    if text.contains('.') {
        let message = format!("a {what}'s name has no dot: write `schema = \"billing\", table = \"invoice\"`");
        return Err(Error::new(name.span(), message));
    }
    Ok(text)
}
