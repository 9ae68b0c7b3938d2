//! Reason, record and involvement: Kelly's story (R94).

use directory::account::{Role, Suspension};
use directory::name::Name;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Supplier};
use directory::text::{NamePart, SupplierCode, SupplierKey};

use crate::practice::{
    Browser, DATA_OFFICER, HIDDEN, NURSE, OFFICER, PRACTITIONER, Practice, TODAY, account, between,
    child_path, clock, rows,
};

#[tokio::test]
async fn r94_kelly_s_story_from_the_search_to_being_added() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.find_child("Kelly", "Marsh").await;

    let unasked = browser.get(&child).await;
    assert_eq!(
        (unasked.status, unasked.location()),
        (303, format!("{child}/reason").as_str()),
        "the reason first"
    );
    let reason = browser.get(&format!("{child}/reason")).await;
    assert!(reason.says("Open this record for the reason you gave?") && reason.says("Kelly Marsh"));
    assert!(
        !reason.says("Tim Reeve") && !reason.says("Mill Lane"),
        "nothing of the record yet"
    );
    assert!(
        reason.says("aria-describedby=\"child given\" autofocus"),
        "Enter alone opens it, and says what"
    );
    let back = between(&reason.body, "href=\"/results/", "\"").unwrap();
    let results = browser.get(&format!("/results/{back}")).await;
    assert!(results.says("Search results") && results.says("Kelly Marsh"));
    let none = browser.post(&format!("{child}/reason"), &[]).await;
    assert!(none.status == 422 && none.says("Choose why you need to open this record"));
    let given = browser
        .post(&format!("{child}/reason"), &[("reason", "coordinate")])
        .await;
    assert_eq!(given.location(), child);

    the_record_shows_whom_to_ring(&mut browser, &child).await;
    the_practitioner_is_added(&mut browser, &child).await;
    and_ends_it(&mut browser, &child).await;
}

#[tokio::test]
async fn r1_the_record_says_what_another_source_calls_the_child_and_which() {
    let practice = Practice::open();
    let name = |given: &str, family: &str| Name {
        given: NamePart::parse(given).ok(),
        family: NamePart::parse(family).unwrap(),
    };
    let mut row = rows().remove(0);
    row.key = SupplierKey::parse("c1").unwrap();
    row.also.clear();
    row.particulars.name = Some(name("Kit", "Marsh"));
    row.particulars.former_names = vec![name("Kit", "Ellery")];
    let census = Supplier {
        code: SupplierCode::parse("census").unwrap(),
        kind: SourceKind::Census,
    };
    let outcome = practice.store.accept(&census, &[row], clock()).unwrap();
    assert_eq!(outcome, [Outcome::Accepted]);
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let child = browser.open_child("Kelly", "Marsh").await;
    let record = browser.get(&child).await;
    assert!(
        record.says("<h1 id=\"child\">Kit Marsh</h1>"),
        "the school is believed"
    );
    let part = |heading: &str| {
        let after = record.body.split_once(heading).unwrap().1;
        after.split_once("</section>").unwrap().0.to_owned()
    };
    let called = part("Also called</h2>");
    assert!(called.contains("Kelly Marsh") && !called.contains("Ellery"));
    assert!(called.contains("by the service’s own system"), "{called}");
    let former = part("Former names</h2>");
    assert!(former.contains("Kit Ellery") && !former.contains("Kelly Marsh"));
    let parts = browser.get(&format!("{child}/wrong")).await;
    assert!(parts.says("Kit Ellery, Kelly Marsh"), "{}", parts.body);
}

async fn the_record_shows_whom_to_ring(browser: &mut Browser<'_>, child: &str) {
    let record = browser.get(child).await;
    for said in [
        "Tim Reeve</h3> · Housing officer",
        "href=\"tel:01632960187\"",
        "href=\"mailto:worker@northshire.example\"",
        "since 4 September 2025",
        "confirmed 2 weeks ago by the service’s own system",
        "Ended 12 March 2026 – shown until 11 March 2027",
        "Northfield Academy",
        "Registered at a school or college since 1 September 2022",
        "Lakeside Surgery",
        "Dawn Marsh</strong>, parent or carer",
        "12 Mill Lane<br>Northtown<br>LS1 4AP",
        "Responsible authority: Northshire",
        "Assessment (CAF): none is known here",
        "Not supplied to this directory here yet:</strong> health, social care",
        "Shown to Jane Okafor, Northfield Academy, on 3 July 2026 at",
        "I am working with Kelly",
    ] {
        assert!(record.says(said), "{said}");
    }
    assert!(
        record.body.find("Tim Reeve") < record.body.find("Paul Adeyemi"),
        "current before ended"
    );
    assert!(!record.says("999 000 0018"), "l2: another body's number");
}

async fn the_practitioner_is_added(browser: &mut Browser<'_>, child: &str) {
    let form = browser.get(&format!("{child}/involve")).await;
    assert!(form.says("Learning mentoring") && form.says("01632\u{a0}960\u{a0}114"));
    assert!(
        form.says("value=\"learning-mentor\" checked"),
        "the only service there is"
    );
    let empty = browser
        .post(&format!("{child}/involve"), &[("since_day", "1/1/2030")])
        .await;
    assert_eq!(empty.status, 422);
    for said in [
        "Choose the service you work for",
        "First day must be today or in the past",
        "value=\"1/1/2030\"",
    ] {
        assert!(empty.says(said), "{said}");
    }
    let before_birth = [
        ("service", "learning-mentor"),
        ("since_day", "1/1/1999"),
        ("lead_professional", "yes"),
        ("assessment", "current"),
    ];
    let refused = browser
        .post(&format!("{child}/involve"), &before_birth)
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.says("First day must not be more than a year before the child was born"));
    assert!(!refused.says("Choose the service") && refused.says("value=\"1/1/1999\""));
    let fields = [
        ("service", "learning-mentor"),
        ("since_day", "3 Jun 2026"),
        ("lead_professional", "yes"),
        ("assessment", "current"),
    ];
    let added = browser.post(&format!("{child}/involve"), &fields).await;
    let record = browser.get(added.location()).await;
    for said in [
        "You are listed as working with Kelly.",
        "Jane Okafor</h3> · Learning mentor",
        "Lead professional",
        "<strong>current</strong>, held by Jane Okafor",
        "confirmed today by the practitioner",
        "I no longer work with Kelly",
    ] {
        assert!(record.says(said), "{said}");
    }
    assert!(
        record.body.find("Jane Okafor</h3>") < record.body.find("Tim Reeve"),
        "the lead professional first"
    );
}

async fn and_ends_it(browser: &mut Browser<'_>, child: &str) {
    let end = browser
        .get(&format!("{child}/involve/end/learning-mentor"))
        .await;
    assert!(
        end.says("until 2 July 2027") && end.says("began on 3 June 2026"),
        "{TODAY}"
    );
    let ended = browser
        .post(&format!("{child}/involve/end/learning-mentor"), &[])
        .await;
    let record = browser.get(ended.location()).await;
    assert!(
        record.says("You are no longer listed as working with Kelly.")
            && record.says("Ended 3 July 2026")
    );
    assert!(record.says("<strong>past</strong>, held by Jane Okafor"));
}

#[tokio::test]
async fn l2_a_number_is_shown_to_people_of_the_body_that_gave_it() {
    let practice = Practice::open();
    let mut nurse = practice.signed_in(NURSE).await;
    nurse.get("/search").await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    assert!(nurse.get(&child).await.says("999 000 0018"));
}

#[tokio::test]
async fn r43_a_shielded_record_is_four_fields_and_nothing_hidden_anywhere() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.open_child("Ayo", "Bello").await;
    let pages = [
        browser.get(&child).await,
        browser.get(&format!("{child}/involve")).await,
        browser
            .get(&format!("{child}/involve/end/learning-mentor"))
            .await,
        browser.get("/look-ups").await,
    ];
    assert!(
        pages[0].says("Ayo Bello")
            && pages[0].says("29 February 2012 (14)")
            && pages[0].says("male")
    );
    assert!(pages[0].says("Other details are restricted."));
    for page in &pages {
        for hidden in
            HIDDEN
                .iter()
                .chain(&["01632 960 187", "960100", "parent or carer", "Education"])
        {
            assert!(!page.body.contains(hidden), "{hidden}");
        }
    }
}

#[tokio::test]
async fn check_24_a_reason_is_asked_once_for_each_child_in_each_session() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let kelly = browser.open_child("Kelly", "Marsh").await;
    let results = browser
        .search(&[("given_name", "Kelly"), ("family_name", "Marsh")])
        .await;
    let href = between(&results.body, "href=\"/child/", "\"").unwrap();
    assert!(!href.ends_with("/reason"), "not again");
    assert_eq!(browser.get(&format!("/child/{href}")).await.status, 200);
    let back = browser.get(&format!("{kelly}/reason")).await;
    assert!(back.status == 200 && back.says("Open this record for the reason you gave?"));
    let oscar = browser.find_child("Oscar", "Little").await;
    assert_eq!(
        browser.get(&oscar).await.location(),
        format!("{oscar}/reason"),
        "another child"
    );
    let mut other = practice.signed_in(PRACTITIONER).await;
    other.get("/search").await;
    let again = other.find_child("Kelly", "Marsh").await;
    assert_ne!(again, kelly, "an address is good in one session only");
    assert_eq!(
        other.get(&again).await.location(),
        format!("{again}/reason"),
        "another session"
    );
    assert!(other.get(&kelly).await.says("No record was found"));
}

#[tokio::test]
async fn r19_what_is_not_known_is_said_to_be_not_known() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.open_child("Oscar", "Little").await;
    let record = browser.get(&child).await;
    assert_eq!(
        record.body.matches("Not known").count(),
        4,
        "education, practice, carers, address: {}",
        record.body
    );
    assert!(record.says("10 January 2026 (under 1)") && record.says("gender not known"));
    assert!(record.says("Responsible authority: not known"));
}

#[tokio::test]
async fn x13_a_sensitive_service_is_none_to_choose() {
    let practice = Practice::open();
    let mut nurse = practice.signed_in(NURSE).await;
    nurse.get("/search").await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    let form = nurse.get(&format!("{child}/involve")).await;
    assert!(form.says("School nursing") && !form.says("Young minds") && !form.says("young-minds"));
    for service in ["young-minds", "learning-mentor", "nonsense"] {
        let fields = [
            ("service", service),
            ("lead_professional", "no"),
            ("assessment", "none"),
        ];
        let answer = nurse.post(&format!("{child}/involve"), &fields).await;
        assert!(
            answer.status == 422 && answer.says("Choose the service you work for"),
            "{service}"
        );
    }
    assert!(!nurse.get(&child).await.says("Sam Nurse</h3>"));
}

#[tokio::test]
async fn r72_every_look_is_among_ones_own_look_ups() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.open_child("Kelly", "Marsh").await;
    browser.get(&child).await;
    browser
        .search(&[("given_name", "Nobody"), ("family_name", "Nowhereson")])
        .await;
    let page = browser.get("/look-ups").await;
    for said in [
        "Record opened",
        "Records listed",
        "No record was found",
        "Find who else is working with the child",
    ] {
        assert!(page.says(said), "{said}");
    }
    assert!(
        !page.says("Kelly") && !page.says("Nowhereson"),
        "numbers only"
    );
    assert!(practice.store.sequence(clock()).unwrap().size >= 4);
}

#[tokio::test]
async fn ending_what_one_never_had_is_not_said_to_be_done() {
    let practice = Practice::open();
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let child = jane.open_child("Kelly", "Marsh").await;
    let ended = jane
        .post(&format!("{child}/involve/end/social-care"), &[])
        .await;
    assert_eq!(ended.location(), child);
    let record = jane.get(ended.location()).await;
    assert!(!record.says("Done"), "nothing was");
    assert!(!record.says("You are no longer listed"));
}

const COLLEAGUE: &str = "cal.league";

/// Jane records herself as Kelly's lead professional, and leaves; a colleague of hers has an account.
async fn jane_has_left() -> Practice {
    let practice = Practice::open();
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let child = jane.open_child("Kelly", "Marsh").await;
    let fields = [
        ("service", "learning-mentor"),
        ("since_day", "3 Jun 2026"),
        ("lead_professional", "yes"),
        ("assessment", "current"),
    ];
    jane.post(&format!("{child}/involve"), &fields).await;
    let own = jane.get(&child).await;
    assert!(own.says("I no longer work with Kelly"));
    assert!(!own.says("Jane Okafor no longer works with Kelly"), "hers");
    let mut gone = practice.account(PRACTITIONER);
    gone.suspension = Suspension::Suspended;
    practice.put_account(&gone, false);
    let colleague = account(31, COLLEAGUE, "Cal League", 1, &[Role::Practitioner]);
    practice.put_account(&colleague, true);
    practice
}

/// The address of the page that ends Jane's involvement for her. `None`: it is not offered.
fn end_href(record: &str) -> Option<String> {
    let href = between(record, "contactpoint-contact__end", "</a>")?;
    let href = between(href, "href=\"", "\"")?;
    Some(href.to_owned())
}

#[tokio::test]
async fn r20_l3_a_colleague_ends_what_somebody_recorded_who_has_left() {
    let practice = jane_has_left().await;
    let mut cal = practice.signed_in(COLLEAGUE).await;
    let child = cal.open_child("Kelly", "Marsh").await;
    let record = cal.get(&child).await;
    assert!(record.says("Jane Okafor no longer works with Kelly"));
    assert!(
        !record.says("Tim Reeve no longer works"),
        "a feed says that"
    );
    let href = end_href(&record.body).unwrap();
    let form = cal.get(&href).await;
    for said in [
        "Has Jane Okafor stopped working with Kelly?",
        "since 3 June 2026",
        "until 2 July 2027",
        "will have no lead professional",
    ] {
        assert!(form.says(said), "{said}: {}", form.body);
    }
    let unsaid = cal.post(&href, &[]).await;
    assert!(unsaid.status == 422 && unsaid.says("Choose why it has ended"));
    assert!(!cal.get(&child).await.says("Ended 3 July 2026"), "not yet");
    let ended = cal.post(&href, &[("cause", "left")]).await;
    let record = cal.get(ended.location()).await;
    for said in [
        "The involvement has ended.",
        "Ended 3 July 2026 – shown until 2 July 2027",
        "end entered 3 July 2026 by a colleague or an officer",
        "<strong>past</strong>, held by Jane Okafor",
    ] {
        assert!(record.says(said), "{said}: {}", record.body);
    }
    assert!(
        !record.says("confirmed today by the practitioner"),
        "she said nothing"
    );
    assert!(!record.says("Lead professional</strong>"));
    assert_eq!(end_href(&record.body), None);
    let twice = cal.post(&href, &[("cause", "left")]).await;
    assert_eq!(twice.location(), format!("{child}?done=not-ended-for"));

    // If she is back she records it again, and that is hers.
    let back = practice.account(PRACTITIONER);
    let back = directory::account::Account {
        suspension: Suspension::None,
        ..back
    };
    practice.put_account(&back, false);
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let child = jane.open_child("Kelly", "Marsh").await;
    let fields = [
        ("service", "learning-mentor"),
        ("lead_professional", "no"),
        ("assessment", "none"),
    ];
    let again = jane.post(&format!("{child}/involve"), &fields).await;
    let record = jane.get(again.location()).await;
    assert!(record.says("confirmed today by the practitioner"));
    assert!(!record.says("Ended 3 July 2026"));
}

#[tokio::test]
async fn r20_whoever_comes_second_to_end_it_is_told_that_it_has_ended_and_changes_nothing() {
    let practice = jane_has_left().await;
    let other = account(32, "bo.league", "Bo League", 1, &[Role::Practitioner]);
    practice.put_account(&other, true);
    let mut cal = practice.signed_in(COLLEAGUE).await;
    let mut bo = practice.signed_in("bo.league").await;
    let (cals, bos) = (
        cal.open_child("Kelly", "Marsh").await,
        bo.open_child("Kelly", "Marsh").await,
    );
    let href = end_href(&cal.get(&cals).await.body).unwrap();
    let late = end_href(&bo.get(&bos).await.body).unwrap();
    assert_eq!(bo.get(&late).await.status, 200, "both look at the form");
    let ended = cal.post(&href, &[("cause", "left")]).await;
    let record = cal.get(ended.location()).await;
    assert!(record.says("The involvement has ended.") && !record.says("Not done"));

    let sent = bo.post(&late, &[("cause", "mistake")]).await;
    let asked = bo.get(&late).await;
    for answer in [sent, asked] {
        assert_eq!(answer.status, 303);
        let record = bo.get(answer.location()).await;
        for said in [
            "Not done",
            "Nothing was changed: there is nothing to end, or no longer.",
            "Somebody ended that involvement already, or the record has changed.",
            "If that is not right, choose “Something is wrong here”.",
            ">Something is wrong here</a>",
            "Ended 3 July 2026 – shown until 2 July 2027",
        ] {
            assert!(record.says(said), "{said}: {}", record.body);
        }
        assert!(!record.says("The involvement has ended."), "not by them");
    }
}

#[tokio::test]
async fn l7_a_data_officer_ends_it_too_which_answers_the_report_and_nobody_else_may() {
    let practice = jane_has_left().await;
    let mut nurse = practice.signed_in(NURSE).await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    assert_eq!(
        end_href(&nurse.get(&child).await.body),
        None,
        "another service"
    );
    let form = nurse.get(&format!("{child}/wrong/involvement")).await;
    assert!(form.says("by a colleague of the same service"));
    let says = [
        ("entry", "whole learning-mentor Jane Okafor"),
        ("cause", "known-from-work"),
    ];
    nurse
        .post(&format!("{child}/wrong/involvement"), &says)
        .await;
    let reported = "Reported as wrong on 3 July 2026";
    assert!(nurse.get(&child).await.says(reported));

    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let reason = ("reason", "data-quality");
    let fields = [("given_name", "Kelly"), ("family_name", "Marsh"), reason];
    let hers = child_path(&dee.search(&fields).await.body);
    dee.post(&format!("{hers}/reason"), &[reason]).await;
    assert!(dee.get("/corrections").await.says("Reported: look into it"));
    let href = end_href(&dee.get(&hers).await.body).unwrap();
    let (_, below) = href.split_once("/involve/").unwrap();
    // The address of somebody else's session ends nothing, nor does that of who may not.
    let theirs = format!("{child}/involve/{below}");
    let not_hers = nurse.get(&theirs).await;
    assert_eq!(not_hers.location(), format!("{child}?done=not-ended-for"));
    nurse.post(&theirs, &[("cause", "left")]).await;
    assert!(nurse.get(&child).await.says("Lead professional</strong>"));
    let ended = dee.post(&href, &[("cause", "work-ended")]).await;
    assert!(ended.location().ends_with("?done=ended-for"));
    let record = nurse.get(&child).await;
    assert!(record.says("Ended 3 July 2026") && !record.says(reported));
    assert!(dee.get("/corrections").await.says("Nothing waits."));
}

#[tokio::test]
async fn r43_behind_a_shield_no_colleague_ends_what_they_do_not_see() {
    let practice = jane_has_left().await;
    let mut cal = practice.signed_in(COLLEAGUE).await;
    let child = cal.open_child("Kelly", "Marsh").await;
    let href = end_href(&cal.get(&child).await.body).unwrap();
    let mut officer = practice.signed_in(OFFICER).await;
    let reason = ("reason", "shield-decision");
    let fields = [("given_name", "Kelly"), ("family_name", "Marsh"), reason];
    let hers = child_path(&officer.search(&fields).await.body);
    officer.post(&format!("{hers}/reason"), &[reason]).await;
    let ground = [("ground", "fleeing-abuse")];
    officer.post(&format!("{hers}/shield"), &ground).await;
    assert_eq!(cal.get(&href).await.location(), child);
    let refused = cal.post(&href, &[("cause", "left")]).await;
    assert_eq!(refused.status, 403);
    let record = officer.get(&hers).await;
    assert!(record.says("This record is shielded.") && !record.says("Ended 3 July 2026"));
    let href = end_href(&record.body).unwrap();
    officer.post(&href, &[("cause", "left")]).await;
    assert!(officer.get(&hers).await.says("Ended 3 July 2026"));
}
