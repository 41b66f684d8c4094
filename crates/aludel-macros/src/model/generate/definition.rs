//! What there is to know about the model while the program runs.

use proc_macro2::TokenStream;
use quote::quote;

use super::column::field_definition;
use super::part::parts;
use crate::model::{Kind, Model, plain};

pub(super) fn definition(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let (text, table, display) = (plain(name), &model.table, &model.display);
    let fields =
        model.columns.iter().enumerate().filter_map(|(number, column)| field_definition(model, number, column));
    let key =
        model.columns.iter().enumerate().filter(|(_, column)| column.attribute.primary_key).map(|(number, _)| number);
    let relations = model.relations.iter().map(|relation| {
        let (name, target) = (plain(relation.name), relation.target);
        let kind = if relation.kind == Kind::Many { quote!(HasMany) } else { quote!(BelongsTo) };
        let key = match model.key_of(relation) {
            Some(key) => {
                let number = key.number;
                quote!(Own(#number))
            }
            None => {
                let other = relation.attribute.back_populates.as_ref().map(plain).unwrap_or_default();
                quote!(Of(#other))
            }
        };
        quote! {
            __aludel::RelationDef {
                name: #name,
                kind: __aludel::RelationKind::#kind,
                target: <#target as __aludel::Model>::definition,
                key: __aludel::KeyOf::#key,
            }
        }
    });
    let parts: Vec<_> = parts(model).collect();
    let parts = (!parts.is_empty()).then(|| quote!(__model.parts = ::std::vec![#(#parts),*];));
    let comment =
        model.comment.as_ref().map(|comment| quote!(__model.comment = ::core::option::Option::Some(#comment);));
    let said: Vec<_> = fields.chain(parts).chain(comment).collect();
    let plain = quote! {
        __aludel::ModelDef::of::<#name>(
            #text, #table, #display, ::core::module_path!(), &[#(#key),*], [#(#relations),*],
        )
    };
    if said.is_empty() {
        return plain;
    }
    quote!({
        let mut __model = #plain;
        #(#said)*
        __model
    })
}
