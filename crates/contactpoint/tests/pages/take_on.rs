//! Taking on a shielded child, in the words of the pages: by two officers, and the same where another authority is responsible (L4, X1).

use directory::account::Role;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::{SupplierCode, SupplierKey};

use crate::practice::{Browser, OFFICER, PRACTITIONER, Practice, account, clock, rows};

const COLLEAGUE: &str = "una.shield";

/// Kelly is restricted at source by a supplier that has no address of her, and nobody else knows her.
fn nowhere() -> Practice {
    let practice = Practice::open();
    let rows = rows().into_iter();
    let kelly = rows
        .filter(|row| row.particulars.name.is_some())
        .find(|row| row.particulars.residence.is_some())
        .unwrap();
    let mut lost = Row {
        key: SupplierKey::parse("lost").unwrap(),
        restriction: Restriction::AtSource,
        also: Vec::new(),
        ..kelly
    };
    lost.particulars.residence = None;
    lost.particulars.other_numbers.clear();
    if let Some(name) = &mut lost.particulars.name {
        name.given = directory::text::NamePart::parse("Zelda").ok();
        name.family = directory::text::NamePart::parse("Quill").unwrap();
    }
    lost.particulars.born = Some(jiff::civil::date(2015, 4, 9));
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let outcomes = practice.store.accept(&supplier, &[lost], clock());
    assert_eq!(outcomes.unwrap(), [Outcome::Accepted]);
    let colleague = account(31, COLLEAGUE, "Una Shield", 3, &[Role::ShieldingOfficer]);
    practice.put_account(&colleague, true);
    practice
}

async fn child(officer: &mut Browser<'_>) -> String {
    let reason = ("reason", "shield-decision");
    let fields = [("given_name", "Zelda"), ("family_name", "Quill"), reason];
    let found = officer.post("/search", &fields).await;
    let results = officer.get(found.location()).await;
    let child = crate::practice::child_path(&results.body);
    officer.post(&format!("{child}/reason"), &[reason]).await;
    child
}

#[tokio::test]
async fn l4_two_officers_take_a_child_on_and_see_behind_the_shield_from_then_on() {
    let practice = nowhere();
    let mut ola = practice.signed_in(OFFICER).await;
    let path = child(&mut ola).await;
    let record = ola.get(&path).await;
    assert!(record.says("Other details are restricted."));
    assert!(record.says("Our authority looks after this child"));
    let take_on = format!("{path}/take-on");
    let page = ola.get(&take_on).await;
    assert!(page.says("Nobody of your authority") && page.says("Zelda Quill"));
    let said = ola.post(&take_on, &[]).await;
    assert!(said.location().ends_with("?done=said-first"));
    let record = ola.get(said.location()).await;
    assert!(record.says("Another shielding officer of your authority has to say so too."));
    assert!(record.says("Other details are restricted."), "not alone");
    let page = ola.get(&take_on).await;
    assert!(page.says("You, on") && !page.says("Our authority takes this child on"));
    assert_eq!(
        ola.post(&take_on, &[]).await.location(),
        path,
        "nothing new"
    );

    let mut una = practice.signed_in(COLLEAGUE).await;
    let path = child(&mut una).await;
    let take_on = format!("{path}/take-on");
    assert!(una.get(&take_on).await.says("Another shielding officer"));
    let said = una.post(&take_on, &[]).await;
    let record = una.get(said.location()).await;
    assert!(record.says("Two officers of your authority have said so."));
    assert!(!record.says("Other details are restricted."));
    assert_eq!(una.get(&take_on).await.location(), path);
}

#[tokio::test]
async fn r41_nobody_else_is_offered_it() {
    let practice = nowhere();
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let path = jane.open_child("Zelda", "Quill").await;
    let record = jane.get(&path).await;
    assert!(record.says("Other details are restricted."));
    assert!(!record.says("Our authority looks after this child"));
    assert_eq!(jane.get(&format!("{path}/take-on")).await.status, 403);
}
