//! The program of the tests, and what it did.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rusqlite::Connection;
use tempfile::TempDir;

/// The blog, in a folder of its own.
pub struct Blog {
    folder: TempDir,
    /// How far it has come.
    pub models: &'static str,
}

/// What a run of the program did.
#[derive(Debug, PartialEq)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Blog {
    pub fn new(models: &'static str) -> Self {
        Blog { folder: tempfile::tempdir().unwrap(), models }
    }

    /// With a folder of migrations.
    pub fn with_migrations(models: &'static str) -> Self {
        let blog = Blog::new(models);
        blog.ok(["db", "init"]);
        blog
    }

    /// With the revisions `a1`, the users, and `a2`, the posts.
    pub fn with_two_revisions() -> Self {
        let mut blog = Blog::with_migrations("users");
        blog.ok(["db", "migrate", "-m", "users table", "--rev-id", "a1"]);
        blog.models = "posts";
        blog.ok(["db", "migrate", "-m", "posts table", "--rev-id", "a2"]);
        blog
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(program());
        command.args(args).current_dir(self.folder.path()).env("BLOG", self.models).stdin(Stdio::null());
        for name in ["CARGO_MANIFEST_DIR", "DATABASE_URL", "DATABASE_ECHO", "HOST", "PORT"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the program to its end.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        ran(&mut self.command(args))
    }

    /// Runs the program, which is to succeed. What it wrote to standard output.
    #[track_caller]
    pub fn ok<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out
    }

    /// Runs the program, which is to fail with these lines on standard error, and to change nothing.
    #[track_caller]
    pub fn refuses<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, err: &str) {
        let before = self.files();
        assert_eq!(self.run(args), Ran { code: 1, out: String::new(), err: format!("{err}\n") });
        assert_eq!(self.files(), before, "something was changed");
    }

    /// All files, with what is in them.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => collect(&path, files),
                    false => drop(files.insert(path.clone(), fs::read(&path).unwrap())),
                }
            }
        }
        let mut files = BTreeMap::new();
        collect(self.folder.path(), &mut files);
        files
    }

    /// The file of a revision.
    pub fn revision(&self, id: &str) -> PathBuf {
        let of = |path: &PathBuf| path.to_string_lossy().contains(&format!("_{id}"));
        fs::read_dir(self.path("migrations")).unwrap().map(|entry| entry.unwrap().path()).find(of).unwrap()
    }

    /// The file of a revision, as messages name it.
    pub fn revision_name(&self, id: &str) -> String {
        let path = self.revision(id);
        path.strip_prefix(self.folder.path()).unwrap().display().to_string()
    }

    /// Changes the text of the file of a revision.
    pub fn edit(&self, id: &str, change: impl FnOnce(String) -> String) {
        let path = self.revision(id);
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    }

    pub fn database(&self) -> Connection {
        Connection::open(self.path("app.db")).unwrap()
    }

    /// What is in the schema of `app.db`, by name, without the history and what SQLite makes for itself.
    pub fn schema(&self) -> Vec<String> {
        let database = self.database();
        let mut statement = database
            .prepare(
                "SELECT sql FROM sqlite_schema
                 WHERE sql IS NOT NULL AND tbl_name NOT IN ('aludel_history', 'sqlite_sequence') ORDER BY name",
            )
            .unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(|sql| words(&sql.unwrap())).collect()
    }
}

/// The text with single spaces between its words.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Cargo builds the examples along with the tests, into the folder beside theirs.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here.parent().unwrap().parent().unwrap().join("examples").join("blog");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is missing: run `cargo build -p aludel-cli --examples`", program.display());
    program
}
