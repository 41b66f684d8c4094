//! `#[relation(…)]`

use syn::{
    Attribute, Error, Ident, Result, Token, meta::ParseNestedMeta, parenthesized, punctuated::Punctuated, token,
};

use super::{each, unknown};

#[derive(Default)]
pub(in crate::model) struct RelationAttribute {
    /// The columns that hold the key: one or more.
    pub(in crate::model) key: Option<Vec<Ident>>,
    pub(in crate::model) back_populates: Option<Ident>,
}

impl RelationAttribute {
    pub(in crate::model) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut read = RelationAttribute::default();
        each(attributes, "relation", |meta| {
            if meta.path.is_ident("key") {
                read.key = Some(key(&meta)?);
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

/// `user_id`, or `(tenant_id, number)`
fn key(meta: &ParseNestedMeta<'_>) -> Result<Vec<Ident>> {
    let value = meta.value()?;
    if !value.peek(token::Paren) {
        return Ok(vec![value.parse()?]);
    }
    let names;
    let parentheses = parenthesized!(names in value);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&names)?;
    if names.is_empty() {
        let message = "a key has columns: `key = (tenant_id, number)`";
        return Err(Error::new(parentheses.span.join(), message));
    }
    Ok(names.into_iter().collect())
}
