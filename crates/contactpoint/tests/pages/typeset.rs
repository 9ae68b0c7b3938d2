//! What people read has the curved apostrophe, from whichever source it comes.

use std::path::{Path, PathBuf};

use crate::practice::{PRACTITIONER, Practice};

fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|known| known == ending) {
                found.push(path);
            }
        }
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.display().to_string(), text)
    };
    found.into_iter().map(read).collect()
}

/// The text without what stands between two marks, the marks included.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(open) {
        kept.push_str(before);
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// What is read of a page: the text between its tags.
fn read(page: &str) -> String {
    without(page, "<", ">")
}

#[test]
fn no_template_has_a_straight_apostrophe_in_its_text() {
    let templates = files("templates", "html");
    assert!(templates.len() > 20);
    for (name, text) in templates {
        let mut text = text;
        for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
            text = without(&text, open, close);
        }
        for mark in ['\'', '`'] {
            assert!(!read(&text).contains(mark), "{name}: {mark}");
        }
    }
}

#[test]
fn no_words_of_a_page_are_written_with_a_straight_apostrophe() {
    let sources = [files("src/page", "rs"), files("src/view", "rs")].concat();
    let is_straight = |text: &str| {
        let letters: Vec<char> = text.chars().collect();
        letters
            .windows(3)
            .any(|three| three[1] == '\'' && three[0].is_alphabetic() && three[2].is_alphabetic())
    };
    for (name, text) in sources {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let literals = line.split('"').skip(1).step_by(2);
            for literal in literals {
                assert!(!is_straight(literal), "{name}: {literal}");
            }
        }
    }
}

#[tokio::test]
async fn what_suppliers_and_the_catalogue_write_is_set_like_the_rest() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let fields =
        crate::practice::with_reason(&[("family_name", "Marsh"), ("given_name", "D'Arcy")]);
    browser.post("/search", &fields).await;
    let form = browser.get("/search?again").await;
    assert!(
        form.says("value=\"D&#39;Arcy\""),
        "what was typed stays as it was typed"
    );
    let child = browser.open_child("Kelly", "Marsh").await;
    let record = browser.get(&child).await;
    assert!(record.says("by the service’s own system"));
    for page in [record, form] {
        let text = read(&page.body);
        assert!(!text.contains('\'') && !text.contains("&#39;"), "{text}");
    }
}
