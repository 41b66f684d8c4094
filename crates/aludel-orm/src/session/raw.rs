//! Entities that SQL of the program's own finds.

use std::panic::Location;

use aludel_sql::Result;

use super::{Session, Tracked};
use crate::{
    model::Model,
    query::{Executor, Sql},
};

impl Session {
    /// The entities that SQL of the program's own finds, in its order: `session.raw::<User>(sql("SELECT * FROM user WHERE …"))`.
    ///
    /// Its rows have all columns of the model, by their names and in any order. All unwritten changes are written first, and the
    /// transaction begins unless the SQL is [`read_only`](Sql::read_only). A row that the session has already is the same
    /// entity, refreshed.
    ///
    /// # Errors
    /// Those of [`Sql::all`], and of [`Session::flush`].
    #[track_caller]
    pub fn raw<M: Model>(&mut self, sql: Sql) -> impl Future<Output = Result<Vec<Tracked<M>>>> + Send + '_ {
        let caller = Location::caller();
        async move {
            let rows: Result<Vec<M>> = sql.rows(Executor::Session(self), caller).await;
            let rows = rows.map_err(|error| error.with_model(M::definition().name))?;
            Ok(self.take_in(rows).into_iter().map(Tracked::new).collect())
        }
    }
}
