//! `#[derive(DbEnum)]`: an enum without fields is a type of the database, whose values are the names of its variants.

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
    let said = errors.take(options(&input.attrs, ["name", "rename_all"])).unwrap_or_default();
    let case = said.rename_all.and_then(|text| errors.take(case(&text))).unwrap_or(Case::Snake);
    let (type_name, type_span) = match said.name {
        Some(name) => (name.value(), name.span()),
        None => (snake_case(&plain(enumeration)), enumeration.span()),
    };
    if type_name.is_empty() || type_name.len() > LONGEST || type_name.contains('\0') {
        errors.push(Error::new(type_span, "a type in the database has a name of 1 to 63 bytes"));
    }
    let mut names: Vec<String> = Vec::new();
    let mut renamed: Vec<(String, LitStr)> = Vec::new();
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    for variant in &data.variants {
        let ident = &variant.ident;
        if !matches!(variant.fields, Fields::Unit) {
            let message = format!("`{ident}` has fields, and only its name would be stored: use `Json<{enumeration}>`");
            errors.push(Error::new(variant.fields.span(), message));
        }
        let said = errors.take(options(&variant.attrs, ["rename", "renamed_from"])).unwrap_or_default();
        let (name, span) = match said.rename {
            Some(name) => (name.value(), name.span()),
            None => (case.apply(&plain(ident)), ident.span()),
        };
        if name.is_empty() || name.len() > LONGEST || name.ends_with(' ') || name.contains('\0') {
            let message = "a value in the database has 1 to 63 bytes, of which the last is no blank";
            errors.push(Error::new(span, message));
        }
        renamed.extend(said.renamed_from.map(|old| (name.clone(), old)));
        if let Some(other) = seen.insert(name.clone(), ident) {
            errors.push(Error::new(span, format!("`{other}` and `{ident}` are both called `{name}` in the database")));
        }
        names.push(name);
    }
    for (name, old) in &renamed {
        if let Some(other) = seen.get(&old.value()) {
            let message = format!("`{name}` cannot be renamed from `{}`: `{other}` is called so", old.value());
            errors.push(Error::new(old.span(), message));
        }
    }
    if let Some(error) = errors.0 {
        return Err(error);
    }
    let renamed = renamed.iter().map(|(name, old)| quote!((#old, #name)));
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
                let labels = <Self as ::aludel::Field>::NAMES.iter().copied();
                let ty = ::aludel::sql::types::EnumType::new(#type_name, labels);
                ::aludel::sql::Type::Enum(ty.with_renamed::<&str>([#(#renamed),*]))
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

fn case(text: &LitStr) -> Result<Case> {
    let value = text.value();
    match CASES.iter().find(|(name, _)| *name == value) {
        Some((_, case)) => Ok(*case),
        None => {
            let all: Vec<String> = CASES.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(Error::new(text.span(), format!("there is no case `{value}`: there are {}", all.join(", "))))
        }
    }
}

/// The longest name of a type or a value, in bytes.
const LONGEST: usize = 63;

/// What `#[db_enum]` says.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    rename_all: Option<LitStr>,
    rename: Option<LitStr>,
    renamed_from: Option<LitStr>,
}

/// The options that `#[db_enum]` has in this place.
fn options(attributes: &[Attribute], known: [&str; 2]) -> Result<Options> {
    let mut options = Options::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("db_enum")) {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let option = match word.as_str() {
                word if !known.contains(&word) => {
                    let [one, other] = known;
                    return Err(meta.error(format!(
                        "`#[db_enum]` has no option `{word}` here: it has `{one} = \"…\"` and `{other} = \"…\"`"
                    )));
                }
                "name" => &mut options.name,
                "rename_all" => &mut options.rename_all,
                "rename" => &mut options.rename,
                _ => &mut options.renamed_from,
            };
            match option.replace(meta.value()?.parse()?) {
                Some(_) => Err(meta.error(format!("`{word}` is said twice"))),
                None => Ok(()),
            }
        })?;
    }
    Ok(options)
}
