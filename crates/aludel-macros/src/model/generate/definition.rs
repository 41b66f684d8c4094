//! What there is to know about the model while the program runs.

use proc_macro2::TokenStream;
use quote::quote;

use super::column::{field_definition, option};
use super::part::parts;
use crate::model::{Kind, Model, plain};

pub(super) fn definition(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let (text, table, display) = (plain(name), &model.table, &model.display);
    let fields = model.columns.iter().enumerate().map(|(number, column)| field_definition(model, number, column));
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
    let parts = parts(model);
    let comment = option(model.comment.as_ref().map(|comment| quote!(#comment)));
    quote! {
        __aludel::ModelDef {
            name: #text,
            table: #table,
            display: #display,
            fields: ::std::vec![#(#fields),*],
            key: ::std::vec![#(#key),*],
            relations: ::std::vec![#(#relations),*],
            parts: ::std::vec![#(#parts),*],
            references: ::core::default::Default::default(),
            comment: #comment,
            module: ::core::module_path!(),
            type_id: ::core::any::TypeId::of::<#name>(),
        }
    }
}
