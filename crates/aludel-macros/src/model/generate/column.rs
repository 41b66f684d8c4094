//! One column: its type, its values, its definition.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use crate::model::{
    Column, Model,
    attribute::{ServerDefault, actions},
    inner, plain,
};

/// Whether the database counts the column.
#[derive(PartialEq)]
pub(super) enum Identity {
    No,
    Yes,
    /// Only the compiler knows which types are integers.
    IfInteger,
}

/// The database counts an integer that is the whole primary key, and has no default.
pub(super) fn identity(model: &Model<'_>, column: &Column<'_>) -> Identity {
    let attribute = &column.attribute;
    let only_key = model.columns.iter().filter(|column| column.attribute.primary_key).count() == 1;
    match attribute.identity {
        _ if !attribute.primary_key || !only_key => Identity::No,
        Some(true) => Identity::Yes,
        Some(false) => Identity::No,
        None if !attribute.may_count() => Identity::No,
        None if !attribute.counting.is_empty() || is_one_of(&INTEGERS, column) => Identity::Yes,
        None if is_plain(column) => Identity::No,
        None => Identity::IfInteger,
    }
}

/// `Precision { … }` for a column that says one.
pub(super) fn precision(column: &Column<'_>) -> Option<TokenStream> {
    let (precision, _) = column.attribute.precision?;
    let scale = column.attribute.scale.map_or(0, |(scale, _)| scale);
    Some(quote!(__aludel::Precision { precision: #precision, scale: #scale }))
}

/// The column's type, seen as what it must be. Spanned to the type, so that one that cannot be a column is reported there, and
/// once.
pub(super) fn field(column: &Column<'_>) -> TokenStream {
    let ty = column.ty;
    quote_spanned!(ty.span()=> <#ty as __Field>)
}

/// Integers of the language.
const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];

/// Whether the column's type is one of these, or an `Option` of one.
fn is_one_of(names: &[&str], column: &Column<'_>) -> bool {
    matches!(inner(column.ty), Type::Path(path) if names.iter().any(|name| path.path.is_ident(name)))
}

/// Whether the column's type is one of the language: that it can be a column needs no check, and less is said.
fn is_plain(column: &Column<'_>) -> bool {
    is_one_of(&INTEGERS, column) || is_one_of(&["bool", "f32", "f64", "String"], column)
}

/// The column's value, the next of `values`.
pub(super) fn next(column: &Column<'_>) -> TokenStream {
    if is_plain(column) {
        return quote!(values.next());
    }
    let field = field(column);
    quote!(#field::next(values))
}

/// The column's field of `self`, without its type.
pub(super) fn erased(column: &Column<'_>, changed: bool) -> TokenStream {
    let (name, field) = (column.name, field(column));
    match (is_plain(column), changed) {
        (true, false) => quote!(&self.#name),
        (true, true) => quote!(&mut self.#name),
        (false, false) => quote!(#field::erased(&self.#name)),
        (false, true) => quote!(#field::erased_mut(&mut self.#name)),
    }
}

/// A value as it is bound to the column.
fn bound(column: &Column<'_>, value: &TokenStream, span: Span) -> TokenStream {
    let (ty, field) = (column.ty, field(column));
    let value = quote_spanned!(span=> __aludel::into_field::<#ty, _>(#value));
    let value = quote!(#field::to_value(&#value));
    match precision(column) {
        Some(precision) => quote!(#precision.bound(#value)),
        None => value,
    }
}

/// `Some(…)` or `None`.
pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// What is said of the column in its `FieldDef`, on top of what its type says.
pub(super) fn field_definition(model: &Model<'_>, number: usize, column: &Column<'_>) -> Option<TokenStream> {
    let (model_name, field, ty) = (model.name, field(column), column.ty);
    let attribute = &column.attribute;
    let (name, database_name) = (plain(column.name), column.database_name());
    let mut said: Vec<TokenStream> = Vec::new();
    if database_name != name {
        said.push(quote!(name = #name));
    }
    if attribute.length.is_some() || attribute.precision.is_some() {
        let (length, precision) = (option(attribute.length.map(|length| quote!(#length))), option(precision(column)));
        said.push(quote!(ty = #field::column_type(__aludel::Options { length: #length, precision: #precision })));
        said.extend(attribute.precision.map(|_| quote!(precision = #precision)));
    }
    match identity(model, column) {
        Identity::No => {}
        Identity::Yes => said.push(quote!(identity = true)),
        Identity::IfInteger => said.push(quote!(identity = #field::SHAPE.is_integer())),
    }
    if !attribute.counting.is_empty() {
        let counting = &attribute.counting;
        said.push(quote!(counting = &[#(__aludel::SequenceOption::#counting),*]));
    }
    said.extend(attribute.index.then(|| quote!(index = true)));
    said.extend(attribute.unique.then(|| quote!(unique = true)));
    let mut option = |name: &str, value: Option<TokenStream>| {
        let name = format_ident!("{name}");
        said.extend(value.map(|value| quote!(#name = ::core::option::Option::Some(#value))));
    };
    option("default", attribute.default.as_ref().map(|_| quote!(__aludel::default_of::<#model_name, #number>)));
    let server_default = attribute.server_default.as_ref().map(|default| match default {
        ServerDefault::Function(function) => {
            let function = format_ident!("{function}");
            quote!(__aludel::Said::Typed(__aludel::Expr::#function))
        }
        ServerDefault::Value(default) => {
            let value = bound(column, &quote!(#default), default.span());
            quote!(__aludel::Said::Typed(__aludel::Expr::Value(#value)))
        }
        ServerDefault::Text(text) => quote!(__aludel::Said::Text(#text)),
    });
    option("server_default", server_default);
    option("sequence", attribute.sequence.as_ref().map(|name| quote!(#name)));
    let on_update = attribute.update_value().map(|value| {
        let value = bound(column, &value, value.span());
        quote!(|| #value)
    });
    option("on_update", on_update);
    let computed = attribute.computed.as_ref().map(|said| {
        let expr = said.tokens(&quote!(computed::<#model_name, #ty, _>));
        // What every database can do.
        let stored = attribute.kept.is_none_or(|(stored, _)| stored);
        quote!(__aludel::ComputedDef { expr: #expr, stored: #stored })
    });
    option("computed", computed);
    option("check", attribute.check.as_ref().map(|said| said.tokens(&quote!(condition::<#model_name, _>))));
    option("collation", attribute.collation.as_ref().map(|collation| quote!(#collation)));
    option("comment", attribute.comment.as_ref().map(|comment| quote!(#comment)));
    let foreign_key = attribute.foreign_key.as_ref().map(|(target, field)| {
        let base = inner(ty);
        let actions = actions(attribute.on_delete.as_ref(), attribute.on_update.as_ref(), attribute.deferrable);
        let handle = quote_spanned!(field.span()=> <#target as __aludel::Model>::fields::<#target>(0).#field);
        // Only the compiler can check that it is there, and has the type of what refers to it.
        let key = format_ident!("__key");
        let typed = quote_spanned!(field.span()=> let #key: __aludel::Column<#target, #base> = #handle;);
        quote! {
            __aludel::ForeignKeyDef {
                target: <#target as __aludel::Model>::definition,
                column: { #typed #key.name() },
                actions: #actions,
            }
        }
    });
    option("foreign_key", foreign_key);
    (!said.is_empty()).then(|| {
        quote! {
            let __field = &mut __model.fields[#number];
            #(__field.#said;)*
        }
    })
}

/// That a column says what fits its type, where that is not plain to see.
pub(super) fn shape(column: &Column<'_>) -> Option<TokenStream> {
    let (field, attribute, name) = (field(column), &column.attribute, column.name);
    let digits = attribute.precision.map(|(_, span)| span);
    let missing = format!("the decimal `{name}` needs its digits: `#[column(precision = 10, scale = 2)]`");
    if digits.is_none() && (attribute.length_span.is_none() && is_plain(column) || is_one_of(&["String"], column)) {
        return None;
    }
    if attribute.length_span.is_none() && digits.is_none() {
        return Some(quote_spanned!(column.ty.span()=> #field::SHAPE.plain(#missing);));
    }
    let said = |given: Option<Span>, message: String| option(given.map(|_| quote!(#message)));
    let length = said(attribute.length_span, format!("`length` is for text and bytes: `{name}` is neither"));
    let precision = said(digits, format!("`precision` is for exact decimals: `{name}` is none"));
    let span = attribute.length_span.or(digits).unwrap_or(column.ty.span());
    // By itself, so that what others say wrong is reported beside it.
    Some(quote_spanned!(span=> const _: () = __aludel::Shape::check(#field::SHAPE, #length, #precision, #missing);))
}
