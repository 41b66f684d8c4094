//! The foreign keys of a model, and which of them a relation leads along.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Error, Ident};

use super::{Column, Errors, Kind, Model, Relation, attribute::Part, display_type, no_column};

/// A foreign key of one column, which says so, or of several, which `#[model]` names.
pub(super) struct ForeignKey<'a> {
    /// Its number among the model's, as `ModelDef::foreign_keys` counts them.
    pub(super) number: usize,
    pub(super) columns: Vec<&'a Ident>,
    /// The model it refers to.
    pub(super) target: &'a dyn ToTokens,
}

impl ForeignKey<'_> {
    pub(super) fn is_to(&self, relation: &Relation<'_>) -> bool {
        text(self.target) == text(relation.target)
    }
}

fn text(tokens: &(impl ToTokens + ?Sized)) -> String {
    let mut stream = TokenStream::new();
    tokens.to_tokens(&mut stream);
    stream.to_string()
}

impl Model<'_> {
    fn foreign_keys(&self) -> impl Iterator<Item = ForeignKey<'_>> {
        let single = self.columns.iter().filter_map(|column| {
            let (target, _) = column.attribute.foreign_key.as_ref()?;
            Some((vec![column.name], target as &dyn ToTokens))
        });
        let several = self.parts.iter().filter_map(|part| match part {
            Part::ForeignKey(key) => Some((key.columns.iter().collect(), &key.target as &dyn ToTokens)),
            _ => None,
        });
        let all = single.chain(several).enumerate();
        all.map(|(number, (columns, target))| ForeignKey { number, columns, target })
    }

    /// The foreign key that a relation names the columns of, in any order; of two, the one to its own model.
    pub(super) fn key_of(&self, relation: &Relation<'_>) -> Option<ForeignKey<'_>> {
        let key = relation.attribute.key.as_ref()?;
        let named = |of: &ForeignKey<'_>| of.columns.len() == key.len() && of.columns.iter().all(|c| key.contains(c));
        let mut found: Vec<ForeignKey<'_>> = self.foreign_keys().filter(named).collect();
        let best = found.iter().position(|key| key.is_to(relation)).unwrap_or(0);
        (!found.is_empty()).then(|| found.swap_remove(best))
    }

    fn column(&self, name: &Ident) -> Option<&Column<'_>> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// That the key of a to-one relation is a foreign key, and is `Option` where the relation is.
pub(super) fn check_key(model: &Model<'_>, relation: &Relation<'_>, key: &[Ident], errors: &mut Errors) {
    for (number, name) in key.iter().enumerate() {
        if key[..number].contains(name) {
            return errors.push(Error::new(name.span(), format!("`{name}` is named twice")));
        }
        if model.column(name).is_none() {
            return errors.push(no_column(model, name));
        }
    }
    let (name, target) = (relation.name, display_type(relation.target));
    if model.key_of(relation).is_none() {
        let message = match (meant(model, relation, key), key) {
            // Perhaps one was meant that has these columns among others.
            (Some(meant), _) => {
                let meant = list(&meant);
                format!("the foreign key to `{target}` is `{meant}`: name all of it, `key = {meant}`")
            }
            (None, [key]) => format!("`{key}` refers to nothing: put `#[column(foreign_key = {target}.id)]` on it"),
            (None, key) => {
                let names = list(key);
                let inside = names.trim_matches(['(', ')']);
                format!("`{names}` refers to nothing: say to what, `#[model(foreign_key({inside} = {target}(…)))]`")
            }
        };
        errors.push(Error::new(key[0].span(), message));
    }
    let nullable = key.iter().find(|name| model.column(name).is_some_and(|column| column.nullable));
    match (relation.kind, nullable, key) {
        (Kind::One, Some(key), _) => errors.push(Error::new_spanned(
            relation.ty,
            format!("`{name}` may lead nowhere, because `{key}` is an `Option`: write `BelongsTo<Option<{target}>>`"),
        )),
        (Kind::Maybe, None, [key]) => errors.push(Error::new_spanned(
            relation.ty,
            format!("`{name}` always leads somewhere, because `{key}` is no `Option`: write `BelongsTo<{target}>`"),
        )),
        (Kind::Maybe, None, key) => errors.push(Error::new_spanned(
            relation.ty,
            format!(
                "`{name}` always leads somewhere, because nothing of `{}` is an `Option`: write `BelongsTo<{target}>`",
                list(key)
            ),
        )),
        _ => {}
    }
}

/// The columns of the foreign key of several columns to the relation's model that has one of these.
fn meant<'a>(model: &'a Model<'_>, relation: &Relation<'_>, key: &[Ident]) -> Option<Vec<&'a Ident>> {
    let mut near = model.foreign_keys().filter(|of| of.columns.len() > 1 && of.is_to(relation));
    near.find(|of| of.columns.iter().any(|column| key.contains(column))).map(|of| of.columns)
}

/// `(a, b)`
fn list<T: ToString>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    format!("({})", names.join(", "))
}
