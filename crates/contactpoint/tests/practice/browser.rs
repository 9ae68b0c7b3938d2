//! A browser without a window: it keeps cookies and the token of the last form it saw.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::Body;
use axum::http::{Request, header};

use super::Practice;

/// One answer, with its headers in the order in which they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A browser: it keeps cookies and the token of the last form it saw.
pub struct Browser<'a> {
    pub practice: &'a Practice,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
    pub address: IpAddr,
    pub headers: Vec<(&'static str, String)>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.request("GET", path, None).await
    }

    /// Sends a form with the token of the last page that had one.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let fields = [&[("csrf", csrf.as_str())], fields].concat();
        self.post_raw(path, &fields).await
    }

    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.request("POST", path, Some(pairs.join("&"))).await
    }

    pub async fn sign_in(&mut self, user_name: &str, [password, pin, code]: [&str; 3]) -> Answer {
        let fields = [
            ("user_name", user_name),
            ("password", password),
            ("pin", pin),
            ("security_code", code),
            ("next", ""),
        ];
        self.post("/sign-in", &fields).await
    }

    /// Searches, and follows to the results.
    pub async fn search(&mut self, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post("/search", &with_reason(fields)).await;
        if answer.status == 303 {
            self.get(answer.location()).await
        } else {
            answer
        }
    }

    /// The path of a child's record, found by name and opened for a reason.
    pub async fn open_child(&mut self, given: &str, family: &str) -> String {
        let path = self.find_child(given, family).await;
        let reason = if self.get("/shield").await.status == 200 {
            "shield-decision"
        } else {
            "find-practitioners"
        };
        let answer = self
            .post(&format!("{path}/reason"), &[("reason", reason)])
            .await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, path.as_str()),
            "{}",
            answer.body
        );
        path
    }

    /// The path of a child's record, as the results give it.
    pub async fn find_child(&mut self, given: &str, family: &str) -> String {
        let results = self
            .search(&[("given_name", given), ("family_name", family)])
            .await;
        assert_eq!(results.status, 200, "{}", results.body);
        child_path(&results.body)
    }

    async fn request(&mut self, method: &str, path: &str, form: Option<String>) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request
            .body(form.map_or_else(Body::empty, Body::from))
            .unwrap();
        let answer = self.practice.send(request, self.address).await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.all("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = between(&answer.body, "name=\"csrf\" value=\"", "\"") {
            self.csrf = token.to_owned();
        }
    }
}

impl Answer {
    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// Whether the page shows this text as it is read.
    pub fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

/// The fields with a reason, for whoever may give this one.
pub fn with_reason<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let reason = [("reason", "find-practitioners")];
    if fields.iter().any(|(name, _)| *name == "reason") {
        fields.to_vec()
    } else {
        [fields, &reason].concat()
    }
}

/// The path of the first child in a list of results.
pub fn child_path(results: &str) -> String {
    let href = between(results, "href=\"/child/", "\"")
        .map(|href| href.trim_end_matches("/reason"))
        .unwrap_or_else(|| panic!("no child: {results}"));
    format!("/child/{href}")
}

pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)
        .and_then(|(_, rest)| rest.split_once(after))
        .map(|(found, _)| found)
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => char::from(byte).to_string(),
            b' ' => "+".into(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
