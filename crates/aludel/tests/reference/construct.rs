//! What a case of the reference is made of: anything that becomes SQL and is run.

use std::{
    fmt::{Debug, Display},
    marker::PhantomData,
};

use aludel::{
    driver::driver::BoxFuture,
    expr::count_all,
    prelude::*,
    query::{Delete, Insert, InsertReturning, Returning, Scope, Sql, Update},
    sql::Dialect,
};

/// A query or a statement.
pub trait Construct: Sized + Send {
    /// Its text in a dialect.
    fn sql(self, dialect: &dyn Dialect) -> Result<String>;

    /// What it gives.
    fn run(self, session: &mut Session) -> impl Future<Output = Result<String>> + Send;
}

/// A case, which makes its construct anew each time.
pub struct Case {
    pub name: &'static str,
    pub sql: fn(&dyn Dialect) -> Result<String>,
    pub run: for<'s> fn(&'s mut Session) -> BoxFuture<'s, Result<String>>,
}

/// The cases of a file, by their names.
#[macro_export]
macro_rules! cases {
    ($module:ident: $($name:ident),* $(,)?) => {
        vec![$($crate::construct::Case {
            name: stringify!($name),
            sql: |dialect| $crate::construct::Construct::sql($module::$name(), dialect),
            run: |session| Box::pin($crate::construct::Construct::run($module::$name(), session)),
        }),*]
    };
}

/// Rows, one a line.
fn shown<T: Debug>(rows: Vec<T>) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    if rows.is_empty() { "nothing".into() } else { rows.join("\n") }
}

fn changed(rows: u64) -> String {
    if rows == 1 { "1 row".into() } else { format!("{rows} rows") }
}

impl<Src, Out: Debug + Send + Sync + 'static> Construct for Query<Src, Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.to_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        Ok(shown(self.all(session).await?))
    }
}

impl<C: Construct> Construct for Result<C> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        self?.sql(dialect)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        self?.run(session).await
    }
}

impl<Src: Scope> Construct for Update<Src> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.into_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        Ok(changed(self.exec(session).await?))
    }
}

impl<Src: Scope> Construct for Delete<Src> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.into_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        Ok(changed(self.exec(session).await?))
    }
}

impl<Out: Debug + Send + 'static> Construct for Returning<Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.into_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let mut rows: Vec<String> = self.all(session).await?.iter().map(|row| format!("{row:?}")).collect();
        rows.sort_unstable();
        Ok(rows.join("\n"))
    }
}

impl<M: Model> Construct for Insert<M> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.into_sql(dialect)?.remove(0).sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        // How many rows count as inserted where one was updated differs.
        self.exec(session).await.map(|_| "done".into())
    }
}

impl<M: Model, Out: Debug + Send + 'static> Construct for InsertReturning<M, Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.into_sql(dialect)?.remove(0).sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        Ok(shown(self.all(session).await?))
    }
}

/// One that says a name of the database's own.
pub struct OfDatabase<Q>(pub fn(&str) -> Q);

impl<Q: Construct> Construct for OfDatabase<Q> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        (self.0)(dialect.name()).sql(dialect)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let database = session.db().engine().dialect().name();
        (self.0)(database).run(session).await
    }
}

/// The texts of what a query sends after its own.
type Loads = fn(&dyn Dialect) -> Result<Vec<String>>;

/// A query that loads relations, whose rows are shown by a function.
pub struct Each<Src, Out>(Query<Src, Out>, fn(&Out) -> String, Loads);

/// `.all(&db)`
pub fn each<Src, Out>(query: Query<Src, Out>, show: fn(&Out) -> String, loads: Loads) -> Each<Src, Out> {
    Each(query, show, loads)
}

impl<Src, Out: Send + Sync + 'static> Construct for Each<Src, Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        let mut texts = vec![self.0.to_sql(dialect)?.sql];
        texts.extend((self.2)(dialect)?);
        Ok(texts.join("\n"))
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let expected = Each(self.0.clone(), self.1, self.2).sql(session.db().engine().dialect())?;
        let recording = session.db().record();
        let rows = self.0.all(session).await?;
        let sent: Vec<String> = recording.entries().iter().map(|sent| sent.sql.clone()).collect();
        assert_eq!(sent.join("\n"), expected);
        Ok(rows.iter().map(self.1).collect::<Vec<_>>().join("\n"))
    }
}

/// A query whose rows are counted.
pub struct Count<Src, Out>(Query<Src, Out>);

/// `.count(&db)`
pub fn count<Src: Scope, Out>(query: Query<Src, Out>) -> Count<Src, Out> {
    Count(query)
}

impl<Src: Scope, Out: Send + Sync + 'static> Construct for Count<Src, Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.0.unordered().select(|_| count_all()).to_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let expected = Count(self.0.clone()).sql(session.db().engine().dialect())?;
        let recording = session.db().record();
        let rows = self.0.count(session).await?;
        assert_eq!(recording.entries().last().map(|sent| sent.sql.to_string()), Some(expected));
        Ok(rows.to_string())
    }
}

/// A page of a query.
pub struct Paged<Src, Out>(Query<Src, Out>, u64, u64);

/// `.paginate(page, per_page).all(&db)`
pub fn page<Src: Scope, Out>(query: Query<Src, Out>, page: u64, per_page: u64) -> Paged<Src, Out> {
    Paged(query, page, per_page)
}

impl<Src: Scope, Out: Debug + Send + Sync + 'static> Construct for Paged<Src, Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        let Paged(query, page, per_page) = self;
        let rows = query.clone().limit(per_page).offset((page - 1) * per_page).to_sql(dialect)?.sql;
        Ok(format!("{rows}\n{}", Count(query).sql(dialect)?))
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let page = self.0.paginate(self.1, self.2).all(session).await?;
        Ok(format!(
            "{}\npage {} of {}, {} rows in all",
            shown(page.items.iter().collect()),
            page.page,
            page.pages(),
            page.total
        ))
    }
}

/// A query whose rows come one by one.
pub struct Streamed<Src, Out>(Query<Src, Out>);

/// `.stream(&db)`
pub fn stream<Src, Out>(query: Query<Src, Out>) -> Streamed<Src, Out> {
    Streamed(query)
}

impl<Src: Send, Out: Debug + Send + Sync + 'static> Construct for Streamed<Src, Out> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.0.to_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let mut rows = self.0.stream(session);
        let mut found = Vec::new();
        while let Some(row) = rows.next().await? {
            found.push(row);
        }
        Ok(shown(found))
    }
}

/// SQL of the program's own that changes rows.
impl Construct for Sql {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Ok(self.to_sql(dialect)?.sql)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        Ok(changed(self.exec(session).await?))
    }
}

/// SQL of the program's own, with what its rows become.
pub struct Rows<R>(Sql, PhantomData<fn() -> R>);

/// `.all::<R>(&db)`
pub fn all<R: FromRow>(sql: Sql) -> Rows<R> {
    Rows(sql, PhantomData)
}

impl<R: FromRow + Debug> Construct for Rows<R> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Construct::sql(self.0, dialect)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        Ok(shown(self.0.all::<R>(session).await?))
    }
}

/// SQL of the program's own that finds entities.
pub struct Entities<M>(Sql, PhantomData<fn() -> M>);

/// `session.raw::<M>(…)`
pub fn raw<M: Model>(sql: Sql) -> Entities<M> {
    Entities(sql, PhantomData)
}

impl<M: Model + Display> Construct for Entities<M> {
    fn sql(self, dialect: &dyn Dialect) -> Result<String> {
        Construct::sql(self.0, dialect)
    }

    async fn run(self, session: &mut Session) -> Result<String> {
        let found = session.raw::<M>(self.0).await?;
        Ok(found.into_iter().map(|entity| session[entity].to_string()).collect::<Vec<_>>().join("\n"))
    }
}
