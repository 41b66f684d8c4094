//! `#[derive(FromRow)]`: a struct whose fields are the columns of a row.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Field, Fields, LitStr, Result, ext::IdentExt, spanned::Spanned};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let (name, visibility) = (&input.ident, &input.vis);
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => fields,
            _ => return Err(Error::new(name.span(), "`FromRow` needs a struct whose fields have names")),
        },
        _ => return Err(Error::new(name.span(), "`FromRow` is derived for structs")),
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(parameter.span(), "`FromRow` cannot be derived for a generic struct"));
    }
    let columns = fields.named.iter().map(column).collect::<Result<Vec<_>>>()?;
    let names: Vec<_> = fields.named.iter().map(|field| &field.ident).collect();
    let visibilities = fields.named.iter().map(|field| &field.vis);
    let types: Vec<_> = fields.named.iter().map(|field| &field.ty).collect();
    let numbers = (0..names.len()).map(|number| number as u16);
    let reads = types.iter().map(|ty| quote_spanned!(ty.span()=> ::aludel::__private::read::<#ty>(row, &mut at)?));
    let handles = format_ident!("{name}Fields");
    let doc = format!("The columns of [`{name}`], as a query of scope `S` sees them.");
    Ok(quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        #visibility struct #handles<S = #name> {
            #(#visibilities #names: ::aludel::Column<S, #types>,)*
        }

        #[automatically_derived]
        impl<S> ::core::clone::Clone for #handles<S> {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl<S> ::core::marker::Copy for #handles<S> {}

        #[automatically_derived]
        impl ::aludel::query::FromRow for #name {
            type Fields<S> = #handles<S>;

            fn row_fields<S>(source: u32) -> #handles<S> {
                #handles { #(#names: ::aludel::__private::column(source, #numbers, #columns),)* }
            }

            fn labels() -> ::std::vec::Vec<::std::borrow::Cow<'static, str>> {
                ::std::vec![#(::std::borrow::Cow::Borrowed(#columns)),*]
            }

            fn types() -> ::std::vec::Vec<::aludel::sql::Type> {
                ::std::vec![#(::aludel::__private::type_of::<#types>()),*]
            }

            fn decode_row(row: &dyn ::aludel::__private::Row, first: usize) -> ::aludel::Result<Self> {
                let mut at = first;
                ::core::result::Result::Ok(#name { #(#names: #reads,)* })
            }
        }

        #[automatically_derived]
        impl ::aludel::query::RowStruct<(#(#types,)*)> for #name {}
    })
}

/// What the column of a field is called: as the field, unless `#[column(name = "…")]` says otherwise.
fn column(field: &Field) -> Result<String> {
    let mut name = field.ident.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("column")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("name") {
                return Err(meta.error("a field of a row has no other attribute than `name = \"…\"`"));
            }
            name = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    Ok(name)
}
