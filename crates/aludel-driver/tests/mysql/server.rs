//! A private server, for what cannot be tried on a shared one.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::support::is_mysql;

/// A throw-away server of the kind that is tested, stopped with the test. Anyone on this machine may log in as `root`.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    user: Option<String>,
    running: Option<Child>,
    pub(crate) port: u16,
}

impl Server {
    /// A new server, not yet started.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As root a server runs only when it is told to.
        let user = (output("id", &["-u"]).trim() == "0").then(|| "--user=root".to_owned());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server { folder, user, running: None, port };
        let out = fs::File::create(server.folder().join("out")).unwrap();
        let mut install = if is_mysql() { mysqld() } else { Command::new(program("mariadb-install-db")) };
        let settings: &[_] = if is_mysql() {
            &["--no-defaults", "--initialize-insecure"]
        } else {
            &["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]
        };
        let status = install
            .args(settings)
            .arg(format!("--datadir={}", server.folder().join("data").display()))
            .args(&server.user)
            .env("TMPDIR", server.folder())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .status()
            .unwrap();
        assert!(status.success(), "{}", fs::read_to_string(server.folder().join("out")).unwrap_or_default());
        server
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it and waits until it takes connections.
    pub(crate) fn start(&mut self, settings: &[String]) {
        let log = fs::File::create(self.folder().join("log")).unwrap();
        let mut start = if is_mysql() { mysqld() } else { Command::new(program("mariadbd")) };
        let child = start
            .args(["--no-defaults", "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0"])
            .args(is_mysql().then_some("--mysqlx=OFF"))
            .arg(format!("--datadir={}", self.folder().join("data").display()))
            .arg(format!("--socket={}", self.socket()))
            .arg(format!("--port={}", self.port))
            .args(&self.user)
            .args(settings)
            // A server that starts removes what others have in the folder they would share.
            .env("TMPDIR", self.folder())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let child = self.running.insert(child);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{}", fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
            std::thread::yield_now();
        }
    }

    /// Stops it, hanging up on everyone.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            output("kill", &[&child.id().to_string()]);
            child.wait().unwrap();
        }
    }

    pub(crate) fn socket(&self) -> String {
        self.folder().join("socket").display().to_string()
    }

    pub(crate) fn url(&self, user: &str, rest: &str) -> String {
        format!("mariadb://{user}@127.0.0.1:{}/{rest}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// MySQL's server, which not every system has where it is looked for.
fn mysqld() -> Command {
    Command::new(std::env::var_os("ALUDEL_TEST_MYSQLD").expect("ALUDEL_TEST_MYSQLD is the path of MySQL's server"))
}

/// A program on the PATH, or where Debian puts servers.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{name}: install MariaDB's server"))
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
