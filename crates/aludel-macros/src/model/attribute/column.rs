//! `#[column(…)]`

use proc_macro2::Span;
use syn::{
    Attribute, Error, Expr, ExprCall, ExprField, Ident, LitInt, LitStr, Member, Result, meta::ParseNestedMeta,
    spanned::Spanned,
};

use super::{each, unknown};

#[derive(Default)]
pub(in crate::model) struct ColumnAttribute {
    pub(in crate::model) primary_key: bool,
    pub(in crate::model) identity: Option<bool>,
    pub(in crate::model) name: Option<String>,
    pub(in crate::model) length: Option<u32>,
    pub(in crate::model) length_span: Option<Span>,
    /// Digits in all, and where that is said.
    pub(in crate::model) precision: Option<(u8, Span)>,
    /// Digits after the point.
    pub(in crate::model) scale: Option<(u8, Span)>,
    pub(in crate::model) index: bool,
    pub(in crate::model) unique: bool,
    pub(in crate::model) default: Option<Expr>,
    pub(in crate::model) server_default: Option<Expr>,
    pub(in crate::model) sequence: Option<LitStr>,
    /// Where the sequence starts.
    pub(in crate::model) start: Option<(i64, Span)>,
    /// What the sequence counts by.
    pub(in crate::model) increment: Option<(i64, Span)>,
    /// The model and its field.
    pub(in crate::model) foreign_key: Option<(Expr, Ident)>,
    pub(in crate::model) on_delete: Option<(String, Span)>,
}

impl ColumnAttribute {
    pub(in crate::model) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut read = ColumnAttribute::default();
        each(attributes, "column", |meta| {
            let path = &meta.path;
            if path.is_ident("primary_key") {
                read.primary_key = true;
            } else if path.is_ident("index") {
                read.index = true;
            } else if path.is_ident("unique") {
                read.unique = true;
            } else if path.is_ident("identity") {
                let value: syn::LitBool = meta.value()?.parse()?;
                read.identity = Some(value.value);
            } else if path.is_ident("name") {
                let name: LitStr = meta.value()?.parse()?;
                if name.value().is_empty() || name.value().len() > 63 {
                    return Err(Error::new(name.span(), "a column's name has 1 to 63 bytes"));
                }
                read.name = Some(name.value());
            } else if path.is_ident("length") {
                let length: LitInt = meta.value()?.parse()?;
                let value: u32 = length.base10_parse()?;
                if value == 0 {
                    return Err(Error::new(length.span(), "a length is 1 or more"));
                }
                read.length = Some(value);
                read.length_span = Some(length.span());
            } else if path.is_ident("precision") {
                read.precision = Some(digits(&meta, 1, 65, "a precision is 1 to 65 digits")?);
            } else if path.is_ident("scale") {
                read.scale = Some(digits(&meta, 0, 30, "a scale is 0 to 30 digits")?);
            } else if path.is_ident("default") {
                read.default = Some(meta.value()?.parse()?);
            } else if path.is_ident("server_default") {
                read.server_default = Some(meta.value()?.parse()?);
            } else if path.is_ident("sequence") {
                read.sequence = Some(sequence(meta.value()?.parse()?)?);
            } else if path.is_ident("start") {
                read.start = Some(whole(&meta)?);
            } else if path.is_ident("increment") {
                let (increment, span) = whole(&meta)?;
                if increment == 0 {
                    return Err(Error::new(span, "a sequence does not count by 0"));
                }
                read.increment = Some((increment, span));
            } else if path.is_ident("foreign_key") {
                read.foreign_key = Some(foreign_key(meta.value()?.parse()?)?);
            } else if path.is_ident("on_delete") {
                let action: Ident = meta.value()?.parse()?;
                let known = ["restrict", "cascade", "set_null"];
                if !known.contains(&action.to_string().as_str()) {
                    return Err(Error::new(action.span(), "`on_delete` is `restrict`, `cascade` or `set_null`"));
                }
                read.on_delete = Some((action.to_string(), action.span()));
            } else {
                let known = [
                    "primary_key",
                    "identity",
                    "name",
                    "length",
                    "precision",
                    "scale",
                    "index",
                    "unique",
                    "default",
                    "server_default",
                    "sequence",
                    "start",
                    "increment",
                    "foreign_key",
                    "on_delete",
                ];
                return Err(unknown(&meta, "column", &known));
            }
            Ok(())
        })?;
        read.check_digits()?;
        read.check_sequence()?;
        if let (Some(_), Some(server)) = (&read.default, &read.server_default) {
            return Err(Error::new(
                server.span(),
                "a `default` always gives a value, and leaves none to the `server_default`",
            ));
        }
        Ok(read)
    }

    fn check_sequence(&self) -> Result<()> {
        let Some(sequence) = &self.sequence else {
            return match self.start.or(self.increment) {
                Some((_, span)) => Err(Error::new(span, "`start` and `increment` belong to a `sequence`")),
                None => Ok(()),
            };
        };
        if self.default.is_some() || self.server_default.is_some() || self.identity == Some(true) {
            return Err(Error::new(sequence.span(), "a `sequence` gives the value, and leaves none to anything else"));
        }
        Ok(())
    }

    fn check_digits(&self) -> Result<()> {
        match (self.precision, self.scale) {
            (None, Some((_, span))) => Err(Error::new(span, "`scale` belongs to a `precision`")),
            (Some((precision, _)), Some((scale, span))) if scale > precision => {
                Err(Error::new(span, format!("a scale is no more than the precision, which is {precision}")))
            }
            _ => Ok(()),
        }
    }

    /// The function that the database is to call for the default: `now` or `today`. Else the default is a value.
    pub(in crate::model) fn server_function(&self) -> Option<&'static str> {
        let Some(Expr::Call(ExprCall { func, args, .. })) = &self.server_default else { return None };
        let Expr::Path(function) = &**func else { return None };
        let is = |name: &str| function.path.is_ident(name) && args.is_empty();
        if is("now") {
            Some("CurrentTimestamp")
        } else if is("today") {
            Some("CurrentDate")
        } else {
            None
        }
    }

    /// The default as an expression of a value: functions are called. A path whose last word begins with a capital is a value,
    /// such as `Status::Draft` or `u8::MAX`.
    pub(in crate::model) fn default_value(&self) -> Option<proc_macro2::TokenStream> {
        let default = self.default.as_ref()?;
        Some(match default {
            Expr::Path(path) if is_value(&path.path) => quote::quote!(#default),
            Expr::Path(_) | Expr::Closure(_) => quote::quote_spanned!(default.span()=> (#default)()),
            _ => quote::quote!(#default),
        })
    }
}

fn is_value(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
}

fn digits(meta: &ParseNestedMeta<'_>, least: u8, most: u8, message: &str) -> Result<(u8, Span)> {
    let number: LitInt = meta.value()?.parse()?;
    match number.base10_parse() {
        Ok(value) if (least..=most).contains(&value) => Ok((value, number.span())),
        _ => Err(Error::new(number.span(), message)),
    }
}

/// `User.id`
fn foreign_key(value: Expr) -> Result<(Expr, Ident)> {
    let span = value.span();
    match value {
        Expr::Field(ExprField { base, member: Member::Named(field), .. }) if matches!(*base, Expr::Path(_)) => {
            Ok((*base, field))
        }
        _ => Err(Error::new(span, "a foreign key names a model and its field: `foreign_key = User.id`")),
    }
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
    let wrong = |_| Error::new(number.span(), "a sequence counts in `i64`");
    Ok((text.parse().map_err(wrong)?, number.span()))
}

/// `name`, or `schema.name`
fn sequence(name: LitStr) -> Result<LitStr> {
    let text = name.value();
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() > 2 || parts.iter().any(|part| part.is_empty() || part.len() > 63) {
        let message = "a sequence's name has 1 to 63 bytes, and at most its schema and a dot before it";
        return Err(Error::new(name.span(), message));
    }
    Ok(name)
}
