//! Where the program takes its settings from.

use std::fs;

use crate::support::{Blog, ran};

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_rule() {
    let blog = Blog::with_two_revisions();
    fs::write(blog.path(".env"), "# where the rows are\nDATABASE_URL=sqlite:///file.db\n").unwrap();
    blog.ok(["db", "upgrade"]);
    assert!(blog.path("file.db").exists() && !blog.path("app.db").exists());

    let environment = ran(blog.command(["db", "upgrade"]).env("DATABASE_URL", "sqlite:///environment.db"));
    assert_eq!(environment.code, 0, "{environment:?}");
    assert!(blog.path("environment.db").exists());

    // An empty variable is as good as none.
    let file = ran(blog.command(["db", "current"]).env("DATABASE_URL", ""));
    assert_eq!(file.out, "", "the environment goes first, and app.db is not there");
    fs::remove_file(blog.path(".env")).unwrap();
    blog.ok(["db", "upgrade"]);
    assert!(blog.path("app.db").exists());
}

#[test]
fn the_file_may_be_above() {
    let blog = Blog::with_two_revisions();
    fs::write(blog.path(".env"), "DATABASE_URL=sqlite:///found.db\n").unwrap();
    fs::create_dir(blog.path("below")).unwrap();
    let below = ran(blog.command(["db", "-d", "../migrations", "upgrade"]).current_dir(blog.path("below")));
    assert_eq!(below.code, 0, "{below:?}");
    assert!(blog.path("below/found.db").exists());
}

#[test]
fn the_folder_of_the_manifest_is_where_a_relative_file_is() {
    let blog = Blog::with_two_revisions();
    fs::create_dir(blog.path("package")).unwrap();
    let args = ["db", "-d", "migrations", "upgrade"];
    let created = ran(blog.command(args).env("CARGO_MANIFEST_DIR", blog.path("package")));
    assert!(created.err.starts_with("Created the database package/app.db\n"), "{created:?}");
    assert!(blog.path("package/app.db").exists());
}

#[test]
fn echo_shows_the_statements() {
    let blog = Blog::with_two_revisions();
    let loud = ran(blog.command(["db", "upgrade"]).env("DATABASE_ECHO", "1"));
    assert!(loud.err.contains("] CREATE TABLE \"user\""), "{loud:?}");
    let quiet = ran(blog.command(["db", "upgrade"]).env("DATABASE_ECHO", "off"));
    assert_eq!(quiet.err, "Nothing to do: the database is at a2\n");
}

#[test]
fn a_setting_that_is_malformed_is_named() {
    let blog = Blog::with_two_revisions();
    for (name, value, message) in [
        (
            "DATABASE_ECHO",
            "loud",
            "error: `DATABASE_ECHO` cannot be used: it is neither on nor off\nhelp: Write `1` or `0`\n",
        ),
        (
            "DATABASE_URL",
            "postgresql://susan:s3cret@localhost:port/blog",
            "error: `DATABASE_URL` cannot be used: the port of the database URL is not a number from 1 to 65535\n",
        ),
        ("DATABASE_URL", "s3cret", "error: `DATABASE_URL` cannot be used: the database URL has no `://`\n"),
        // Not built in, or not there: which of the two depends on what else is built along.
        ("DATABASE_URL", "postgresql://susan:s3cret@127.0.0.1:1/blog", "error: "),
    ] {
        let refused = ran(blog.command(["db", "upgrade"]).env(name, value));
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{refused:?}");
        assert!(refused.err.starts_with(message), "{refused:?}");
        assert!(refused.err.contains("\nhelp: ") && !refused.err.contains("s3cret"), "{refused:?}");
    }
    let port = ran(blog.command(["run"]).env("PORT", "many"));
    assert_eq!(port.err, "error: `PORT` cannot be used: it is no port\nhelp: Write a number from 0 to 65535\n");
    assert_eq!(port.code, 1);
    assert!(!blog.path("app.db").exists());
}

#[test]
fn a_broken_file_is_reported_without_what_it_says() {
    let blog = Blog::with_two_revisions();
    fs::write(blog.path(".env"), "HOST=127.0.0.1\nDATABASE_URL=postgresql://susan:s3 cret@localhost/blog\n").unwrap();
    let broken = blog.run(["db", "current"]);
    assert_eq!(broken.code, 1);
    let message = ".env` cannot be read: what follows `HOST` is not of the form NAME=value\nhelp: Write NAME=value,";
    assert!(broken.err.contains(message) && !broken.err.contains("cret@"), "{broken:?}");
}
