//! The code that `#[derive(Model)]` writes.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Column, Kind, Model, Relation, inner, plain};

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

/// Whether the database counts the column: an integer that is the whole primary key, and has no default. An expression, as
/// only the compiler knows which types are integers.
fn is_identity(model: &Model<'_>, column: &Column<'_>) -> TokenStream {
    let attribute = &column.attribute;
    let only_key = model.columns.iter().filter(|column| column.attribute.primary_key).count() == 1;
    let free = attribute.default.is_none() && attribute.server_default.is_none() && attribute.foreign_key.is_none();
    let field = field(column);
    match attribute.identity {
        _ if !attribute.primary_key || !only_key => quote!(false),
        Some(identity) => quote!(#identity),
        None if free => quote!(::core::matches!(#field::SHAPE, ::aludel::__private::Shape::Integer)),
        None => quote!(false),
    }
}

/// `Precision { … }` for a column that says one.
fn precision(column: &Column<'_>) -> Option<TokenStream> {
    let (precision, _) = column.attribute.precision?;
    let scale = column.attribute.scale.map_or(0, |(scale, _)| scale);
    Some(quote!(::aludel::__private::Precision { precision: #precision, scale: #scale }))
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

/// The column's type, seen as what it must be.
fn field(column: &Column<'_>) -> TokenStream {
    let ty = column.ty;
    quote_spanned!(ty.span()=> <#ty as ::aludel::Field>)
}

/// The value of a field as it is bound.
fn bound(column: &Column<'_>, value: TokenStream) -> TokenStream {
    let field = field(column);
    match precision(column) {
        Some(precision) => quote!(#precision.bound(#field::to_value(#value))),
        None => quote!(#field::to_value(#value)),
    }
}

fn required<'a>(model: &'a Model<'_>) -> impl Iterator<Item = TokenStream> + 'a {
    let name = model.name;
    model.columns.iter().filter_map(move |column| {
        let text = plain(column.name);
        let relation = model.relations.iter().find(|relation| relation.attribute.key.as_ref() == Some(column.name));
        let attribute = &column.attribute;
        let given = column.nullable || attribute.default.is_some() || attribute.server_default.is_some();
        if relation.is_none() && (given || attribute.identity == Some(true)) {
            return None;
        }
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
            }
        })
    })
}

fn definition(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let (text, table, display) = (plain(name), &model.table, &model.display);
    let fields = model.columns.iter().enumerate().map(|(number, column)| field_definition(model, number, column));
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

fn field_definition(model: &Model<'_>, number: usize, column: &Column<'_>) -> TokenStream {
    let (model_name, field) = (model.name, field(column));
    let attribute = &column.attribute;
    let (name, database_name, identity) = (plain(column.name), column.database_name(), is_identity(model, column));
    let option = |value: Option<TokenStream>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let length = option(attribute.length.map(|length| quote!(#length)));
    let (index, unique) = (attribute.index, attribute.unique);
    let default = option(attribute.default.as_ref().map(|_| {
        quote!(|| {
            let mut blank = <#model_name as ::aludel::Model>::blank();
            ::aludel::Model::fill(&mut blank, #number);
            ::aludel::Model::get(&blank, #number)
        })
    }));
    let ty = column.ty;
    let server_default = option(attribute.server_default.as_ref().map(|default| match attribute.server_function() {
        Some(function) => {
            let function = format_ident!("{function}");
            quote!(::aludel::sql::Expr::#function)
        }
        None => {
            let value = bound(column, quote!(&::aludel::__private::into_field::<#ty, _>(#default)));
            quote_spanned!(default.span()=> ::aludel::sql::Expr::Value(#value))
        }
    }));
    let normalized = match precision(column) {
        Some(precision) => quote!(#precision.from_value(value)?),
        None => quote!(#field::from_value(value)?),
    };
    let normalized = bound(column, quote!(&#normalized));
    let precision = option(precision(column));
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
            ty: #field::column_type(::aludel::__private::Options { length: #length, precision: #precision }),
            nullable: #field::NULLABLE,
            identity: #identity,
            index: #index,
            unique: #unique,
            names: #field::NAMES,
            default: #default,
            server_default: #server_default,
            foreign_key: #foreign_key,
            normalize: |value| ::core::result::Result::Ok(#normalized),
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
    let shapes = model.columns.iter().map(shape);
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
        #(#shapes)*
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

/// That a column says what fits its type.
fn shape(column: &Column<'_>) -> TokenStream {
    let (field, attribute, name) = (field(column), &column.attribute, column.name);
    let said = |given: Option<Span>, message: String| match given {
        Some(_) => quote!(::core::option::Option::Some(#message)),
        None => quote!(::core::option::Option::None),
    };
    let digits = attribute.precision.map(|(_, span)| span);
    let length = said(attribute.length_span, format!("`length` is for text and bytes: `{name}` is neither"));
    let precision = said(digits, format!("`precision` is for exact decimals: `{name}` is none"));
    let missing = format!("the decimal `{name}` needs its digits: `#[column(precision = 10, scale = 2)]`");
    let span = attribute.length_span.or(digits).unwrap_or(column.ty.span());
    quote_spanned! {span=>
        const _: () = {
            const SHAPE: ::aludel::__private::Shape = #field::SHAPE;
            SHAPE.check(#length, #precision, #missing)
        };
    }
}
