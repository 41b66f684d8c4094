//! What must change in enum types.

use std::collections::{BTreeMap, BTreeSet};

use aludel_sql::{
    Operation, Result,
    operation::{Place, TypeChange},
};

use super::{Work, describe, unsupported};
use crate::fold::enumeration::columns;

impl Work<'_> {
    fn alter_type(&mut self, description: String, name: &str, change: TypeChange) -> Result<()> {
        self.emit(description, vec![Operation::AlterType { name: name.to_owned(), change }])
    }

    pub(super) fn rename_type(&mut self, from: &str, to: &str) -> Result<()> {
        if self.to.types.contains_key(from) {
            return Err(unsupported(format!("type `{from}` cannot have been renamed: a model still has it")));
        }
        let operation = Operation::RenameType { name: from.to_owned(), to: to.to_owned() };
        self.emit(format!("Detected renamed type `{from}` to `{to}`"), vec![operation])
    }

    pub(super) fn rename_value(&mut self, name: &str, from: &str, to: &str) -> Result<()> {
        let labels = self.to.types.get(name).map(Vec::as_slice).unwrap_or_default();
        if !labels.iter().any(|label| label == to) {
            return Err(unsupported(format!(
                "there is a value `{to}` of the type `{name}` in no model, so it cannot be what something was renamed to"
            ))
            .with_help("Rename it in the model first"));
        }
        if labels.iter().any(|label| label == from) {
            return Err(unsupported(format!(
                "value `{from}` of the type `{name}` cannot have been renamed: the model still has it"
            )));
        }
        let change = TypeChange::RenameValue { label: from.to_owned(), to: to.to_owned() };
        self.alter_type(format!("Detected renamed value `{from}` of type `{name}` to `{to}`"), name, change)
    }

    /// Carries out the renames that models state, where they are still to be done.
    pub(super) fn rename_stated_values(&mut self) -> Result<()> {
        let mut stated = BTreeSet::new();
        for (_, ty) in self.to.tables.values().flat_map(|table| table.enums()) {
            stated.extend(ty.renamed().iter().map(|(from, to)| (ty.name().to_owned(), from.clone(), to.clone())));
        }
        for (name, from, to) in stated {
            let has = |label: &String| self.state.types.get(&name).is_some_and(|labels| labels.contains(label));
            if has(&from) && !has(&to) {
                self.rename_value(&name, &from, &to)?;
            }
        }
        Ok(())
    }

    /// Types and values that are new. A type whose values are in another order now is put aside for a new one of its name,
    /// to which columns change one by one.
    pub(super) fn types(&mut self) -> Result<()> {
        for (name, labels) in &self.to.types {
            match self.state.types.get(name).cloned() {
                None => self.create_type(name, labels)?,
                Some(old) if is_reordered(&old, labels) => {
                    let aside = self.free_name(name);
                    let rename = Operation::RenameType { name: name.clone(), to: aside };
                    let create = Operation::CreateType { name: name.clone(), labels: labels.clone() };
                    let order = describe::values(labels);
                    self.emit(
                        format!("Detected new order of the values of type `{name}` ({order})"),
                        vec![rename, create],
                    )?;
                }
                Some(_) => self.add_values(name, labels)?,
            }
        }
        Ok(())
    }

    fn create_type(&mut self, name: &str, labels: &[String]) -> Result<()> {
        let create = Operation::CreateType { name: name.to_owned(), labels: labels.to_vec() };
        self.emit(format!("Detected added type `{name}` ({})", describe::values(labels)), vec![create])
    }

    fn free_name(&self, name: &str) -> String {
        let taken = |name: &String| {
            [&self.state, self.to]
                .iter()
                .any(|schema| schema.types.contains_key(name) || schema.tables.contains_key(name))
        };
        let mut free = format!("{name}_old");
        while taken(&free) {
            free.push_str("_old");
        }
        free
    }

    fn add_values(&mut self, name: &str, labels: &[String]) -> Result<()> {
        for (i, label) in labels.iter().enumerate() {
            let now = self.state.types.get(name).map(Vec::as_slice).unwrap_or_default();
            if now.contains(label) {
                continue;
            }
            let place = match (i.checked_sub(1).map(|before| &labels[before]), now.first()) {
                (Some(before), _) if now.last() == Some(before) => Place::Last,
                (Some(before), _) => Place::After(before.clone()),
                (None, Some(first)) => Place::Before(first.clone()),
                (None, None) => Place::Last,
            };
            let change = TypeChange::AddValue { label: label.clone(), place };
            self.alter_type(format!("Detected added value `{label}` of type `{name}`"), name, change)?;
        }
        Ok(())
    }

    /// Values, then types, that are gone. What a table of no model still has stays.
    pub(super) fn types_removed(&mut self) -> Result<()> {
        let types: BTreeMap<String, Vec<String>> = self.state.types.clone();
        for (name, labels) in types {
            let Some(wanted) = self.to.types.get(&name) else {
                if columns(&self.state, &name).next().is_none() {
                    let drop = Operation::DropType { name: name.clone() };
                    self.emit(format!("Detected removed type `{name}`"), vec![drop])?;
                }
                continue;
            };
            for label in labels.into_iter().filter(|label| !wanted.contains(label)) {
                let description = format!("Detected removed value `{label}` of type `{name}`");
                self.warn(format!(
                    "the upgrade is refused while rows have `{label}` of type `{name}`: say what they become, with \
                     DROP VALUE '{label}' USING '…', or that it was renamed, with `--rename {name}.{label}=…`"
                ));
                self.alter_type(description, &name, TypeChange::DropValue { label, using: None })?;
            }
        }
        Ok(())
    }
}

/// Whether the values that both have are in another order.
fn is_reordered(old: &[String], new: &[String]) -> bool {
    let kept = old.iter().filter(|label| new.contains(label));
    !kept.eq(new.iter().filter(|label| old.contains(label)))
}
