//! Every mistake: what is said of it, the exit code, and that nothing changed.

use std::{fs, net::TcpListener};

use crate::support::{Blog, ran};

const SEE: &str = "help: Run `db history` to see the revisions";

#[test]
fn an_unknown_revision() {
    let blog = Blog::with_two_revisions();
    for command in ["upgrade", "downgrade", "show", "stamp"] {
        blog.refuses(["db", command, "zzz"], &format!("error: there is no revision `zzz`\n{SEE}"));
    }
    blog.ok(["db", "upgrade"]);
    for command in ["upgrade", "downgrade", "show", "stamp"] {
        blog.refuses(["db", command, "zzz"], &format!("error: there is no revision `zzz`\n{SEE}"));
    }
    let further = "error: `+5` goes further than there are revisions: there is none";
    blog.refuses(["db", "upgrade", "+5"], &format!("{further}\n{SEE}"));
}

#[test]
fn an_ambiguous_prefix() {
    let blog = Blog::with_two_revisions();
    let message =
        "error: `a` is ambiguous, as several revisions begin so: `a1`, `a2`\nhelp: Write more of the identifier";
    for command in ["upgrade", "show", "stamp"] {
        blog.refuses(["db", command, "a"], message);
    }
}

#[test]
fn a_step_down_from_nothing() {
    let blog = Blog::with_two_revisions();
    let message = format!("error: `-1` goes further than there are revisions: there is none\n{SEE}");
    blog.refuses(["db", "downgrade"], &message);
}

#[test]
fn a_broken_statement() {
    let blog = Blog::with_two_revisions();
    blog.edit("a2", |page| page.replace("CREATE INDEX ix_post_user_id", "CREATE INDX ix_post_user_id"));
    let name = blog.revision_name("a2");
    for args in [&["db", "upgrade"][..], &["db", "history"], &["db", "migrate"], &["db", "check"]] {
        let before = blog.files();
        let refused = blog.run(args);
        assert_eq!(refused.code, 1);
        // File, line, column, and the line itself.
        assert!(refused.err.starts_with("error: ") && refused.err.contains(&format!("{name}:17:8: ")), "{refused:?}");
        assert!(refused.err.contains("CREATE INDX ix_post_user_id ON post (user_id);"), "{refused:?}");
        assert!(refused.err.contains("\nhelp: "), "{refused:?}");
        assert_eq!(blog.files(), before);
    }
}

#[test]
fn what_was_left_half_way_says_how_to_go_on() {
    let blog = Blog::with_two_revisions();
    blog.edit("a2", |page| page.replacen("CREATE INDEX", "-- @commit\nCREATE INDEX", 1));
    blog.ok(["db", "upgrade", "a1"]);
    blog.database().execute_batch("CREATE INDEX ix_post_user_id ON user (id)").unwrap();
    assert_eq!(blog.run(["db", "upgrade"]).code, 1);

    let current = blog.run(["db", "current"]);
    let warning = "warning: the upgrade of revision a2 was left half-way: finish it with `db upgrade a2`\n";
    assert_eq!((current.code, current.err.as_str()), (0, warning));
    let refused = blog.run(["db", "downgrade"]);
    assert!(refused.code == 1 && refused.err.ends_with("help: Finish it first with `db upgrade a2`\n"), "{refused:?}");

    blog.database().execute_batch("DROP INDEX ix_post_user_id").unwrap();
    blog.ok(["db", "upgrade", "a2"]);
    assert_eq!(blog.run(["db", "current"]).err, "");
}

#[test]
fn a_mistyped_directive() {
    let blog = Blog::with_two_revisions();
    blog.edit("a1", |page| page.replace("-- @downgrade", "-- @downgrad"));
    let refused = blog.run(["db", "upgrade"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains(&blog.revision_name("a1")) && refused.err.contains("@downgrad"), "{refused:?}");
    assert!(!blog.path("app.db").exists());
}

#[test]
fn a_duplicate_identifier() {
    let blog = Blog::with_two_revisions();
    let (name, copy) = (blog.revision_name("a1"), "migrations/20991231_2359_a1_copy.sql");
    fs::copy(blog.revision("a1"), blog.path(copy)).unwrap();
    blog.refuses(
        ["db", "upgrade"],
        &format!(
            "error: revision `a1` is there twice: {name} and {copy}\n\
             help: Give one of them another identifier, or delete it"
        ),
    );
    fs::remove_file(blog.path(copy)).unwrap();
    blog.refuses(
        ["db", "revision", "--rev-id", "a1"],
        &format!(
            "error: revision `a1` is there already: {}\nhelp: Choose another identifier",
            blog.revision_name("a1")
        ),
    );
}

#[test]
fn a_missing_parent() {
    let blog = Blog::with_two_revisions();
    fs::remove_file(blog.revision("a1")).unwrap();
    blog.refuses(
        ["db", "upgrade"],
        &format!(
            "error: {}: revision `a2` builds on `a1`, which no file is\n\
             help: Restore the missing file, or correct the line `-- parents:`",
            blog.revision_name("a2")
        ),
    );
}

#[test]
fn a_database_newer_than_the_program() {
    let blog = Blog::with_two_revisions();
    blog.ok(["db", "upgrade"]);
    fs::remove_file(blog.revision("a2")).unwrap();
    blog.ok(["db", "lock"]);
    let message = "error: the database is newer than this program: it has `a2`, which the program does not know\n\
                   help: Run a newer program, or restore the files of those revisions";
    for args in [&["db", "upgrade"][..], &["db", "downgrade"], &["db", "stamp"], &[]] {
        blog.refuses(args, message);
    }
    assert_eq!(blog.ok(["db", "current"]), "a2 (unknown to this program)\n");
    let checked = blog.run(["db", "check"]);
    assert_eq!(checked.code, 1);
    assert!(checked.err.contains("error: the database is newer than this program: it has a2\n"), "{checked:?}");
}

#[test]
fn a_file_that_changed_after_it_was_applied() {
    let blog = Blog::with_two_revisions();
    blog.ok(["db", "upgrade"]);
    blog.edit("a2", |page| page.replace("VARCHAR(140)", "VARCHAR(150)"));
    blog.refuses(
        ["db", "downgrade"],
        &format!(
            "error: {}: revision `a2` was changed after it was applied to this database\n\
             help: Undo the change and write a new revision, or accept it as it is with `db repair --accept a2`",
            blog.revision_name("a2")
        ),
    );
    assert_eq!(blog.run(["db", "repair", "--accept", "a2"]).err, "Accepted a2 as its file is now\n");
    blog.ok(["db", "downgrade"]);
}

#[test]
fn a_missing_folder() {
    let blog = Blog::with_two_revisions();
    let before = blog.files();
    for args in [["db", "upgrade"], ["db", "current"], ["db", "stamp"]] {
        let refused = ran(blog.command(args).env("DATABASE_URL", "sqlite:///nowhere/app.db"));
        assert_eq!(refused.code, 1);
        assert!(refused.err.contains("nowhere` of the database file cannot be entered\n"), "{refused:?}");
        assert!(refused.err.contains("\nhelp: Create the folder, or correct the path"), "{refused:?}");
    }
    blog.refuses(
        ["db", "-d", "nowhere", "upgrade"],
        "error: there is no migrations directory `nowhere`\n  because: No such file or directory (os error 2)\n\
         help: Run `db init` first, or name the directory",
    );
    assert_eq!(blog.files(), before);
}

/// No one may make files in `/proc`, not even the superuser, whom permissions do not hold back.
#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_cannot_be_written_to() {
    let blog = Blog::with_two_revisions();
    let refused = ran(blog.command(["db", "upgrade"]).env("DATABASE_URL", "sqlite:////proc/app.db"));
    assert_eq!(refused.code, 1);
    assert!(refused.err.starts_with("error: the database file `/proc/app.db` could not be opened\n"), "{refused:?}");
    assert!(refused.err.contains("\nhelp: Check the permissions"), "{refused:?}");

    let refused = blog.run(["db", "-d", "/proc/migrations", "init"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.starts_with("error: `/proc/migrations` cannot be created: "), "{refused:?}");
}

#[test]
fn a_file_that_is_no_database() {
    let blog = Blog::with_two_revisions();
    fs::write(blog.path("app.db"), "a shopping list, and quite a long one, so that it cannot be mistaken").unwrap();
    let before = blog.files();
    for args in [&["db", "upgrade"][..], &["db", "downgrade"], &["db", "current"], &["db", "stamp"], &["run"]] {
        let refused = blog.run(args);
        assert_eq!(refused.code, 1);
        assert!(refused.err.contains("app.db` is not a SQLite database\nhelp: "), "{refused:?}");
        assert_eq!(blog.files(), before);
    }
}

#[test]
fn a_migration_that_fails_half_way() {
    let blog = Blog::with_two_revisions();
    blog.ok(["db", "upgrade", "a1"]);
    let database = blog.database();
    // What the second revision is about to make is there already, so its second statement fails.
    database.execute_batch("CREATE INDEX ix_post_timestamp ON user (id)").unwrap();
    let before = blog.schema();
    let failed = blog.run(["db", "upgrade"]);
    assert_eq!(failed.code, 1);
    let place = format!("{}:16:1: `CREATE INDEX ix_post_timestamp ON post (timestamp)`: ", blog.revision_name("a2"));
    assert!(failed.err.contains(&place) && failed.err.contains("ix_post_timestamp already exists\n"), "{failed:?}");
    assert!(failed.err.contains("\nhelp: Mend what stands in its way, and run the command again"), "{failed:?}");
    assert_eq!(blog.schema(), before, "it is rolled back whole");
    assert_eq!(blog.ok(["db", "current"]), "a1\n");

    database.execute_batch("DROP INDEX ix_post_timestamp").unwrap();
    drop(database);
    blog.ok(["db", "upgrade"]);
    assert_eq!(blog.ok(["db", "current"]), "a2 (head)\n");
    assert_eq!(blog.schema().len(), 6);
}

#[test]
fn a_command_that_is_not_understood() {
    let blog = Blog::with_two_revisions();
    for args in [
        &["db"][..],
        &["dance"],
        &["db", "dance"],
        &["db", "upgrade", "--hard"],
        &["db", "upgrade", "a1", "a2"],
        &["db", "migrate", "--rename", "nonsense"],
        &["run", "--port", "many"],
        &["run", "--port", "70000"],
    ] {
        let before = blog.files();
        let refused = blog.run(args);
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{args:?}: {refused:?}");
        assert!(refused.err.contains("Usage:") || refused.err.contains("--help"), "{refused:?}");
        assert_eq!(blog.files(), before);
    }
    let range = "error: `a1` is not a range of revisions\nhelp: Write `from:to`, where either may be left out";
    blog.refuses(["db", "history", "-r", "a1"], range);
    let help = blog.ok(["--help"]);
    assert!(help.starts_with("blog: its web server, its database and its shell\n\nUsage: "), "{help}");
}

#[test]
fn an_identifier_that_cannot_be_one() {
    let blog = Blog::with_migrations("users");
    let before = blog.files();
    let refused = blog.run(["db", "migrate", "--rev-id", "a+1"]);
    assert_eq!(refused.code, 1);
    let message = "error: `a+1` cannot be the identifier of a revision: it holds '+'\n";
    assert!(refused.err.contains(message), "{refused:?}");
    assert_eq!(blog.files(), before);
}

#[test]
fn before_init() {
    let blog = Blog::new("users");
    for command in ["migrate", "revision", "upgrade", "downgrade", "history", "heads", "show", "stamp", "check"] {
        blog.refuses(
            ["db", command],
            "error: there is no migrations directory `migrations`\n  \
             because: No such file or directory (os error 2)\nhelp: Run `db init` first, or name the directory",
        );
    }
}

#[test]
fn a_port_that_is_taken() {
    let blog = Blog::with_two_revisions();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = blog.run(["run", "--port", &port]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    let message = format!("error: cannot listen on 127.0.0.1 port {port}: another program does\n  because: ");
    assert!(refused.err.contains(&message), "{refused:?}");
    assert!(refused.err.ends_with("help: Stop it, or choose another port\n"), "{refused:?}");
}
