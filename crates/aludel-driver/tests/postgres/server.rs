//! A private server, for what cannot be tried on a shared one.

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

/// A throw-away server, stopped with the test. A server does not run as root, so root starts it as the user `postgres`.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    owner: Option<(u32, u32)>,
    pub(crate) port: u16,
}

impl Server {
    /// A new server, not yet started. Only those on this machine may log in: anyone as `postgres`, `susan` with a password.
    pub(crate) fn new() -> Self {
        let owner = (id("-u", None) == Some(0))
            .then(|| id("-u", Some("postgres")).zip(id("-g", Some("postgres"))).expect("a user `postgres`"));
        let folder = tempfile::tempdir().unwrap();
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server { folder, owner, port };
        server.run("initdb", &["-D", &server.data(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]);
        let rules = "host all susan 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n\
                     local all all trust\n";
        server.write("data/pg_hba.conf", rules);
        server
    }

    /// The folder of the server, of its socket too.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn data(&self) -> String {
        self.folder().join("data").display().to_string()
    }

    /// Writes a file that only the server may read.
    pub(crate) fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let file = self.folder().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((user, group)) = self.owner {
            chown(&file, Some(user), Some(group)).unwrap();
        }
    }

    /// Starts it and waits until it takes connections.
    pub(crate) fn start(&self, settings: &str) {
        let folder = self.folder().display();
        let settings = format!("-p {} -h 127.0.0.1 -k {folder} -F {settings}", self.port);
        let log = self.folder().join("log").display().to_string();
        self.run("pg_ctl", &["start", "-w", "-D", &self.data(), "-l", &log, "-o", &settings]);
    }

    /// Stops it, hanging up on everyone.
    pub(crate) fn stop(&self) {
        self.run("pg_ctl", &["stop", "-w", "-m", "fast", "-D", &self.data()]);
    }

    pub(crate) fn url(&self, user: &str, rest: &str) -> String {
        format!("postgresql://{user}@127.0.0.1:{}/{rest}", self.port)
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(binaries().join(program));
        command.args(arguments).current_dir(self.folder());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        // The server it starts would hold a pipe open.
        let out = fs::File::create(self.folder().join("out")).unwrap();
        let status = command.stdout(out.try_clone().unwrap()).stderr(out).status().unwrap();
        let said = || fs::read_to_string(self.folder().join("out")).unwrap_or_default();
        let log = || fs::read_to_string(self.folder().join("log")).unwrap_or_default();
        assert!(status.success(), "{program}: {}{}", said(), log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if Path::new(&self.data()).join("postmaster.pid").exists() {
            let mut command = Command::new(binaries().join("pg_ctl"));
            command.args(["stop", "-s", "-m", "immediate", "-D", &self.data()]).current_dir(self.folder());
            if let Some((user, group)) = self.owner {
                command.uid(user).gid(group);
            }
            let _ = command.status();
        }
    }
}

/// The folder of the server's programs: `ALUDEL_TEST_POSTGRES_BIN`, or the newest where Debian puts them.
fn binaries() -> PathBuf {
    if let Some(folder) = std::env::var_os("ALUDEL_TEST_POSTGRES_BIN") {
        return folder.into();
    }
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let newest = installed.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    newest.expect("initdb: install PostgreSQL, or name the folder of its programs in ALUDEL_TEST_POSTGRES_BIN")
}

fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
