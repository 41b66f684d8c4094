//! The code that `#[derive(Model)]` writes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Column, Kind, Model, Relation, inner, plain, type_name};

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

/// Whether the database counts the column: an integer that is the whole primary key, and has no default.
fn is_identity(model: &Model<'_>, column: &Column<'_>) -> bool {
    let attribute = &column.attribute;
    let only_key = model.columns.iter().filter(|column| column.attribute.primary_key).count() == 1;
    let integer = matches!(type_name(column.ty).as_deref(), Some("i16" | "i32" | "i64"));
    let free = attribute.default.is_none() && attribute.foreign_key.is_none();
    attribute.primary_key && only_key && attribute.identity.unwrap_or(integer && free)
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
    }
}

fn cardinality(kind: Kind) -> TokenStream {
    match kind {
        Kind::One => quote!(::aludel::relation::One),
        Kind::Maybe => quote!(::aludel::relation::Maybe),
        Kind::Many => quote!(::aludel::relation::Many),
    }
}

fn implementation(model: &Model<'_>) -> TokenStream {
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

            fn fields<S>(source: u16) -> #fields<S> {
                #fields {
                    #(#column_names: ::aludel::Column::new(source, #handle_numbers, #database_names),)*
                    #(#relation_names: ::aludel::Relation::new(#relation_numbers, |model: &mut #name| &mut model.#relation_names),)*
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
                    #(#column_names: #column_fields::read(row, first + #column_numbers, #qualified)?,)*
                    #(#relation_names: ::core::default::Default::default(),)*
                })
            }

            fn get(&self, column: usize) -> ::aludel::Value {
                match column {
                    #(#column_numbers => #column_fields::to_value(&self.#column_names),)*
                    _ => ::aludel::Value::Null,
                }
            }

            fn set(&mut self, column: usize, value: &::aludel::Value) -> ::aludel::Result<()> {
                match column {
                    #(#column_numbers => #column_fields::write(&mut self.#column_names, value, #qualified),)*
                    _ => ::core::result::Result::Ok(()),
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

/// The column's type, seen as what it must be.
fn field(column: &Column<'_>) -> TokenStream {
    let ty = column.ty;
    quote_spanned!(ty.span()=> <#ty as ::aludel::Field>)
}

fn required<'a>(model: &'a Model<'_>) -> impl Iterator<Item = TokenStream> + 'a {
    let name = model.name;
    model.columns.iter().filter_map(move |column| {
        let text = plain(column.name);
        let relation = model.relations.iter().find(|relation| relation.attribute.key.as_ref() == Some(column.name));
        let required = !column.nullable && column.attribute.default.is_none() && !is_identity(model, column);
        if !required && relation.is_none() {
            return None;
        }
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
            }
        })
    })
}

fn definition(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let (text, table, display) = (plain(name), &model.table, &model.display);
    let fields = model.columns.iter().map(|column| field_definition(model, column));
    let key =
        model.columns.iter().enumerate().filter(|(_, column)| column.attribute.primary_key).map(|(number, _)| number);
    let relations = model.relations.iter().map(|relation| {
        let (name, target) = (plain(relation.name), relation.target);
        let kind = if relation.kind == Kind::Many { quote!(HasMany) } else { quote!(BelongsTo) };
        let key = match (&relation.attribute.key, &relation.attribute.back_populates) {
            (Some(key), _) => {
                let number = model.columns.iter().position(|column| column.name == key).unwrap_or(0);
                quote!(Own(#number))
            }
            (None, other) => {
                let other = other.as_ref().map(plain).unwrap_or_default();
                quote!(Of(#other))
            }
        };
        quote! {
            ::aludel::__private::RelationDef {
                name: #name,
                kind: ::aludel::__private::RelationKind::#kind,
                target: <#target as ::aludel::Model>::definition,
                key: ::aludel::__private::KeyOf::#key,
            }
        }
    });
    quote! {
        ::aludel::__private::ModelDef {
            name: #text,
            table: #table,
            display: #display,
            fields: ::std::vec![#(#fields),*],
            key: ::std::vec![#(#key),*],
            relations: ::std::vec![#(#relations),*],
            module: ::core::module_path!(),
            type_id: ::core::any::TypeId::of::<#name>(),
        }
    }
}

fn field_definition(model: &Model<'_>, column: &Column<'_>) -> TokenStream {
    let (ty, field) = (column.ty, field(column));
    let attribute = &column.attribute;
    let (name, database_name, identity) = (plain(column.name), column.database_name(), is_identity(model, column));
    let length = match attribute.length {
        Some(length) => quote!(::core::option::Option::Some(#length)),
        None => quote!(::core::option::Option::None),
    };
    let (index, unique) = (attribute.index, attribute.unique);
    let default = match attribute.default_value() {
        Some(default) => quote_spanned! {default.span()=>
            ::core::option::Option::Some(|| ::aludel::Field::to_value(&::aludel::__private::into_field::<#ty, _>(#default)))
        },
        None => quote!(::core::option::Option::None),
    };
    let foreign_key = match &attribute.foreign_key {
        Some((target, field)) => {
            let action = match attribute.on_delete.as_ref().map(|(action, _)| action.as_str()) {
                Some("cascade") => quote!(Cascade),
                Some("set_null") => quote!(SetNull),
                _ => quote!(NoAction),
            };
            quote! {
                ::core::option::Option::Some(::aludel::__private::ForeignKeyDef {
                    target: <#target as ::aludel::Model>::definition,
                    column: <#target as ::aludel::Model>::fields::<#target>(0).#field.name(),
                    on_delete: ::aludel::__private::Action::#action,
                })
            }
        }
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::aludel::__private::FieldDef {
            name: #name,
            column: #database_name,
            ty: #field::column_type(#length),
            nullable: #field::NULLABLE,
            identity: #identity,
            index: #index,
            unique: #unique,
            default: #default,
            foreign_key: #foreign_key,
            normalize: |value| ::core::result::Result::Ok(#field::to_value(&#field::from_value(value)?)),
        }
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

/// What only the compiler can check: that the other end of a relation is there and leads back, and that a key has the type
/// of what it refers to.
fn checks(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let keys = model.columns.iter().filter_map(|column| {
        let (target, field) = column.attribute.foreign_key.as_ref()?;
        let base = inner(column.ty);
        let handle = quote_spanned!(field.span()=> <#target as ::aludel::Model>::fields::<#target>(0).#field);
        Some(quote_spanned!(field.span()=> let _: ::aludel::Column<#target, #base> = #handle;))
    });
    let relations = model.relations.iter().filter_map(|relation| {
        let other = relation.attribute.back_populates.as_ref()?;
        let target = relation.target;
        let handle = quote_spanned!(other.span()=> <#target as ::aludel::Model>::fields::<#target>(0).#other);
        let check = if relation.kind == Kind::Many { quote!(leads_to_one) } else { quote!(leads_to_many) };
        Some(quote_spanned!(other.span()=> ::aludel::__private::#check::<#target, #name, _>(#handle);))
    });
    let targets = model.relations.iter().filter_map(|relation| {
        let key = relation.attribute.key.as_ref()?;
        let column = model.columns.iter().find(|column| column.name == key)?;
        let (target, _) = column.attribute.foreign_key.as_ref()?;
        let relation_target = relation.target;
        Some(quote_spanned!(relation_target.span()=>
            let _: ::core::marker::PhantomData<#relation_target> = ::core::marker::PhantomData::<#target>;))
    });
    quote! {
        const _: () = {
            #[allow(dead_code)]
            fn check() {
                #(#keys)*
                #(#relations)*
                #(#targets)*
            }
        };
    }
}
