//! The code that `#[derive(Model)]` writes.

mod check;
mod column;
mod definition;
mod implementation;
mod part;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Column, Kind, Model, Relation};
use check::checks;
use implementation::implementation;

/// The code is as short as can be: the compiler reads all of it anew at each check of the crate. What can be said by data, or
/// by a function of the library, is.
pub(super) fn model(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let fields = fields_struct(model);
    let implementation = implementation(model);
    let checks = checks(model);
    quote! {
        #fields

        const _: () = {
            use ::aludel::__private::{self as __aludel, Field as __Field};

            #implementation

            #[automatically_derived]
            impl ::core::fmt::Display for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    __aludel::show(self, f)
                }
            }

            #checks
            __aludel::inventory::submit! {
                __aludel::ModelEntry(<#name as __aludel::Model>::definition)
            }
        };
    }
}

fn fields_struct(model: &Model<'_>) -> TokenStream {
    let Model { name, visibility, .. } = model;
    let fields = format_ident!("{name}Fields");
    let columns = model
        .columns
        .iter()
        .map(|Column { name, visibility, ty, .. }| quote!(#visibility #name: ::aludel::Column<S, #ty>));
    let relations = model.relations.iter().map(|relation| {
        let Relation { name, visibility, target, .. } = relation;
        let kind = cardinality(relation.kind);
        let owner = model.name;
        quote!(#visibility #name: ::aludel::Relation<S, #owner, #target, #kind>)
    });
    // A model has a key, which is a column.
    let first = model.columns.first().map(|column| column.name);
    let doc = format!("The columns and relations of [`{name}`], as a query of scope `S` sees them.");
    quote! {
        #[doc = #doc]
        #[allow(dead_code, missing_docs)]
        #visibility struct #fields<S = #name> {
            #(#columns,)*
            #(#relations,)*
        }

        #[automatically_derived]
        impl<S> ::core::clone::Clone for #fields<S> {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl<S> ::core::marker::Copy for #fields<S> {}

        #[automatically_derived]
        impl<S> ::aludel::query::Entity for #fields<S> {
            type Scope = S;
            type Model = #name;

            fn source(&self) -> u32 {
                self.#first.source()
            }
        }
    }
}

fn cardinality(kind: Kind) -> TokenStream {
    match kind {
        Kind::One => quote!(::aludel::relation::One),
        Kind::Maybe => quote!(::aludel::relation::Maybe),
        Kind::Many => quote!(::aludel::relation::Many),
    }
}
