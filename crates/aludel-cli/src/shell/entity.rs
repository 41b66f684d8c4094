//! Objects: rows of the session, and new ones that were not added to it yet.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aludel_orm::{
    ModelDef,
    model::{FieldDef, KeyOf, Reference, RelationDef, RelationKind},
    session::Record,
};
use aludel_sql::{Error, ErrorKind, Result, Value};
use rhai::{Array, Dynamic, Engine, ImmutableString, Map};

use super::{
    engine::{Fallible, raise},
    print,
    query::Model,
    values,
};

/// An object of a model. All clones are the same object.
#[derive(Clone)]
pub(super) struct Entity {
    pub(super) model: Model,
    state: Arc<Mutex<State>>,
}

enum State {
    /// Made by `User(#{…})`: no session knows it.
    Draft(Draft),
    /// In the session.
    Tracked(Record),
}

#[derive(Clone, Default)]
struct Draft {
    /// The values given, by column.
    values: BTreeMap<usize, Value>,
    /// What to-one relations lead to, by relation.
    parents: BTreeMap<usize, Entity>,
    /// What to-many relations lead to, by relation.
    children: BTreeMap<usize, Vec<Entity>>,
}

impl Entity {
    pub(super) fn tracked(model: Model, record: Record) -> Self {
        Entity { model, state: Arc::new(Mutex::new(State::Tracked(record))) }
    }

    /// A new object with these values. Defaults are run now, so that they can be looked at.
    fn new(model: Model, given: &Map) -> Result<Self> {
        let fields = model.def.fields.iter().enumerate();
        let values = fields.filter_map(|(column, field)| Some((column, (field.default?)()))).collect();
        let draft = Draft { values, ..Draft::default() };
        let entity = Entity { model, state: Arc::new(Mutex::new(State::Draft(draft))) };
        for (name, value) in given {
            entity.set(name, value)?;
        }
        Ok(entity)
    }

    /// Held for an instant only: never while the session is asked or another entity is looked at.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self) -> Option<Record> {
        match &*self.state() {
            State::Draft(_) => None,
            State::Tracked(record) => Some(*record),
        }
    }

    fn draft(&self) -> Option<Draft> {
        match &*self.state() {
            State::Draft(draft) => Some(draft.clone()),
            State::Tracked(_) => None,
        }
    }

    /// Changes the object as long as it is a draft.
    fn change_draft(&self, change: impl FnOnce(&mut Draft)) {
        if let State::Draft(draft) = &mut *self.state() {
            change(draft);
        }
    }

    fn is(&self, other: &Entity) -> bool {
        Arc::ptr_eq(&self.state, &other.state) || self.record().is_some_and(|record| other.record() == Some(record))
    }

    pub(super) fn value(&self, column: usize) -> Result<Value> {
        match self.record() {
            Some(record) => self.model.link.ask_now(move |owner| owner.session.record_value(record, column)),
            None => Ok(self.draft().and_then(|draft| draft.values.get(&column).cloned()).unwrap_or_default()),
        }
    }

    /// As its model says it is shown.
    pub(super) fn show(&self) -> Result<String> {
        let values = (0..self.model.def.fields.len()).map(|column| self.value(column)).collect::<Result<Vec<_>>>()?;
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.model.def.show(&mut text, &|column| values[column].clone());
        Ok(text)
    }

    /// The value by which a foreign key refers to this object, written first if the database has yet to give it.
    pub(super) fn key_for(&self, holder: &ModelDef, field: &FieldDef) -> Result<Value> {
        let def = self.model.def;
        let target = field.foreign_key.as_ref().filter(|key| (key.target)().type_id == def.type_id);
        let column = target.and_then(|key| def.fields.iter().position(|field| field.column == key.column));
        let Some(column) = column else {
            let message = format!("`{}.{}` does not refer to a `{}`", holder.name, field.name, def.name);
            return Err(Error::new(ErrorKind::Usage, message));
        };
        self.referred(column)
    }

    /// The values by which a foreign key of several columns refers to this object.
    pub(super) fn key_values(&self, key: &Reference) -> Result<Vec<Value>> {
        key.referred.iter().map(|&column| self.referred(column)).collect()
    }

    fn referred(&self, column: usize) -> Result<Value> {
        match self.record() {
            Some(record) => self.model.link.ask(move |owner| Box::pin(owner.key(record, column))),
            None => Err(self.not_added()),
        }
    }

    fn not_added(&self) -> Error {
        Error::new(ErrorKind::Usage, format!("this `{}` is not in the session", self.model.def.name))
            .with_help("Add it first: `db.add(…)`.")
    }

    fn get(&self, name: &str) -> Result<Dynamic> {
        let def = self.model.def;
        if let Some((column, _)) = def.field(name) {
            return self.value(column).map(values::to_script);
        }
        let (relation, target) = def.relation(name).ok_or_else(|| self.model.unknown(name))?;
        let mut related = self.related(relation)?.into_iter().map(Dynamic::from);
        Ok(match target.kind {
            RelationKind::BelongsTo => related.next().unwrap_or_default(),
            RelationKind::HasMany => Dynamic::from_array(related.collect()),
        })
    }

    /// The objects a relation leads to, read from the database where they are not here.
    fn related(&self, relation: usize) -> Result<Vec<Entity>> {
        let target = self.target(relation);
        let Some(record) = self.record() else {
            let draft = self.draft().unwrap_or_default();
            let parent = draft.parents.get(&relation).cloned().into_iter();
            return Ok(parent.chain(draft.children.get(&relation).cloned().unwrap_or_default()).collect());
        };
        let records = self.model.link.ask(move |owner| Box::pin(owner.session.related_records(record, relation)))?;
        Ok(records.into_iter().map(|record| target.entity(record)).collect())
    }

    fn target(&self, relation: usize) -> Model {
        Model { def: (self.model.def.relations[relation].target)(), link: self.model.link.clone() }
    }

    fn set(&self, name: &str, value: &Dynamic) -> Result<()> {
        let def = self.model.def;
        if let Some((column, field)) = def.field(name) {
            return self.set_value(column, values::for_column(value, def.name, field)?);
        }
        let (relation, target) = def.relation(name).ok_or_else(|| self.model.unknown(name))?;
        let entity = |value: &Dynamic| match value.read_lock::<Entity>() {
            Some(entity) if entity.model.def.type_id == (target.target)().type_id => Ok(entity.clone()),
            _ => {
                let message = format!(
                    "`{}.{name}` leads to `{}`, not to {}",
                    def.name,
                    (target.target)().name,
                    print::kind(value)
                );
                Err(Error::new(ErrorKind::Usage, message))
            }
        };
        match target.kind {
            RelationKind::BelongsTo if value.is_unit() => self.set_parent(relation, None),
            RelationKind::BelongsTo => self.set_parent(relation, Some(entity(value)?)),
            RelationKind::HasMany => {
                let Some(list) = value.read_lock::<Array>() else {
                    let message = format!("`{}.{name}` is a collection, and this is {}", def.name, print::kind(value));
                    return Err(Error::new(ErrorKind::Usage, message).with_help("Give it a list: `[a, b]`."));
                };
                self.set_children(relation, target, list.iter().map(entity).collect::<Result<_>>()?)
            }
        }
    }

    fn set_value(&self, column: usize, value: Value) -> Result<()> {
        if let Some(record) = self.record() {
            return self.model.link.ask_now(move |owner| owner.set(record, column, &value));
        }
        let def = self.model.def;
        // A column of several relations is one that they agree on.
        let says_otherwise = |relation: usize| {
            def.own_key(&def.relations[relation])
                .is_some_and(|key| key.columns == [column] || key.cleared.contains(&column))
        };
        self.change_draft(|draft| {
            draft.parents.retain(|relation, _| !says_otherwise(*relation));
            draft.values.insert(column, value);
        });
        Ok(())
    }

    fn set_parent(&self, relation: usize, parent: Option<Entity>) -> Result<()> {
        let def = self.model.def;
        let Some(key) = def.own_key(&def.relations[relation]) else { return Ok(()) };
        if parent.is_none() && key.cleared.is_empty() {
            let fields: Vec<String> =
                key.columns.iter().map(|&column| format!("`{}`", def.fields[column].name)).collect();
            let message = format!(
                "a `{}` cannot be without `{}`: {} may not be NULL",
                def.name,
                def.relations[relation].name,
                fields.join(", ")
            );
            return Err(Error::new(ErrorKind::Session, message).with_model(def.name));
        }
        if let Some(record) = self.record() {
            let parent = parent.map(|parent| parent.add()).transpose()?;
            return self.model.link.ask_now(move |owner| owner.link(record, relation, parent));
        }
        self.change_draft(|draft| {
            let given = if parent.is_some() { &key.columns } else { &key.cleared };
            draft.values.retain(|column, _| !given.contains(column));
            match parent {
                Some(parent) => drop(draft.parents.insert(relation, parent)),
                None => drop(draft.parents.remove(&relation)),
            }
        });
        Ok(())
    }

    /// Makes a to-many relation hold these objects: those that are new there join, those that are missing leave.
    fn set_children(&self, relation: usize, def: &RelationDef, children: Vec<Entity>) -> Result<()> {
        let KeyOf::Of(inverse) = def.key else { return Ok(()) };
        let Some((inverse, _)) = (def.target)().relation(inverse) else { return Ok(()) };
        if self.record().is_none() {
            for child in &children {
                // One that is in the session already would take this object along into it.
                if child.record().is_none() {
                    child.set_parent(inverse, Some(self.clone()))?;
                }
            }
            self.change_draft(|draft| drop(draft.children.insert(relation, children)));
            return Ok(());
        }
        let before = self.related(relation)?;
        for child in before.iter().filter(|child| !children.iter().any(|kept| kept.is(child))) {
            let (name, parent) = (child.model.def.name, self.model.def.name);
            child
                .set_parent(inverse, None)
                .map_err(|error| error.with_help(format!("Delete the `{name}`, or give it to another `{parent}`.")))?;
        }
        for child in children.iter().filter(|child| !before.iter().any(|known| known.is(child))) {
            child.set_parent(inverse, Some(self.clone()))?;
            child.add()?;
        }
        Ok(())
    }

    /// Takes the object into the session, with what it is related to.
    pub(super) fn add(&self) -> Result<Record> {
        let Some(draft) = self.draft() else {
            let Some(record) = self.record() else { return Err(self.not_added()) };
            // Says so if it is gone.
            return self.value(0).map(|_| record);
        };
        let def = self.model.def;
        let values: Vec<(usize, Value)> = draft.values.into_iter().collect();
        let record = self.model.link.ask_now(move |owner| owner.add(def, &values))?;
        *self.state() = State::Tracked(record);
        for (relation, parent) in draft.parents {
            let parent = Some(parent.add()?);
            self.model.link.ask_now(move |owner| owner.link(record, relation, parent))?;
        }
        for (relation, children) in draft.children {
            let KeyOf::Of(inverse) = def.relations[relation].key else { continue };
            for child in children {
                let Some((inverse, _)) = child.model.def.relation(inverse) else { continue };
                child.set_parent(inverse, Some(self.clone()))?;
                child.add()?;
            }
        }
        Ok(record)
    }

    /// Marks the object for deletion.
    pub(super) fn delete(&self) -> Result<()> {
        let Some(record) = self.record() else { return Err(self.not_added()) };
        self.model.link.ask_now(move |owner| owner.delete(record))
    }
}

/// The properties of objects, and for each model the function that makes one.
pub(super) fn register(engine: &mut Engine, models: &[Model]) {
    engine
        .register_type_with_name::<Entity>("Entity")
        .register_indexer_get(|entity: &mut Entity, name: ImmutableString| entity.get(&name).map_err(raise))
        .register_indexer_set(|entity: &mut Entity, name: ImmutableString, value: Dynamic| -> Fallible<()> {
            entity.set(&name, &value).map_err(raise)
        })
        .register_fn("==", |a: Entity, b: Entity| a.is(&b))
        .register_fn("!=", |a: Entity, b: Entity| !a.is(&b));
    for model in models {
        let (with, without) = (model.clone(), model.clone());
        engine
            .register_fn(model.def.name, move |given: Map| Entity::new(with.clone(), &given).map_err(raise))
            .register_fn(model.def.name, move || Entity::new(without.clone(), &Map::new()).map_err(raise));
    }
}
