//! The code that `#[derive(Model)]` writes.

mod check;
mod column;
mod definition;
mod implementation;
mod part;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Column, Kind, Model, Relation, plain};
use check::checks;
use implementation::implementation;

pub(super) fn model(model: &Model<'_>) -> TokenStream {
    let fields = fields_struct(model);
    let implementation = implementation(model);
    let display = display(model);
    let checks = checks(model);
    let name = model.name;
    quote! {
        #fields
        #implementation
        #display
        #checks
        ::aludel::__private::inventory::submit! {
            ::aludel::__private::ModelEntry(|| <#name as ::aludel::Model>::definition())
        }
    }
}

fn fields_struct(model: &Model<'_>) -> TokenStream {
    let Model { name, visibility, .. } = model;
    let fields = format_ident!("{name}Fields");
    let columns = model.columns.iter().map(|Column { name, visibility, ty, .. }| {
        let doc = format!("The column of the field `{}`.", plain(name));
        quote!(#[doc = #doc] #visibility #name: ::aludel::Column<S, #ty>)
    });
    let relations = model.relations.iter().map(|relation| {
        let Relation { name, visibility, target, .. } = relation;
        let kind = cardinality(relation.kind);
        let doc = format!("The relation of the field `{}`.", plain(name));
        let owner = model.name;
        quote!(#[doc = #doc] #visibility #name: ::aludel::Relation<S, #owner, #target, #kind>)
    });
    // A model has a key, which is a column.
    let first = model.columns.first().map(|column| column.name);
    let doc = format!("The columns and relations of [`{name}`], as a query of scope `S` sees them.");
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
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

fn display(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    quote! {
        /// The display form of the model.
        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let get = |column: usize| ::aludel::Model::get(self, column);
                <#name as ::aludel::Model>::definition().show(f, &get)
            }
        }
    }
}
