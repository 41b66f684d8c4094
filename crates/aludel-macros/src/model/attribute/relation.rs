//! `#[relation(…)]`

use syn::{Attribute, Ident, Result};

use super::{each, unknown};

#[derive(Default)]
pub(in crate::model) struct RelationAttribute {
    pub(in crate::model) key: Option<Ident>,
    pub(in crate::model) back_populates: Option<Ident>,
}

impl RelationAttribute {
    pub(in crate::model) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut read = RelationAttribute::default();
        each(attributes, "relation", |meta| {
            if meta.path.is_ident("key") {
                read.key = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("back_populates") {
                read.back_populates = Some(meta.value()?.parse()?);
            } else {
                return Err(unknown(&meta, "relation", &["key", "back_populates"]));
            }
            Ok(())
        })?;
        Ok(read)
    }
}
