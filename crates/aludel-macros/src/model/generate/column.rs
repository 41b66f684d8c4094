//! One column: its type, its values, its definition.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::{Column, Model, attribute::actions, plain};

/// Whether the database counts the column: an integer that is the whole primary key, and has no default. An expression, as
/// only the compiler knows which types are integers.
pub(super) fn is_identity(model: &Model<'_>, column: &Column<'_>) -> TokenStream {
    let attribute = &column.attribute;
    let only_key = model.columns.iter().filter(|column| column.attribute.primary_key).count() == 1;
    let field = field(column);
    match attribute.identity {
        _ if !attribute.primary_key || !only_key => quote!(false),
        Some(identity) => quote!(#identity),
        None if !attribute.may_count() => quote!(false),
        None if !attribute.counting.is_empty() => quote!(true),
        None => quote!(::core::matches!(#field::SHAPE, ::aludel::__private::Shape::Integer)),
    }
}

/// `Precision { … }` for a column that says one.
pub(super) fn precision(column: &Column<'_>) -> Option<TokenStream> {
    let (precision, _) = column.attribute.precision?;
    let scale = column.attribute.scale.map_or(0, |(scale, _)| scale);
    Some(quote!(::aludel::__private::Precision { precision: #precision, scale: #scale }))
}

/// The column's type, seen as what it must be.
pub(super) fn field(column: &Column<'_>) -> TokenStream {
    let ty = column.ty;
    quote_spanned!(ty.span()=> <#ty as ::aludel::Field>)
}

/// The value of a field as it is bound.
pub(super) fn bound(column: &Column<'_>, value: TokenStream) -> TokenStream {
    let field = field(column);
    match precision(column) {
        Some(precision) => quote!(#precision.bound(#field::to_value(#value))),
        None => quote!(#field::to_value(#value)),
    }
}

/// `Some(…)` or `None`.
pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

pub(super) fn field_definition(model: &Model<'_>, number: usize, column: &Column<'_>) -> TokenStream {
    let (model_name, field) = (model.name, field(column));
    let attribute = &column.attribute;
    let (name, database_name, identity) = (plain(column.name), column.database_name(), is_identity(model, column));
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
    let sequence = option(attribute.sequence.as_ref().map(|name| quote!(#name)));
    let counting = &attribute.counting;
    let normalized = match precision(column) {
        Some(precision) => quote!(#precision.from_value(value)?),
        None => quote!(#field::from_value(value)?),
    };
    let normalized = bound(column, quote!(&#normalized));
    let precision = option(precision(column));
    let foreign_key = match &attribute.foreign_key {
        Some((target, field)) => {
            let actions = actions(attribute.on_delete.as_ref(), attribute.on_update.as_ref(), attribute.deferrable);
            quote! {
                ::core::option::Option::Some(::aludel::__private::ForeignKeyDef {
                    target: <#target as ::aludel::Model>::definition,
                    column: <#target as ::aludel::Model>::fields::<#target>(0).#field.name(),
                    actions: #actions,
                })
            }
        }
        None => quote!(::core::option::Option::None),
    };
    let on_update = option(attribute.update_value().map(|value| {
        let value = quote_spanned!(value.span()=> &::aludel::__private::into_field::<#ty, _>(#value));
        let value = bound(column, value);
        quote!(|| #value)
    }));
    let computed = option(attribute.computed.as_ref().map(|said| {
        let expr = said.tokens(&quote!(computed::<#model_name, #ty, _>));
        // What every database can do.
        let stored = attribute.kept.is_none_or(|(stored, _)| stored);
        quote!(::aludel::__private::ComputedDef { expr: #expr, stored: #stored })
    }));
    let check = option(attribute.check.as_ref().map(|said| said.tokens(&quote!(condition::<#model_name, _>))));
    let collation = option(attribute.collation.as_ref().map(|collation| quote!(#collation)));
    let comment = option(attribute.comment.as_ref().map(|comment| quote!(#comment)));
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
            sequence: #sequence,
            counting: &[#(::aludel::__private::SequenceOption::#counting),*],
            on_update: #on_update,
            computed: #computed,
            check: #check,
            collation: #collation,
            comment: #comment,
            foreign_key: #foreign_key,
            normalize: |value| ::core::result::Result::Ok(#normalized),
        }
    }
}

/// That a column says what fits its type.
pub(super) fn shape(column: &Column<'_>) -> TokenStream {
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
