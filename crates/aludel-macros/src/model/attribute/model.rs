//! `#[model(…)]`

use proc_macro2::Span;
use syn::{Attribute, Error, LitStr, Result};

use super::{each, unknown};

#[derive(Default)]
pub(in crate::model) struct ModelAttribute {
    pub(in crate::model) table: Option<String>,
    pub(in crate::model) display: Option<(String, Span)>,
}

impl ModelAttribute {
    pub(in crate::model) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut read = ModelAttribute::default();
        each(attributes, "model", |meta| {
            if meta.path.is_ident("table") {
                let table: LitStr = meta.value()?.parse()?;
                if table.value().is_empty() || table.value().len() > 63 {
                    return Err(Error::new(table.span(), "a table's name has 1 to 63 bytes"));
                }
                read.table = Some(table.value());
            } else if meta.path.is_ident("display") {
                let display: LitStr = meta.value()?.parse()?;
                read.display = Some((display.value(), display.span()));
            } else {
                return Err(unknown(&meta, "model", &["table", "display"]));
            }
            Ok(())
        })?;
        Ok(read)
    }
}
