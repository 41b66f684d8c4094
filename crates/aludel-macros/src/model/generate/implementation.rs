//! The model's own code: `impl Model for …`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::column::{Identity, erased, identity, next, precision};
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
    let database_names: Vec<_> = model.columns.iter().map(Column::database_name).collect();
    let relation_names: Vec<_> = model.relations.iter().map(|relation| relation.name).collect();

    let required = required(model);
    let inverses = model.relations.iter().filter_map(|relation| {
        let other = plain(relation.attribute.back_populates.as_ref()?);
        let name = plain(relation.name);
        Some(quote!((#name, #other)))
    });
    let definition = definition(model);
    let nexts = model.columns.iter().map(next);
    let column_fields = model.columns.iter().map(|column| erased(column, false));
    let column_fields_mut = model.columns.iter().map(|column| erased(column, true));
    let digits = digits(model);
    let fill = fill(model);
    let relations = relations(model);

    quote! {
        #[automatically_derived]
        impl __aludel::Model for #name {
            type Fields<S> = #fields<S>;
            type Key = #key;

            const COLUMNS: &'static [&'static str] = &[#(#database_names),*];
            const REQUIRED: __aludel::Requirements = #required;
            const INVERSES: &'static [(&'static str, &'static str)] = &[#(#inverses),*];

            fn definition() -> &'static __aludel::ModelDef {
                static DEFINITION: ::std::sync::LazyLock<__aludel::ModelDef> =
                    ::std::sync::LazyLock::new(|| #definition);
                &DEFINITION
            }

            fn fields<S>(source: u32) -> #fields<S> {
                let mut handles = __aludel::Handles::new(source, Self::COLUMNS);
                #fields {
                    #(#column_names: handles.column(),)*
                    #(#relation_names: handles.relation(),)*
                }
            }

            fn build<V: __aludel::Values>(values: &mut V) -> Self {
                #name {
                    #(#column_names: #nexts,)*
                    #(#relation_names: ::core::default::Default::default(),)*
                }
            }

            fn field(&self, column: usize) -> ::core::option::Option<&dyn __aludel::AnyField> {
                ::core::option::Option::Some(match column {
                    #(#column_numbers => #column_fields,)*
                    _ => return ::core::option::Option::None,
                })
            }

            fn field_mut(&mut self, column: usize) -> ::core::option::Option<&mut dyn __aludel::AnyField> {
                ::core::option::Option::Some(match column {
                    #(#column_numbers => #column_fields_mut,)*
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

/// The relation fields, where there are any.
fn relations(model: &Model<'_>) -> Option<TokenStream> {
    let names: Vec<_> = model.relations.iter().map(|relation| relation.name).collect();
    let numbers: Vec<_> = (0..names.len()).map(Literal::usize_unsuffixed).collect();
    (!names.is_empty()).then(|| {
        quote! {
            fn relation(&self, relation: usize) -> ::core::option::Option<&__aludel::Held> {
                ::core::option::Option::Some(match relation {
                    #(#numbers => self.#names.held(),)*
                    _ => return ::core::option::Option::None,
                })
            }

            fn relation_mut(&mut self, relation: usize) -> ::core::option::Option<&mut __aludel::Held> {
                ::core::option::Option::Some(match relation {
                    #(#numbers => self.#names.held_mut(),)*
                    _ => return ::core::option::Option::None,
                })
            }
        }
    })
}

/// What `new!` must be given, and what belongs together.
fn required(model: &Model<'_>) -> TokenStream {
    let mut columns = Vec::new();
    let mut others = Vec::new();
    for column in &model.columns {
        let (name, ty, attribute) = (plain(column.name), column.ty, &column.attribute);
        let with = |relation: &&Relation<'_>| relation.attribute.key.iter().flatten().any(|key| key == column.name);
        let relations: Vec<_> = model.relations.iter().filter(with).collect();
        // One that may be given as `None` does not give what the row has to have all the same, nor what another gives as well.
        let gives = |relation: &&&Relation<'_>| relation.kind == Kind::One || column.nullable && relations.len() == 1;
        let (of, beside): (Vec<_>, Vec<_>) = relations.iter().partition(gives);
        if attribute.computed.is_some() {
            others.push(quote!(__aludel::Required::computed(#name)));
            continue;
        }
        let given = column.nullable
            || attribute.default.is_some()
            || attribute.server_default.is_some()
            || attribute.sequence.is_some();
        let identity = identity(model, column);
        let free = given || identity == Identity::Yes;
        let required = match identity {
            Identity::IfInteger => quote!(__aludel::Required::key::<#ty>(#name)),
            _ if relations.is_empty() => {
                columns.extend((!free).then_some(name));
                continue;
            }
            _ => quote!(__aludel::Required::column(#name)),
        };
        let names = |relations: Vec<&&Relation<'_>>| relations.iter().map(|relation| plain(relation.name)).collect();
        let (of, beside): (Vec<String>, Vec<String>) = (names(of), names(beside));
        let of = (!of.is_empty()).then(|| quote!(.of(&[#(#of),*])));
        let beside = (!beside.is_empty()).then(|| quote!(.beside(&[#(#beside),*])));
        let free_of = free.then(|| quote!(.free()));
        others.push(quote!(#required #of #beside #free_of));
    }
    quote!(__aludel::Requirements { columns: &[#(#columns),*], others: &[#(#others),*] })
}
