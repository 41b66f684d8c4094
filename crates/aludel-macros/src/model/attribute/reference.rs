//! What happens to rows that refer to one that goes or changes.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, Expr, Ident, Result, meta::ParseNestedMeta, spanned::Spanned};

const ACTIONS: [(&str, &str); 5] = [
    ("restrict", "Restrict"),
    ("cascade", "Cascade"),
    ("set_null", "SetNull"),
    ("set_default", "SetDefault"),
    ("no_action", "NoAction"),
];

/// An action, as a word and the name of its variant, and where it is said.
#[derive(Clone)]
pub(in crate::model) struct Action {
    pub(in crate::model) word: &'static str,
    variant: &'static str,
    pub(in crate::model) span: Span,
}

impl Action {
    /// The action that an expression is the word of.
    pub(super) fn of(value: &Expr) -> Option<Self> {
        let Expr::Path(path) = value else { return None };
        let (word, variant) = ACTIONS.into_iter().find(|(word, _)| path.path.is_ident(word))?;
        Some(Action { word, variant, span: value.span() })
    }

    pub(super) fn read(meta: &ParseNestedMeta<'_>, option: &str) -> Result<Self> {
        let value: Expr = meta.value()?.parse()?;
        Self::of(&value).ok_or_else(|| Self::expected(option, value.span()))
    }

    pub(super) fn expected(option: &str, span: Span) -> Error {
        let words = "`restrict`, `cascade`, `set_null`, `set_default` or `no_action`";
        Error::new(span, format!("`{option}` of a foreign key is {words}"))
    }
}

/// `deferrable`, or `deferrable = initially_deferred`.
pub(super) fn deferrable(meta: &ParseNestedMeta<'_>) -> Result<(&'static str, Span)> {
    if !meta.input.peek(syn::Token![=]) {
        return Ok(("Yes", meta.path.span()));
    }
    let word: Ident = meta.value()?.parse()?;
    if word == "initially_deferred" {
        Ok(("InitiallyDeferred", word.span()))
    } else {
        Err(Error::new(word.span(), "write `deferrable`, or `deferrable = initially_deferred`"))
    }
}

/// `Actions { … }`
pub(in crate::model) fn actions(
    on_delete: Option<&Action>,
    on_update: Option<&Action>,
    deferrable: Option<(&'static str, Span)>,
) -> TokenStream {
    let action = |action: Option<&Action>| format_ident!("{}", action.map_or("NoAction", |action| action.variant));
    let (on_delete, on_update) = (action(on_delete), action(on_update));
    let deferrable = format_ident!("{}", deferrable.map_or("No", |(variant, _)| variant));
    quote! {
        __aludel::Actions {
            on_delete: __aludel::Action::#on_delete,
            on_update: __aludel::Action::#on_update,
            deferrable: __aludel::Deferrable::#deferrable,
        }
    }
}
