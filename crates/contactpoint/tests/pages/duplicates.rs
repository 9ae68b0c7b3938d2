//! Two records that may be of one child, in the words of the pages: listed, compared, decided, and behind a shield not a word (X2).

use directory::Date;
use directory::name::Name;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Row, Supplier};
use directory::text::{NamePart, SupplierCode, SupplierKey};
use jiff::civil::date;

use crate::practice::{
    AUDITOR, Browser, DATA_OFFICER, OFFICER, PRACTITIONER, Practice, between, child_path, clock,
    rows as practice_rows,
};

const REASON: (&str, &str) = ("reason", "data-quality");

/// Kelly, and Zahra who is said to have her NHS number.
fn with_a_second_record() -> Practice {
    with_records(&[("Zahra", "Bukhari", date(2012, 2, 9))])
}

/// Kelly, and others who are said to have her NHS number.
fn with_records(others: &[(&str, &str, Date)]) -> Practice {
    let practice = Practice::open();
    let supplier = Supplier {
        code: SupplierCode::parse("second-feed").unwrap(),
        kind: SourceKind::Local,
    };
    for (given, family, born) in others {
        let mut row = practice_rows().swap_remove(0);
        let numbers = std::mem::take(&mut row.particulars.other_numbers);
        assert_eq!(numbers.len(), 1);
        row.key = SupplierKey::parse(given).unwrap();
        row.also.clear();
        row.particulars.born = Some(*born);
        row.particulars.name = Some(Name {
            given: NamePart::parse(given).ok(),
            family: NamePart::parse(family).unwrap(),
        });
        row.particulars.residence = None;
        row.particulars.carers.clear();
        let mut numbered = Row {
            confirmed: date(2026, 7, 2),
            ..row.clone()
        };
        numbered.particulars.other_numbers = numbers;
        for row in [row, numbered] {
            let outcomes = practice.store.accept(&supplier, &[row], clock());
            assert_eq!(outcomes.unwrap(), [Outcome::Accepted]);
        }
    }
    practice
}

/// Where the pairs of the list are opened, with a reason.
async fn paths(officer: &mut Browser<'_>) -> Vec<String> {
    let list = officer.get("/duplicates").await;
    let each = list.body.split("formaction=\"").skip(1);
    each.map(|one| one.split("/reason\"").next().unwrap().to_owned())
        .collect()
}

/// Opens the pair of the list, and gives the path of its page.
async fn opened(officer: &mut Browser<'_>) -> String {
    let list = officer.get("/duplicates").await;
    assert_eq!(list.status, 200);
    assert!(list.says("Both have the same number of another body"));
    for name in ["Kelly", "Marsh", "Zahra", "Bukhari"] {
        assert!(!list.says(name), "{name} is on the list");
    }
    let [path] = &paths(officer).await[..] else {
        panic!("one pair")
    };
    let path = path.clone();
    let early = officer.get(&path).await;
    assert_eq!(early.location(), "/duplicates", "r71: a reason first");
    let reason = format!("{path}/reason");
    for wrong in [&[][..], &[("reason", "shield-decision")]] {
        let unsaid = officer.post(&reason, wrong).await;
        assert_eq!(unsaid.status, 422);
        assert!(unsaid.says("Choose why you need to see these records"));
    }
    let early = officer.get(&path).await;
    assert_eq!(early.location(), "/duplicates", "a reason of that kind");
    let given = officer.post(&reason, &[REASON]).await;
    assert_eq!(given.location(), path);
    path
}

#[tokio::test]
async fn two_records_are_compared_side_by_side_and_merged() {
    let practice = with_a_second_record();
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let path = opened(&mut dee).await;
    let page = dee.get(&path).await;
    assert_eq!(page.status, 200);
    for says in [
        "Are these two one child?",
        "Kelly Marsh",
        "Zahra Bukhari",
        "Only in the first",
        "Why they may be one child, or not",
        "One child: merge them.",
    ] {
        assert!(page.says(says), "{says}");
    }
    let faulty = dee.post(&path, &[]).await;
    assert_eq!(faulty.status, 422);
    assert!(faulty.says("Choose what you decide"));
    let merged = dee.post(&path, &[("decision", "merge")]).await;
    assert_eq!(merged.location(), "/duplicates?done=merged");
    let list = dee.get(merged.location()).await;
    assert!(list.says("The two records are one.") && list.says("No two records wait for you."));
    let late = dee.post(&path, &[("decision", "not-same")]).await;
    assert_eq!(late.location(), "/duplicates?done=gone");
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let kelly = jane.open_child("Zahra", "Bukhari").await;
    assert!(jane.get(&kelly).await.says("Dawn Marsh"), "Kelly's mother");
}

#[tokio::test]
async fn who_is_kept_apart_or_put_off_is_told_so() {
    let practice = with_a_second_record();
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let path = opened(&mut dee).await;
    let put_off = dee.post(&path, &[("decision", "cannot-tell")]).await;
    assert_eq!(put_off.location(), "/duplicates?done=put-off");
    let again = dee.get(&path).await;
    assert!(
        again.says("Are these two one child?"),
        "its reason is given"
    );
    let apart = dee.post(&path, &[("decision", "not-same")]).await;
    assert_eq!(apart.location(), "/duplicates?done=apart");
    assert!(dee.get(apart.location()).await.says("No two records wait"));
}

#[tokio::test]
async fn r71_the_next_two_open_for_a_reason_that_their_viewer_gave_and_for_no_other() {
    let others = [
        ("Zahra", "Bukhari", date(2012, 2, 9)),
        ("Ivo", "Pritchard", date(2013, 11, 23)),
        ("Yuki", "Tanaka", date(2009, 6, 14)),
    ];
    let practice = with_records(&others);
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let mut wait = paths(&mut dee).await;
    assert_eq!(wait.len(), 6, "each beside each");
    let first = wait.remove(0);
    dee.post(&format!("{first}/reason"), &[REASON]).await;
    let page = dee.get(&first).await;
    assert!(page.says("Why do you need to see the next two?"));
    assert!(
        page.says("value=\"data-quality\" checked"),
        "as given before"
    );
    // A fault takes nothing back of what was chosen.
    let faulty = dee.post(&first, &[("reason", "none")]).await;
    assert!(faulty.status == 422 && faulty.says("value=\"none\" checked"));
    let apart = ("decision", "not-same");
    let decided = dee.post(&first, &[apart]).await;
    assert_eq!(decided.location(), "/duplicates?done=apart");
    for path in &wait {
        assert_eq!(dee.get(path).await.location(), "/duplicates", "unopened");
    }
    for reason in ["none", "shield-decision"] {
        let path = wait.remove(0);
        dee.post(&format!("{path}/reason"), &[REASON]).await;
        let decided = dee.post(&path, &[apart, ("reason", reason)]).await;
        assert_eq!(decided.location(), "/duplicates?done=apart", "{reason}");
    }
    let path = wait.remove(0);
    dee.post(&format!("{path}/reason"), &[REASON]).await;
    let decided = dee.post(&path, &[apart, REASON]).await;
    let next = decided.location().strip_suffix("?done=apart").unwrap();
    assert!(next.starts_with("/duplicates/"), "{next}");
    assert!(dee.get(next).await.says("Are these two one child?"));
}

#[tokio::test]
async fn x2_with_a_shield_on_one_the_pair_is_gone_as_if_somebody_had_decided() {
    let practice = with_a_second_record();
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let path = opened(&mut dee).await;
    let mut ola = practice.signed_in(OFFICER).await;
    let searched = [
        ("given_name", "Kelly"),
        ("family_name", "Marsh"),
        ("reason", "shield-decision"),
    ];
    let kelly = child_path(&ola.search(&searched).await.body);
    let reason = [("reason", "shield-decision")];
    ola.post(&format!("{kelly}/reason"), &reason).await;
    let placed = ola
        .post(&format!("{kelly}/shield"), &[("ground", "fleeing-abuse")])
        .await;
    assert_eq!(placed.status, 303);
    assert!(
        dee.get("/duplicates")
            .await
            .says("No two records wait for you.")
    );
    for answer in [
        dee.get(&path).await,
        dee.post(&path, &[("decision", "merge")]).await,
    ] {
        assert_eq!(answer.location(), "/duplicates?done=gone");
    }
    let never = format!("/duplicates/{0}/{0}", "0".repeat(48));
    let answer = dee.get(&never).await;
    assert_eq!(answer.location(), "/duplicates?done=gone");
    let gone = dee.get("/duplicates?done=gone").await;
    assert!(gone.says("somebody decided meanwhile") && !gone.says("shield"));
    for user in [PRACTITIONER, OFFICER, AUDITOR] {
        let mut other = practice.signed_in(user).await;
        assert_eq!(other.get("/duplicates").await.status, 403, "{user}");
    }
}

#[tokio::test]
async fn what_is_merged_by_hand_is_compared_in_words_and_in_a_picture() {
    let practice = with_a_second_record();
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let mut numbers = Vec::new();
    let mut paths = Vec::new();
    for (given, family) in [("Kelly", "Marsh"), ("Zahra", "Bukhari")] {
        let fields = [("given_name", given), ("family_name", family), REASON];
        let path = child_path(&dee.search(&fields).await.body);
        dee.post(&format!("{path}/reason"), &[REASON]).await;
        let record = dee.get(&path).await;
        let before = "<dt>ContactPoint number</dt><dd class=\"contactpoint-nowrap\">";
        numbers.push(between(&record.body, before, "</dd>").unwrap().to_owned());
        paths.push(path);
    }
    let merge = format!("{}/merge", paths[0]);
    // Another session, in which nothing was given for the second one.
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let fields = [("given_name", "Kelly"), ("family_name", "Marsh"), REASON];
    let path = child_path(&dee.search(&fields).await.body);
    dee.post(&format!("{path}/reason"), &[REASON]).await;
    assert_ne!(format!("{path}/merge"), merge);
    let merge = format!("{path}/merge");
    let number = ("number", numbers[1].as_str());
    for wrong in [&[number][..], &[number, ("reason", "shield-decision")]] {
        let unreasoned = dee.post(&merge, wrong).await;
        assert_eq!(unreasoned.status, 422, "r71");
        assert!(unreasoned.says("Choose why you need to open the other record"));
        assert!(!unreasoned.says("Zahra"));
    }
    let found = dee.post(&merge, &[number, REASON]).await;
    let page = dee.get(found.location()).await;
    for says in [
        "Why they may be one child, or not",
        "speaks",
        "Evidence for one child",
        "<svg",
        "Zahra Bukhari",
        "Yes, merge them",
    ] {
        assert!(page.says(says), "{says}: {}", page.body);
    }
    let picture = between(&page.body, "<svg", "</svg>").unwrap();
    for value in ["Kelly", "Marsh", "Zahra", "Bukhari", "Mill Lane"] {
        assert!(!picture.contains(value), "{value} is in the picture");
    }
    let merged = dee.post(found.location(), &[]).await;
    assert_eq!(merged.location(), format!("{path}?done=merged"));
    assert!(
        dee.get(merged.location())
            .await
            .says("The two records are one.")
    );
}
