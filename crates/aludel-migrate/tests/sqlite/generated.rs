//! From models to files to a database.

use std::fs;

use aludel_migrate::{DiffOptions, Graph, Hooks, Migrator, Source, check, generate, lock};
use aludel_sql::{
    Type,
    schema::{Column, Counter, Index, IndexPart, Schema, Table},
};
use insta::assert_snapshot;
use jiff::Timestamp;

use super::Database;

fn models() -> Schema {
    Schema::new([Table {
        name: "user".into(),
        columns: vec![
            Column { identity: Some(Counter::default()), ..Column::new("id", Type::BigInt) },
            Column::new("username", Type::VarChar(64)),
        ],
        primary_key: vec!["id".into()],
        indexes: vec![Index {
            name: "ix_user_username".into(),
            parts: vec![IndexPart::column("username")],
            unique: true,
            ..Index::default()
        }],
        ..Table::default()
    }])
}

fn now() -> Timestamp {
    "2026-11-23T03:21:07.5Z".parse().unwrap()
}

fn names(directory: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn generated_files_build_the_models() {
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("migrations");
    generate::init(&directory).unwrap();
    assert_eq!(names(&directory), ["heads.lock"]);
    let source = Source::Directory(directory.clone());
    let load = || Graph::load(&source).unwrap();
    let options = generate::Options::default();

    let first = generate::generate(&directory, &load(), &models(), "users table", &options, now(), "8c1f2d90a4be")
        .unwrap()
        .unwrap();
    assert_eq!(names(&directory), ["20261123_0321_8c1f2d90a4be_users_table.sql", "heads.lock"]);
    assert_eq!(fs::read_to_string(&first.path).unwrap(), first.revision.source);
    assert_eq!(first.diff.changes[0].description, "Detected added table `user`");
    lock::verify(&load(), &source.lock().unwrap()).unwrap();

    let before = names(&directory);
    let nothing = generate::generate(&directory, &load(), &models(), "again", &options, now(), "b2").unwrap();
    assert!(nothing.is_none());
    assert_eq!(names(&directory), before, "nothing to change, nothing written");

    let mut changed = models();
    changed
        .tables
        .get_mut("user")
        .unwrap()
        .columns
        .push(Column { nullable: true, ..Column::new("about_me", Type::VarChar(140)) });
    changed.tables.get_mut("user").unwrap().columns[1].ty = Type::VarChar(80);
    assert_eq!(generate::preview(&load(), &changed, &options).unwrap().changes.len(), 2);
    let second = generate::generate(&directory, &load(), &changed, "about", &options, now(), "b2").unwrap().unwrap();
    assert_eq!(second.revision.parents, ["8c1f2d90a4be"]);
    assert_snapshot!(second.revision.source, @r#"
    -- about
    --
    -- revision: b2
    -- parents:  8c1f2d90a4be
    -- created:  2026-11-23T03:21:07Z

    -- @upgrade

    ALTER TABLE "user" ADD COLUMN about_me VARCHAR(140);
    ALTER TABLE "user" ALTER COLUMN username SET DATA TYPE VARCHAR(80);

    -- @downgrade

    ALTER TABLE "user" ALTER COLUMN username SET DATA TYPE VARCHAR(64);
    ALTER TABLE "user" DROP COLUMN about_me;
    "#);
    assert!(check::check(&load(), &source.lock().unwrap()).is_empty());

    let database = Database::new().await;
    let migrator = Migrator::new(load(), Hooks::new());
    database.upgrade(&migrator).await.unwrap();
    database.execute("INSERT INTO user (username, about_me) VALUES ('susan', 'hi')");
    database.downgrade(&migrator, "-1").await.unwrap();
    assert_eq!(database.query("SELECT * FROM user"), "1|susan");
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.query("SELECT * FROM user"), "1|susan|NULL");
}

#[test]
fn heads_and_parents_are_chosen_or_asked_for() {
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path();
    let source = Source::Directory(directory.to_owned());
    let load = || Graph::load(&source).unwrap();
    let with = |parents: &[&str]| generate::Options {
        parents: Some(parents.iter().map(|id| (*id).to_owned()).collect()),
        diff: DiffOptions::default(),
    };
    let default = generate::Options::default();
    let empty = |options: &generate::Options, id: &str| generate::empty(directory, &load(), id, options, now(), id);
    assert!(empty(&default, "a1").unwrap().revision.parents.is_empty());
    empty(&default, "b1").unwrap();
    empty(&with(&["a1"]), "c1").unwrap();
    assert_snapshot!(empty(&default, "d1").unwrap_err(), @"
    there are several heads: `b1`, `c1`
      help: Name the one to build on with `--head`, or merge them with `db merge`
    ");
    let taken = empty(&with(&["a1"]), "c1").unwrap_err().to_string();
    assert!(taken.starts_with("revision `c1` is there already: "), "{taken}");
    assert_snapshot!(empty(&with(&["heads"]), "no-good").unwrap_err(), @"
    `no-good` cannot be the identifier of a revision: it holds '-'
      help: Use lower-case letters, digits and underscores, at most 32 of them
    ");
    assert_eq!(source.lock().unwrap().lines().count(), 2);
    assert_eq!(empty(&with(&["heads"]), "d1").unwrap().revision.parents, ["b1", "c1"], "a merge");
    assert_eq!(source.lock().unwrap().lines().count(), 1);
    assert!(empty(&with(&["base"]), "e1").unwrap().revision.parents.is_empty(), "another root");
    lock::verify(&load(), &source.lock().unwrap()).unwrap();
    assert!(names(directory).iter().all(|name| !name.ends_with(".tmp")));
}

#[test]
fn init_changes_nothing_that_is_there() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("full");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    let plain = |error: aludel_sql::Error| error.to_string().replace(&*temporary.path().to_string_lossy(), "TMP");
    assert_snapshot!(plain(generate::init(&folder).unwrap_err()), @"
    `TMP/full` is there already and not empty
      help: Choose another directory, or go on with the migrations that are there
    ");
    assert_eq!(names(&folder), ["mine.txt"]);
    assert_snapshot!(plain(generate::init(&folder.join("mine.txt")).unwrap_err()), @"
    `TMP/full/mine.txt` is a file, and migrations need a directory
      help: Choose another directory
    ");
    assert_eq!(fs::read_to_string(folder.join("mine.txt")).unwrap(), "mine");
    let empty = temporary.path().join("a/b");
    generate::init(&empty).unwrap();
    assert_eq!(fs::read_to_string(empty.join("heads.lock")).unwrap(), "");
}

#[test]
fn new_identifiers_are_twelve_digits_and_differ() {
    let ids: std::collections::BTreeSet<String> = (0..100).map(|_| generate::new_id()).collect();
    assert_eq!(ids.len(), 100);
    assert!(ids.iter().all(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit())));
}
