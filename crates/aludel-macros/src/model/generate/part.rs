//! What is said of the table as a whole.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::column::option;
use crate::model::{
    Model,
    attribute::{IndexKey, IndexPart, Part, actions},
    plain,
};

/// The `PartDef`s of a model.
pub(super) fn parts<'a>(model: &'a Model<'_>) -> impl Iterator<Item = TokenStream> + 'a {
    model.parts.iter().map(move |part| definition(model, part))
}

fn definition(model: &Model<'_>, part: &Part) -> TokenStream {
    let name = model.name;
    // A column that is not there was reported.
    let number = |column: &syn::Ident| model.columns.iter().position(|known| known.name == column).unwrap_or(0);
    let numbers = |columns: &[syn::Ident]| {
        let columns = columns.iter().map(number);
        quote!(::std::vec![#(#columns),*])
    };
    let given = |name: &Option<syn::LitStr>| option(name.as_ref().map(|name| quote!(#name)));
    let index_part = |part: &IndexPart| {
        let key = match &part.key {
            IndexKey::Column(column) => {
                let number = number(column);
                quote!(Column(#number))
            }
            IndexKey::Said(said) => {
                let said = said.tokens(&quote!(index_key::<#name, _>));
                quote!(Expr(#said))
            }
        };
        let nulls = option(part.nulls.map(|nulls| {
            let nulls = format_ident!("{nulls}");
            quote!(__aludel::Nulls::#nulls)
        }));
        let ops = option(part.ops.as_ref().map(|ops| quote!(#ops)));
        let (prefix, descending) = (option(part.prefix.map(|length| quote!(#length))), part.descending);
        quote! {
            __aludel::IndexPartDef {
                key: __aludel::IndexKeyDef::#key, prefix: #prefix, ops: #ops, descending: #descending, nulls: #nulls,
            }
        }
    };
    match part {
        Part::Check { name: check, said } => {
            let (check, expr) = (plain(check), said.tokens(&quote!(condition::<#name, _>)));
            quote!(__aludel::PartDef::Check { name: #check, expr: #expr })
        }
        Part::Unique { name, columns, nulls_not_distinct } => {
            let (name, columns) = (given(name), numbers(columns));
            quote! {
                __aludel::PartDef::Unique { name: #name, columns: #columns, nulls_not_distinct: #nulls_not_distinct }
            }
        }
        Part::Index(index) => {
            let parts = index.parts.iter().map(index_part);
            let (given, unique, include) = (given(&index.name), index.unique, numbers(&index.include));
            let nulls_not_distinct = index.nulls_not_distinct;
            let with = index.with.iter().map(|(name, value)| quote!((#name, #value)));
            let method = option(index.method.as_ref().map(|method| quote!(#method)));
            let filter = option(index.filter.as_ref().map(|filter| filter.tokens(&quote!(condition::<#name, _>))));
            quote! {
                __aludel::PartDef::Index(__aludel::IndexDef {
                    name: #given,
                    parts: ::std::vec![#(#parts),*],
                    unique: #unique,
                    nulls_not_distinct: #nulls_not_distinct,
                    method: #method,
                    include: #include,
                    with: ::std::vec![#(#with),*],
                    filter: #filter,
                })
            }
        }
        Part::ForeignKey(key) => {
            let (given, columns, target) = (given(&key.name), numbers(&key.columns), &key.target);
            let (referred, set_columns, match_full) = (&key.referred, numbers(&key.set_columns), key.match_full);
            let actions = actions(key.on_delete.as_ref(), key.on_update.as_ref(), key.deferrable);
            quote! {
                __aludel::PartDef::ForeignKey(__aludel::ReferenceDef {
                    name: #given,
                    columns: #columns,
                    target: <#target as __aludel::Model>::definition,
                    referred: ::std::vec![#(<#target as __aludel::Model>::fields::<#target>(0).#referred.name()),*],
                    actions: #actions,
                    set_columns: #set_columns,
                    match_full: #match_full,
                })
            }
        }
        Part::Exclusion(exclusion) => {
            let parts = exclusion.parts.iter().map(|(part, conflict)| {
                let (part, conflict) = (index_part(part), format_ident!("{conflict}"));
                quote!((#part, __aludel::Conflict::#conflict))
            });
            let given = given(&exclusion.name);
            let method = option(exclusion.method.as_ref().map(|method| quote!(#method)));
            let filter = option(exclusion.filter.as_ref().map(|filter| filter.tokens(&quote!(condition::<#name, _>))));
            let deferrable = format_ident!("{}", exclusion.deferrable.map_or("No", |(variant, _)| variant));
            quote! {
                __aludel::PartDef::Exclusion(__aludel::ExclusionDef {
                    name: #given,
                    method: #method,
                    parts: ::std::vec![#(#parts),*],
                    filter: #filter,
                    deferrable: __aludel::Deferrable::#deferrable,
                })
            }
        }
    }
}
