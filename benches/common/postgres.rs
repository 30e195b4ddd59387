//! A PostgreSQL for one benchmark, with its usual settings.

use std::cell::RefCell;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// The server at `CRCORE_POSTGRES_URL`, or one of our own that ends with this value.
pub(crate) struct Server {
    url: String,
    own: Option<TempDir>,
    schemas: RefCell<Vec<String>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        if let Ok(url) = std::env::var("CRCORE_POSTGRES_URL") {
            return Self {
                url,
                own: None,
                schemas: RefCell::default(),
            };
        }
        let folder = tempfile::tempdir().unwrap();
        // The server runs as a user of its own.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let said = servers("start", &folder);
        let url = said
            .lines()
            .find_map(|line| line.strip_prefix("export CRCORE_POSTGRES_URL="));
        Self {
            url: url.unwrap().to_owned(),
            own: Some(folder),
            schemas: RefCell::default(),
        }
    }

    /// An empty schema, and the address under which its tables are found.
    pub(crate) fn schema(&self, name: &str) -> String {
        let anew = format!("DROP SCHEMA IF EXISTS {name} CASCADE");
        psql(&self.url, &anew);
        psql(&self.url, &format!("CREATE SCHEMA {name}"));
        self.schemas.borrow_mut().push(name.to_owned());
        format!("{}?options=-csearch_path%3D{name}", self.url)
    }

    /// The processes of our own server, to be hurried with ours.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let Some(folder) = &self.own else {
            return Vec::new();
        };
        let pid: PathBuf = folder.path().join("postgres/db/postmaster.pid");
        let first = std::fs::read_to_string(pid).unwrap_or_default();
        let Some(first) = first.lines().next().and_then(|pid| pid.parse().ok()) else {
            return Vec::new();
        };
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        let children = children.unwrap_or_default();
        let children = children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok());
        std::iter::once(first).chain(children).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(folder) = &self.own {
            servers("stop", folder);
            return;
        }
        for name in self.schemas.take() {
            psql(&self.url, &format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

fn servers(what: &str, folder: &TempDir) -> String {
    let mut servers = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers"));
    let output = servers.arg(what).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "tests/servers {what} failed");
    String::from_utf8(output.stdout).unwrap()
}

/// A program that comes with PostgreSQL.
pub(crate) fn program(name: &str) -> Command {
    let found = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.exists())
        .max();
    Command::new(found.unwrap_or_else(|| name.into()))
}

pub(crate) fn psql(url: &str, sql: &str) -> String {
    let output = program("psql")
        .args(["-qAt", url, "-c", sql])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
