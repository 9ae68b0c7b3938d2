//! Rows that wait for a decision: what is said after one, and the way back from a slip.

use directory::name::Name;
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::{NamePart, SupplierCode, SupplierKey};
use jiff::civil::date;

use crate::practice::{
    Browser, DATA_OFFICER, OFFICER, PRACTITIONER, Practice, between, child_path, clock, rows,
};

/// Of the child, what nobody is told by what is said of a row.
const OF_AMINA: [&str; 4] = ["Amina", "Hussain", "Mill Lane", "1 March 2016"];

fn supplier() -> Supplier {
    Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    }
}

/// A synthetic child who is known, and one of nearly her name and of her day of birth, of whom no more is said.
fn known_and_like() -> [Row; 2] {
    let kelly = rows().swap_remove(0);
    let known = Row {
        key: SupplierKey::parse("H1").unwrap(),
        particulars: Particulars {
            name: Some(Name {
                given: NamePart::parse("Amina").ok(),
                family: NamePart::parse("Hussain").unwrap(),
            }),
            born: Some(date(2016, 3, 1)),
            carers: Vec::new(),
            other_numbers: Vec::new(),
            ..kelly.particulars
        },
        also: Vec::new(),
        ..kelly
    };
    let mut like = known.clone();
    like.key = SupplierKey::parse("H2").unwrap();
    like.particulars = Particulars {
        name: Some(Name {
            given: NamePart::parse("Aminah").ok(),
            family: NamePart::parse("Hussain").unwrap(),
        }),
        born: Some(date(2016, 3, 1)),
        ..Particulars::default()
    };
    [known, like]
}

fn sent(practice: &Practice, row: &Row) -> Outcome {
    let rows = std::slice::from_ref(row);
    let outcomes = practice.store.accept(&supplier(), rows, clock());
    outcomes.unwrap().remove(0)
}

/// Links the only row that waits to the record beside it, and gives the page after that.
async fn linked(officer: &mut Browser<'_>, list: &str, reason: &str) -> String {
    officer.get(list).await;
    let first = officer.post(list, &[("reason", reason)]).await;
    let row = first.location().to_owned();
    assert!(row.starts_with(&format!("{list}/")), "{row}");
    let page = officer.get(&row).await;
    let record = between(
        &page.body,
        "name=\"decision\" type=\"radio\" value=\"",
        "\"",
    );
    let decided = officer.post(&row, &[("decision", record.unwrap())]).await;
    assert_eq!(decided.status, 303, "{}", decided.body);
    decided.location().to_owned()
}

/// What a page says of what was done.
fn banner(page: &str) -> &str {
    between(page, "govuk-notification-banner__content", "</section>").unwrap()
}

#[tokio::test]
async fn a_row_linked_by_a_slip_is_split_off_again_from_what_is_said_of_it() {
    let practice = Practice::open();
    let [known, like] = known_and_like();
    sent(&practice, &known);
    assert_eq!(sent(&practice, &like), Outcome::Waiting);
    let mut officer = practice.signed_in(DATA_OFFICER).await;
    let next = linked(&mut officer, "/review", "data-quality").await;
    let told = officer.get(&next).await;
    let told = banner(&told.body);
    assert!(told.contains("The row is linked, and stays so.") && told.contains("split it"));
    for of_amina in OF_AMINA {
        assert!(!told.contains(of_amina), "{of_amina}");
    }
    let action = between(told, "href=\"", "\"").unwrap();
    let child = action.strip_suffix("/reason").unwrap();
    // By its address alone it is not opened: the reason comes first, and is chosen by whoever looks (R71).
    let unasked = officer.get(child).await;
    assert_eq!((unasked.status, unasked.location()), (303, action));
    let asked = officer.get(action).await;
    assert!(asked.says("Why do you need to open this record?") && !asked.says(" checked"));
    for of_amina in OF_AMINA {
        assert!(!asked.says(of_amina), "{of_amina}");
    }
    let unreasoned = officer.post(action, &[]).await;
    assert_eq!(unreasoned.status, 422);
    let given = officer.post(action, &[("reason", "data-quality")]).await;
    assert_eq!(given.location(), child);
    let record = officer.get(child).await;
    assert!(record.says("Amina") && record.says("12 Mill Lane"));
    assert!(record.says("href=\"/review\">Back to the list"));
    assert!(record.says(&format!("href=\"{child}/split\"")));
    let parts = officer.get(&format!("{child}/split")).await;
    let part = parts.body.split("name=\"").skip(1);
    let part = part.filter(|one| one.contains("another-child"));
    let part = part.into_iter().find(|one| !one.contains("Mill Lane"));
    let part = part.unwrap().split('"').next().unwrap();
    let split = officer
        .post(&format!("{child}/split"), &[(part, "another-child")])
        .await;
    let after = officer.get(split.location()).await;
    assert!(after.says("The record is split.") && after.says("12 Mill Lane"));
    // Two children of one name and day, and the row stays with the second when it is sent again.
    let again = Row {
        confirmed: date(2026, 6, 30),
        ..like
    };
    assert_ne!(sent(&practice, &again), Outcome::Waiting);
    let mut practitioner = practice.signed_in(PRACTITIONER).await;
    practitioner.get("/search").await;
    let fields = [("given_name", "Amina"), ("family_name", "Hussain")];
    let found = practitioner.search(&fields).await;
    assert_eq!(found.body.matches("href=\"/child/").count(), 2);
}

#[tokio::test]
async fn x1_a_record_shielded_after_the_slip_shows_the_data_officer_four_fields() {
    let practice = Practice::open();
    for row in known_and_like() {
        sent(&practice, &row);
    }
    let mut data = practice.signed_in(DATA_OFFICER).await;
    let next = linked(&mut data, "/review", "data-quality").await;
    let mut officer = practice.signed_in(OFFICER).await;
    officer.get("/search").await;
    let reason = ("reason", "shield-decision");
    let fields = [("given_name", "Amina"), ("family_name", "Hussain"), reason];
    let child = child_path(&officer.search(&fields).await.body);
    officer.post(&format!("{child}/reason"), &[reason]).await;
    let ground = [("ground", "fleeing-abuse")];
    officer.post(&format!("{child}/shield"), &ground).await;
    let told = data.get(&next).await;
    let action = between(banner(&told.body), "href=\"", "\"").unwrap();
    let given = data.post(action, &[("reason", "data-quality")]).await;
    let record = data.get(given.location()).await;
    assert!(
        record.says("Other details are restricted."),
        "{}",
        record.body
    );
    for hidden in ["Mill Lane", "LS1", "Northfield Academy, 0", "Lakeside"] {
        assert!(!record.says(hidden), "{hidden}");
    }
    assert!(
        !record.says("/split\""),
        "what is behind a shield is not split by a data officer"
    );
}

#[tokio::test]
async fn x2_what_is_said_of_a_held_row_leads_shielding_officers_only_to_the_record() {
    let practice = Practice::open();
    let [mut known, like] = known_and_like();
    known.restriction = Restriction::AtSource;
    sent(&practice, &known);
    sent(&practice, &like);
    let mut officer = practice.signed_in(OFFICER).await;
    let next = linked(&mut officer, "/held", "shield-decision").await;
    assert!(next.starts_with("/held?done=linked."), "{next}");
    let told = officer.get(&next).await;
    let action = between(banner(&told.body), "href=\"", "\"").unwrap();
    for hidden in OF_AMINA {
        assert!(!banner(&told.body).contains(hidden), "{hidden}");
    }
    let mut data = practice.signed_in(DATA_OFFICER).await;
    assert_eq!(data.get(&next).await.status, 403);
    data.get("/review").await;
    // The reference is of the officer's own session: elsewhere it is as good as one of nobody.
    let unknown = format!("/child/{}-held/reason", "0".repeat(48));
    for reason in ["data-quality", "shield-decision"] {
        let theirs = data.post(action, &[("reason", reason)]).await;
        let nobodys = data.post(&unknown, &[("reason", reason)]).await;
        assert_eq!((theirs.status, theirs.body), (nobodys.status, nobodys.body));
    }
    let child = action.strip_suffix("/reason").unwrap();
    officer.get("/held").await;
    let given = officer.post(action, &[("reason", "shield-decision")]).await;
    assert_eq!(given.location(), child);
    let record = officer.get(child).await;
    assert!(record.says("This record is shielded.") && record.says("12 Mill Lane"));
    assert!(record.says("href=\"/held\">Back to the list"));
    assert!(record.says(&format!("href=\"{child}/split\"")));
}

#[tokio::test]
async fn what_is_decided_otherwise_leads_to_no_record() {
    let practice = Practice::open();
    for row in known_and_like() {
        sent(&practice, &row);
    }
    let mut officer = practice.signed_in(DATA_OFFICER).await;
    officer.get("/review").await;
    let first = officer.post("/review", &[("reason", "data-quality")]).await;
    let row = first.location().to_owned();
    officer.get(&row).await;
    let put_off = officer.post(&row, &[("decision", "cannot-tell")]).await;
    let told = officer.get(put_off.location()).await;
    assert!(told.says("The row waits at the end of the list."));
    assert!(!banner(&told.body).contains("<a "));
    let plain = officer.get("/review?done=linked").await;
    assert!(!banner(&plain.body).contains("<a "));
    let unknown = officer.get("/review?done=anything.else").await;
    assert!(!unknown.says("govuk-notification-banner"));
}

#[tokio::test]
async fn r71_the_next_row_opens_for_a_reason_that_its_viewer_gave_and_for_no_other() {
    let practice = Practice::open();
    let [known, like] = known_and_like();
    sent(&practice, &known);
    for key in ["H2", "H3", "H4"] {
        let key = SupplierKey::parse(key).unwrap();
        let row = Row {
            key,
            ..like.clone()
        };
        assert_eq!(sent(&practice, &row), Outcome::Waiting);
    }
    let mut officer = practice.signed_in(DATA_OFFICER).await;
    officer.get("/review").await;
    let reason = ("reason", "data-quality");
    let first = officer.post("/review", &[reason]).await;
    let first = first.location().to_owned();
    let page = officer.get(&first).await;
    assert!(page.says("Why do you need to see the next row?"));
    assert!(
        page.says("value=\"data-quality\" checked"),
        "as given before"
    );
    let faulty = officer.post(&first, &[("reason", "none")]).await;
    assert!(faulty.status == 422 && faulty.says("value=\"none\" checked"));
    let put_off = ("decision", "cannot-tell");
    for given in [None, Some("none"), Some("shield-decision")] {
        let given = given.map(|code| ("reason", code));
        let fields: Vec<(&str, &str)> = [put_off].into_iter().chain(given).collect();
        let decided = officer.post(&first, &fields).await;
        assert_eq!(decided.location(), "/review?done=put-off", "{given:?}");
    }
    let decided = officer.post(&first, &[put_off, reason]).await;
    let next = decided.location().strip_suffix("?done=put-off").unwrap();
    assert!(next.starts_with("/review/") && next != first, "{next}");
    assert!(
        officer
            .get(next)
            .await
            .says("Is this row of a known child?")
    );
}
