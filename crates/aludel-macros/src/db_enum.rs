//! `#[derive(DbEnum)]`: an enum without fields is stored as the names of its variants.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Result, spanned::Spanned};

use crate::model::{Errors, plain, snake_case};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let enumeration = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(
            enumeration.span(),
            "`DbEnum` is derived for an enum; a struct around one value derives `Field`",
        ));
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(parameter.span(), "an enum in the database has no generic parameters"));
    }
    let Some(first) = data.variants.first() else {
        return Err(Error::new(
            enumeration.span(),
            format!("`{enumeration}` has no variants: a column could hold nothing"),
        ));
    };
    let mut errors = Errors::default();
    let case = errors.take(rename_all(&input.attrs)).flatten().unwrap_or(Case::Snake);
    let mut names: Vec<String> = Vec::new();
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    for variant in &data.variants {
        let ident = &variant.ident;
        if !matches!(variant.fields, Fields::Unit) {
            let message = format!("`{ident}` has fields, and only its name would be stored: use `Json<{enumeration}>`");
            errors.push(Error::new(variant.fields.span(), message));
        }
        let rename = errors.take(rename(&variant.attrs)).flatten();
        let (name, span) = match rename {
            Some(name) => (name.value(), name.span()),
            None => (case.apply(&plain(ident)), ident.span()),
        };
        if name.is_empty() || name.chars().count() > 64 || name.contains('\0') {
            errors.push(Error::new(span, "a name in the database has 1 to 64 characters"));
        }
        if let Some(other) = seen.insert(name.clone(), ident) {
            errors.push(Error::new(span, format!("`{other}` and `{ident}` are both called `{name}` in the database")));
        }
        names.push(name);
    }
    if let Some(error) = errors.0 {
        return Err(error);
    }
    let length = names.iter().map(|name| name.chars().count()).max().unwrap_or(1) as u32;
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let first = &first.ident;
    Ok(quote! {
        #[automatically_derived]
        impl ::aludel::DbEnum for #enumeration {
            fn name(&self) -> &'static str {
                match self {
                    #(#enumeration::#variants => #names,)*
                }
            }

            fn from_name(name: &str) -> ::core::option::Option<Self> {
                match name {
                    #(#names => ::core::option::Option::Some(#enumeration::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        impl ::aludel::Field for #enumeration {
            type Base = #enumeration;
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn column_type(_: ::aludel::__private::Options) -> ::aludel::sql::Type {
                ::aludel::sql::Type::VarChar(#length)
            }

            fn to_value(&self) -> ::aludel::Value {
                ::aludel::Value::from(::aludel::DbEnum::name(self))
            }

            fn from_value(value: ::aludel::sql::ValueRef<'_>) -> ::aludel::Result<Self> {
                ::aludel::__private::from_name(value)
            }

            fn placeholder() -> Self {
                #enumeration::#first
            }
        }
    })
}

/// How the name of a variant becomes its name in the database.
#[derive(Clone, Copy)]
enum Case {
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
    Lower,
    Upper,
    Camel,
    Pascal,
}

/// The names serde has for them.
const CASES: [(&str, Case); 8] = [
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("camelCase", Case::Camel),
    ("PascalCase", Case::Pascal),
];

impl Case {
    fn apply(self, variant: &str) -> String {
        let snake = snake_case(variant);
        match self {
            Case::Snake => snake,
            Case::ScreamingSnake => snake.to_uppercase(),
            Case::Kebab => snake.replace('_', "-"),
            Case::ScreamingKebab => snake.to_uppercase().replace('_', "-"),
            Case::Lower => variant.to_lowercase(),
            Case::Upper => variant.to_uppercase(),
            Case::Camel => {
                let mut chars = variant.chars();
                chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
            }
            Case::Pascal => variant.to_owned(),
        }
    }
}

fn rename_all(attributes: &[Attribute]) -> Result<Option<Case>> {
    let Some(text) = option(attributes, "rename_all")? else { return Ok(None) };
    let value = text.value();
    match CASES.iter().find(|(name, _)| *name == value) {
        Some((_, case)) => Ok(Some(*case)),
        None => {
            let all: Vec<String> = CASES.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(Error::new(text.span(), format!("there is no case `{value}`: there are {}", all.join(", "))))
        }
    }
}

fn rename(attributes: &[Attribute]) -> Result<Option<LitStr>> {
    option(attributes, "rename")
}

/// The text of the one option that `#[db_enum]` has in this place.
fn option(attributes: &[Attribute], known: &str) -> Result<Option<LitStr>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("db_enum")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident(known) {
                let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                return Err(meta.error(format!("`#[db_enum]` has no option `{word}` here: it has `{known} = \"…\"`")));
            }
            match found.replace(meta.value()?.parse()?) {
                Some(_) => Err(meta.error(format!("`{known}` is said twice"))),
                None => Ok(()),
            }
        })?;
    }
    Ok(found)
}
