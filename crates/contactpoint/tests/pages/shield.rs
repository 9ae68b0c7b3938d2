//! Placing a shield.

use crate::practice::{OFFICER, PRACTITIONER, Practice, between, move_clock};

#[tokio::test]
async fn r43_a_shield_placed_by_number_holds_at_the_next_request_of_everybody() {
    let practice = Practice::open();
    let mut practitioner = practice.signed_in(PRACTITIONER).await;
    practitioner.get("/search").await;
    let child = practitioner.open_child("Kelly", "Marsh").await;
    let open = practitioner.get(&child).await;
    assert!(open.says("12 Mill Lane"));
    let number = between(
        &open.body,
        "<dt>ContactPoint number</dt><dd class=\"contactpoint-nowrap\">",
        "</dd>",
    )
    .unwrap();

    let mut officer = practice.signed_in(OFFICER).await;
    assert!(officer.get("/").await.says("Place a shield"));
    assert!(!officer.get("/shield").await.says("Error"));
    let faulty = officer.post("/shield", &[("number", "12")]).await;
    assert!(
        faulty.status == 422 && faulty.says("ContactPoint number must be ten digits and a letter")
    );
    assert!(faulty.says("Choose why you need to open this record"));
    let unreasoned = officer.post("/shield", &[("number", number)]).await;
    assert_eq!(unreasoned.status, 422, "r71: nobody chose a reason");
    assert!(!unreasoned.says("Kelly"));
    let reason = ("reason", "shield-decision");
    let found = officer.post("/shield", &[("number", number), reason]).await;
    assert!(found.location().ends_with("/shield"), "{found:?}");
    let confirm = found.location().to_owned();
    let page = officer.get(&confirm).await;
    assert!(page.says("Kelly Marsh") && page.says("is fleeing abuse or domestic violence"));
    assert!(!page.says("name=\"reason\""), "asked once");
    let none = officer.post(&confirm, &[]).await;
    assert!(none.status == 422 && none.says("Choose the ground of the shield"));
    assert!(
        practitioner.get(&child).await.says("12 Mill Lane"),
        "not yet"
    );
    let placed = officer.post(&confirm, &[("ground", "fleeing-abuse")]).await;
    // Nobody is connected with her: from the question about others it goes on to the record.
    let nobody = officer.get(placed.location()).await;
    assert!(
        officer
            .get(nobody.location())
            .await
            .says("Kelly’s record is shielded.")
    );

    let shielded = practitioner.get(&child).await;
    assert!(shielded.says("Kelly Marsh") && shielded.says("Other details are restricted."));
    for hidden in [
        "Mill Lane",
        "LS1",
        "Tim Reeve",
        "Lakeside",
        "Dawn",
        "Northfield Academy, 0",
    ] {
        assert!(!shielded.says(hidden), "{hidden}");
    }
    let by_postcode = practitioner
        .search(&[("family_name", "Marsh"), ("postcode", "LS1 4AP")])
        .await;
    assert!(by_postcode.says("No record was found"));
    let again = officer
        .post(&confirm, &[("ground", "police-protection")])
        .await;
    assert_eq!(again.status, 303, "sent twice, it is placed once");
}

/// The form was open when the shield was placed, or its address is typed.
#[tokio::test]
async fn r43_nobody_lists_themselves_behind_a_shield() {
    let practice = Practice::open();
    let mut practitioner = practice.signed_in(PRACTITIONER).await;
    practitioner.get("/search").await;
    let child = practitioner.open_child("Kelly", "Marsh").await;
    let involve = format!("{child}/involve");
    assert_eq!(practitioner.get(&involve).await.status, 200);

    let mut officer = practice.signed_in(OFFICER).await;
    officer.get("/search").await;
    let search = [
        ("given_name", "Kelly"),
        ("family_name", "Marsh"),
        ("reason", "shield-decision"),
    ];
    let results = officer.search(&search).await;
    let theirs = crate::practice::child_path(&results.body);
    let reason = [("reason", "shield-decision")];
    officer.post(&format!("{theirs}/reason"), &reason).await;
    let ground = [("ground", "fleeing-abuse")];
    officer.post(&format!("{theirs}/shield"), &ground).await;

    let fields = [
        ("service", "learning-mentor"),
        ("lead_professional", "yes"),
        ("assessment", "none"),
    ];
    let sent = practitioner.post(&involve, &fields).await;
    assert_eq!((sent.status, sent.location()), (303, child.as_str()));
    assert!(
        practitioner
            .get(&child)
            .await
            .says("Other details are restricted.")
    );
    assert_eq!(practitioner.get(&involve).await.location(), child);
    let behind = officer.get(&theirs).await;
    assert!(behind.says("This record is shielded.") && !behind.says("Jane Okafor</h3>"));
}

#[tokio::test]
async fn r41_an_officer_places_one_from_the_open_record_and_nobody_else_is_led_there() {
    let practice = Practice::open();
    let mut officer = practice.signed_in(OFFICER).await;
    officer.get("/search").await;
    let results = officer
        .search(&[
            ("given_name", "Kelly"),
            ("family_name", "Marsh"),
            ("reason", "shield-decision"),
        ])
        .await;
    let child = crate::practice::child_path(&results.body);
    let reason = [("reason", "shield-decision")];
    officer.post(&format!("{child}/reason"), &reason).await;
    let link = format!("href=\"{child}/shield\"");
    let record = officer.get(&child).await;
    assert!(record.says(&link) && !record.says("say so here"));
    let confirm = officer.get(&format!("{child}/shield")).await;
    assert!(confirm.says("On what ground?") && confirm.says(&format!("href=\"{child}\"")));
    officer
        .post(&format!("{child}/shield"), &[("ground", "fleeing-abuse")])
        .await;
    let record = officer.get(&child).await;
    assert!(
        record.says("This record is shielded.") && !record.says(&link),
        "one is enough"
    );

    let mut practitioner = practice.signed_in(PRACTITIONER).await;
    practitioner.get("/search").await;
    let child = practitioner.open_child("Oscar", "Little").await;
    assert!(!practitioner.get(&child).await.says("/shield\""));
}

#[tokio::test]
async fn a_number_sent_after_the_session_ended_is_shown_again() {
    let practice = Practice::open();
    let mut officer = practice.signed_in(OFFICER).await;
    officer.get("/shield").await;
    move_clock(21 * 60);
    let fields = [("number", "4821 0937 56"), ("reason", "shield-decision")];
    let sent = officer.post("/shield", &fields).await;
    assert_eq!(sent.location(), "/sign-in?next=/shield&form=kept");
    let mut again = practice.signed_in(OFFICER).await;
    let form = again.get("/shield").await;
    assert!(form.says("value=\"4821 0937 56\"") && form.says("nothing was looked up"));
    assert!(form.says("value=\"shield-decision\" checked"), "and chosen");
}

#[tokio::test]
async fn r41_only_a_shielding_officer_places_one() {
    let practice = Practice::open();
    let mut practitioner = practice.signed_in(PRACTITIONER).await;
    practitioner.get("/search").await;
    let child = practitioner.open_child("Kelly", "Marsh").await;
    let answer = practitioner
        .post(&format!("{child}/shield"), &[("ground", "fleeing-abuse")])
        .await;
    assert!(answer.status == 403 && answer.says("You cannot use this page"));
    assert!(practitioner.get(&child).await.says("12 Mill Lane"));
}
