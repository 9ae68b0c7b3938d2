//! The description that the program serves, and whether an answer is one of those it names.

use contactpoint::routes::{ROUTES, Verb};
use serde_json::Value;

use crate::practice::{Answer, Practice};

fn description() -> Value {
    serde_json::from_str(include_str!("../../src/door/openapi.json")).unwrap()
}

/// The path of the description that an address is of.
fn template(path: &str) -> String {
    let path = path.split('?').next().unwrap();
    match path.strip_prefix("/supply/runs/") {
        Some(_) => "/supply/runs/{run}".into(),
        None => path.into(),
    }
}

/// Fails unless the answer is one that the description names, with everything in it as described.
pub fn hold(verb: Verb, path: &str, answer: &Answer) {
    let description = description();
    let verb = format!("{verb:?}").to_lowercase();
    let status = answer.status.to_string();
    let place = format!("{verb} {path} {status}");
    let response = &description["paths"][template(path)][&verb]["responses"][&status];
    assert!(
        response.is_object(),
        "{place} is not described: {}",
        answer.body
    );
    let kind = answer.header("content-type").unwrap();
    let kind = kind.split(';').next().unwrap();
    let schema = &response["content"][kind]["schema"];
    assert!(schema.is_object(), "{place} {kind} is not described");
    for name in response["headers"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
    {
        assert!(
            answer.header(&name.to_lowercase()).is_some(),
            "{place} has no {name}"
        );
    }
    if kind != "text/html" {
        let body = serde_json::from_str(&answer.body).unwrap();
        check(&description, schema, &body).unwrap_or_else(|why| panic!("{place}: {why}\n{body:#}"));
    }
}

/// Whether a value is as a schema says (JSON Schema 2020-12, of which the description uses this much and no more).
fn check(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let all = schema.as_object().unwrap();
    // What it is comes first: the other words are of values of that kind.
    let kind = all.iter().filter(|(word, _)| *word == "type");
    let others = all.iter().filter(|(word, _)| *word != "type");
    for (word, said) in kind.chain(others) {
        let fits = match word.as_str() {
            "description" | "format" => true,
            "$ref" => {
                let name = said.as_str().unwrap().strip_prefix('#').unwrap();
                return check(root, root.pointer(name).unwrap(), value);
            }
            "type" => match said {
                Value::String(one) => is_of(value, one),
                some => some
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|one| is_of(value, one.as_str().unwrap())),
            },
            "const" => value == said,
            "enum" => said.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().unwrap() >= said.as_i64().unwrap(),
            "pattern" => is_like(said.as_str().unwrap(), value.as_str().unwrap()),
            "required" => said
                .as_array()
                .unwrap()
                .iter()
                .all(|name| value.get(name.as_str().unwrap()).is_some()),
            "additionalProperties" => {
                assert_eq!(said, false);
                value
                    .as_object()
                    .unwrap()
                    .keys()
                    .all(|name| schema["properties"].get(name).is_some())
            }
            "properties" => {
                for (name, schema) in said.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        check(root, schema, value).map_err(|why| format!("{name}: {why}"))?;
                    }
                }
                true
            }
            "items" => {
                for value in value.as_array().unwrap() {
                    check(root, said, value)?;
                }
                true
            }
            "anyOf" => said
                .as_array()
                .unwrap()
                .iter()
                .any(|one| check(root, one, value).is_ok()),
            other => panic!("the schema says {other}, which is not checked"),
        };
        if !fits {
            return Err(format!("{value} is not {word} {said}"));
        }
    }
    Ok(())
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    }
}

/// The patterns the description uses.
fn is_like(pattern: &str, text: &str) -> bool {
    let is_hexadecimal = |length| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    match pattern {
        "^[0-9a-f]{16}$" => is_hexadecimal(16),
        "^[0-9a-f]{64}$" => is_hexadecimal(64),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.parse::<directory::Date>().is_ok(),
        other => panic!("{other}"),
    }
}

#[test]
fn every_route_of_the_door_is_described_and_no_other() {
    let description = description();
    let described: Vec<(String, String)> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, verbs)| {
            let verbs = verbs.as_object().unwrap().keys();
            verbs.map(|verb| (path.clone(), verb.clone()))
        })
        .collect();
    let mut routed: Vec<(String, String)> = ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/supply/"))
        .map(|route| {
            (
                route.path.to_owned(),
                format!("{:?}", route.verb).to_lowercase(),
            )
        })
        .collect();
    routed.sort();
    let mut described = described;
    described.sort();
    assert_eq!(described, routed);
}

#[tokio::test]
async fn the_description_and_the_page_are_served_to_everybody() {
    let practice = Practice::empty(contactpoint::desk::Limits::default());
    let mut browser = practice.stranger();
    for path in ["/supply/openapi.json", "/supply/docs"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200);
        hold(Verb::Get, path, &answer);
    }
    let served = browser.get("/supply/openapi.json").await;
    assert_eq!(
        serde_json::from_str::<Value>(&served.body).unwrap(),
        description()
    );
    let page = browser.get("/supply/docs").await;
    assert!(page.says("https://contactpoint.example/supply/token"));
    for status in ["401", "413", "429"] {
        assert!(page.says(status));
    }
}
