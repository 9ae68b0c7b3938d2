//! Whether others are shielded as well, in the words of the pages; and to whom there is nothing to decide, one answer (X2, X3).

use directory::name::{Gender, Name};
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::{NamePart, SupplierCode, SupplierKey};

use crate::practice::{
    Browser, OFFICER, PRACTITIONER, Practice, between, clock, rows as practice_rows,
};

/// Where the officer comes to from a record's own address.
fn connected(child: &str) -> String {
    child.replacen("/child", "/connected", 1)
}

/// Kelly has a brother in the same home.
fn with_a_brother() -> Practice {
    let practice = Practice::open();
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let rows = practice_rows().into_iter();
    let mut brother = rows
        .filter(|row| row.particulars.residence.is_some())
        .find(|row| named(row).is_some_and(|name| name.to_string().starts_with("Kelly")))
        .unwrap();
    brother.key = SupplierKey::parse("brother").unwrap();
    brother.also.clear();
    brother.particulars.other_numbers.clear();
    brother.particulars.born = Some(jiff::civil::date(2016, 2, 29));
    brother.particulars.gender = Some(Gender::Male);
    if let Some(name) = &mut brother.particulars.name {
        name.given = NamePart::parse("Ryan").ok();
    }
    let outcomes = practice.store.accept(&supplier, &[brother], clock());
    assert_eq!(outcomes.unwrap(), [Outcome::Accepted]);
    practice
}

fn named(row: &Row) -> Option<&Name> {
    row.particulars.name.as_ref()
}

/// Where the officer places a shield on Kelly.
async fn confirming(practice: &Practice, officer: &mut Browser<'_>) -> String {
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let child = jane.open_child("Kelly", "Marsh").await;
    let open = jane.get(&child).await;
    let before = "<dt>ContactPoint number</dt><dd class=\"contactpoint-nowrap\">";
    let number = between(&open.body, before, "</dd>").unwrap();
    let found = officer.post("/shield", &[("number", number)]).await;
    found.location().to_owned()
}

#[tokio::test]
async fn x3_with_the_shield_comes_the_list_and_each_answer_is_asked_for_by_name() {
    let practice = with_a_brother();
    let mut sam = practice.signed_in(OFFICER).await;
    let confirm = confirming(&practice, &mut sam).await;
    let placed = sam.post(&confirm, &[("ground", "fleeing-abuse")]).await;
    let path = placed.location().to_owned();
    assert!(path.starts_with("/connected/") && path.ends_with("?done=shielded"));
    let page = sam.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.says("record is shielded.") && page.says("Shares the address"));
    let path = path.trim_end_matches("?done=shielded");
    let faulty = sam.post(path, &[]).await;
    assert!(faulty.says("There is a problem") && faulty.says("is shielded as well"));
    assert!(sam.get("/connected").await.says("fleeing abuse"));
    let fields = between(&page.body, "class=\"govuk-radios__input\" id=\"", "\"").unwrap();
    assert!(!fields.is_empty());
}

#[tokio::test]
async fn x2_to_whom_there_is_nothing_to_decide_every_cause_has_one_answer() {
    let practice = Practice::open();
    let mut sam = practice.signed_in(OFFICER).await;
    let confirm = confirming(&practice, &mut sam).await;
    let open = confirm.trim_end_matches("/shield");
    let never = format!("/connected/{}", "0".repeat(64));
    for path in [never, connected(open)] {
        for answer in [sam.get(&path).await, sam.post(&path, &[]).await] {
            assert_eq!(answer.location(), "/connected?done=gone");
        }
    }
    assert!(
        sam.get("/connected?done=gone")
            .await
            .says("There is nothing to decide about that shield")
    );
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let child = jane.open_child("Kelly", "Marsh").await;
    assert_eq!(jane.get(&connected(&child)).await.status, 403);
    assert_eq!(jane.get("/connected").await.status, 403);
}

/// Noor, whom one supplier knows by that name alone and another by the key under which it speaks of Ayo, who is shielded.
fn with_noor() -> Practice {
    let practice = Practice::open();
    let mut rows = practice_rows().into_iter();
    let ayo = rows.find(|row| row.key.as_str() == "A1").unwrap();
    let noor = Particulars {
        name: Some(Name {
            given: NamePart::parse("Noor").ok(),
            family: NamePart::parse("Rahman").unwrap(),
        }),
        born: Some(jiff::civil::date(2014, 6, 6)),
        ..Particulars::default()
    };
    let own = Row {
        particulars: noor,
        restriction: Restriction::None,
        ..ayo
    };
    let other = Row {
        key: SupplierKey::parse("g").unwrap(),
        ..own.clone()
    };
    for (code, row, outcome) in [
        ("surgery", other, Outcome::Accepted),
        ("practice-feed", own, Outcome::Waiting),
    ] {
        let supplier = Supplier {
            code: SupplierCode::parse(code).unwrap(),
            kind: SourceKind::Local,
        };
        let outcomes = practice.store.accept(&supplier, &[row], clock());
        assert_eq!(outcomes.unwrap(), [outcome]);
    }
    practice
}

#[tokio::test]
async fn f1_r49_of_a_shield_that_nobody_placed_the_officer_reads_so_and_that_nothing_lifts_it() {
    let practice = with_noor();
    let mut ola = practice.signed_in(OFFICER).await;
    let list = ola.get("/connected").await;
    assert!(list.says("shields that the directory has placed by itself"));
    let mut told = Vec::new();
    for action in list.body.split("action=\"").skip(1) {
        let action = action.split('"').next().unwrap();
        if !action.starts_with("/connected/") {
            continue;
        }
        let reason = [("reason", "shield-decision")];
        let opened = ola.post(action, &reason).await;
        let page = ola.get(opened.location()).await;
        let is_by_itself = page.says("The directory has done so by itself");
        assert_eq!(page.says("nothing on this page does"), is_by_itself);
        assert_eq!(page.says("Noor Rahman"), is_by_itself);
        told.push(is_by_itself);
    }
    told.sort_unstable();
    assert_eq!(told, [false, true], "Ayo’s source has restricted Ayo");
}
