//! Two records that may be of one child, in the words of the pages: listed, compared, decided, and behind a shield not a word (X2).

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
    let practice = Practice::open();
    let supplier = Supplier {
        code: SupplierCode::parse("second-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let mut row = practice_rows().swap_remove(0);
    let numbers = std::mem::take(&mut row.particulars.other_numbers);
    assert_eq!(numbers.len(), 1);
    row.key = SupplierKey::parse("second").unwrap();
    row.also.clear();
    row.particulars.born = Some(date(2012, 2, 9));
    row.particulars.name = Some(Name {
        given: NamePart::parse("Zahra").ok(),
        family: NamePart::parse("Bukhari").unwrap(),
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
    practice
}

/// Opens the pair of the list, and gives the path of its page.
async fn opened(officer: &mut Browser<'_>) -> String {
    let list = officer.get("/duplicates").await;
    assert_eq!(list.status, 200);
    assert!(list.says("Both have the same number of another body"));
    for name in ["Kelly", "Marsh", "Zahra", "Bukhari"] {
        assert!(!list.says(name), "{name} is on the list");
    }
    let path = between(&list.body, "action=\"/duplicates/", "/reason\"");
    let path = format!("/duplicates/{}", path.unwrap());
    let early = officer.get(&path).await;
    assert_eq!(early.location(), "/duplicates", "r71: a reason first");
    let given = officer.post(&format!("{path}/reason"), &[REASON]).await;
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
