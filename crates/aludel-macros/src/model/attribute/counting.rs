//! How a key or a sequence is counted.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, LitInt, Result, meta::ParseNestedMeta};

/// How something is counted, if the option says that: `Start(1000)`.
pub(super) fn read(meta: &ParseNestedMeta<'_>) -> Result<Option<TokenStream>> {
    let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    Ok(Some(match word.as_str() {
        "start" => {
            let (start, _) = whole(meta)?;
            quote!(Start(#start))
        }
        "increment" => {
            let (increment, span) = whole(meta)?;
            if increment == 0 {
                return Err(Error::new(span, "nothing counts by 0"));
            }
            quote!(Increment(#increment))
        }
        "min" => {
            let (min, _) = whole(meta)?;
            quote!(Min(::core::option::Option::Some(#min)))
        }
        "max" => {
            let (max, _) = whole(meta)?;
            quote!(Max(::core::option::Option::Some(#max)))
        }
        "cycle" => quote!(Cycle(true)),
        "cache" => {
            let cache: LitInt = meta.value()?.parse()?;
            match cache.base10_parse::<u32>() {
                Ok(number) if number > 0 => quote!(Cache(#number)),
                _ => return Err(Error::new(cache.span(), "a cache is 1 number or more")),
            }
        }
        _ => return Ok(None),
    }))
}

/// A whole number, which may be negative.
fn whole(meta: &ParseNestedMeta<'_>) -> Result<(i64, Span)> {
    let value = meta.value()?;
    let negative = value.peek(syn::Token![-]);
    if negative {
        value.parse::<syn::Token![-]>()?;
    }
    let number: LitInt = value.parse()?;
    let text = format!("{}{}", if negative { "-" } else { "" }, number.base10_digits());
    let wrong = |_| Error::new(number.span(), "the database counts in `i64`");
    Ok((text.parse().map_err(wrong)?, number.span()))
}
