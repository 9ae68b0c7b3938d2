//! A browser over a socket, one connection for each request.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::practice::{PASSWORD, PIN, between, code_of, token};
use crate::server::follow_the_clock;

pub const WAIT_SECONDS_MAX: u64 = 60;

pub struct Client {
    pub address: SocketAddr,
    pub headers: String,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Client {
    pub fn new(address: SocketAddr) -> Client {
        Client {
            address,
            headers: String::new(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// Somebody who signed in elsewhere, by the secret of their session.
    pub fn resuming(address: SocketAddr, secret: &str) -> Client {
        let mut client = Client::new(address);
        client
            .cookies
            .insert("__Host-contactpoint".into(), secret.into());
        client
    }

    /// Somebody signed in; each account once in half a minute, because a code is good once.
    pub fn signed_in(address: SocketAddr, id: i64, user_name: &str) -> Client {
        let mut client = Client::new(address);
        let answer = client.sign_in(id, user_name);
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(client.get("/search").status, 200);
        client
    }

    pub fn sign_in(&mut self, id: i64, user_name: &str) -> Answer {
        follow_the_clock();
        assert_eq!(self.get("/sign-in").status, 200);
        let code = code_of(&token(id));
        self.post(
            "/sign-in",
            &[
                ("user_name", user_name),
                ("password", PASSWORD),
                ("pin", PIN),
                ("security_code", &code),
                ("next", ""),
            ],
        )
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let fields = [&[("csrf", csrf.as_str())], fields].concat();
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
            .collect();
        let kind = "content-type: application/x-www-form-urlencoded";
        let body = pairs.join("&");
        let head = format!(
            "POST {path} HTTP/1.1\r\n{kind}\r\ncontent-length: {}\r\n",
            body.len()
        );
        self.ask(&head, &body)
    }

    /// Searches for Kelly; the answer leads to the results.
    pub fn search(&mut self) -> Answer {
        self.post(
            "/search",
            &[
                ("given_name", "Kelly"),
                ("family_name", "Marsh"),
                ("reason", "find-practitioners"),
            ],
        )
    }

    /// Gives a reason for Kelly's record, which is then open to this session. Two events.
    pub fn reach_child(&mut self) -> String {
        let found = self.search();
        assert_eq!(found.status, 303, "{}", found.body);
        let results = self.get(found.location());
        let child = crate::practice::child_path(&results.body);
        let given = self.post(
            &format!("{child}/reason"),
            &[("reason", "find-practitioners")],
        );
        assert_eq!(given.status, 303, "{}", given.body);
        child
    }

    fn ask(&mut self, first: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let sent = format!(
            "{first}host: contactpoint.example\r\nconnection: close\r\ncookie: {}\r\n{}\r\n{body}",
            cookies.join("; "),
            self.headers
        );
        let answer = exchange(self.address, &sent);
        for line in answer.head.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ") {
                let (pair, attributes) = cookie.split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                if attributes.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        if let Some(csrf) = between(&answer.body, "name=\"csrf\" value=\"", "\"") {
            self.csrf = csrf.to_owned();
        }
        answer
    }
}

impl Answer {
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// A plain page that says what happened and shows nothing of anybody.
    pub fn is_out_of_order(&self) -> bool {
        let shown = ["Kelly", "Marsh", "Mill Lane", "Dawn", "LS1 4AP"];
        self.status == 503
            && self.header("retry-after").is_some()
            && self
                .body
                .contains("Nothing was shown and nothing was changed.")
            && !shown.iter().any(|text| self.body.contains(text))
    }
}

/// Sends this much and reads until the server closes.
pub fn exchange(address: SocketAddr, sent: &str) -> Answer {
    let mut stream = connect(address);
    // The server may close before it has read everything.
    let _ = stream.write_all(sent.as_bytes());
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or(0),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let wait = Some(Duration::from_secs(WAIT_SECONDS_MAX));
    stream.set_read_timeout(wait).unwrap();
    stream
}
