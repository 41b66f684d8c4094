//! `#[column(…)]`

use proc_macro2::{Span, TokenStream};
use syn::{
    Attribute, Error, Expr, ExprCall, ExprField, Ident, LitInt, LitStr, Member, Result, meta::ParseNestedMeta,
    spanned::Spanned,
};

use super::{
    Said, comment, counting, each,
    reference::{self, Action},
    said, unknown,
};

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
    pub(in crate::model) server_default: Option<ServerDefault>,
    pub(in crate::model) sequence: Option<LitStr>,
    /// How the sequence, or the key itself, is counted: `Start(1000)`.
    pub(in crate::model) counting: Vec<TokenStream>,
    /// The first of the options that say so.
    pub(in crate::model) counting_word: Option<Ident>,
    /// The model and its field.
    pub(in crate::model) foreign_key: Option<(Expr, Ident)>,
    pub(in crate::model) on_delete: Option<Action>,
    /// Of a foreign key.
    pub(in crate::model) on_update: Option<Action>,
    /// Of any other column: what gives its value when the row is changed.
    pub(in crate::model) update: Option<Expr>,
    pub(in crate::model) deferrable: Option<(&'static str, Span)>,
    pub(in crate::model) computed: Option<Said>,
    /// `stored` or `virtual`, and where that is said.
    pub(in crate::model) kept: Option<(bool, Span)>,
    pub(in crate::model) check: Option<Said>,
    pub(in crate::model) collation: Option<LitStr>,
    pub(in crate::model) comment: Option<LitStr>,
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
                read.server_default = Some(ServerDefault::read(meta.value()?.parse()?)?);
            } else if path.is_ident("sequence") {
                read.sequence = Some(sequence(meta.value()?.parse()?)?);
            } else if let Some(option) = counting::read(&meta)? {
                read.counting.push(option);
                read.counting_word = read.counting_word.take().or_else(|| path.get_ident().cloned());
            } else if path.is_ident("foreign_key") {
                read.foreign_key = Some(foreign_key(meta.value()?.parse()?)?);
            } else if path.is_ident("on_delete") {
                read.on_delete = Some(Action::read(&meta, "on_delete")?);
            } else if path.is_ident("on_update") {
                read.update = Some(meta.value()?.parse()?);
            } else if path.is_ident("deferrable") {
                read.deferrable = Some(reference::deferrable(&meta)?);
            } else if path.is_ident("computed") {
                read.computed = Some(Said::read(&meta, "what a column is computed from")?);
            } else if path.is_ident("stored") || path.is_ident("virtual") {
                if read.kept.is_some() {
                    return Err(meta.error("a computed column is `stored` or `virtual`, not both"));
                }
                read.kept = Some((path.is_ident("stored"), path.span()));
            } else if path.is_ident("check") {
                read.check = Some(Said::read(&meta, "a check")?);
            } else if path.is_ident("collate") {
                read.collation = Some(meta.value()?.parse()?);
            } else if path.is_ident("comment") {
                read.comment = Some(comment(&meta)?);
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
                    "min",
                    "max",
                    "cycle",
                    "cache",
                    "foreign_key",
                    "on_delete",
                    "on_update",
                    "deferrable",
                    "computed",
                    "stored",
                    "virtual",
                    "check",
                    "collate",
                    "comment",
                ];
                return Err(unknown(&meta, "column", &known));
            }
            Ok(())
        })?;
        read.check_digits()?;
        read.check_sequence()?;
        read.check_update()?;
        read.check_computed()?;
        if let (Some(default), Some(_)) = (&read.default, &read.server_default) {
            return Err(Error::new(
                default.span(),
                "a `default` always gives a value, and leaves none to the `server_default`",
            ));
        }
        Ok(read)
    }

    fn check_sequence(&self) -> Result<()> {
        let Some(sequence) = &self.sequence else {
            return match &self.counting_word {
                Some(word) if !self.may_count() => {
                    let message = format!(
                        "`{word}` belongs to what the database counts: a `primary_key` of integers, or a column with a `sequence`"
                    );
                    Err(Error::new(word.span(), message))
                }
                _ => Ok(()),
            };
        };
        if self.default.is_some() || self.server_default.is_some() || self.identity == Some(true) {
            return Err(Error::new(sequence.span(), "a `sequence` gives the value, and leaves none to anything else"));
        }
        Ok(())
    }

    /// Whether the database counts the column if it is a whole key of integers.
    pub(in crate::model) fn may_count(&self) -> bool {
        let given = self.default.is_some() || self.server_default.is_some() || self.foreign_key.is_some();
        self.primary_key && self.identity != Some(false) && self.sequence.is_none() && !given
    }

    /// `on_update` is an action of a foreign key, and a value of any other column.
    fn check_update(&mut self) -> Result<()> {
        if let Some((_, span)) = self.deferrable.filter(|_| self.foreign_key.is_none()) {
            return Err(Error::new(span, "`deferrable` belongs to a `foreign_key`"));
        }
        let Some(update) = self.update.take() else { return Ok(()) };
        match (Action::of(&update), self.foreign_key.is_some()) {
            (Some(action), true) => self.on_update = Some(action),
            (None, true) => return Err(Action::expected("on_update", update.span())),
            (Some(action), false) => {
                let message = format!(
                    "`on_update = {}` belongs to a `foreign_key`; of another column it gives the value at every change of \
                     the row, such as `on_update = Timestamp::now`",
                    action.word
                );
                return Err(Error::new(action.span, message));
            }
            (None, false) if self.primary_key => {
                return Err(Error::new(update.span(), "a primary key stays what it is: leave `on_update` out"));
            }
            (None, false) => self.update = Some(update),
        }
        Ok(())
    }

    fn check_computed(&self) -> Result<()> {
        let Some(computed) = &self.computed else {
            return match self.kept {
                Some((stored, span)) => {
                    let word = if stored { "stored" } else { "virtual" };
                    Err(Error::new(span, format!("`{word}` belongs to a `computed` column")))
                }
                None => Ok(()),
            };
        };
        let other = [
            ("primary_key", self.primary_key),
            ("default", self.default.is_some()),
            ("server_default", self.server_default.is_some()),
            ("sequence", self.sequence.is_some()),
            ("foreign_key", self.foreign_key.is_some()),
            ("on_update", self.update.is_some()),
        ];
        let Some((word, _)) = other.into_iter().find(|(_, said)| *said) else { return Ok(()) };
        let span = match computed {
            Said::Typed(closure) => closure.span(),
            Said::Text(text) => text.span(),
        };
        Err(Error::new(span, format!("a computed column has no `{word}`: the database gives its value")))
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

    /// The default as an expression of a value: functions are called. A path whose last word begins with a capital is a value,
    /// such as `Status::Draft` or `u8::MAX`.
    pub(in crate::model) fn default_value(&self) -> Option<TokenStream> {
        self.default.as_ref().map(called)
    }

    /// What the column gets when the row is changed, as an expression of a value.
    pub(in crate::model) fn update_value(&self) -> Option<TokenStream> {
        self.update.as_ref().map(called)
    }
}

/// What the database gives.
pub(in crate::model) enum ServerDefault {
    Value(Expr),
    /// `now()` or `today()`, as the expression it is.
    Function(&'static str),
    /// Portable SQL.
    Text(LitStr),
}

impl ServerDefault {
    fn read(value: Expr) -> Result<Self> {
        if let Some(text) = said::sql(&value)? {
            return Ok(ServerDefault::Text(text));
        }
        let function = match &value {
            Expr::Call(ExprCall { func, args, .. }) if args.is_empty() => match &**func {
                Expr::Path(path) if path.path.is_ident("now") => Some("CurrentTimestamp"),
                Expr::Path(path) if path.path.is_ident("today") => Some("CurrentDate"),
                _ => None,
            },
            _ => None,
        };
        Ok(function.map_or(ServerDefault::Value(value), ServerDefault::Function))
    }
}

fn called(value: &Expr) -> TokenStream {
    match value {
        Expr::Path(path) if is_value(&path.path) => quote::quote!(#value),
        Expr::Path(_) | Expr::Closure(_) => quote::quote_spanned!(value.span()=> (#value)()),
        _ => quote::quote!(#value),
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
