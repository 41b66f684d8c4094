//! Models, and questions about their rows.

use aludel_orm::{ModelDef, Session, session::Record};
use aludel_sql::{Error, ErrorKind, Expr, Result, expr::BinaryOp, render, statement::Select};
use rhai::{Array, Dynamic, Engine, FnPtr, ImmutableString, NativeCallContext};

use super::{
    condition::{Column, Condition, Order},
    engine::{Fallible, raise},
    entity::Entity,
    owner::Link,
    referred::Referred,
    values,
};

/// A model: `User`. In a closure, the row the closure is asked about.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) def: &'static ModelDef,
    pub(super) link: Link,
}

/// A question about the rows of a model, not asked yet.
#[derive(Clone)]
pub(super) struct Query {
    model: Model,
    select: Select,
}

impl Model {
    fn query(&self) -> Query {
        Query { model: self.clone(), select: Session::select_records(self.def) }
    }

    pub(super) fn entity(&self, record: Record) -> Entity {
        Entity::tracked(self.clone(), record)
    }

    pub(super) fn unknown(&self, name: &str) -> Error {
        let known: Vec<&str> = self.names().collect();
        let message = format!("`{}` has no column `{name}`: it has {}", self.def.name, known.join(", "));
        Error::new(ErrorKind::Usage, message).with_model(self.def.name)
    }

    /// The names of the columns, then of the relations.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let columns = self.def.fields.iter().map(|field| field.name);
        columns.chain(self.def.relations.iter().map(|relation| relation.name))
    }

    /// A column by its name, or what a to-one relation refers by.
    fn column(&self, name: &str) -> Result<Dynamic> {
        if let Some((field, _)) = self.def.field(name) {
            return Ok(Dynamic::from(Column { model: self.clone(), field }));
        }
        let (_, relation) = self.def.relation(name).ok_or_else(|| self.unknown(name))?;
        match self.def.own_key(relation) {
            Some(key) => Ok(match key.columns[..] {
                [field] => Dynamic::from(Column { model: self.clone(), field }),
                _ => Dynamic::from(Referred { model: self.clone(), name: relation.name, key }),
            }),
            None => {
                let message =
                    format!("`{}.{name}` is a collection, which no condition can be about yet", self.def.name);
                Err(Error::new(ErrorKind::Unsupported, message).with_help("Ask the model at its other end."))
            }
        }
    }

    /// The entity with this key; a list for a key of several columns.
    fn get(&self, key: &Dynamic) -> Result<Dynamic> {
        let keys = key.read_lock::<Array>().map_or_else(|| vec![key.clone()], |list| list.clone());
        if keys.len() != self.def.key.len() {
            let names: Vec<&str> = self.def.key.iter().map(|&column| self.def.fields[column].name).collect();
            let message =
                format!("the key of `{}` is {}, and {} values were given", self.def.name, names.join(", "), keys.len());
            return Err(Error::new(ErrorKind::Usage, message).with_model(self.def.name));
        }
        let mut query = self.query();
        for (&column, key) in self.def.key.iter().zip(&keys) {
            let field = &self.def.fields[column];
            let value = Expr::Value(values::for_column(key, self.def.name, field)?);
            query.restrict(Expr::column(0, field.column).binary(BinaryOp::Eq, value));
        }
        query.first()
    }
}

impl Query {
    fn restrict(&mut self, condition: Expr) {
        self.select.filter = Some(match self.select.filter.take() {
            Some(before) => before.and(condition),
            None => condition,
        });
    }

    fn filter(mut self, condition: &Dynamic) -> Result<Self> {
        self.restrict(Condition::new(condition)?.0);
        Ok(self)
    }

    fn order_by(mut self, order: &Dynamic) -> Result<Self> {
        self.select.order_by.extend(Order::list(order)?);
        Ok(self)
    }

    fn limit(mut self, rows: i64) -> Result<Self> {
        self.select.limit = Some(count(rows)?);
        Ok(self)
    }

    fn offset(mut self, rows: i64) -> Result<Self> {
        self.select.offset = Some(count(rows)?);
        Ok(self)
    }

    fn entities(&self) -> Result<Vec<Entity>> {
        let (def, select) = (self.model.def, self.select.clone());
        let records =
            self.model.link.ask(move |owner| Box::pin(async move { owner.session.records(def, &select).await }))?;
        Ok(records.into_iter().map(|record| self.model.entity(record)).collect())
    }

    fn all(&self) -> Result<Array> {
        Ok(self.entities()?.into_iter().map(Dynamic::from).collect())
    }

    fn first(mut self) -> Result<Dynamic> {
        self.select.limit = Some(self.select.limit.unwrap_or(1).min(1));
        Ok(self.entities()?.into_iter().next().map_or(Dynamic::UNIT, Dynamic::from))
    }

    fn one(mut self) -> Result<Entity> {
        self.select.limit = Some(self.select.limit.unwrap_or(2).min(2));
        let name = self.model.def.name;
        let mut entities = self.entities()?.into_iter();
        match (entities.next(), entities.next()) {
            (Some(entity), None) => Ok(entity),
            (None, _) => Err(Error::new(ErrorKind::NotFound, format!("no `{name}` fits")).with_model(name)),
            _ => Err(Error::new(ErrorKind::MultipleFound, format!("more than one `{name}` fits")).with_model(name)),
        }
    }

    fn count(&self) -> Result<i64> {
        let select = self.select.clone();
        let rows =
            self.model.link.ask(move |owner| Box::pin(async move { owner.session.count_records(&select).await }))?;
        Ok(i64::try_from(rows).unwrap_or(i64::MAX))
    }

    /// The statement, and the values bound to it.
    pub(super) fn sql(&self) -> Result<String> {
        let select = self.select.clone();
        let rendered =
            self.model.link.ask_now(move |owner| render::select(owner.session.db().engine().dialect(), &select))?;
        if rendered.params.is_empty() {
            return Ok(rendered.sql);
        }
        let params: Result<Vec<String>> =
            rendered.params.into_iter().map(|value| super::print::nested(&values::to_script(value))).collect();
        Ok(format!("{}  -- {}", rendered.sql, params?.join(", ")))
    }
}

/// A number of rows.
fn count(rows: i64) -> Result<u64> {
    let negative = |_| Error::new(ErrorKind::Usage, format!("{rows} is not a number of rows"));
    u64::try_from(rows).map_err(negative)
}

/// Everything a query can be told works on a model, too: it is the query for all its rows.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Model>("Model").register_type_with_name::<Query>("Query");
    engine
        .register_indexer_get(|model: &mut Model, name: ImmutableString| model.column(&name).map_err(raise))
        .register_fn("columns", |model: Model| model.names().map(Dynamic::from).collect::<Array>())
        .register_fn("get", |model: Model, key: Dynamic| model.get(&key).map_err(raise));
    macro_rules! methods {
        ($($ty:ty, $query:expr;)*) => {$(
            let query = $query;
            engine
                .register_fn("filter", move |context: NativeCallContext, it: $ty, ask: FnPtr| -> Fallible<Query> {
                    let query: Query = query(it);
                    let condition = ask.call_within_context::<Dynamic>(&context, (query.model.clone(),))?;
                    query.filter(&condition).map_err(raise)
                })
                .register_fn("filter", move |it: $ty, condition: Dynamic| query(it).filter(&condition).map_err(raise))
                .register_fn("order_by", move |context: NativeCallContext, it: $ty, ask: FnPtr| -> Fallible<Query> {
                    let query: Query = query(it);
                    let order = ask.call_within_context::<Dynamic>(&context, (query.model.clone(),))?;
                    query.order_by(&order).map_err(raise)
                })
                .register_fn("order_by", move |it: $ty, order: Dynamic| query(it).order_by(&order).map_err(raise))
                .register_fn("limit", move |it: $ty, rows: i64| query(it).limit(rows).map_err(raise))
                .register_fn("offset", move |it: $ty, rows: i64| query(it).offset(rows).map_err(raise))
                .register_fn("all", move |it: $ty| query(it).all().map_err(raise))
                .register_fn("first", move |it: $ty| query(it).first().map_err(raise))
                .register_fn("one", move |it: $ty| query(it).one().map_err(raise))
                .register_fn("count", move |it: $ty| query(it).count().map_err(raise));
        )*};
    }
    methods! {
        Model, |model: Model| model.query();
        Query, |query: Query| query;
    }
}
