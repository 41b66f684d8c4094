//! Expressions: a closure over the model's columns, or portable SQL in `sql("…")`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, Expr, ExprCall, ExprLit, Lit, LitStr, Result, meta::ParseNestedMeta, spanned::Spanned};

pub(in crate::model) enum Said {
    /// A closure, or a function.
    Typed(Expr),
    Text(LitStr),
}

impl Said {
    /// What stands after `=`.
    pub(super) fn read(meta: &ParseNestedMeta<'_>, what: &str) -> Result<Self> {
        let value: Expr = meta.value()?.parse()?;
        match value {
            Expr::Closure(_) | Expr::Path(_) => Ok(Said::Typed(value)),
            other => {
                if let Some(text) = sql(&other)? {
                    return Ok(Said::Text(text));
                }
                let message = format!(
                    "{what} is said by a closure over the columns, `|x| x.price.gt(0)`, or as portable SQL, \
                     `sql(\"price > 0\")`"
                );
                Err(Error::new(other.span(), message))
            }
        }
    }

    /// The expression; a closure is given to `function`, with its generic arguments.
    pub(in crate::model) fn tokens(&self, function: &TokenStream) -> TokenStream {
        match self {
            Said::Typed(closure) => {
                // Errors about what the closure gives are about the closure.
                let span = closure.span();
                let function = function.clone().into_iter().map(|mut token| {
                    token.set_span(span);
                    token
                });
                let function: TokenStream = function.collect();
                quote_spanned!(span=> __aludel::#function(#closure))
            }
            Said::Text(text) => quote!(__aludel::Said::Text(#text)),
        }
    }
}

/// The text in `sql("…")`.
pub(super) fn sql(value: &Expr) -> Result<Option<LitStr>> {
    let Expr::Call(ExprCall { func, args, .. }) = value else { return Ok(None) };
    if !matches!(&**func, Expr::Path(path) if path.path.is_ident("sql")) {
        return Ok(None);
    }
    match args.first() {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if args.len() == 1 => Ok(Some(text.clone())),
        _ => Err(Error::new(value.span(), "`sql` takes portable SQL in quotes: `sql(\"price > 0\")`")),
    }
}
