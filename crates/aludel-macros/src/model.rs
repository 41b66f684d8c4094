//! `#[derive(Model)]`.

mod attribute;
mod foreign_key;
mod generate;

use std::collections::HashSet;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Result, Type, Visibility, spanned::Spanned};

use attribute::{ColumnAttribute, IndexPart, ModelAttribute, Part, RelationAttribute};

/// What the struct and its attributes say.
struct Model<'a> {
    name: &'a Ident,
    visibility: &'a Visibility,
    table: String,
    display: String,
    comment: Option<LitStr>,
    parts: Vec<Part>,
    columns: Vec<Column<'a>>,
    relations: Vec<Relation<'a>>,
}

struct Column<'a> {
    name: &'a Ident,
    visibility: &'a Visibility,
    ty: &'a Type,
    nullable: bool,
    attribute: ColumnAttribute,
}

impl Column<'_> {
    fn database_name(&self) -> String {
        self.attribute.name.clone().unwrap_or_else(|| plain(self.name))
    }
}

struct Relation<'a> {
    name: &'a Ident,
    visibility: &'a Visibility,
    ty: &'a Type,
    target: &'a Type,
    kind: Kind,
    attribute: RelationAttribute,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    One,
    Maybe,
    Many,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let model = read(input)?;
    Ok(generate::model(&model))
}

/// Collects errors so that all of them are reported at once.
#[derive(Default)]
pub(crate) struct Errors(pub(crate) Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }
}

fn read(input: &DeriveInput) -> Result<Model<'_>> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => &fields.named,
            _ => return Err(Error::new(input.ident.span(), "a model is a struct with named fields")),
        },
        _ => {
            return Err(Error::new(
                input.ident.span(),
                "a model is a struct: an enum can be the type of a column, with `#[derive(DbEnum)]`",
            ));
        }
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new(parameter.span(), "a model has no generic parameters: each is one table"));
    }
    let mut errors = Errors::default();
    let attribute = errors.take(ModelAttribute::read(&input.attrs)).unwrap_or_default();
    let mut columns = Vec::new();
    let mut relations = Vec::new();
    for field in fields {
        let Some(name) = &field.ident else { continue };
        let has = |word: &str| field.attrs.iter().any(|attribute| attribute.path().is_ident(word));
        let relation_type = relation_type(&field.ty);
        match (has("relation"), has("column")) {
            (true, true) => {
                errors.push(Error::new(name.span(), format!("`{name}` is a column or a relation, not both")));
            }
            (true, false) => {
                let attribute = errors.take(RelationAttribute::read(&field.attrs));
                match (relation_type, attribute) {
                    (Some((kind, target)), Some(attribute)) => {
                        relations.push(Relation { name, visibility: &field.vis, ty: &field.ty, target, kind, attribute });
                    }
                    (None, _) => errors.push(Error::new(
                        field.ty.span(),
                        format!("the type of the relation `{name}` must be `HasMany<…>`, `BelongsTo<…>` or `BelongsTo<Option<…>>`"),
                    )),
                    _ => {}
                }
            }
            (false, _) => {
                if let Some((kind, _)) = relation_type {
                    let example = match kind {
                        Kind::Many => "`#[relation(back_populates = …)]`, naming the relation at the other end",
                        _ => "`#[relation(key = …)]`, naming the column that holds the key",
                    };
                    errors.push(Error::new(name.span(), format!("the relation `{name}` needs {example}")));
                    continue;
                }
                if let Some(attribute) = errors.take(ColumnAttribute::read(&field.attrs)) {
                    let nullable = argument(&field.ty, "Option").is_some();
                    columns.push(Column { name, visibility: &field.vis, ty: &field.ty, nullable, attribute });
                }
            }
        }
    }
    let name = &input.ident;
    let table = attribute.table.unwrap_or_else(|| snake_case(&plain(name)));
    let table = attribute.schema.map_or(table.clone(), |schema| format!("{schema}.{table}"));
    let key: Vec<&Column> = columns.iter().filter(|column| column.attribute.primary_key).collect();
    let display = match attribute.display {
        Some((display, span)) => {
            if let Err(message) = check_display(&display, &columns) {
                errors.push(Error::new(span, message));
            }
            display
        }
        None => {
            let parts: Vec<String> = key.iter().map(|column| format!("{{{}}}", plain(column.name))).collect();
            format!("<{name} {}>", parts.join(", "))
        }
    };
    if key.is_empty() {
        errors.push(Error::new(
            name.span(),
            format!("model `{name}` has no primary key: put `#[column(primary_key)]` on the field that is it"),
        ));
    }
    let ModelAttribute { comment, parts, .. } = attribute;
    let model = Model { name, visibility: &input.vis, table, display, comment, parts, columns, relations };
    check(&model, &mut errors);
    match errors.0 {
        Some(error) => Err(error),
        None => Ok(model),
    }
}

fn check(model: &Model<'_>, errors: &mut Errors) {
    let composite = model.columns.iter().filter(|column| column.attribute.primary_key).count() > 1;
    let mut names = HashSet::new();
    for column in &model.columns {
        let name = column.name;
        let attribute = &column.attribute;
        if !names.insert(column.database_name()) {
            errors.push(Error::new(name.span(), format!("two columns are called `{}`", column.database_name())));
        }
        if attribute.primary_key && column.nullable {
            errors.push(Error::new(column.ty.span(), format!("the primary key `{name}` cannot be an `Option`")));
        }
        if let Some(action) = attribute.on_delete.as_ref().filter(|_| attribute.foreign_key.is_none()) {
            errors.push(Error::new(action.span, "`on_delete` belongs to a `foreign_key`"));
        }
        for (event, action) in [("on_delete", &attribute.on_delete), ("on_update", &attribute.on_update)] {
            let Some(action) = action else { continue };
            if action.word == "set_null" && !column.nullable {
                errors.push(Error::new(
                    action.span,
                    format!("`{event} = set_null` needs a column that may be NULL: make `{name}` an `Option`"),
                ));
            }
            if action.word == "set_default" && !column.nullable && attribute.server_default.is_none() {
                errors.push(Error::new(
                    action.span,
                    format!("`{event} = set_default` needs a default: give `{name}` a `server_default`"),
                ));
            }
        }
        let counted = attribute.identity == Some(true) || (attribute.may_count() && !attribute.counting.is_empty());
        if composite && counted {
            errors.push(Error::new(name.span(), "only a primary key of one column can be counted by the database"));
        }
    }
    for part in &model.parts {
        check_part(model, part, errors);
    }
    for relation in &model.relations {
        check_relation(model, relation, errors);
    }
}

fn check_part(model: &Model<'_>, part: &Part, errors: &mut Errors) {
    let columns: Vec<&Ident> = match part {
        Part::Check { .. } => return,
        Part::Unique { columns, .. } => columns.iter().collect(),
        Part::Index(index) => index.parts.iter().filter_map(IndexPart::column).chain(&index.include).collect(),
        Part::Exclusion(exclusion) => exclusion.parts.iter().filter_map(|(part, _)| part.column()).collect(),
        Part::ForeignKey(key) => key.columns.iter().collect(),
    };
    for (number, name) in columns.iter().enumerate() {
        if columns[..number].contains(name) {
            errors.push(Error::new(name.span(), format!("`{name}` is named twice")));
        } else if model.columns.iter().all(|column| column.name != *name) {
            errors.push(no_column(model, name));
        }
    }
    let Part::ForeignKey(key) = part else { return };
    for column in key.set_columns.iter().filter(|column| !key.columns.contains(column)) {
        errors.push(Error::new(column.span(), format!("`{column}` is no column of this foreign key")));
    }
    let some = if key.set_columns.is_empty() { &key.columns } else { &key.set_columns };
    for (event, action, set) in [("on_delete", &key.on_delete, some), ("on_update", &key.on_update, &key.columns)] {
        let Some(action) = action.as_ref().filter(|action| action.word == "set_null") else { continue };
        let fixed = model.columns.iter().find(|column| set.contains(column.name) && !column.nullable);
        if let Some(column) = fixed {
            let name = column.name;
            errors.push(Error::new(
                action.span,
                format!("`{event} = set_null` needs columns that may be NULL: make `{name}` an `Option`"),
            ));
        }
    }
}

fn no_column(model: &Model<'_>, name: &Ident) -> Error {
    let names: Vec<String> = model.columns.iter().map(|column| format!("`{}`", column.name)).collect();
    Error::new(name.span(), format!("`{}` has no column `{name}`: it has {}", model.name, names.join(", ")))
}

fn check_relation(model: &Model<'_>, relation: &Relation<'_>, errors: &mut Errors) {
    let name = relation.name;
    let attribute = &relation.attribute;
    if relation.kind == Kind::Many {
        if let Some(key) = &attribute.key {
            errors.push(Error::new(key[0].span(), format!("`{name}` is a collection: its key is at the other end, name the relation there with `back_populates`")));
        }
        if attribute.back_populates.is_none() {
            errors.push(Error::new(
                name.span(),
                format!("the collection `{name}` needs `back_populates = …`, naming the `BelongsTo` at the other end"),
            ));
        }
        return;
    }
    let Some(key) = &attribute.key else {
        errors.push(Error::new(
            name.span(),
            format!("the relation `{name}` needs `key = …`, naming the column that holds the key"),
        ));
        return;
    };
    foreign_key::check_key(model, relation, key, errors);
}

fn check_display(display: &str, columns: &[Column<'_>]) -> std::result::Result<(), String> {
    let mut rest = display;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return Err("`{` without `}`: write `{username}`".into());
        };
        if !columns.iter().any(|column| plain(column.name) == name) {
            let names: Vec<String> = columns.iter().map(|column| format!("`{}`", plain(column.name))).collect();
            return Err(format!("there is no column `{name}` to display: there are {}", names.join(", ")));
        }
        rest = after;
    }
    Ok(())
}

/// A field's name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

fn display_type(ty: &Type) -> String {
    quote::quote!(#ty).to_string().replace(' ', "")
}

/// The `T` of `Name<T>`.
fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != name {
        return None;
    }
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}

/// `T` for `Option<T>`.
fn inner(ty: &Type) -> &Type {
    argument(ty, "Option").unwrap_or(ty)
}

fn relation_type(ty: &Type) -> Option<(Kind, &Type)> {
    if let Some(target) = argument(ty, "HasMany") {
        return Some((Kind::Many, target));
    }
    let target = argument(ty, "BelongsTo")?;
    match argument(target, "Option") {
        Some(target) => Some((Kind::Maybe, target)),
        None => Some((Kind::One, target)),
    }
}

/// Flask-SQLAlchemy's table name for a class: an underscore before each capital that begins a word, all in lower case.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let after_word = i > 0 && (chars[i - 1].is_ascii_lowercase() || chars[i - 1].is_ascii_digit());
        let begins_word = i > 0 && chars.get(i + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_word || begins_word) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out.trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};

    fn count(tokens: TokenStream) -> usize {
        let one = |token: TokenTree| match token {
            TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        };
        tokens.into_iter().map(one).sum()
    }

    /// How many tokens the derive writes for a model with as many plain columns, beside its key.
    fn written(columns: usize) -> usize {
        let columns: String = (0..columns).map(|number| format!("pub n{number}: i64,")).collect();
        let model = format!("pub struct User {{ #[column(primary_key)] pub id: i64, {columns} }}");
        let model = syn::parse_str(&model).expect("a struct");
        count(super::derive(&model).expect("a model"))
    }

    /// The compiler reads, resolves and lowers all of them again at every check: they are what an edit costs.
    #[test]
    fn a_model_takes_few_tokens() {
        let (key, column) = (written(0), written(1) - written(0));
        assert!(key <= 740, "{key} for a model with nothing but a key");
        assert!(column <= 60, "{column} for a column");
    }
}
