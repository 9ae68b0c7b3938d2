//! Rules about what the directory is for, what it holds and what never leaves it, each where a person meets it.

use std::collections::BTreeSet;
use std::path::Path;

use contactpoint::routes::{ROUTES, Verb, Who};
use directory::access::Field;
use directory::account::Role;
use directory::organisation::Sector;
use directory::reason::offered;

use crate::practice::{Answer, Browser, PRACTITIONER, Practice};

/// The text of a page as it is read, without its marks and in lower case.
fn read(answer: &Answer) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in answer.body.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn templates() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

/// Every page on the way to a record, and the record.
async fn on_the_way(browser: &mut Browser<'_>, given: &str, family: &str) -> Vec<Answer> {
    let form = browser.get("/search").await;
    let path = browser.open_child(given, family).await;
    let results = browser
        .search(&[("given_name", given), ("family_name", family)])
        .await;
    let mut pages = vec![form, results];
    for rest in ["", "/reason", "/involve"] {
        pages.push(browser.get(&format!("{path}{rest}")).await);
    }
    for path in ["/", "/look-ups", "/sessions"] {
        pages.push(browser.get(path).await);
    }
    assert!(pages.iter().all(|page| page.status == 200));
    pages
}

#[tokio::test]
async fn r2_r13_r14_the_record_says_whether_school_and_practice_are_there_and_how_to_reach_them() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let path = browser.open_child("Kelly", "Marsh").await;
    let record = browser.get(&path).await;
    let text = read(&record);
    let (_, after) = text.split_once(" education ").unwrap();
    let (school, after) = after.split_once(" general practice ").unwrap();
    let (surgery, _) = after.split_once(" parents and carers ").unwrap();
    assert!(school.contains("northfield academy") && school.contains("registered at a school"));
    assert!(surgery.contains("lakeside surgery") && surgery.contains("registered"));
    for place in [school, surgery] {
        assert!(place.contains("01632 960 100"), "{place}");
    }
    assert!(!surgery.contains("dr "), "the practice, not a doctor");
}

#[tokio::test]
async fn r6_a_child_without_school_and_practice_raises_nothing() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let before = practice.store.verify(&[], &mut |_| {}).unwrap();
    let pages = on_the_way(&mut browser, "Oscar", "Little").await;
    let asks = |page: &Answer| page.says("name=\"reason\"");
    for page in pages.iter().filter(|page| !asks(page)) {
        let text = read(page);
        for word in [
            "alert",
            "concern",
            "at risk",
            "risk score",
            "warning",
            "missing",
            "flag",
        ] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    // Each look is an event; none is made of what the record says or lacks.
    let after = practice.store.verify(&[], &mut |_| {}).unwrap();
    let made = (after.size + after.waiting) - (before.size + before.waiting);
    // Two searches, a door that was shut, a reason, and two looks: at the record, and at what is shown beside the form.
    assert_eq!(made, 2 + 1 + 1 + 2);
}

#[tokio::test]
async fn r7_the_record_says_that_a_name_here_allows_no_sharing_and_nothing_of_a_case_is_sent_here()
{
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let path = browser.open_child("Kelly", "Marsh").await;
    let record = browser.get(&path).await;
    assert!(read(&record).contains("share only what your usual rules allow. seeing a name here does not by itself allow you to share anything."));
    assert!(record.says("href=\"/help#rules\""));
    let rules = read(&browser.get("/help").await);
    assert!(rules.contains("the directory does not change what may be shared."));
    assert!(rules.contains("nothing about the case goes through here."));
    for (name, text) in templates() {
        assert!(
            !text.contains("<textarea") && !text.contains("type=\"file\""),
            "{name}"
        );
    }
    let ways: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    for word in ["message", "note", "comment", "attach", "upload"] {
        assert!(ways.iter().all(|path| !path.contains(word)), "{word}");
    }
}

#[tokio::test]
async fn r8_before_contact_the_family_is_asked_unless_somebody_is_in_danger() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let path = browser.open_child("Kelly", "Marsh").await;
    let record = read(&browser.get(&path).await);
    let ask = record.find("ask kelly first , unless someone is in danger");
    let whom = record.find("who is working with kelly");
    assert!(
        ask.is_some() && ask < whom,
        "asking stands before whom to ring: {record}"
    );
    assert!(record.contains("do not wait for that if someone is in danger or seriously ill"));
}

#[tokio::test]
async fn r10_r53_the_about_page_says_who_is_in_it_and_how_few_may_look() {
    let practice = Practice::open();
    let about = read(&practice.stranger().get("/about").await);
    for said in [
        "every child in england",
        "nobody can know beforehand which child will need help",
        "says nothing about the child",
        "a few people in each organisation, whom it names itself",
    ] {
        assert!(about.contains(said), "{said}");
    }
}

/// How the about page calls those who look for children. A new role does not compile until it is said.
fn looker(role: Role) -> Option<&'static str> {
    match role {
        Role::Practitioner => Some("a shielded record practitioner"),
        Role::ShieldingOfficer => Some("shielding officer of another authority"),
        Role::DataOfficer => Some("data officer what a practitioner sees"),
        Role::Manager | Role::Auditor | Role::Administrator => None,
    }
}

#[tokio::test]
async fn r51_r55_the_about_page_names_everybody_who_can_look_and_nobody_else_can() {
    let practice = Practice::open();
    let about = read(&practice.stranger().get("/about").await);
    let table = about
        .split("what each of these people can see")
        .nth(1)
        .unwrap();
    for role in Role::ALL {
        let looks = Sector::ALL
            .into_iter()
            .any(|sector| !offered(&[role], sector).is_empty());
        assert_eq!(looks, looker(role).is_some(), "{role:?}");
        if let Some(name) = looker(role) {
            assert!(table.contains(name), "{name}: {table}");
        }
    }
}

/// Where the about page says that a field is held. A new field does not compile until it is said.
fn said_of(field: Field) -> &'static str {
    match field {
        Field::Number => "contactpoint number",
        Field::Name => "the child’s name",
        Field::Born => "date of birth",
        Field::Gender => "gender",
        Field::FormerNames => "former names",
        Field::Residence => "address",
        Field::Authority => "responsible authority",
        Field::Carers => "parents and others who care for the child",
        Field::Education => "where the child is educated",
        Field::PrimaryCare => "a general practice",
        Field::Involvements => "practitioners working with the child",
        Field::SensitiveIndicator => "one or more sensitive services are involved",
        Field::SensitiveContact => "how to reach a sensitive service",
        Field::OtherNumbers => "numbers that other bodies gave the child",
        Field::Archived => "what is taken off is shown to nobody",
        Field::ShieldFact => "shielded record",
    }
}

#[tokio::test]
async fn r11_the_about_page_names_all_that_is_held_and_the_record_has_no_other_part() {
    let practice = Practice::open();
    let about = read(&practice.stranger().get("/about").await);
    for field in Field::ALL {
        assert!(about.contains(said_of(field)), "{field:?}");
    }
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let path = browser.open_child("Kelly", "Marsh").await;
    let record = browser.get(&path).await;
    let headings: BTreeSet<&str> = record
        .body
        .split("<h2 ")
        .skip(1)
        .filter_map(|part| part.split_once('>')?.1.split_once("</h2>"))
        .map(|(heading, _)| heading)
        .collect();
    let known = [
        "Who is working with Kelly",
        "Education",
        "General practice",
        "Parents and carers",
        "Address",
        "What to do next",
        "About this service",
        "You will soon be signed out",
    ];
    for heading in headings {
        assert!(known.contains(&heading), "{heading}");
    }
}

#[tokio::test]
async fn r32_r33_who_answers_for_a_sensitive_service_is_said_before_anybody_asks() {
    let practice = Practice::open();
    let help = read(&practice.stranger().get("/help").await);
    assert!(help.contains("the local contactpoint manager can pass on your message. the young person and the service decide together whether to answer."));
}

#[tokio::test]
async fn r69_nothing_of_a_record_can_be_had_as_a_file_whatever_is_asked_for() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    for accepted in [
        "text/html",
        "text/csv",
        "application/json",
        "application/pdf",
        "*/*",
    ] {
        browser.headers = vec![
            ("host", "contactpoint.example".into()),
            ("accept", accepted.into()),
        ];
        for page in on_the_way(&mut browser, "Kelly", "Marsh").await {
            assert_eq!(
                page.header("content-type"),
                Some("text/html; charset=utf-8"),
                "{accepted}"
            );
            assert_eq!(page.header("content-disposition"), None);
            assert!(
                page.header("cache-control")
                    .is_some_and(|kept| kept.contains("no-store"))
            );
        }
    }
    for (name, text) in templates() {
        assert!(
            !text.contains(" download>") && !text.contains(" download="),
            "{name}"
        );
    }
    for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
        let is_public = matches!(route.who, Who::Anybody | Who::Stranger);
        let words = ["export", "download", "print", "csv", "pdf", "report"];
        let is_file = words.iter().any(|word| route.path.contains(word));
        assert!(is_public || !is_file, "{}", route.path);
    }
}

#[tokio::test]
async fn r70_no_page_sends_anything_anywhere_else() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    for page in on_the_way(&mut browser, "Kelly", "Marsh").await {
        let policy = page.header("content-security-policy").unwrap();
        for part in policy.split("; ") {
            let (what, from) = part.split_once(' ').unwrap();
            let here = ["'none'", "'self'", "'none';", "'self';"];
            assert!(here.contains(&from), "{what} {from}");
        }
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        for elsewhere in ["=\"http:", "=\"https:", "=\"//", "url("] {
            assert!(!page.body.contains(elsewhere), "{elsewhere}");
        }
    }
}

#[tokio::test]
async fn x6_a_reason_is_chosen_from_a_closed_list_and_never_written() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let form = browser.get("/search").await;
    let reasons = form.body.split("name=\"reason\"").count() - 1;
    let chosen = form
        .body
        .split("<input")
        .filter(|input| input.contains("name=\"reason\""));
    assert!(reasons > 1);
    assert_eq!(
        chosen
            .filter(|input| input.contains("type=\"radio\""))
            .count(),
        reasons
    );
    let fields = [
        ("given_name", "Kelly"),
        ("family_name", "Marsh"),
        ("reason", "just looking"),
    ];
    assert_eq!(browser.post("/search", &fields).await.status, 422);
}
