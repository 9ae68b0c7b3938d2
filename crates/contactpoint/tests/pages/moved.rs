//! Children who have moved: two authorities agree or not, in the words of the pages, and behind a shield nothing is said (L4, X1).

use directory::account::Role;
use directory::organisation::{Admission, Authority, Organisation, OrganisationId, ShieldingPhase};
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Supplier};
use directory::text::{AuthorityCode, NamePart, OrganisationName, SupplierCode, SupplierKey};

use crate::practice::{
    Answer, Browser, DATA_OFFICER, HIDDEN, OFFICER, PRACTITIONER, Practice, account, between, clock,
};

const ELSEWHERE: &str = "E10000998";
const THERE: &str = "bea.there";
const SHIELD_THERE: &str = "bob.there";

/// Southshire beside Northshire, with officers of its own, and everybody's address there from now on.
fn everybody_moved() -> Practice {
    let practice = Practice::open();
    let code = AuthorityCode::parse(ELSEWHERE).unwrap();
    let southshire = Authority {
        code: code.clone(),
        name: OrganisationName::parse("Southshire").unwrap(),
        shielding: ShieldingPhase::Complete,
    };
    practice.store.put_authority(&southshire, clock()).unwrap();
    let council = Organisation {
        id: OrganisationId(8),
        name: OrganisationName::parse("Southshire Council").unwrap(),
        sector: directory::organisation::Sector::SocialCare,
        admitted: Admission::Authority(code.clone()),
        accredited_until: Some(jiff::civil::date(2027, 12, 31)),
        services: Vec::new(),
    };
    practice.store.put_organisation(&council, clock()).unwrap();
    for (id, user, name, role) in [
        (8, THERE, "Bea There", Role::DataOfficer),
        (9, SHIELD_THERE, "Bob There", Role::ShieldingOfficer),
    ] {
        practice.put_account(&account(id, user, name, 8, &[role]), true);
    }
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let mut rows = crate::practice::rows();
    for row in &mut rows {
        row.confirmed = clock().today;
        if let Some(residence) = &mut row.particulars.residence {
            residence.authority = Some(code.clone());
        }
    }
    practice.store.accept(&supplier, &rows, clock()).unwrap();
    practice
}

/// Opens the first child of the list.
async fn opened(browser: &mut Browser<'_>) -> (String, Answer) {
    let list = browser.get("/moved").await;
    assert!(
        !list.says("Kelly") && !list.says("Mill Lane"),
        "no child is named"
    );
    let path = between(&list.body, "action=\"/moved/", "/reason\"");
    let path = format!(
        "/moved/{}",
        path.unwrap_or_else(|| panic!("nobody: {}", list.body))
    );
    let reason = reasons(&list.body).remove(0);
    let early = browser.get(&path).await;
    assert_eq!(early.location(), "/moved?done=no-reason", "a reason first");
    let told = browser.get(early.location()).await;
    assert!(told.says("Not done") && told.says("Nothing was opened."));
    let unreasoned = browser.post(&format!("{path}/reason"), &[]).await;
    assert_eq!(unreasoned.status, 422, "r71: nobody chose one");
    assert!(unreasoned.says("Choose why you need to see these children"));
    assert_eq!(browser.get(&path).await.status, 303, "and nothing opens");
    let given = browser
        .post(&format!("{path}/reason"), &[("reason", &reason)])
        .await;
    assert_eq!(given.location(), path);
    let page = browser.get(&path).await;
    (path, page)
}

/// The reasons that a form offers, none of which it chooses.
fn reasons(page: &str) -> Vec<String> {
    let each = page
        .split("name=\"reason\" type=\"radio\" value=\"")
        .skip(1);
    each.map(|rest| {
        let (value, rest) = rest.split_once('"').unwrap();
        assert!(!rest.starts_with(" checked"), "{value} is chosen by nobody");
        value.to_owned()
    })
    .collect()
}

#[tokio::test]
async fn l4_one_authority_proposes_and_the_other_agrees() {
    let practice = everybody_moved();
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let kelly = jane.open_child("Kelly", "Marsh").await;
    assert!(
        jane.get(&kelly)
            .await
            .says("Responsible authority: Northshire")
    );
    let mut here = practice.signed_in(DATA_OFFICER).await;
    let (path, page) = opened(&mut here).await;
    for said in [
        "Kelly Marsh",
        "12 Mill Lane",
        "Northshire",
        "Southshire",
        "Nobody has been asked",
        "Propose that Southshire becomes responsible",
        "Why do you need to see the next child?",
    ] {
        assert!(page.says(said), "{said}: {}", page.body);
    }
    assert!(
        !page.says("Dawn Marsh") && !page.says("Tim Reeve"),
        "not needed"
    );
    let proposed = here.post(&path, &[("decision", "propose")]).await;
    assert_eq!(proposed.location(), "/moved?done=propose");
    assert!(
        here.get(proposed.location())
            .await
            .says("The other authority is asked.")
    );
    assert!(
        jane.get(&kelly)
            .await
            .says("Responsible authority: Northshire")
    );

    let mut there = practice.signed_in(THERE).await;
    let list = there.get("/moved").await;
    assert!(list.says("Northshire said yes on") && list.says("Your authority is asked"));
    let (path, page) = opened(&mut there).await;
    assert!(page.says("Yes: Southshire becomes responsible in place of Northshire"));
    let none = there.post(&path, &[]).await;
    assert_eq!(none.status, 422);
    assert!(none.says("Choose what you decide"));
    let agreed = there.post(&path, &[("decision", "agree")]).await;
    assert_eq!(agreed.location(), "/moved?done=agree");
    assert!(
        there
            .get(agreed.location())
            .await
            .says("Of that child: both authorities have said yes.")
    );
    assert!(
        jane.get(&kelly)
            .await
            .says("Responsible authority: Southshire")
    );
    // Once more, by somebody who had the page open.
    let late = there.post(&path, &[("decision", "decline")]).await;
    assert_eq!(late.location(), "/moved?done=gone");
    assert!(
        there
            .get(late.location())
            .await
            .says("somebody decided meanwhile")
    );
    assert!(here.get("/moved").await.says("Nobody else has moved."));
}

#[tokio::test]
async fn l4_a_decline_is_read_by_the_other_side() {
    let practice = everybody_moved();
    let mut there = practice.signed_in(THERE).await;
    let (path, _) = opened(&mut there).await;
    there.post(&path, &[("decision", "propose")]).await;
    let mut here = practice.signed_in(DATA_OFFICER).await;
    let (asked, _) = opened(&mut here).await;
    let declined = here.post(&asked, &[("decision", "decline")]).await;
    assert!(
        here.get(declined.location())
            .await
            .says("Of that child: your authority has said no.")
    );
    assert!(there.get("/moved").await.says("Northshire said no on"));
    let withdrawn = there.post(&path, &[("decision", "withdraw")]).await;
    assert_eq!(
        withdrawn.location(),
        "/moved?done=gone",
        "there is nothing to withdraw"
    );
}

#[tokio::test]
async fn x1_of_a_shielded_child_who_moved_no_page_of_anybody_else_says_anything() {
    let practice = everybody_moved();
    for user in [SHIELD_THERE, OFFICER] {
        let mut officer = practice.signed_in(user).await;
        let list = officer.get("/moved").await;
        // The words of the move are held, until the responsible authority's officer decides that they are of the child.
        assert!(
            list.says("No other authority waits for an answer of yours."),
            "{user}"
        );
        assert!(list.says("Nobody else has moved."), "{user}");
        let reason = ("reason", "shield-decision");
        let fields = [("given_name", "Ayo"), ("family_name", "Bello"), reason];
        let results = officer.search(&fields).await;
        let child = crate::practice::child_path(&results.body);
        officer.post(&format!("{child}/reason"), &[reason]).await;
        let path = child.replacen("/child", "/moved", 1);
        let page = officer.get(&path).await;
        assert_eq!(page.location(), "/moved?done=gone", "{user}");
        let done = officer.post(&path, &[("decision", "propose")]).await;
        assert_eq!(done.location(), "/moved?done=gone", "{user}");
    }
    let mut jane = practice.signed_in(PRACTITIONER).await;
    assert_eq!(jane.get("/moved").await.status, 403);
    let ayo = jane.open_child("Ayo", "Bello").await;
    let record = jane.get(&ayo).await;
    for hidden in HIDDEN.into_iter().chain(["Southshire"]) {
        assert!(!record.says(hidden), "{hidden}");
    }
    assert!(!record.says("Responsible authority"));
}

/// A child of Northshire with a home there, and in Southshire from now on.
fn another_moves(practice: &Practice) {
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    let mut row = crate::practice::rows().swap_remove(0);
    row.key = SupplierKey::parse("Z1").unwrap();
    row.also.clear();
    row.particulars.other_numbers.clear();
    row.particulars.carers.clear();
    row.particulars.born = Some(jiff::civil::date(2014, 2, 9));
    if let Some(name) = &mut row.particulars.name {
        name.given = NamePart::parse("Zahra").ok();
        name.family = NamePart::parse("Bukhari").unwrap();
    }
    let mut moved = row.clone();
    moved.confirmed = clock().today;
    if let Some(residence) = &mut moved.particulars.residence {
        residence.authority = AuthorityCode::parse(ELSEWHERE).ok();
    }
    for row in [row, moved] {
        let outcomes = practice.store.accept(&supplier, &[row], clock());
        assert_eq!(outcomes.unwrap(), [Outcome::Accepted]);
    }
}

#[tokio::test]
async fn r71_the_next_child_opens_for_a_reason_that_was_sent_and_for_no_other() {
    let practice = everybody_moved();
    another_moves(&practice);
    let mut here = practice.signed_in(DATA_OFFICER).await;
    let mut seen = Vec::new();
    let (first, page) = opened(&mut here).await;
    assert!(page.says("name=\"reason\" type=\"radio\" value=\"data-quality\" checked"));
    let given = [("decision", "propose"), ("reason", "data-quality")];
    let done = here.post(&first, &given).await;
    let next = done.location().trim_end_matches("?done=propose").to_owned();
    assert!(next.starts_with("/moved/") && next != first, "{next}");
    let page = here.get(done.location()).await;
    assert!(page.says("Of that child: your authority has said yes.") && page.says("born"));
    seen.extend([first, next.clone()]);
    for answer in ["none", "", "shield-decision", "find-practitioners"] {
        let sent = [("decision", "propose"), ("reason", answer)];
        let done = here.post(&next, &sent).await;
        let back = ["/moved?done=propose", "/moved?done=gone"];
        assert!(
            back.contains(&done.location()),
            "{answer}: {}",
            done.location()
        );
    }
    let list = here.get("/moved").await;
    for path in &seen {
        let line = format!("formaction=\"{path}/reason\"");
        assert!(list.says(&line), "waits for the other authority");
    }
}
