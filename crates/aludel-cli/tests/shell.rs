//! The shell, line by line, on a database of each test's own.
#![cfg(feature = "shell")]
#![allow(missing_docs)]

use aludel::{prelude::*, sql::render};
use aludel_cli::shell::{Outcome, Shell};

#[derive(Model, Debug)]
#[model(display = "<User {username}>")]
pub struct User {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 64, index, unique)]
    pub username: String,
    #[column(length = 120, index, unique)]
    pub email: String,
    #[column(length = 128)]
    pub password_hash: Option<String>,
    #[relation(back_populates = author)]
    pub posts: HasMany<Post>,
}

#[derive(Model, Debug)]
#[model(display = "<Post {body}>")]
pub struct Post {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 140)]
    pub body: String,
    #[column(index, default = Timestamp::now)]
    pub timestamp: Timestamp,
    #[column(index, foreign_key = User.id)]
    pub user_id: i64,
    #[relation(key = user_id, back_populates = posts)]
    pub author: BelongsTo<User>,
}

#[derive(Model, Debug)]
pub struct Folder {
    #[column(primary_key)]
    pub drive: i64,
    #[column(primary_key)]
    pub name: String,
    #[relation(back_populates = folder)]
    pub files: HasMany<File>,
}

#[derive(Model, Debug)]
#[model(foreign_key(drive, folder_name = Folder(drive, name)), display = "<File {title}>")]
pub struct File {
    #[column(primary_key)]
    pub id: i64,
    pub title: String,
    pub drive: i64,
    pub folder_name: Option<String>,
    #[relation(key = (drive, folder_name), back_populates = files)]
    pub folder: BelongsTo<Option<Folder>>,
}

struct World {
    db: Db,
    shell: Shell,
}

impl World {
    async fn new() -> World {
        let db = Db::connect("sqlite://").await.unwrap();
        let mut connection = db.engine().acquire().await.unwrap();
        let dialect = connection.dialect();
        for table in db.models().schema().unwrap().tables.values() {
            let mut statements = vec![render::create_table(dialect, table).unwrap()];
            statements.extend(table.indexes.iter().map(|i| render::create_index(dialect, &table.name, i).unwrap()));
            for sql in statements {
                connection.execute(aludel::driver::Query::other(sql)).await.unwrap();
            }
        }
        drop(connection);
        let shell = Shell::new(&db).unwrap();
        World { db, shell }
    }

    /// With susan, who wrote two posts, and john, who wrote none.
    async fn populated() -> World {
        let mut world = World::new().await;
        world.run(r#"let susan = User(#{username: "susan", email: "susan@example.com"})"#).await;
        world.run(r#"let john = User(#{username: "john", email: "john@example.com"})"#).await;
        world.run(r#"db.add([susan, john])"#).await;
        world.run(r#"db.add(Post(#{body: "first", author: susan, timestamp: "2026-11-23T03:21:07Z"}))"#).await;
        world.run(r#"db.add(Post(#{body: "second", author: susan, timestamp: "2026-11-24T03:21:07.5Z"}))"#).await;
        world.run("db.commit()").await;
        world
    }

    async fn eval(&mut self, line: &str) -> (String, Outcome) {
        let mut printed = Vec::new();
        let outcome = self.shell.eval(line, &mut printed).await.unwrap();
        (String::from_utf8(printed).unwrap(), outcome)
    }

    /// What a line prints; panics if it fails.
    async fn run(&mut self, line: &str) -> String {
        match self.eval(line).await {
            (printed, Outcome::Done(value)) => printed + value.unwrap_or_default().as_str(),
            (_, other) => panic!("{line}: {other:?}"),
        }
    }

    /// Why a line fails; panics if it does not.
    async fn fail(&mut self, line: &str) -> String {
        match self.eval(line).await {
            (_, Outcome::Failed(error)) => error,
            (_, other) => panic!("{line}: {other:?}"),
        }
    }

    /// Runs lines that each print what stands beside them.
    async fn transcript(&mut self, lines: &[(&str, &str)]) {
        for (line, expected) in lines {
            assert_eq!(self.run(line).await, *expected, "{line}");
        }
    }
}

#[tokio::test]
async fn the_tutorials_play_time() {
    let mut world = World::new().await;
    let lines = [
        (r#"let u = User(#{username: "susan", email: "susan@example.com"})"#, ""),
        ("u", "<User susan>"),
        ("u.id", ""),
        ("db.add(u)", ""),
        ("db.commit()", ""),
        ("u.id", "1"),
        (r#"User.filter(|u| u.username == "susan").first()"#, "<User susan>"),
        ("u.posts", "[]"),
        (r#"let p = Post(#{body: "hi", author: u}); db.add(p); db.commit()"#, ""),
        ("p.author", "<User susan>"),
        ("p.user_id", "1"),
        ("u.posts", "[<Post hi>]"),
        ("User.get(1) == u", "true"),
        ("User.get(7)", ""),
        (r#"u.username = "sue""#, ""),
        ("db.rollback()", ""),
        ("u.username", "susan"),
        ("db.delete(p); db.delete(u); db.commit()", ""),
        ("User.all()", "[]"),
    ];
    world.transcript(&lines).await;
}

#[tokio::test]
async fn keys_of_several_columns() {
    let mut world = World::new().await;
    let lines = [
        (r#"let a = Folder(#{drive: 3, name: "a"}); let b = Folder(#{drive: 3, name: "b"})"#, ""),
        (r#"let file = File(#{title: "in a", folder: a}); let loose = File(#{title: "loose", drive: 3})"#, ""),
        ("db.add([file, loose, b]); db.commit()", ""),
        ("file.drive", "3"),
        ("file.folder", "<Folder 3, a>"),
        ("a.files", "[<File in a>]"),
        ("File.filter(|f| f.folder == a).all()", "[<File in a>]"),
        ("File.filter(|f| f.folder == ()).all()", "[<File loose>]"),
        ("File.filter(|f| f.folder.is_not_null() && !(f.folder != a)).all()", "[<File in a>]"),
        ("File.filter(|f| f.folder.in_list([b, a])).count()", "1"),
        ("file.folder = b; b.files", "[<File in a>]"),
        ("db.rollback(); a.files = [loose, file]; db.commit(); a.files", "[<File in a>, <File loose>]"),
        ("loose.folder = (); db.commit(); [loose.drive, loose.folder_name, a.files]", "[3, (), [<File in a>]]"),
        (r#"Folder.get([3, "b"]).files"#, "[]"),
    ];
    world.transcript(&lines).await;
    let error = world.fail("File.filter(|f| f.folder == file)").await;
    assert!(error.contains("`File.folder` leads to `Folder`, not to a `File`"), "{error}");
}

#[tokio::test]
async fn an_object_is_in_the_session_only_when_added() {
    let mut world = World::new().await;
    world.run(r#"let u = User(#{username: "susan", email: "s@x"})"#).await;
    assert_eq!(world.shell.uncommitted(), None);
    assert_eq!(world.run("db.commit(); User.count()").await, "0");
    let error = world.fail("db.delete(u)").await;
    assert!(error.contains("this `User` is not in the session"), "{error}");
    world.run("db.add(u)").await;
    assert_eq!(world.shell.uncommitted().as_deref(), Some("1 new"));
    assert_eq!(world.run("db.commit(); User.count()").await, "1");
    assert_eq!(world.shell.uncommitted(), None);
}

#[tokio::test]
async fn what_is_not_committed_is_counted() {
    let mut world = World::populated().await;
    world.run(r#"db.add(User(#{username: "new", email: "new"})); john.email = "j"; john.password_hash = "x""#).await;
    assert_eq!(world.shell.uncommitted().as_deref(), Some("1 new, 1 changed"));
    world.run("db.flush()").await;
    assert_eq!(world.shell.uncommitted().as_deref(), Some("1 new, 1 changed"));
    world.run("db.delete(john)").await;
    assert_eq!(world.shell.uncommitted().as_deref(), Some("1 new, 1 deleted"));
    world.run("db.rollback()").await;
    assert_eq!(world.shell.uncommitted(), None);
    assert_eq!(world.run("john.email").await, "john@example.com");
}

#[tokio::test]
async fn a_change_writes_its_column_alone() {
    let mut world = World::populated().await;
    world.run(r#"susan.email = "new@example.com""#).await;
    let recording = world.db.record();
    world.run("db.commit()").await;
    let sql: Vec<String> = recording.entries().into_iter().filter(|e| !e.control).map(|e| e.sql).collect();
    assert_eq!(sql, [r#"UPDATE "user" SET "email" = ?1 WHERE "id" = ?2"#]);
}

#[tokio::test]
async fn queries() {
    let mut world = World::populated().await;
    let lines = [
        ("User.all()", "[<User susan>, <User john>]"),
        ("User.order_by(|u| u.username).all()", "[<User john>, <User susan>]"),
        ("User.order_by(|u| u.username.desc()).limit(1).all()", "[<User susan>]"),
        ("User.order_by(|u| [u.password_hash, u.username.asc()]).offset(1).all()", "[<User susan>]"),
        ("User.first()", "<User susan>"),
        ("User.count()", "2"),
        ("User.limit(1).count()", "2"),
        (r#"User.filter(|u| u.username == "john").one()"#, "<User john>"),
        (r#"User.filter(|u| u.username != "john").all()"#, "[<User susan>]"),
        (r#"User.filter(|u| u.username == "nobody").first()"#, ""),
        ("User.filter(|u| u.id > 1).all()", "[<User john>]"),
        ("User.filter(|u| 1 < u.id).all()", "[<User john>]"),
        ("User.filter(|u| u.id >= 1 && u.id < 2).all()", "[<User susan>]"),
        (r#"User.filter(|u| u.id == 1 && u.username == "john").all()"#, "[]"),
        (r#"User.filter(|u| u.id == 1 || u.username == "john").count()"#, "2"),
        (r#"User.filter(|u| u.id == 1 | u.username == "john" & u.id == 3).all()"#, "[<User susan>]"),
        ("User.filter(|u| !(u.id == 1)).all()", "[<User john>]"),
        ("User.filter(|u| u.id <= 2).filter(|u| u.id > 1).all()", "[<User john>]"),
        ("User.filter(|u| u.password_hash == ()).count()", "2"),
        ("User.filter(|u| u.password_hash != ()).count()", "0"),
        ("User.filter(|u| u.password_hash.is_null()).count()", "2"),
        (r#"User.filter(|u| u.username.contains("us")).all()"#, "[<User susan>]"),
        (r#"User.filter(|u| u.username.contains("%")).all()"#, "[]"),
        (r#"User.filter(|u| u.username.starts_with("j")).all()"#, "[<User john>]"),
        (r#"User.filter(|u| u.username.ends_with("hn")).all()"#, "[<User john>]"),
        (r#"User.filter(|u| u.username.like("_ohn")).all()"#, "[<User john>]"),
        (r#"User.filter(|u| u.username.in_list(["john", "jack"])).all()"#, "[<User john>]"),
        ("User.filter(|u| u.id.between(2, 9)).all()", "[<User john>]"),
        ("User.filter(|u| u.email == u.username).all()", "[]"),
        ("User.filter(User.id == 2).all()", "[<User john>]"),
        ("Post.filter(|p| p.author == susan).count()", "2"),
        ("Post.filter(|p| p.author == john).count()", "0"),
        ("Post.filter(|p| susan == p.author).count()", "2"),
        (r#"Post.filter(|p| p.timestamp > "2026-11-23T12:00:00Z").all()"#, "[<Post second>]"),
        // The query is a value, and prints its statement.
        (
            r#"User.filter(|u| u.username == "susan").limit(3)"#,
            r#"SELECT "id", "username", "email", "password_hash" FROM "user" WHERE "username" = ?1 LIMIT ?2  -- "susan", 3"#,
        ),
        (r#"let q = User.filter(|u| u.id > 0); q.count()"#, "2"),
        ("q.first()", "<User susan>"),
        // Variables of earlier lines, models inside closures, functions.
        (r#"let name = "john""#, ""),
        ("User.filter(|u| u.username == name).all()", "[<User john>]"),
        ("User.all().map(|u| Post.filter(|p| p.user_id == u.id).count())", "[2, 0]"),
        ("let is_john = |u| u.username == name && u.id == 2", ""),
        ("User.filter(is_john).all()", "[<User john>]"),
        ("fn named(n) { User.filter(|u| u.username == n).one() }", ""),
        (r#"named("susan")"#, "<User susan>"),
        ("fn posts_of(u) { User.all().map(|x| Post.filter(|p| p.user_id == x.id).count())[0] + u.posts.len() }", ""),
        ("posts_of(User.get(1))", "4"),
        ("let User = 5; User", "5"),
    ];
    world.transcript(&lines).await;
}

#[tokio::test]
async fn one_wants_exactly_one() {
    let mut world = World::populated().await;
    assert!(world.fail("User.one()").await.contains("more than one `User` fits"));
    assert!(world.fail("User.filter(|u| u.id == 9).one()").await.contains("no `User` fits"));
}

#[tokio::test]
async fn relations_are_walked_and_changed_from_both_ends() {
    let mut world = World::populated().await;
    let lines = [
        ("susan.posts", "[<Post first>, <Post second>]"),
        ("susan.posts.len()", "2"),
        ("susan.posts[1].body", "second"),
        ("susan.posts.map(|p| p.body)", r#"["first", "second"]"#),
        ("for p in susan.posts { print(p.author.username) }", "susan\nsusan\n"),
        ("let p = Post.get(1); p.author = john", ""),
        ("p.author", "<User john>"),
        ("susan.posts", "[<Post second>]"),
        ("john.posts", "[<Post first>]"),
        ("db.commit(); p.user_id", "2"),
        // Through the collection, with an object that was in no session.
        (r#"john.posts.push(Post(#{body: "third"}))"#, ""),
        ("john.posts", "[<Post first>, <Post third>]"),
        ("db.commit(); Post.filter(|p| p.author == john).count()", "2"),
        ("p.author.username = \"johnny\"; db.commit(); User.get(2).username", "johnny"),
        // A whole family at once.
        (r#"let u = User(#{username: "ann", email: "a", posts: [Post(#{body: "x"}), Post(#{body: "y"})]})"#, ""),
        ("u.posts", "[<Post x>, <Post y>]"),
        ("u.posts[0].author", "<User ann>"),
        ("db.add(u); db.commit(); User.get(3).posts", "[<Post x>, <Post y>]"),
        // An added object takes along those it belongs to.
        (r#"db.add(Post(#{body: "z", author: User(#{username: "bob", email: "b"})})); db.commit()"#, ""),
        ("Post.filter(|p| p.body == \"z\").one().author", "<User bob>"),
    ];
    world.transcript(&lines).await;
    let error = world.fail("susan.posts = []").await;
    assert!(error.contains("a `Post` cannot be without `author`: `user_id` may not be NULL"), "{error}");
    assert!(error.contains("help: Delete the `Post`, or give it to another `User`."), "{error}");
}

#[tokio::test]
async fn a_relation_that_is_here_sends_nothing() {
    let mut world = World::populated().await;
    let recording = world.db.record();
    assert_eq!(world.run("Post.get(1).author").await, "<User susan>");
    assert_eq!(recording.statements(), 1);
}

#[tokio::test]
async fn values_of_all_types_are_shown_and_compared() {
    let mut world = World::populated().await;
    let lines = [
        ("let p = Post.get(1); p.timestamp", "2026-11-23T03:21:07Z"),
        (r#"p.timestamp == "2026-11-23T03:21:07Z""#, "true"),
        (r#"p.timestamp < "2026-11-23T03:21:07.001Z""#, "true"),
        (r#""2026-11-24T00:00:00Z" > p.timestamp"#, "true"),
        ("p.timestamp < Post.get(2).timestamp", "true"),
        ("[p.timestamp, susan.password_hash, 1.5, true]", "[2026-11-23T03:21:07Z, (), 1.5, true]"),
        ("susan.password_hash", ""),
        ("#{a: 1, b: \"two\"}", "#{a: 1, b: \"two\"}"),
        ("print(susan); print(`${p.timestamp}`)", "<User susan>\n2026-11-23T03:21:07Z\n"),
        ("print([susan])", "[<User susan>]\n"),
        // A default is there before anything is written.
        ("Post(#{}).timestamp > \"2020-01-01T00:00:00Z\"", "true"),
        ("true && false || true", "true"),
        ("let n = 0; while n < 3 && n != 2 { n += 1 } n", "2"),
    ];
    world.transcript(&lines).await;
    let error = world.fail(r#"p.timestamp < "yesterday""#).await;
    assert!(error.contains(r#"the text "yesterday" is not a timestamp"#), "{error}");
}

#[tokio::test]
async fn a_mistake_is_told_and_the_shell_goes_on() {
    let mut world = World::populated().await;
    let columns = "it has id, username, email, password_hash, posts";
    let mistakes = [
        ("susan.nope", format!("error: `User` has no column `nope`: {columns} (column 6)")),
        ("susan.nope = 1", format!("`User` has no column `nope`: {columns}")),
        (r#"User(#{name: "x"})"#, format!("`User` has no column `name`: {columns}")),
        ("User.filter(|u| u.nope == 1)", format!("error: `User` has no column `nope`: {columns} (column 18)")),
        ("User.filter(|u| u.id == \"one\")", "`User.id`: expected an integer, found text".into()),
        ("User.filter(|u| u.id == #{})", "a column cannot hold a map".into()),
        ("User.filter(|u| u.id)", "this is a column where a condition was to be".into()),
        ("User.filter(|u| u.id.contains(\"1\"))", "`User.id` is BIGINT: only text can be searched".into()),
        ("User.filter(|u| u.password_hash > ())", "nothing is greater or less than NULL".into()),
        ("User.filter(|u| u.id == susan)", "`User.id` does not refer to a `User`".into()),
        ("User.order_by(|u| 1)", "rows cannot be ordered by an integer".into()),
        ("User.limit(-1)", "-1 is not a number of rows".into()),
        ("User.get([1, 2])", "the key of `User` is id, and 2 values were given".into()),
        ("susan.username = ()", "`User.username`: expected text, found NULL".into()),
        ("Post(#{author: Post(#{})})", "`Post.author` leads to `User`, not to a `Post`".into()),
        ("susan.posts[0].author = ()", "a `Post` cannot be without `author`".into()),
        ("susan.posts = 1", "`User.posts` is a collection, and this is an integer".into()),
        ("db.add(1)", "an integer is not an object of the session's models".into()),
        ("nobody", "error: there is no `nobody` (column 1)\n  help: Make it with `let`".into()),
        ("susan.frobnicate()", "there is no function `frobnicate (Entity)`".into()),
        ("let x = 1 +* 2", "(column ".into()),
        ("let x = 1;\nlet y = nobody;", "(line 2, column 9)".into()),
        ("1 / 0", "error: ".into()),
        ("throw \"oh\"", "error: oh".into()),
        (")", "error: ".into()),
    ];
    for (line, expected) in mistakes {
        let error = world.fail(line).await;
        assert!(error.contains(&expected), "{line}: {error}");
        assert_eq!(world.run("susan").await, "<User susan>", "after {line}");
    }
    assert_eq!(world.shell.uncommitted(), None);
}

#[tokio::test]
async fn after_a_database_error_the_transaction_waits_for_a_rollback() {
    let mut world = World::populated().await;
    world.run(r#"let twin = User(#{username: "susan", email: "twin@example.com"}); db.add(twin)"#).await;
    let error = world.fail("db.commit()").await;
    assert!(error.contains("username"), "{error}");
    let error = world.fail("User.count()").await;
    assert!(error.contains("rollback()"), "{error}");
    assert!(world.shell.uncommitted().is_some());
    let lines = [("db.rollback()", ""), ("User.count()", "2"), ("susan", "<User susan>")];
    world.transcript(&lines).await;
    let error = world.fail("twin").await;
    assert!(error.contains("this `User` was rolled back"), "{error}");
    assert!(world.fail("db.add(twin)").await.contains("this `User` was rolled back"));
}

#[tokio::test]
async fn a_read_that_fails_needs_no_rollback() {
    let mut world = World::populated().await;
    let mut connection = world.db.engine().acquire().await.unwrap();
    connection.execute(aludel::driver::Query::other("ALTER TABLE post RENAME TO old")).await.unwrap();
    let error = world.fail("Post.all()").await;
    assert!(error.contains("post"), "{error}");
    assert_eq!(world.run("User.count()").await, "2");
}

#[tokio::test]
async fn a_line_with_an_open_bracket_waits_for_the_next() {
    let mut world = World::populated().await;
    let first = "User.filter(|u|";
    assert_eq!(world.eval(first).await.1, Outcome::Incomplete);
    assert_eq!(world.run(&format!("{first}\n  u.id == 1).all()")).await, "[<User susan>]");
}

#[tokio::test]
async fn leaving() {
    let mut world = World::new().await;
    for line in ["exit", "quit", " exit; ", "exit()", "quit()", "if true { exit() }"] {
        assert_eq!(world.eval(line).await.1, Outcome::Exit, "{line}");
    }
    for line in ["", "  \n", "// nothing"] {
        assert_eq!(world.eval(line).await.1, Outcome::Done(None), "{line:?}");
    }
}

#[tokio::test]
async fn help_and_models_describe_themselves() {
    let mut world = World::new().await;
    assert!(world.run("help()").await.contains("db.commit()"));
    assert!(world.run("db").await.starts_with("sqlite://"));
    assert_eq!(world.run("Post.columns()").await, r#"["id", "body", "timestamp", "user_id", "author"]"#);
    let expected = "\
User (table user)
  id             BIGINT, primary key
  username       VARCHAR(64), not null, unique
  email          VARCHAR(120), not null, unique
  password_hash  VARCHAR(128)
  posts          → [Post]";
    assert_eq!(world.run("User").await, expected);
    let post = world.run("Post").await;
    assert!(post.contains("user_id    BIGINT, not null, index, refers to user.id"), "{post}");
}

#[tokio::test]
async fn an_endless_line_can_be_interrupted() {
    let mut world = World::populated().await;
    let interrupt = world.shell.interrupt();
    let mut out = Signal(Some(interrupt));
    let outcome = world.shell.eval("print(1); loop {}", &mut out).await.unwrap();
    assert!(matches!(&outcome, Outcome::Failed(error) if error.starts_with("error: interrupted")), "{outcome:?}");
    assert_eq!(world.run("User.count()").await, "2");
    // While the database is at work: every row of a product of many.
    let interrupt = world.shell.interrupt();
    let mut out = Signal(Some(interrupt));
    let outcome = world.shell.eval("print(1); while true { User.all() }", &mut out).await.unwrap();
    assert!(matches!(&outcome, Outcome::Failed(error) if error.starts_with("error: interrupted")), "{outcome:?}");
    assert_eq!(world.run("User.count()").await, "2");
}

/// Interrupts the line as soon as it prints something.
struct Signal(Option<aludel_cli::shell::Interrupt>);

impl std::io::Write for Signal {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(interrupt) = self.0.take() {
            interrupt.set();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
/// Some crates make `+` ambiguous for whoever links them.
#[test]
fn linking_the_shell_leaves_strings_alone() {
    let (a, b) = (String::from("a"), String::from("b"));
    assert_eq!(a + &b, "ab");
}
