//! Every page, rendered, held against what every page must be. The texts are left in the build folder to be looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::samples::{PERSONAL, pages};
use crate::asset;

/// Elements without an end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Classes that only scripts look for, or that other classes are named after.
const CLASSES_WITHOUT_A_RULE: &[&str] = &[
    "govuk-js-password-input-input",
    "govuk-js-password-input-toggle",
    "govuk-radios",
];
/// Page, style sheet and scripts as they travel, pages uncompressed because they carry secrets beside typed text (BREACH).
const COLD_PAGE_BYTES_MAX: usize = 50_000;

/// A start tag: its name and attributes.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads the start tags of a page, and fails where an element is left open or closed twice.
fn tags(page: &str, text: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for part in text.split('<').skip(1) {
        let (inside, _) = part
            .split_once('>')
            .unwrap_or_else(|| panic!("{page}: a tag is not closed: <{part}"));
        if inside.starts_with('!') {
            continue;
        }
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name.trim()),
                "{page}: </{name}> does not close the innermost element"
            );
            continue;
        }
        let name: String = inside
            .chars()
            .take_while(|character| !character.is_whitespace())
            .collect();
        // The picture of an explanation is SVG, where an element may close itself.
        if !VOID.contains(&name.as_str()) && !inside.ends_with('/') {
            open.push(name.clone());
        }
        tags.push(Tag {
            attributes: attributes(inside),
            name,
        });
    }
    assert!(open.is_empty(), "{page}: left open: {open:?}");
    tags
}

fn attributes(inside: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = inside
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest)
        .trim();
    while !rest.is_empty() {
        let end = rest
            .find(|character: char| character == '=' || character.is_whitespace())
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if let Some(value) = after.strip_prefix("=\"") {
            let (value, after) = value.split_once('"').expect("attribute values are quoted");
            found.push((name.to_owned(), value.to_owned()));
            rest = after.trim_start();
        } else {
            found.push((name.to_owned(), String::new()));
            rest = after.trim_start();
        }
    }
    found
}

fn title(text: &str) -> &str {
    text.split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map(|(title, _)| title)
        .unwrap()
}

#[test]
fn every_page_is_written_out_and_well_formed() {
    let folder = Path::new(env!("OUT_DIR")).join("rendered");
    fs::create_dir_all(&folder).unwrap();
    for (page, text) in pages() {
        fs::write(folder.join(format!("{page}.html")), &text).unwrap();
        let tags = tags(page, &text);
        assert!(text.starts_with("<!DOCTYPE html>"), "{page}");
        assert_eq!(
            tags.first().and_then(|html| html.attribute("lang")),
            Some("en-GB"),
            "{page}"
        );
        for once in ["h1", "main", "title"] {
            assert_eq!(
                tags.iter().filter(|tag| tag.name == once).count(),
                1,
                "{page}: {once}"
            );
        }
    }
}

#[test]
fn no_page_holds_an_inline_script_or_style() {
    for (page, text) in pages() {
        for tag in tags(page, &text) {
            assert_ne!(tag.name, "style", "{page}");
            assert!(
                tag.name != "script" || tag.attribute("src").is_some(),
                "{page}: inline script"
            );
            for (name, value) in &tag.attributes {
                assert!(name != "style" && !name.starts_with("on"), "{page}: {name}");
                assert!(
                    !value.contains("javascript:")
                        && (!value.starts_with("http") || name == "xmlns"),
                    "{page}: {value}"
                );
            }
        }
    }
}

#[test]
fn every_box_has_a_label_and_every_reference_leads_somewhere() {
    for (page, text) in pages() {
        let tags = tags(page, &text);
        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{page}: an id is used twice");
        let labelled: BTreeSet<&str> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .filter_map(|tag| tag.attribute("for"))
            .collect();
        for tag in &tags {
            if tag.name == "input" && tag.attribute("type") != Some("hidden") {
                let id = tag.attribute("id").unwrap_or_default();
                assert!(labelled.contains(id), "{page}: no label for {id:?}");
            }
            let references = [
                "for",
                "aria-describedby",
                "aria-labelledby",
                "aria-controls",
            ]
            .into_iter()
            .filter_map(|name| tag.attribute(name));
            for id in references.flat_map(str::split_whitespace).chain(
                tag.attribute("href")
                    .and_then(|href| href.strip_prefix('#')),
            ) {
                assert!(unique.contains(id), "{page}: nothing has the id {id}");
            }
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    for (page, text) in pages() {
        for form in text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            assert!(
                form.contains("method=\"post\""),
                "{page}: a form without post would put its content into the address"
            );
            assert!(
                form.contains("name=\"csrf\" value=\"c5rf\""),
                "{page}: {form}"
            );
        }
    }
}

#[test]
fn every_class_is_in_the_style_sheet() {
    let style = asset::find(asset::STYLESHEET)
        .map(|asset| String::from_utf8_lossy(asset.bytes))
        .unwrap();
    for (page, text) in pages() {
        for tag in tags(page, &text) {
            for class in tag
                .attribute("class")
                .unwrap_or_default()
                .split_whitespace()
            {
                let known = style.split(&format!(".{class}")).skip(1).any(|rest| {
                    let next = rest.chars().next();
                    next.is_some_and(|next| {
                        !next.is_ascii_alphanumeric() && next != '-' && next != '_'
                    })
                });
                assert!(
                    known || CLASSES_WITHOUT_A_RULE.contains(&class),
                    "{page}: {class} has no rule"
                );
            }
        }
    }
}

#[test]
fn titles_say_practice_and_error_and_name_nobody() {
    for (page, text) in pages() {
        let title = title(&text);
        assert!(title.starts_with("PRACTICE – "), "{page}: {title}");
        assert!(title.ends_with(" – ContactPoint"), "{page}: {title}");
        let has_summary = text.contains("govuk-error-summary__title");
        assert_eq!(title.contains("Error: "), has_summary, "{page}: {title}");
        for word in PERSONAL {
            assert!(!title.contains(word), "{page}: {title}");
        }
    }
}

#[test]
fn what_was_typed_comes_back_escaped() {
    let (_, text) = pages()
        .into_iter()
        .find(|(page, _)| *page == "search_faults")
        .unwrap();
    assert!(!text.contains("<b>"));
    assert!(text.contains("Marsh &#60;b&#62;&#34;&#39;&#38;"));
}

#[test]
fn r71_no_reason_is_chosen_beforehand_but_for_the_next_the_one_given_last() {
    for (page, text) in pages() {
        let decided = [
            "review_row",
            "duplicate_pair",
            "moved_child",
            "connected_child",
        ];
        let goes_on = decided.iter().any(|one| page.starts_with(one));
        for tag in tags(page, &text) {
            let is_radio = tag.attribute("type") == Some("radio");
            let is_last = goes_on && tag.attribute("name") == Some("reason");
            let may_be = is_last || tag.attribute("checked").is_none();
            assert!(!is_radio || may_be, "{page}");
        }
    }
}

#[test]
fn r43_a_shielded_record_shows_four_fields_and_nothing_of_the_others() {
    let (_, text) = pages()
        .into_iter()
        .find(|(page, _)| *page == "child_shielded")
        .unwrap();
    for hidden in [
        "Mill Lane",
        "LS1",
        "Northfield Academy, 0",
        "Lakeside",
        "Dawn",
        "Paul",
        "Tim Reeve",
        "CAF",
        "Education",
        "sensitive",
    ] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert!(text.contains("Other details are restricted."));
}

#[test]
fn r31_a_sensitive_service_is_one_line_after_the_contacts() {
    let (_, text) = pages()
        .into_iter()
        .find(|(page, _)| *page == "child")
        .unwrap();
    assert_eq!(text.matches("sensitive services").count(), 1);
    assert!(text.contains("One or more sensitive services are involved."));
}

#[test]
fn a_cold_page_weighs_less_than_fifty_kilobytes() {
    let assets: usize = asset::ASSETS.iter().map(|asset| asset.gzipped.len()).sum();
    for (page, text) in pages() {
        assert!(
            text.len() + assets <= COLD_PAGE_BYTES_MAX,
            "{page}: {} and {assets}",
            text.len()
        );
    }
}
