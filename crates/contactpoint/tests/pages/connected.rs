//! Whether others are shielded as well, in the words of the pages; and to whom there is nothing to decide, one answer (X2, X3).

use directory::address::AddressState;
use directory::name::{Gender, Name};
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::{self, AddressLine, NamePart, SupplierCode, SupplierKey};

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
    lives_at(&practice, ("Ryan", "Marsh"), "12 Mill Lane");
    practice
}

/// Somebody else at an address, of whom nothing else is known.
fn lives_at(practice: &Practice, (given, family): (&str, &str), line: &str) {
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let rows = practice_rows().into_iter();
    let mut row = rows
        .filter(|row| row.particulars.residence.is_some())
        .find(|row| named(row).is_some_and(|name| name.to_string().starts_with("Kelly")))
        .unwrap();
    row.key = SupplierKey::parse(given).unwrap();
    row.also.clear();
    row.particulars.other_numbers.clear();
    if family != "Marsh" {
        row.particulars.carers.clear();
    }
    row.particulars.born = Some(jiff::civil::date(2016, 2, 29));
    row.particulars.gender = Some(Gender::Male);
    if let Some(name) = &mut row.particulars.name {
        name.given = NamePart::parse(given).ok();
        name.family = NamePart::parse(family).unwrap();
    }
    if let Some(residence) = &mut row.particulars.residence
        && let AddressState::Current(address) = &mut residence.state
    {
        address.lines[0] = AddressLine::parse(line).unwrap();
        address.postcode = text::postcode(if family == "Marsh" {
            "LS1 4AP"
        } else {
            "LS2 7EY"
        })
        .ok();
    }
    let outcomes = practice.store.accept(&supplier, &[row], clock());
    assert_eq!(outcomes.unwrap(), [Outcome::Accepted]);
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
    let fields = [("number", number), ("reason", "shield-decision")];
    let found = officer.post("/shield", &fields).await;
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
    let list = sam.get("/connected").await;
    assert!(list.says("fleeing abuse") && !list.says("Kelly"));
    let fields = between(&page.body, "class=\"govuk-radios__input\" id=\"", "\"").unwrap();
    assert!(!fields.is_empty());
}

/// A record that comes to say Kelly's birthday, of her given name and school and another family name.
fn with_a_second_record() -> Practice {
    let practice = Practice::open();
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let mut rows = practice_rows().into_iter();
    let kelly = rows.find(|row| {
        let is_kelly = |name: &Name| name.to_string().starts_with("Kelly");
        row.particulars.residence.is_some() && named(row).is_some_and(is_kelly)
    });
    let mut row = kelly.unwrap();
    row.key = SupplierKey::parse("second").unwrap();
    row.also.clear();
    row.particulars.other_numbers.clear();
    row.particulars.carers.clear();
    row.particulars.residence = None;
    if let Some(name) = &mut row.particulars.name {
        name.family = NamePart::parse("Quillington").unwrap();
    }
    let born = row.particulars.born;
    for born in [Some(jiff::civil::date(2016, 2, 29)), born] {
        row.particulars.born = born;
        let outcomes = practice
            .store
            .accept(&supplier, std::slice::from_ref(&row), clock());
        assert_eq!(outcomes.unwrap(), [Outcome::Accepted]);
    }
    practice
}

#[tokio::test]
async fn f1_of_whoever_may_be_the_shielded_child_it_is_said() {
    let practice = with_a_second_record();
    let mut sam = practice.signed_in(OFFICER).await;
    let confirm = confirming(&practice, &mut sam).await;
    let placed = sam.post(&confirm, &[("ground", "fleeing-abuse")]).await;
    let page = sam.get(placed.location()).await;
    assert!(page.says("Quillington") && page.says("May be the same child."));
    assert!(!page.says("Shares"));
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
    for action in list.body.split("formaction=\"").skip(1) {
        let action = action.split('"').next().unwrap();
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

/// Places a shield on a child whom the officer looks for by name.
async fn shielded(officer: &mut Browser<'_>, given: &str, family: &str) {
    let reason = ("reason", "shield-decision");
    let fields = [("given_name", given), ("family_name", family), reason];
    let results = officer.search(&fields).await;
    let child = crate::practice::child_path(&results.body);
    officer.post(&format!("{child}/reason"), &[reason]).await;
    let ground = [("ground", "fleeing-abuse")];
    let placed = officer.post(&format!("{child}/shield"), &ground).await;
    let page = officer.get(placed.location()).await;
    assert!(page.says("Shield others as well?"), "{}", page.body);
    let asked = page.says("Why do you need to see the next shield?");
    assert!(!asked, "who has just placed one did not come from the list");
}

/// What leaves every record open that a page asks about.
fn all_left_open(page: &str) -> Vec<(String, &'static str)> {
    let each = page.split("class=\"govuk-radios__input\" id=\"").skip(1);
    let names = each.filter(|rest| rest.contains("value=\"leave-open\""));
    let names = names.map(|rest| rest.split('"').next().unwrap());
    let mut names: Vec<String> = names
        .map(|name| name.trim_end_matches("-2").to_owned())
        .collect();
    names.retain(|name| !name.starts_with("reason"));
    names.dedup();
    names.into_iter().map(|name| (name, "leave-open")).collect()
}

#[tokio::test]
async fn r71_no_shield_opens_but_for_a_reason_that_its_viewer_chose() {
    let practice = with_a_brother();
    for given in ["Zahra", "Zain"] {
        lives_at(&practice, (given, "Bukhari"), "3 Hill Road");
    }
    let mut sam = practice.signed_in(OFFICER).await;
    shielded(&mut sam, "Kelly", "Marsh").await;
    shielded(&mut sam, "Zahra", "Bukhari").await;
    // Another session: nothing was given in it yet.
    let mut sam = practice.signed_in(OFFICER).await;
    let list = sam.get("/connected").await;
    let paths: Vec<String> = list
        .body
        .split("formaction=\"")
        .skip(1)
        .map(|rest| rest.split("/reason\"").next().unwrap().to_owned())
        .collect();
    // One more waits from the beginning: a child whom a source restricts, with whom nobody is connected.
    let [first, second, last] = &paths[..] else {
        panic!("three wait: {}", list.body)
    };
    assert!(!list.says(" checked"), "none is chosen by the page");
    for wrong in [&[][..], &[("reason", "data-quality")]] {
        let asked = sam.post(&format!("{first}/reason"), wrong).await;
        assert_eq!(asked.status, 422);
        assert!(asked.says("Choose why you need to see these shields"));
        let early = sam.get(first).await;
        assert_eq!(early.location(), "/connected?done=no-reason");
    }
    assert!(sam.get("/connected?done=no-reason").await.says("Not done"));
    let reason = ("reason", "shield-decision");
    let given = sam.post(&format!("{first}/reason"), &[reason]).await;
    assert_eq!(given.location(), *first);
    let page = sam.get(first).await;
    assert!(page.says("Why do you need to see the next shield?"));
    assert_eq!(sam.get(second).await.status, 303, "not by the first one");
    let left = all_left_open(&page.body);
    let left: Vec<(&str, &str)> = left.iter().map(|(name, to)| (&**name, *to)).collect();
    let done = sam.post(first, &[&left[..], &[reason]].concat()).await;
    assert_eq!(done.location(), format!("{second}?done=decided"));
    let next = sam.get(done.location()).await;
    assert!(next.says("Of that shield you have decided about every record that was listed."));
    let left = all_left_open(&next.body);
    let left: Vec<(&str, &str)> = left.iter().map(|(name, to)| (&**name, *to)).collect();
    let done = sam
        .post(second, &[&left[..], &[("reason", "none")]].concat())
        .await;
    assert_eq!(done.location(), "/connected?done=decided");
    let list = sam.get(done.location()).await;
    assert!(list.says(&format!("formaction=\"{last}/reason\"")));
    assert_eq!(sam.get(last).await.status, 303, "and it does not open");
}
