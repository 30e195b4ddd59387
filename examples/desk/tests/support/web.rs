//! The real server as a process of its own, and browsers that talk to it over TCP.

#![expect(dead_code, reason = "each test file uses its own part")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// No answer of a server that is well takes longer, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A `crdesk demo` that runs.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:40123`
    pub(crate) address: String,
    /// The customer's address and pass phrase.
    pub(crate) customer: (String, String),
}

impl Server {
    /// Starts one over a store and waits until it says that it is ready.
    pub(crate) fn start(folder: &Path, store: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_crdesk"))
            .current_dir(folder)
            .args(["demo", "--listen", "127.0.0.1:0", "--cases", "0"])
            .args(["--store", store])
            .env("CRDESK_LIMITS__BURST", "1000000")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        let mut portal = Vec::new();
        for line in &mut lines {
            let line = line.expect("UTF-8");
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            if words.first().is_some_and(|word| word == "portal") {
                portal = words;
            }
            if line.ends_with("Ctrl-C.") {
                break;
            }
        }
        assert!(portal.len() > 3, "it did not start: {:?}", child.wait());
        let address = portal[1]
            .trim_start_matches("http://")
            .trim_end_matches('/');
        Self {
            address: address.to_owned(),
            customer: (portal[2].clone(), portal[3..].join(" ")),
            child,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Sends it a signal by name, as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let told = kill.arg(format!("-{name}")).arg(self.id().to_string());
        assert!(told.status().expect("kill is there").success());
    }

    /// Waits until it has ended; how long that took.
    pub(crate) fn ended(mut self, within: Duration) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its end") {
                return (status.code(), begun.elapsed());
            }
            assert!(begun.elapsed() < within, "it still runs after {within:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where a test fails half-way it is still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    /// A header of the answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let of = |line: &'_ str| {
            let (key, _) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(())
        };
        let line = self.head.lines().find(|line| of(line).is_some())?;
        Some(line.split_once(':')?.1.trim())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }
}

/// A browser: cookies, and the page that it shows.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) address: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) page: String,
    /// The mark of its forms, from the last page that had one.
    csrf: String,
}

impl Browser {
    pub(crate) fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            cookies: BTreeMap::new(),
            page: String::new(),
            csrf: String::new(),
        }
    }

    /// A browser of the customer, who has logged in.
    pub(crate) fn of_customer(server: &Server) -> Self {
        let mut browser = server.browser();
        browser.get("/log-in").expect("the page to log in");
        let (email, phrase) = &server.customer;
        let form = [
            ("email", email.as_str()),
            ("password", phrase),
            ("next", "/cases"),
        ];
        let seen = browser.submit("/log-in", &form).expect("an answer");
        assert_eq!(seen.status, 303, "{}", seen.body);
        // Whose forms have another mark from now on.
        browser.get("/raise").expect("a page");
        browser
    }

    /// Sends one request and leaves the line open; HTTP/1.0, whose answers end with the line.
    pub(crate) fn open(&self, method: &str, path: &str, form: &str) -> io::Result<TcpStream> {
        let Self { address, .. } = self;
        let mut line = TcpStream::connect(address)?;
        line.set_read_timeout(Some(PATIENCE))?;
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let mut request = format!("{method} {path} HTTP/1.0\r\nhost: {address}\r\n");
        if !cookies.is_empty() {
            request += &format!("cookie: {}\r\n", cookies.join("; "));
        }
        if method == "POST" {
            request += &format!(
                "origin: http://{address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: {}\r\n",
                form.len()
            );
        }
        request += "\r\n";
        request += form;
        line.write_all(request.as_bytes())?;
        Ok(line)
    }

    fn send(&mut self, method: &str, path: &str, form: &str) -> io::Result<Seen> {
        let mut line = self.open(method, path, form)?;
        let mut bytes = Vec::new();
        line.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        // Half a head is no answer.
        let (head, body) = text
            .split_once("\r\n\r\n")
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let seen = Seen {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            head: head.to_owned(),
            body: body.replace("&#x2f;", "/"),
        };
        for line in head.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if !name.eq_ignore_ascii_case("set-cookie") {
                continue;
            }
            let pair = value.trim().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        self.page.clone_from(&seen.body);
        if let Some(csrf) = self.hidden("csrf") {
            self.csrf = csrf;
        }
        Ok(seen)
    }

    /// Asks for a page; no redirect is followed.
    pub(crate) fn get(&mut self, path: &str) -> io::Result<Seen> {
        self.send("GET", path, "")
    }

    /// The value of a hidden field on the page that is shown.
    pub(crate) fn hidden(&self, name: &str) -> Option<String> {
        let (_, after) = self.page.split_once(&format!("name=\"{name}\" value=\""))?;
        after.split('"').next().map(str::to_owned)
    }

    /// Sends a form of the page that is shown.
    pub(crate) fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Seen> {
        let mut form = format!("csrf={}", encoded(&self.csrf));
        for (name, value) in fields {
            form += &format!("&{name}={}", encoded(value));
        }
        self.send("POST", path, &form)
    }
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// A database of its own on the MariaDB that the environment names; none where it names none.
pub(crate) struct Database {
    /// `mysql://root@127.0.0.1:40123`
    server: String,
    name: String,
}

impl Database {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let Ok(url) = std::env::var("CRCORE_MYSQL_URL") else {
            let _ = writeln!(io::stderr(), "not run: CRCORE_MYSQL_URL is not set");
            return None;
        };
        let (server, _) = url.rsplit_once('/').expect("a database in the URL");
        let database = Self {
            server: server.to_owned(),
            name: format!("{name}_{}", std::process::id()),
        };
        database.run(&format!("CREATE OR REPLACE DATABASE {}", database.name));
        Some(database)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    fn run(&self, sql: &str) {
        let at = self.server.trim_start_matches("mysql://");
        let (user, address) = at.split_once('@').expect("a user in the URL");
        let (host, port) = address.split_once(':').expect("a port in the URL");
        let mut mariadb = Command::new("mariadb");
        let ran = mariadb
            .args([
                "--host",
                host,
                "--port",
                port,
                "--user",
                user,
                "--execute",
                sql,
            ])
            .stderr(Stdio::null())
            .status();
        assert!(ran.expect("mariadb is there").success(), "{sql}");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.run(&format!("DROP DATABASE {}", self.name));
    }
}

/// A schema of its own on the PostgreSQL that the environment names; none where it names none.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var("CRCORE_POSTGRES_URL") else {
            // Not `println!`, which libtest keeps to itself where a test passes.
            let _ = writeln!(io::stderr(), "not run: CRCORE_POSTGRES_URL is not set");
            return None;
        };
        let name = format!("{name}_{}", std::process::id());
        let schema = Self { server, name };
        schema.run(&format!(
            "DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}",
            schema.name
        ));
        Some(schema)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}?options=-csearch_path%3D{}", self.server, self.name)
    }

    fn run(&self, sql: &str) {
        let mut psql = Command::new("psql");
        let ran = psql
            .args([&self.server, "-qc", sql])
            .stderr(Stdio::null())
            .status();
        assert!(ran.expect("psql is there").success(), "{sql}");
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        self.run(&format!("DROP SCHEMA {} CASCADE", self.name));
    }
}
