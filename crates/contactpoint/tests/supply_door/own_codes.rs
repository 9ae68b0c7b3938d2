//! Two councils whose programs send files of one form: each is read under its own code, and neither touches what the other said.

use contactpoint::supply::built_in_text_as;
use directory::account::Suspension;
use serde_json::Value;

use crate::practice::{Browser, PRACTITIONER, Practice};
use crate::program::{Pair, admit_as, claims, code, signed, supply, token_for};

const HEADING: &str = "invo_involvements_id,invo_person_id,invo_involvement_start_date,invo_involvement_end_date,pers_upn,pers_forename,\
     pers_surname,pers_sex,pers_dob,prof_professional_name,prof_professional_job_title,dept_team_name\n";

/// A full file of synthetic children, under keys that every council's system gives.
fn file(council: &str, children: u8) -> String {
    let row = |key: u8| {
        let family = format!("{council}{}", char::from(b'a' + key));
        format!(
            "i{key},p{key},2026-01-05,,,Jo,{family},F,2012-03-{:02},Asha {council},Social worker,Team\n",
            key + 1
        )
    };
    std::iter::once(HEADING.to_owned())
        .chain((0..children).map(row))
        .collect()
}

/// Admits a council by the mapping of many, for full files, and gives its token.
async fn admitted(practice: &Practice, council: &str) -> String {
    let text = built_in_text_as("safeguarding_dataset", Some(&code(council))).unwrap();
    let text = text.replace("SW01", "social-care");
    let text = text.replace("kind = \"local\"", "kind = \"local\"\nreach = \"full\"");
    let pair = Pair::edwards();
    admit_as(practice, &text, &[&pair], Suspension::None);
    let mut theirs = claims(council);
    theirs["iss"] = council.into();
    theirs["sub"] = council.into();
    token_for(practice, &signed(&pair, &theirs), "").await
}

/// Whether a practitioner finds the last child of a council, who stands under the one key that both councils give.
async fn finds_last(browser: &mut Browser<'_>, council: &str) -> bool {
    let family = format!("{council}y");
    let fields = [("given_name", "Jo"), ("family_name", family.as_str())];
    browser.search(&fields).await.says("25 March 2012")
}

#[tokio::test]
async fn r80_a_full_file_of_one_council_ends_nothing_of_another_in_the_same_form() {
    let practice = Practice::open();
    let first = admitted(&practice, "local-41").await;
    let second = admitted(&practice, "local-42").await;
    let mut practitioner = practice.signed_in(PRACTITIONER).await;
    for (token, key, text) in [
        (&first, "a", file("Northby", 25)),
        (&second, "a", file("Southam", 25)),
        (&first, "b", file("Northby", 24)),
    ] {
        if key == "b" {
            practitioner.get("/search").await;
            assert!(finds_last(&mut practitioner, "Northby").await);
        }
        let done = supply(&practice, token, key, &text).await;
        let done: Value = serde_json::from_str(&done.body).unwrap();
        assert_eq!(done["state"], "taken", "{done}");
        assert_eq!(done["report"]["rows"]["refused"], 0, "{done}");
    }
    let runs = practice.store.runs(None).unwrap();
    let ended = |at: usize| runs[at].totals.ends.unwrap();
    assert_eq!((ended(1).children, ended(1).involvements), (0, 0));
    assert_eq!((ended(2).children, ended(2).involvements), (1, 1));
    assert!(
        !finds_last(&mut practitioner, "Northby").await,
        "left out of the last file"
    );
    assert!(finds_last(&mut practitioner, "Southam").await);
    let theirs = practitioner.open_child("Jo", "Southamy").await;
    let stands = practitioner.get(&theirs).await;
    assert!(stands.says("25 March 2012") && stands.says("Asha Southam"));
    assert!(!stands.says("contactpoint-contact--ended"));
}
