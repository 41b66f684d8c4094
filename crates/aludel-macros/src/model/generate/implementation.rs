//! The model's own code: `impl Model for …`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::column::{Identity, field, identity, precision};
use super::definition::definition;
use crate::model::{Column, Kind, Model, Relation, plain};

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let fields = format_ident!("{name}Fields");
    let keys: Vec<_> =
        model.columns.iter().filter(|column| column.attribute.primary_key).map(|column| column.ty).collect();
    let key = if let [key] = keys[..] { quote!(#key) } else { quote!((#(#keys),*)) };

    let column_names: Vec<_> = model.columns.iter().map(|column| column.name).collect();
    let column_numbers: Vec<_> = (0..model.columns.len()).map(Literal::usize_unsuffixed).collect();
    let handle_numbers = (0..model.columns.len()).map(Literal::usize_unsuffixed);
    let database_names: Vec<_> = model.columns.iter().map(Column::database_name).collect();
    let relation_names: Vec<_> = model.relations.iter().map(|relation| relation.name).collect();
    let relation_numbers = (0..model.relations.len()).map(|number| number as u16);

    let required = required(model);
    let inverses = model.relations.iter().filter_map(|relation| {
        let other = plain(relation.attribute.back_populates.as_ref()?);
        let name = plain(relation.name);
        Some(quote!((#name, #other)))
    });
    let definition = definition(model);
    let column_fields: Vec<_> = model.columns.iter().map(field).collect();
    let digits = digits(model);
    let fill = fill(model);
    let relations = relations(model);

    quote! {
        #[automatically_derived]
        impl __aludel::Model for #name {
            type Fields<S> = #fields<S>;
            type Key = #key;

            const REQUIRED: &'static [__aludel::Required] = &[#(#required),*];
            const INVERSES: &'static [(&'static str, &'static str)] = &[#(#inverses),*];

            fn definition() -> &'static __aludel::ModelDef {
                static DEFINITION: ::std::sync::LazyLock<__aludel::ModelDef> =
                    ::std::sync::LazyLock::new(|| #definition);
                &DEFINITION
            }

            fn fields<S>(source: u32) -> #fields<S> {
                #fields {
                    #(#column_names: __aludel::column(source, #handle_numbers, #database_names),)*
                    #(#relation_names: __aludel::Relation::new(source, #relation_numbers, |model: &mut #name| &mut model.#relation_names),)*
                }
            }

            fn build<V: __aludel::Values>(values: &mut V) -> ::core::result::Result<Self, V::Error> {
                ::core::result::Result::Ok(#name {
                    #(#column_names: #column_fields::next(values)?,)*
                    #(#relation_names: ::core::default::Default::default(),)*
                })
            }

            fn field(&self, column: usize) -> ::core::option::Option<&dyn __aludel::AnyField> {
                ::core::option::Option::Some(match column {
                    #(#column_numbers => #column_fields::erased(&self.#column_names),)*
                    _ => return ::core::option::Option::None,
                })
            }

            fn field_mut(&mut self, column: usize) -> ::core::option::Option<&mut dyn __aludel::AnyField> {
                ::core::option::Option::Some(match column {
                    #(#column_numbers => #column_fields::erased_mut(&mut self.#column_names),)*
                    _ => return ::core::option::Option::None,
                })
            }

            #digits
            #fill
            #relations
        }
    }
}

/// How many digits columns have, where one says so.
fn digits(model: &Model<'_>) -> Option<TokenStream> {
    let digits = model.columns.iter().enumerate().filter_map(|(number, column)| {
        let precision = precision(column)?;
        Some(quote!(#number => ::core::option::Option::Some(#precision),))
    });
    let digits: Vec<_> = digits.collect();
    (!digits.is_empty()).then(|| {
        quote! {
            fn digits(column: usize) -> ::core::option::Option<__aludel::Precision> {
                match column {
                    #(#digits)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}

/// The defaults of columns, where there are any.
fn fill(model: &Model<'_>) -> Option<TokenStream> {
    let defaults = model.columns.iter().enumerate().filter_map(|(number, column)| {
        let (name, ty, default) = (column.name, column.ty, column.attribute.default_value()?);
        Some(quote_spanned!(default.span()=> #number => self.#name = __aludel::into_field::<#ty, _>(#default),))
    });
    let defaults: Vec<_> = defaults.collect();
    (!defaults.is_empty()).then(|| {
        quote! {
            fn fill(&mut self, column: usize) {
                match column {
                    #(#defaults)*
                    _ => {}
                }
            }
        }
    })
}

/// What a session does with relation fields, where there are any.
fn relations(model: &Model<'_>) -> Option<TokenStream> {
    let names: Vec<_> = model.relations.iter().map(|relation| relation.name).collect();
    let texts = names.iter().map(|name| plain(name));
    (!names.is_empty()).then(|| {
        quote! {
            fn enter_session(&mut self) {
                #(self.#names.enter_session();)*
            }

            fn replaced_relation(&self) -> ::core::option::Option<&'static str> {
                #(if !self.#names.is_in_session() {
                    return ::core::option::Option::Some(#texts);
                })*
                ::core::option::Option::None
            }
        }
    })
}

/// What `new!` must be given, and what belongs together.
fn required<'a>(model: &'a Model<'_>) -> impl Iterator<Item = TokenStream> + 'a {
    model.columns.iter().filter_map(move |column| {
        let (name, ty, attribute) = (plain(column.name), column.ty, &column.attribute);
        let with = |relation: &&Relation<'_>| relation.attribute.key.iter().flatten().any(|key| key == column.name);
        let relations: Vec<_> = model.relations.iter().filter(with).collect();
        // One that may be given as `None` does not give what the row has to have all the same, nor what another gives as well.
        let gives = |relation: &&&Relation<'_>| relation.kind == Kind::One || column.nullable && relations.len() == 1;
        let (of, beside): (Vec<_>, Vec<_>) = relations.iter().partition(gives);
        if attribute.computed.is_some() {
            return Some(quote!(__aludel::Required::computed(#name)));
        }
        let given = column.nullable
            || attribute.default.is_some()
            || attribute.server_default.is_some()
            || attribute.sequence.is_some();
        let (free, required) = match identity(model, column) {
            Identity::No => (given, quote!(__aludel::Required::column(#name))),
            Identity::Said => (true, quote!(__aludel::Required::column(#name))),
            Identity::IfInteger => (given, quote!(__aludel::Required::key::<#ty>(#name))),
        };
        let names = |relations: Vec<&&Relation<'_>>| relations.iter().map(|relation| plain(relation.name)).collect();
        let (of, beside): (Vec<String>, Vec<String>) = (names(of), names(beside));
        let of = (!of.is_empty()).then(|| quote!(.of(&[#(#of),*])));
        let beside = (!beside.is_empty()).then(|| quote!(.beside(&[#(#beside),*])));
        let free_of = free.then(|| quote!(.free()));
        (!free || !relations.is_empty()).then(|| quote!(#required #of #beside #free_of))
    })
}
