//! The way from one version of the models to the other and back, on the database of the test.

use aludel::{
    driver::{
        Query as Sql,
        inspect::{Inspector, held},
    },
    migrate::{Graph, Hooks, Migrator, Source, generate},
    model::Models,
    prelude::*,
    sql::{Dialect, ValueRef, dialect::IndexMethod, schema::Schema},
};

use crate::{sorted::sorted, support::TestDb};

/// Models before and after, and rows that are to outlive the change.
pub struct Change {
    pub before: Models,
    pub after: Models,
    /// What `db migrate` says it found.
    pub detected: &'static [&'static str],
    /// Run when the tables of `before` are there.
    pub rows: &'static [&'static str],
    /// What is the same before, between and after.
    pub kept: &'static str,
    /// The databases it is for, if not for all.
    pub only: &'static [&'static str],
    /// Whether a database has it. One that has not refuses the migration before anything is sent.
    pub has: fn(&dyn Dialect) -> bool,
}

/// The module of one version of the models.
macro_rules! version {
    ($version:ident { $($options:tt)* } { $($fields:tt)* } $($types:item)*) => {
        mod $version {
            use aludel::prelude::*;
            $($types)*
            #[derive(Model, Debug)]
            #[model(table = "item" $($options)*)]
            pub struct Item {
                #[column(primary_key)]
                pub id: i64,
                #[column(length = 40)]
                pub name: String,
                pub price: i64,
                $($fields)*
            }
        }
    };
}
pub(crate) use version;

/// A test of one thing that a table can have: its models, which differ in options of the table and in fields.
macro_rules! change {
    (
        $name:ident, $(only: $only:expr,)? has: $has:expr, found: $found:expr,
        before: { $($before:tt)* } { $($old:tt)* }, after: { $($after:tt)* } { $($new:tt)* }
        $(, types: { $($types_before:item)* } { $($types_after:item)* })?
    ) => {
        mod $name {
            crate::change::version!(before { $($before)* } { $($old)* } $($($types_before)*)?);
            crate::change::version!(after { $($after)* } { $($new)* } $($($types_after)*)?);

            #[tokio::test]
            async fn there_and_back() -> aludel::Result<()> {
                let change = crate::change::Change {
                    before: aludel::models![before::Item],
                    after: aludel::models![after::Item],
                    detected: &$found,
                    rows: &["INSERT INTO item (name, price) VALUES ('a', 1)", "INSERT INTO item (name, price) VALUES ('b', 2)"],
                    kept: "SELECT id, name, price FROM item ORDER BY id",
                    only: [$(&$only[..],)? &[]][0],
                    has: $has,
                };
                change.check(async |_| {}).await
            }
        }
    };
}
pub(crate) use change;

impl Change {
    /// Migrates there and back. `between` is run with what `after` describes, with the database after it.
    pub async fn check(self, between: impl AsyncFnOnce(&Db)) -> Result<()> {
        let db = TestDb::new().await;
        let engine = db.engine();
        let dialect = engine.dialect();
        if !self.only.is_empty() && !self.only.contains(&dialect.name()) {
            return Ok(());
        }
        let directory = tempfile::tempdir().expect("a directory");
        let (before, after) = (self.before.schema()?, self.after.schema()?);
        write(&directory, &before, "first")?;
        let found = write(&directory, &after, "second")?;
        assert_eq!(found, self.detected);
        let source = Source::Directory(directory.path().to_owned());
        let migrator = Migrator::new(Graph::new(source.revisions()?)?, Hooks::new());
        let left = generate::preview(migrator.graph(), &after, &generate::Options::default())?;
        assert!(left.is_empty() && left.withheld.is_empty(), "the models are as the migrations say: {left:?}");
        let has = (self.has)(dialect);
        if !has && !reaches(&db, &migrator, "first").await? {
            return Ok(());
        }
        migrator.upgrade(engine, "first", |_| {}).await?;
        run(&db, self.rows).await?;
        let rows = read(&db, self.kept).await?;
        assert_eq!(schema(&db).await?, sorted(held(dialect, &before)?), "before");
        if !has {
            assert!(!reaches(&db, &migrator, "heads").await?, "it is refused");
            assert_eq!(schema(&db).await?, sorted(held(dialect, &before)?), "nothing has changed");
            return Ok(());
        }
        migrator.upgrade(engine, "heads", |_| {}).await?;
        assert_eq!(schema(&db).await?, sorted(held(dialect, &after)?), "after the upgrade");
        assert_eq!(read(&db, self.kept).await?, rows, "after the upgrade");
        between(&Db::new(engine.clone(), self.after)).await;
        migrator.downgrade(engine, "first", |_| {}).await?;
        assert_eq!(schema(&db).await?, sorted(held(dialect, &before)?), "after the downgrade");
        assert_eq!(read(&db, self.kept).await?, rows, "after the downgrade");
        Ok(())
    }
}

/// Whether the database can be brought there; else it is refused before anything of it is sent.
async fn reaches(db: &Db, migrator: &Migrator, target: &str) -> Result<bool> {
    let recording = db.record();
    let Err(error) = migrator.upgrade(db.engine(), target, |_| {}).await else { return Ok(true) };
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    for entry in recording.entries() {
        let sent = ["ALTER ", "CREATE ", "DROP "].iter().any(|word| entry.sql.starts_with(word));
        assert!(!sent || entry.sql.contains("aludel_"), "sent: {}", entry.sql);
    }
    Ok(false)
}

/// Whether the database has indexes of this method.
pub fn has_method(dialect: &dyn Dialect, method: &str) -> bool {
    dialect.index_method(method) != IndexMethod::Unknown
}

/// What `db migrate` does; what was detected.
fn write(directory: &tempfile::TempDir, models: &Schema, id: &str) -> Result<Vec<String>> {
    let source = Source::Directory(directory.path().to_owned());
    let graph = Graph::new(source.revisions()?)?;
    let now = Timestamp::UNIX_EPOCH;
    let options = generate::Options::default();
    let written = generate::generate(directory.path(), &graph, models, id, &options, now, id)?;
    let changes = written.expect("something has changed").diff.changes;
    Ok(changes.into_iter().map(|change| change.description.replace("Detected ", "")).collect())
}

/// Runs statements in which names need no quotes.
pub async fn run(db: &Db, statements: &[&str]) -> Result<()> {
    let mut connection = db.engine().acquire().await?;
    for sql in statements {
        connection.execute(Sql::other((*sql).to_owned())).await?;
    }
    Ok(())
}

/// The rows of a query of numbers and texts, a line each.
pub async fn read(db: &Db, sql: &'static str) -> Result<Vec<String>> {
    let text = move |value: ValueRef<'_>| match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::I64(number) => number.to_string(),
        ValueRef::Bool(truth) => u8::from(truth).to_string(),
        ValueRef::Text(text) => text.to_owned(),
        other => panic!("{sql} gives {}", other.kind()),
    };
    let mut connection = db.engine().acquire().await?;
    let rows = connection.fetch(Sql::other(sql), move |row| {
        let texts = (0..row.len()).map(|i| row.get(i).map(text)).collect::<Result<Vec<_>>>()?;
        Ok(texts.join(" "))
    });
    rows.await
}

/// What an inspection finds beside the migrations' own tables.
async fn schema(db: &Db) -> Result<Schema> {
    let mut connection = db.engine().acquire().await?;
    let found = Inspector::new(&mut connection).inspect().await?;
    assert_eq!(found.unknown().collect::<Vec<_>>(), []);
    let mut found = found.schema;
    found.tables.retain(|name, _| !name.starts_with("aludel_"));
    Ok(sorted(found))
}
