//! The session, as scripts see it.

use aludel_sql::{Error, ErrorKind, Result};
use rhai::{Array, Dynamic, Engine};

use super::{
    engine::{Fallible, raise},
    entity::Entity,
    owner::Link,
    print,
};

/// `db`
#[derive(Clone)]
pub(super) struct Database(pub(super) Link);

impl Database {
    /// Where the database is.
    pub(super) fn url(&self) -> Result<String> {
        self.0.ask_now(|owner| Ok(owner.session.db().engine().url().to_string()))
    }
}

/// The methods of `db`.
pub(super) fn register(engine: &mut Engine) {
    fn each(objects: Array, work: impl Fn(&Entity) -> Result<()>) -> Fallible<()> {
        for object in &objects {
            let Some(entity) = object.read_lock::<Entity>() else {
                let message = format!("{} is not an object of the session's models", print::kind(object));
                return Err(raise(Error::new(ErrorKind::Usage, message)));
            };
            work(&entity).map_err(raise)?;
        }
        Ok(())
    }
    let add = |entity: &Entity| entity.add().map(drop);
    engine
        .register_type_with_name::<Database>("Database")
        .register_fn("add", move |_: Database, object: Dynamic| each(list(object), add))
        .register_fn("delete", |_: Database, object: Dynamic| each(list(object), Entity::delete))
        .register_fn("flush", |db: Database| -> Fallible<()> {
            db.0.ask(|owner| Box::pin(owner.session.flush())).map_err(raise)
        })
        .register_fn("commit", |db: Database| -> Fallible<()> {
            db.0.ask(|owner| Box::pin(owner.commit())).map_err(raise)
        })
        .register_fn("rollback", |db: Database| -> Fallible<()> {
            db.0.ask(|owner| Box::pin(owner.rollback())).map_err(raise)
        });
}

/// One object, or the objects of a list.
fn list(object: Dynamic) -> Array {
    if object.is_array() { object.cast() } else { vec![object] }
}
