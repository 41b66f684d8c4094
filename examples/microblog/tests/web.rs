//! The whole program: its first run, its pages, its end.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// The program, serving from a folder of its own.
struct Program {
    child: Child,
    address: String,
    folder: TempDir,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_microblog"));
    command.current_dir(folder).env_remove("CARGO_MANIFEST_DIR").env_remove("DATABASE_URL").env_remove("HOST");
    command.env("PORT", "0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    /// Runs the program with no arguments, and waits until it says where it serves.
    fn start(folder: TempDir) -> Self {
        let mut child = command(folder.path()).env("DATABASE_ECHO", "1").spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(rest) = line.strip_prefix("microblog is serving http://") else {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("{line}{why}");
        };
        let address = rest.split('/').next().unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:") && !address.ends_with(":0"), "{line}");
        Program { child, address, folder }
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        self.send("POST", path, form)
    }

    fn send(&self, method: &str, path: &str, form: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, length) = (&self.address, form.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Ends the program. What it wrote to standard error.
    fn stop(mut self) -> (String, TempDir) {
        self.child.kill().unwrap();
        let mut err = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        self.child.wait().unwrap();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (err, folder)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_first_run_makes_everything_and_the_next_goes_on() {
    let program = Program::start(tempfile::tempdir().unwrap());
    assert_eq!(program.get("/").status, 200);
    assert_eq!(program.post("/people", "username=susan&email=susan%40example.com").status, 303);
    let (err, folder) = program.stop();
    assert!(folder.path().join("app.db").is_file());
    let said: Vec<&str> = err.lines().filter(|line| !line.starts_with("[sql") && !line.starts_with(' ')).collect();
    assert!(said.contains(&"Created the database app.db"), "{err}");
    assert!(
        said.iter().any(|line| line.starts_with("Running upgrade  -> ") && line.ends_with(", users table")),
        "{err}"
    );
    assert!(said.iter().any(|line| line.starts_with("Running upgrade ") && line.ends_with(", posts table")), "{err}");

    let program = Program::start(folder);
    assert!(program.get("/user/susan").body.contains("<h1>susan</h1>"));
    let (err, _folder) = program.stop();
    assert!(!err.contains("Running upgrade") && !err.contains("Created"), "{err}");
}

#[test]
fn posts_are_shown_newest_first_with_their_authors() {
    let program = Program::start(tempfile::tempdir().unwrap());
    assert!(program.get("/").body.contains("Nothing has been written yet."));

    let added = program.post("/people", "username=susan&email=susan%40example.com");
    assert_eq!(added.status, 303);
    assert!(added.head.contains("\r\nlocation: /user/susan\r\n"), "{}", added.head);
    program.post("/people", "username=john&email=john%40example.com");
    let posted = program.post("/posts", "username=susan&body=my+%3Cfirst%3E+post%21");
    assert_eq!(posted.status, 303);
    assert!(posted.head.contains("\r\nlocation: /\r\n"), "{}", posted.head);
    program.post("/posts", "username=john&body=hello+from+john");

    let home = program.get("/");
    assert_eq!(home.status, 200);
    assert!(home.head.contains("content-type: text/html; charset=utf-8"), "{}", home.head);
    let newest = home.body.find("hello from john").unwrap();
    let oldest = home.body.find("my &lt;first&gt; post!").expect("what people write is escaped");
    assert!(newest < oldest, "the newest post comes first");
    for name in ["susan", "john"] {
        assert!(home.body.contains(&format!("<a href=\"/user/{name}\">{name}</a>")), "{}", home.body);
    }

    let susan = program.get("/user/susan");
    assert_eq!(susan.status, 200);
    assert!(susan.body.contains("my &lt;first&gt; post!") && !susan.body.contains("hello from john"));
    for path in ["/user/nobody", "/nowhere"] {
        let missing = program.get(path);
        assert_eq!(missing.status, 404);
        assert!(missing.body.contains("There is nothing here"), "{}", missing.body);
    }

    let (err, _folder) = program.stop();
    // Of the statements, those that the second look at the front page sent: the posts, and then all authors at once.
    let selects = err.lines().filter(|line| line.starts_with("[sql") && line.contains("SELECT"));
    let lists = selects.clone().filter(|line| line.contains("FROM \"post\"") && !line.contains("WHERE")).count();
    let authors = selects.filter(|line| line.contains("FROM \"user\"") && line.contains(" IN (")).count();
    assert_eq!((lists, authors), (2, 1), "{err}");
}

#[test]
fn what_cannot_be_is_refused_at_its_field() {
    let program = Program::start(tempfile::tempdir().unwrap());
    program.post("/people", "username=susan&email=susan%40example.com");

    let stranger = program.post("/posts", "username=mary&body=hello");
    assert_eq!(stranger.status, 422);
    assert!(stranger.body.contains("There is nobody called “mary” yet."), "{}", stranger.body);
    assert!(
        stranger.body.contains("value=\"mary\"") && stranger.body.contains(">\nhello</textarea>"),
        "{}",
        stranger.body
    );

    let empty = program.post("/posts", "username=susan&body=++");
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("Write something."), "{}", empty.body);
    let long = program.post("/posts", &format!("username=susan&body={}", "%C3%A9".repeat(141)));
    assert_eq!(long.status, 422);
    assert!(long.body.contains("That is 141 characters, and a post has room for 140."), "{}", long.body);
    assert!(long.body.contains(&"é".repeat(141)), "what was written is kept");
    assert_eq!(program.post("/posts", &format!("username=susan&body={}", "%C3%A9".repeat(140))).status, 303);

    for (form, message) in [
        ("username=susan&email=other%40example.com", "id=\"person-username-wrong\" role=\"alert\">This name is taken."),
        (
            "username=other&email=susan%40example.com",
            "id=\"person-email-wrong\" role=\"alert\">Somebody with this address is here already.",
        ),
        ("username=other&email=nonsense", "That is not an e-mail address."),
        ("username=a/b&email=other%40example.com", "Use the letters a to z, digits, “_” and “-”."),
        ("", "What are they called?"),
    ] {
        let refused = program.post("/people", form);
        assert_eq!(refused.status, 422, "{form}");
        assert!(refused.body.contains(message), "{form}: {}", refused.body);
    }
    let (_, folder) = program.stop();
    let database = rusqlite::Connection::open(folder.path().join("app.db")).unwrap();
    let count = |table: &str| -> i64 {
        database.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("user"), count("post")), (1, 1));
}

#[test]
fn a_failure_is_logged_and_not_shown() {
    let program = Program::start(tempfile::tempdir().unwrap());
    let database = rusqlite::Connection::open(program.folder.path().join("app.db")).unwrap();
    database.execute_batch("DROP TABLE post").unwrap();
    let broken = program.get("/");
    assert_eq!((broken.status, broken.body.as_str()), (500, "Internal Server Error"));
    let (err, _folder) = program.stop();
    assert!(err.lines().any(|line| line.starts_with("error: GET /: the database has no table `post`")), "{err}");
}

#[test]
#[cfg(unix)]
fn the_signal_to_stop_ends_it_well() {
    let mut program = Program::start(tempfile::tempdir().unwrap());
    assert_eq!(program.get("/").status, 200);
    let sent = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", program.child.id())).status().unwrap();
    assert!(sent.success());
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
    let mut left: Vec<_> =
        fs::read_dir(program.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["app.db"], "the database is closed, with nothing beside it");
}

#[test]
fn the_migrations_that_came_with_the_program_fit_its_models() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| command(folder.path()).args(args).output().unwrap();
    assert!(run(&["db", "upgrade"]).status.success());
    let check = run(&["db", "check"]);
    assert_eq!(String::from_utf8_lossy(&check.stdout), "Models, migrations and database agree.\n", "{check:?}");
    assert!(run(&["db", "downgrade", "base"]).status.success());
    assert!(run(&["db", "upgrade"]).status.success());
}
