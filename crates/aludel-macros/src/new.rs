//! `new!`: a struct literal becomes calls that fill a row to be.
//!
//! A bare struct literal inside is a row of its own; any other value, and a struct literal in parentheses, is passed through.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, Expr, ExprStruct, Member, Path, Result, spanned::Spanned};

use crate::model::plain;

pub(crate) fn expand(literal: &ExprStruct) -> Result<TokenStream> {
    row(literal, None)
}

/// `inside`: the model and its collection that this row is nested in.
fn row(literal: &ExprStruct, inside: Option<(&Path, &syn::Ident)>) -> Result<TokenStream> {
    if let Some(rest) = &literal.rest {
        return Err(Error::new(rest.span(), "`new!` takes no `..base`: what is left out gets its default"));
    }
    if let Some(dots) = &literal.dot2_token {
        return Err(Error::new(dots.span(), "`new!` takes no `..`: what is left out gets its default"));
    }
    let model = &literal.path;
    let mut names = Vec::new();
    let mut sets = Vec::new();
    for field in &literal.fields {
        let Member::Named(name) = &field.member else {
            return Err(Error::new(field.span(), "name the field: `username: …`"));
        };
        if names.contains(name) {
            return Err(Error::new(name.span(), format!("`{name}` is given twice")));
        }
        let value = match &field.expr {
            Expr::Struct(nested) => row(nested, None)?,
            Expr::Array(array)
                if array.elems.iter().all(|item| matches!(item, Expr::Struct(_))) && !array.elems.is_empty() =>
            {
                let rows = array.elems.iter().map(|item| match item {
                    Expr::Struct(nested) => row(nested, Some((model, name))),
                    other => Err(Error::new(other.span(), "expected a row: `Post { … }`")),
                });
                let rows = rows.collect::<Result<Vec<_>>>()?;
                quote!([#(#rows),*])
            }
            Expr::Paren(inner) => {
                let inner = &inner.expr;
                quote!(#inner)
            }
            other => quote!(#other),
        };
        let span = field.expr.span();
        sets.push(quote_spanned!(span=> .set(__fields.#name, #value)));
        names.push(name.clone());
    }
    let given = names.iter().map(ToString::to_string);
    let given = quote!(&[#(#given),*]);
    let required = quote!(&<#model as ::aludel::Model>::REQUIRED);
    let (inside, complete) = match inside {
        Some((parent, collection)) => {
            let collection = collection.to_string();
            (quote!(::aludel::__private::inverse_of(<#parent as ::aludel::Model>::INVERSES, #collection)), quote!(true))
        }
        None => (quote!(::core::option::Option::None), quote!({ ::aludel::__private::is_complete(#required, #given) })),
    };
    let text = model.segments.last().map(|last| plain(&last.ident)).unwrap_or_default();
    let check = quote_spanned! {model.span()=>
        const _: () = ::aludel::__private::require(#text, #required, #given, #inside);
    };
    Ok(quote! {{
        #check
        #[allow(unused_variables)]
        let __fields = <#model as ::aludel::Model>::fields::<#model>(0);
        ::aludel::__private::Filler::<#model>::new()
            #(#sets)*
            .finish::<#complete>()
    }})
}
