//! The model's own code: `impl Model for …`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::column::{bound, field, is_identity, precision};
use super::definition::definition;
use crate::model::{Column, Model, plain};

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let fields = format_ident!("{name}Fields");
    let keys: Vec<_> =
        model.columns.iter().filter(|column| column.attribute.primary_key).map(|column| column.ty).collect();
    let key = if let [key] = keys[..] { quote!(#key) } else { quote!((#(#keys),*)) };

    let column_names: Vec<_> = model.columns.iter().map(|column| column.name).collect();
    let column_numbers: Vec<_> = (0..model.columns.len()).collect();
    let handle_numbers = (0..model.columns.len()).map(|number| number as u16);
    let database_names: Vec<_> = model.columns.iter().map(Column::database_name).collect();
    let qualified: Vec<_> = database_names.iter().map(|column| format!("{}.{column}", model.table)).collect();
    let relation_names: Vec<_> = model.relations.iter().map(|relation| relation.name).collect();
    let relation_numbers = (0..model.relations.len()).map(|number| number as u16);
    let relation_texts = relation_names.iter().map(|name| plain(name));

    let required = required(model);
    let inverses = model.relations.iter().filter_map(|relation| {
        let other = plain(relation.attribute.back_populates.as_ref()?);
        let name = plain(relation.name);
        Some(quote!((#name, #other)))
    });
    let definition = definition(model);
    // Spanned to the type, so that one that cannot be a column is reported there, and once.
    let column_fields: Vec<_> = model.columns.iter().map(field).collect();
    let reads = model.columns.iter().zip(&qualified).enumerate().map(|(number, (column, name))| {
        let field = field(column);
        match precision(column) {
            Some(precision) => quote!(#precision.read(row, first + #number, #name)?),
            None => quote!(#field::read(row, first + #number, #name)?),
        }
    });
    let gets = model.columns.iter().map(|column| {
        let name = column.name;
        bound(column, quote!(&self.#name))
    });
    let compares = model.columns.iter().map(|column| {
        let (name, field) = (column.name, field(column));
        match precision(column) {
            Some(_) => {
                let bound = bound(column, quote!(&self.#name));
                quote!(#bound == *value)
            }
            None => quote!(#field::is_value(&self.#name, value)),
        }
    });
    let writes = model.columns.iter().zip(&qualified).map(|(column, qualified)| {
        let (name, field) = (column.name, field(column));
        match precision(column) {
            Some(precision) => quote!(#precision.write(&mut self.#name, value, #qualified)),
            None => quote!(#field::write(&mut self.#name, value, #qualified)),
        }
    });
    let defaults = model.columns.iter().enumerate().filter_map(|(number, column)| {
        let (name, ty, default) = (column.name, column.ty, column.attribute.default_value()?);
        Some(quote_spanned!(default.span()=> #number => self.#name = ::aludel::__private::into_field::<#ty, _>(#default),))
    });

    quote! {
        #[automatically_derived]
        impl ::aludel::Model for #name {
            type Fields<S> = #fields<S>;
            type Key = #key;

            const REQUIRED: &'static [::aludel::__private::Required] = &[#(#required),*];
            const INVERSES: &'static [(&'static str, &'static str)] = &[#(#inverses),*];

            fn definition() -> &'static ::aludel::__private::ModelDef {
                static DEFINITION: ::std::sync::LazyLock<::aludel::__private::ModelDef> =
                    ::std::sync::LazyLock::new(|| #definition);
                &DEFINITION
            }

            fn fields<S>(source: u32) -> #fields<S> {
                #fields {
                    #(#column_names: ::aludel::Column::new(source, #handle_numbers, #database_names),)*
                    #(#relation_names: ::aludel::Relation::new(source, #relation_numbers, |model: &mut #name| &mut model.#relation_names),)*
                }
            }

            fn blank() -> Self {
                #name {
                    #(#column_names: #column_fields::placeholder(),)*
                    #(#relation_names: ::core::default::Default::default(),)*
                }
            }

            fn decode(row: &dyn ::aludel::__private::Row, first: usize) -> ::aludel::Result<Self> {
                ::core::result::Result::Ok(#name {
                    #(#column_names: #reads,)*
                    #(#relation_names: ::core::default::Default::default(),)*
                })
            }

            fn get(&self, column: usize) -> ::aludel::Value {
                match column {
                    #(#column_numbers => #gets,)*
                    _ => ::aludel::Value::Null,
                }
            }

            fn holds(&self, column: usize, value: &::aludel::Value) -> bool {
                match column {
                    #(#column_numbers => #compares,)*
                    _ => false,
                }
            }

            fn set(&mut self, column: usize, value: &::aludel::Value) -> ::aludel::Result<()> {
                match column {
                    #(#column_numbers => #writes,)*
                    _ => ::core::result::Result::Ok(()),
                }
            }

            fn field_mut(&mut self, column: usize) -> ::core::option::Option<&mut dyn ::core::any::Any> {
                match column {
                    #(#column_numbers => ::core::option::Option::Some(&mut self.#column_names),)*
                    _ => ::core::option::Option::None,
                }
            }

            #[allow(clippy::match_single_binding)]
            fn fill(&mut self, column: usize) {
                match column {
                    #(#defaults)*
                    _ => {}
                }
            }

            fn enter_session(&mut self) {
                #(self.#relation_names.enter_session();)*
            }

            fn replaced_relation(&self) -> ::core::option::Option<&'static str> {
                #(if !self.#relation_names.is_in_session() {
                    return ::core::option::Option::Some(#relation_texts);
                })*
                ::core::option::Option::None
            }
        }
    }
}

fn required<'a>(model: &'a Model<'_>) -> impl Iterator<Item = TokenStream> + 'a {
    let name = model.name;
    model.columns.iter().filter_map(move |column| {
        let text = plain(column.name);
        let relation = model.relations.iter().find(|relation| relation.attribute.key.as_ref() == Some(column.name));
        let attribute = &column.attribute;
        let computed = attribute.computed.is_some();
        let given = column.nullable
            || attribute.default.is_some()
            || attribute.server_default.is_some()
            || attribute.sequence.is_some()
            || computed;
        if relation.is_none() && !computed && (given || attribute.identity == Some(true)) {
            return None;
        }
        let refused = match computed {
            true => format!("`{text}` is computed by the database: leave it out of `new!({name} {{ .. }})`"),
            false => String::new(),
        };
        let identity = is_identity(model, column);
        let required = if given { quote!(false) } else { quote!(!#identity) };
        let (relation, missing, both) = match relation {
            Some(relation) => {
                let relation = plain(relation.name);
                (
                    quote!(::core::option::Option::Some(#relation)),
                    format!("`new!({name} {{ .. }})` needs `{relation}` or its key `{text}`"),
                    format!("`new!({name} {{ .. }})` is given `{relation}` and its key `{text}`: give one of them"),
                )
            }
            None => (
                quote!(::core::option::Option::None),
                format!("missing required field `{text}` in `new!({name} {{ .. }})`"),
                String::new(),
            ),
        };
        Some(quote! {
            ::aludel::__private::Required {
                column: #text, relation: #relation, required: #required, missing: #missing, both: #both,
                refused: #refused,
            }
        })
    })
}
