//! `#[derive(Field)]`: a struct around one value is stored as that value.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Fields, Result, spanned::Spanned};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let one = match &input.data {
        Data::Struct(data) if data.fields.len() == 1 => data.fields.iter().next().map(|field| (&data.fields, field)),
        Data::Enum(_) => return Err(Error::new(name.span(), "an enum derives `DbEnum`")),
        _ => None,
    };
    let Some((fields, field)) = one else {
        let message = format!("`Field` is derived for a struct around one value, such as `struct {name}(i64);`");
        return Err(Error::new(name.span(), message));
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(parameter.span(), "`Field` cannot be derived for a generic struct: implement it"));
    }
    let member = match (&field.ident, fields) {
        (Some(ident), Fields::Named(_)) => quote!(#ident),
        _ => quote!(0),
    };
    let ty = &field.ty;
    let inner = quote_spanned!(ty.span()=> <#ty as ::aludel::Field>);
    Ok(quote! {
        #[automatically_derived]
        impl ::aludel::Field for #name {
            type Base = #name;
            const NULLABLE: bool = #inner::NULLABLE;
            const SHAPE: ::aludel::__private::Shape = #inner::SHAPE;
            const NAMES: &'static [&'static str] = #inner::NAMES;

            fn column_type(options: ::aludel::__private::Options) -> ::aludel::sql::Type {
                #inner::column_type(options)
            }

            fn to_value(&self) -> ::aludel::Value {
                #inner::to_value(&self.#member)
            }

            fn from_value(value: ::aludel::sql::ValueRef<'_>) -> ::aludel::Result<Self> {
                ::core::result::Result::Ok(#name { #member: #inner::from_value(value)? })
            }

            fn placeholder() -> Self {
                #name { #member: #inner::placeholder() }
            }
        }
    })
}
