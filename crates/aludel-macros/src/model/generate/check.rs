//! What only the compiler can check.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::column::shape;
use crate::model::{Kind, Model, attribute::Part, inner};

/// What only the compiler can check: that the other end of a relation is there and leads back, and that a key has the type
/// of what it refers to.
pub(super) fn checks(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let shapes = model.columns.iter().filter_map(shape);
    let references = model.parts.iter().filter_map(|part| match part {
        Part::ForeignKey(key) => Some(key),
        _ => None,
    });
    let pairs = references.flat_map(|key| {
        key.columns.iter().zip(&key.referred).filter_map(|(name, field)| {
            let column = model.columns.iter().find(|column| column.name == name)?;
            let (target, base) = (&key.target, inner(column.ty));
            let handle = quote_spanned!(field.span()=> <#target as __aludel::Model>::fields::<#target>(0).#field);
            Some(quote_spanned!(field.span()=> let _: __aludel::Column<#target, #base> = #handle;))
        })
    });
    let relations = model.relations.iter().filter_map(|relation| {
        let other = relation.attribute.back_populates.as_ref()?;
        let target = relation.target;
        let handle = quote_spanned!(other.span()=> <#target as __aludel::Model>::fields::<#target>(0).#other);
        let check = if relation.kind == Kind::Many { quote!(leads_to_one) } else { quote!(leads_to_many) };
        Some(quote_spanned!(other.span()=> __aludel::#check::<#target, #name, _>(#handle);))
    });
    let targets = model.relations.iter().filter_map(|relation| {
        let key = model.key_of(relation).filter(|key| !key.is_to(relation))?;
        let (target, relation_target) = (key.target, relation.target);
        Some(quote_spanned!(relation_target.span()=>
            let _: ::core::marker::PhantomData<#relation_target> = ::core::marker::PhantomData::<#target>;))
    });
    let shapes: Vec<_> = shapes.collect();
    let shapes = (!shapes.is_empty()).then(|| quote!(const _: () = { #(#shapes)* };));
    let ends: Vec<_> = pairs.chain(relations).chain(targets).collect();
    let ends = (!ends.is_empty()).then(|| {
        quote! {
            #[allow(dead_code)]
            fn check() {
                #(#ends)*
            }
        }
    });
    quote!(#shapes #ends)
}
