//! Reason, record and involvement: Kelly's story (R94).

use directory::name::Name;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Supplier};
use directory::text::{NamePart, SupplierCode, SupplierKey};

use crate::practice::{
    Browser, HIDDEN, NURSE, PRACTITIONER, Practice, TODAY, between, clock, rows,
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
