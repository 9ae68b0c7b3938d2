//! The search form and its results.

use crate::practice::{Answer, Browser, NURSE, PRACTITIONER, Practice, between};

async fn faulty(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    let answer = browser.search(fields).await;
    assert_eq!(answer.status, 422, "{fields:?}");
    answer
}

#[tokio::test]
async fn a_child_is_found_by_what_people_have_in_hand() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let mut missed = Vec::new();
    for fields in [
        &[("family_name", "Marsh"), ("given_name", "Kelly")][..],
        &[
            ("family_name", "Marsh"),
            ("given_name", "Kelly"),
            ("date_of_birth_year", "2011"),
        ],
        &[
            ("family_name", "marsh"),
            ("given_name", "KELLY"),
            ("age", "15"),
        ],
        &[("family_name", "Marsh"), ("date_of_birth_day", "14/5/2011")],
        &[
            ("family_name", "Marsh"),
            ("date_of_birth_day", "2011-05-14"),
        ],
        &[
            ("family_name", "Marsh"),
            ("given_name", "Kelly"),
            ("date_of_birth_day", "May 2011"),
        ],
        &[("family_name", "Marsh"), ("postcode", "ls14ap")],
        &[
            ("family_name", "Marsh"),
            ("setting_or_practice", "Northfield Academy"),
        ],
    ] {
        let answer = browser.search(fields).await;
        let found = answer.says("Kelly Marsh")
            && answer.says("14 May 2011 (15)")
            && answer.says("Northtown, LS1");
        if !found {
            missed.push(fields);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[tokio::test]
async fn r18_the_number_finds_a_child_on_its_own_in_any_spelling() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let results = browser
        .search(&[("family_name", "Marsh"), ("given_name", "Kelly")])
        .await;
    let number = between(&results.body, "<dt>Number</dt><dd>", "</dd>")
        .unwrap()
        .to_owned();
    let slipped = number
        .replace([' ', '-'], "")
        .to_lowercase()
        .replace('0', "o");
    for typed in [number.clone(), slipped] {
        assert!(
            browser
                .search(&[("number", &typed)])
                .await
                .says("Kelly Marsh"),
            "{typed}"
        );
    }
    let wrong = if number.ends_with('A') { "B" } else { "A" };
    let typed = format!("{}{wrong}", number.strip_suffix(|_: char| true).unwrap());
    let answer = faulty(&mut browser, &[("number", &typed)]).await;
    assert!(answer.says("check letter does not fit") && answer.says(&typed));
}

#[tokio::test]
async fn l2_a_body_s_own_number_is_asked_of_its_own_people_only() {
    let practice = Practice::open();
    let mut teacher = practice.signed_in(PRACTITIONER).await;
    assert!(teacher.get("/search").await.says("Unique pupil number"));
    let mut nurse = practice.signed_in(NURSE).await;
    let form = nurse.get("/search").await;
    assert!(form.says("NHS number") && !form.says("Unique pupil number"));
    let answer = faulty(&mut nurse, &[("own_number", "999 000 0019")]).await;
    assert!(answer.says("NHS number must be ten digits with a fitting check digit"));
}

#[tokio::test]
async fn a_character_that_nobody_sees_is_not_shown_as_what_is_wrong() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    for unseen in ["\u{200b}", "\u{202e}", "\u{ad}", "\u{0}", "\u{feff}"] {
        let name = format!("Ma{unseen}rsh");
        let answer = faulty(&mut browser, &[("family_name", &name)]).await;
        assert!(
            answer.says("Family name has a character in it that cannot be seen: type it again"),
            "{unseen:?}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_and_everything_typed_is_kept() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let fields = [
        ("family_name", "O\u{2019}Brien <b>"),
        ("given_name", "Zoë"),
        ("date_of_birth_day", "14"),
        ("date_of_birth_month", "15"),
        ("date_of_birth_year", "2011"),
        ("age", "teen"),
        ("postcode", "LS"),
        ("gender", "female"),
        ("carer", "Dawn"),
        ("reason", ""),
    ];
    let answer = faulty(&mut browser, &fields).await;
    for said in [
        "<title>PRACTICE – Error: Search",
        "Family name cannot have “&#60;” in it",
        "Date of birth: month must be between 1 and 12",
        "href=\"#date_of_birth_month\"",
        "Age must be a whole number of years from 0 to 25",
        "Postcode must be like BS16 5TJ",
        "Choose why you are looking for this child",
        "value=\"Zoë\"",
        "value=\"Dawn\"",
        "value=\"15\"",
        "value=\"teen\"",
        "value=\"female\" checked",
        "<details class=\"govuk-details\" open>",
    ] {
        assert!(answer.says(said), "{said}");
    }
    assert!(!answer.says("<b>"), "what was typed is escaped");
}

#[tokio::test]
async fn r71_a_search_needs_a_reason_this_person_may_give() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    for reason in ["", "curious", "shield-decision", "data-quality"] {
        let fields = [
            ("family_name", "Marsh"),
            ("given_name", "Kelly"),
            ("reason", reason),
        ];
        let answer = faulty(&mut browser, &fields).await;
        assert!(
            answer.says("Choose why you are looking for this child"),
            "{reason}"
        );
        assert!(!answer.says("14 May 2011"), "{reason}");
    }
}

#[tokio::test]
async fn too_little_says_what_to_add_and_no_count() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let answer = faulty(&mut browser, &[("family_name", "Marsh")]).await;
    assert!(answer.says("a given name or a full date of birth") && answer.says("value=\"Marsh\""));
    let look_ups = browser.get("/look-ups").await;
    assert!(look_ups.says("Refused"), "the refusal is recorded too");
    let answer = faulty(
        &mut browser,
        &[
            ("family_name", "Marsh"),
            ("age", "15"),
            ("date_of_birth_day", "1/1/2020"),
        ],
    )
    .await;
    assert!(answer.says("Age does not fit the date of birth"));
}

#[tokio::test]
async fn check_17_no_address_holds_anything_of_a_child() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let sent = browser
        .post(
            "/search",
            &crate::practice::with_reason(&[("family_name", "Marsh"), ("given_name", "Kelly")]),
        )
        .await;
    let results = browser.get(sent.location()).await;
    let child = browser.open_child("Kelly", "Marsh").await;
    let record = browser.get(&child).await;
    for text in [
        sent.location(),
        child.as_str(),
        between(&results.body, "<title>", "</title>").unwrap(),
        between(&record.body, "<title>", "</title>").unwrap(),
    ] {
        for word in ["kelly", "marsh", "2011", "ls1"] {
            assert!(!text.to_lowercase().contains(word), "{text}");
        }
    }
    assert!(
        results
            .says("You asked for: Kelly Marsh. Reason: Find who else is working with the child.")
    );
}

#[tokio::test]
async fn check_18_results_are_seen_again_without_another_event() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let fields = crate::practice::with_reason(&[("family_name", "Marsh"), ("given_name", "Kelly")]);
    let path = browser.post("/search", &fields).await.location().to_owned();
    let first = browser.get(&path).await;
    let events = practice
        .store
        .sequence(crate::practice::clock())
        .unwrap()
        .size;
    assert_eq!(browser.get(&path).await, first);
    assert_eq!(
        practice
            .store
            .sequence(crate::practice::clock())
            .unwrap()
            .size,
        events
    );
}

#[tokio::test]
async fn check_15_a_search_can_be_changed_from_its_results_and_from_none() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let results = browser
        .search(&[
            ("family_name", "Marsh"),
            ("given_name", "Kelly"),
            ("date_of_birth_day", "14/5/2011"),
            ("postcode", "ls14ap"),
            ("gender", "female"),
            ("reason", "coordinate"),
        ])
        .await;
    let again = between(&results.body, "href=\"/search?again=", "\"").unwrap();
    let again = format!("/search?again={again}");
    let events = |practice: &Practice| {
        let sequenced = practice.store.sequence(crate::practice::clock());
        sequenced.unwrap().size
    };
    let before = events(&practice);
    let form = browser.get(&again).await;
    for said in [
        "name=\"family_name\" type=\"text\" value=\"Marsh\"",
        "name=\"given_name\" type=\"text\" value=\"Kelly\"",
        "value=\"14\"",
        "value=\"5\"",
        "value=\"2011\"",
        "value=\"LS1 4AP\"",
        "value=\"female\" checked",
        "value=\"coordinate\" checked",
        "<details class=\"govuk-details\" open>",
    ] {
        assert!(form.says(said), "{said}");
    }
    assert!(!form.says("Error") && !form.says("Mill Lane"));
    assert_eq!(events(&practice), before, "nothing of a child was shown");

    let none = browser
        .search(&[
            ("family_name", "Nowhereson"),
            ("given_name", "Nobody"),
            ("age", "9"),
        ])
        .await;
    assert!(none.says("No record was found") && none.says("href=\"/search?again\""));
    let form = browser.get("/search?again").await;
    assert!(form.says("value=\"Nowhereson\"") && form.says("value=\"9\""));
    assert!(
        browser.get(&again).await.says("value=\"Marsh\""),
        "each by its ticket"
    );
}

#[tokio::test]
async fn x2_a_search_is_filled_in_again_in_its_own_session_only() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let blank = browser.get("/search").await;
    assert_eq!(
        browser.get("/search?again").await,
        blank,
        "nothing asked yet"
    );
    browser
        .search(&[("family_name", "Marsh"), ("given_name", "Kelly")])
        .await;
    let fields = crate::practice::with_reason(&[("family_name", "Marsh"), ("given_name", "Kelly")]);
    let ticket = browser.post("/search", &fields).await.location().to_owned();
    let ticket = ticket.trim_start_matches("/results/").to_owned();
    let mut same = practice.signed_in(PRACTITIONER).await;
    let mut other = practice.signed_in(NURSE).await;
    for (who, browser) in [("the same person", &mut same), ("another", &mut other)] {
        let blank = browser.get("/search").await;
        for path in [
            format!("/search?again={ticket}"),
            "/search?again".into(),
            "/search?again=x".into(),
            "/search?family_name=Marsh".into(),
        ] {
            assert_eq!(browser.get(&path).await, blank, "{who}: {path}");
        }
    }
}

#[tokio::test]
async fn somebody_who_signed_in_again_finds_what_was_typed() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let old = browser.csrf.clone();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser
        .headers
        .push(("sec-fetch-site", "same-origin".into()));
    let fields = [
        ("csrf", old.as_str()),
        ("family_name", "Marsh"),
        ("postcode", "LS1 4AP"),
        ("reason", "coordinate"),
    ];
    let answer = browser.post_raw("/search", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.says("nothing was searched")
            && answer.says("value=\"Marsh\"")
            && answer.says("value=\"LS1 4AP\"")
    );
    assert!(answer.says("value=\"coordinate\" checked") && !answer.says("Kelly"));
    assert!(
        !answer.says(&old),
        "the form carries the token of this session"
    );
}

#[tokio::test]
async fn a_gender_that_is_not_offered_is_said_to_be_wrong_and_everything_typed_is_kept() {
    let practice = Practice::open();
    let mut jane = practice.signed_in(PRACTITIONER).await;
    let fields = [
        ("given_name", "Kelly"),
        ("family_name", "Marsh"),
        ("gender", "girl"),
        ("reason", "coordinate"),
    ];
    let answer = jane.post("/search", &fields).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.says("Gender must be one of those offered, or none"));
    assert!(answer.says("href=\"#gender\"") && answer.says("id=\"gender-error\""));
    assert!(answer.says("value=\"Kelly\"") && answer.says("value=\"Marsh\""));
    assert!(!answer.says("girl"));
}
