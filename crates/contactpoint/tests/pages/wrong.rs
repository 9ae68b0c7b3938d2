//! Something is wrong here: a nurse reports it, a data officer sets it right, and behind a shield nothing can be learnt (R83, X8).

use directory::account::Role;

use crate::practice::{Browser, HIDDEN, NURSE, OFFICER, PRACTITIONER, Practice, account, between};

const DATA: &str = "dora.data";

fn with_data_officer() -> Practice {
    let practice = Practice::open();
    let dora = account(9, DATA, "Dora Data", 3, &[Role::DataOfficer]);
    practice.put_account(&dora, true);
    practice
}

async fn opened_for(browser: &mut Browser<'_>, given: &str, family: &str, reason: &str) -> String {
    let fields = [
        ("given_name", given),
        ("family_name", family),
        ("reason", reason),
    ];
    let results = browser.search(&fields).await;
    let path = crate::practice::child_path(&results.body);
    browser
        .post(&format!("{path}/reason"), &[("reason", reason)])
        .await;
    path
}

/// What the nurse says, and the data officer after her.
const ANSWERS: [(&str, &str); 5] = [
    ("right", "is"),
    ("date_of_birth_day", "15"),
    ("date_of_birth_month", "4"),
    ("date_of_birth_year", "2011"),
    ("cause", "carer-asked"),
];

#[tokio::test]
async fn r83_a_nurse_reports_and_a_data_officer_sets_it_right_and_undoes_it() {
    let practice = with_data_officer();
    let mut nurse = practice.signed_in(NURSE).await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    let record = nurse.get(&child).await;
    assert!(record.says("Something is wrong here"));
    assert!(
        record.says(
            "Name, date of birth and gender confirmed 2 weeks ago by the service’s own system."
        ),
        "{}",
        record.body
    );
    let parts = nurse.get(&format!("{child}/wrong")).await;
    for said in [
        "14 May 2011",
        "12 Mill Lane, Northtown, LS1 4AP",
        "Dawn Marsh",
        "Tim Reeve",
    ] {
        assert!(parts.says(said), "{said}");
    }
    let born = format!("{child}/wrong/date-of-birth");
    let form = nurse.get(&born).await;
    assert!(form.says("Report it") && !form.says("Correct the record"));
    let empty = nurse.post(&born, &[]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.says("Choose what you know") && empty.says("Choose how you know"));
    let sent = nurse.post(&born, &ANSWERS).await;
    assert_eq!(sent.location(), format!("{child}?done=reported"));
    let record = nurse.get(sent.location()).await;
    assert!(record.says("It is reported. The record stays as it is until"));
    assert!(record.says("14 May 2011"), "a report changes nothing");
    let only = [("right", "only-wrong"), ("cause", "carer-asked")];
    let once = nurse.post(&born, &only).await;
    assert_eq!(once.location(), format!("{child}?done=reported"));
    let twice = nurse.post(&born, &only).await;
    assert_eq!(
        twice.location(),
        once.location(),
        "R43: others’ reports are not told"
    );
    let record = nurse.get(&child).await;
    assert!(record.says("Date of birth: Reported as wrong on 3 July 2026, listed for the source."));
    a_data_officer_decides(&practice, &mut nurse, &child).await;
}

async fn a_data_officer_decides(practice: &Practice, nurse: &mut Browser<'_>, child: &str) {
    let mut dora = practice.signed_in(DATA).await;
    let list = dora.get("/corrections").await;
    assert!(list.says("Reported: look into it") && !list.says("Kelly") && !list.says("2011"));
    let hers = between(&list.body, "action=\"/child/", "/reason\"").unwrap();
    let hers = &format!("/child/{hers}");
    let href = format!("{hers}/wrong/date-of-birth");
    for below in [&href, hers, &format!("{hers}/reason")] {
        let asked = dora.get(below).await;
        assert!(
            !asked.says("Kelly") && !asked.says("2011"),
            "a reason first"
        );
    }
    assert_eq!(dora.get(hers).await.location(), format!("{hers}/reason"));
    let page = dora.get(&format!("{hers}/reason")).await;
    assert!(page.says("Open a record from the list") && page.says("href=\"/corrections\""));
    let unreasoned = dora.post(&format!("{hers}/reason"), &[]).await;
    assert_eq!(unreasoned.status, 422, "r71: nobody chose one");
    assert!(unreasoned.says("Choose why you need to open this record"));
    assert_eq!(dora.get(hers).await.status, 303, "and nothing opens");
    let before = "name=\"reason\" type=\"radio\" value=\"";
    let reason = between(&list.body, before, ">").unwrap();
    assert_eq!(reason, "data-quality\"", "and it is not chosen");
    let reason = "data-quality";
    let given = dora
        .post(&format!("{hers}/reason"), &[("reason", reason)])
        .await;
    assert_eq!(given.location(), *hers);
    assert!(
        dora.get(hers)
            .await
            .says("Reported as wrong on 3 July 2026")
    );
    let form = dora.get(&href).await;
    assert!(form.says("Correct the record") && form.says("close the report"));
    assert!(form.says("value=\"15\""), "what was reported is filled in");
    let sent = dora.post(&href, &ANSWERS).await;
    assert_eq!(sent.location(), format!("{hers}?done=corrected"));
    let record = nurse.get(child).await;
    assert!(record.says("15 April 2011") && !record.says("14 May 2011"));
    assert!(
        record.says(
            "Date of birth corrected by the directory on 3 July 2026, listed for the source."
        )
    );
    let back = dora.get(hers).await;
    assert!(back.says("href=\"/corrections\""), "back to the list");

    let undone = nurse
        .post(&format!("{child}/wrong/date-of-birth/undo"), &[])
        .await;
    assert_eq!(undone.status, 403);
    let undone = dora.post(&format!("{href}/undo"), &[]).await;
    assert_eq!(undone.location(), format!("{hers}?done=undone"));
    let told = dora.get(undone.location()).await;
    assert!(told.says("the record shows what it would show without it"));
    assert!(nurse.get(child).await.says("14 May 2011"));
}

#[tokio::test]
async fn every_field_takes_its_own_form_and_says_what_is_wrong_with_it() {
    let practice = with_data_officer();
    let mut dora = practice.signed_in(DATA).await;
    let child = opened_for(&mut dora, "Kelly", "Marsh", "data-quality").await;
    let known = ("cause", "document-seen");
    for (field, answers, fault) in [
        (
            "name",
            vec![("right", "is"), ("given_name", "Kelly")],
            "Family name is missing",
        ),
        ("name", vec![("right", "not-known")], "Choose what you know"),
        (
            "date-of-birth",
            vec![("right", "is"), ("date_of_birth_year", "2011")],
            "must have a day, a month and a year",
        ),
        (
            "date-of-birth",
            vec![("right", "is"), ("date_of_birth_day", "1/1/1960")],
            "must be that of a child",
        ),
        (
            "address",
            vec![("right", "is"), ("line", "1 New Road"), ("postcode", "XX")],
            "Postcode must be",
        ),
        (
            "school",
            vec![("right", "is"), ("place", "Hogwarts")],
            "No school of that name is known here",
        ),
        (
            "school",
            vec![("right", "is"), ("place", "Lakeside")],
            "No school of that name is known here",
        ),
        (
            "gender",
            vec![("right", "female")],
            "is what the record shows",
        ),
        ("involvement", vec![], "Choose who or what is meant"),
    ] {
        let path = format!("{child}/wrong/{field}");
        let answer = dora.post(&path, &[answers, vec![known]].concat()).await;
        assert!(
            answer.status == 422 && answer.says(fault),
            "{field}: {fault}"
        );
    }
}

#[tokio::test]
async fn what_an_officer_says_of_each_field_is_shown_at_once() {
    let practice = with_data_officer();
    let mut dora = practice.signed_in(DATA).await;
    let child = opened_for(&mut dora, "Kelly", "Marsh", "data-quality").await;
    let known = ("cause", "document-seen");
    for (field, answers, shown) in [
        (
            "name",
            vec![
                ("right", "is"),
                ("given_name", "Kelly"),
                ("family_name", "Marshe"),
            ],
            "Kelly Marshe",
        ),
        (
            "address",
            vec![
                ("right", "is"),
                ("line", "1 New Road"),
                ("postcode", "LS1 4AP"),
            ],
            "1 New Road<br>LS1 4AP",
        ),
        (
            "school",
            vec![("right", "is"), ("place", "Harbour School")],
            "Harbour School",
        ),
        (
            "practice",
            vec![("right", "not-known")],
            "Corrected by the directory on 3 July 2026: not known, listed for the source",
        ),
    ] {
        let path = format!("{child}/wrong/{field}");
        let answer = dora.post(&path, &[answers, vec![known]].concat()).await;
        let (done, told) = match field {
            "practice" => ("not-known", "It is shown as not known from now on"),
            _ => ("corrected", "It is shown as you said from now on"),
        };
        assert_eq!(answer.location(), format!("{child}?done={done}"), "{field}");
        assert!(dora.get(answer.location()).await.says(told), "{field}");
        let record = dora.get(&child).await;
        assert!(record.says(shown), "{field}: {shown}");
    }
    let record = dora.get(&child).await;
    assert!(
        record.says(
            "<strong>Corrected by the directory on 3 July 2026, listed for the source</strong>"
        )
    );
    let tim = [("entry", "whole social-care Tim Reeve"), known];
    let answer = dora.post(&format!("{child}/wrong/involvement"), &tim).await;
    assert_eq!(answer.location(), format!("{child}?done=taken-out"));
    let record = dora.get(answer.location()).await;
    assert!(record.says("It is taken out, and stays out whatever suppliers send"));
    assert!(!record.says("Tim Reeve") && !record.says("as you said"));
    assert_eq!(
        dora.get(&format!("{child}/wrong/nothing")).await.status,
        404
    );
}

#[tokio::test]
async fn r43_behind_a_shield_four_fields_can_be_wrong_and_nothing_is_to_be_learnt() {
    let practice = with_data_officer();
    let mut nurse = practice.signed_in(PRACTITIONER).await;
    let child = nurse.open_child("Ayo", "Bello").await;
    let parts = nurse.get(&format!("{child}/wrong")).await;
    assert!(parts.says("29 February 2012") && parts.says("Ayo Bello"));
    for hidden in HIDDEN.iter().chain(&["Address", "School", "practice</dt>"]) {
        assert!(!parts.says(hidden), "{hidden}");
    }
    let cause = ("cause", "known-from-work");
    for field in ["address", "school", "practice", "carers", "involvement"] {
        let path = format!("{child}/wrong/{field}");
        assert_eq!(nurse.get(&path).await.location(), format!("{child}/wrong"));
        let entry = ("entry", "whole social-care Tim Reeve");
        let answer = nurse
            .post(&path, &[("right", "only-wrong"), entry, cause])
            .await;
        assert_eq!(answer.status, 403, "{field}");
        for hidden in HIDDEN {
            assert!(!answer.says(hidden), "{hidden}");
        }
    }
    let path = format!("{child}/wrong/name");
    let answer = nurse.post(&path, &[("right", "only-wrong"), cause]).await;
    assert_eq!(answer.location(), format!("{child}?done=reported"));
    // Data officers do not learn from the list that a shielded child lives in their area; shielding officers follow it.
    let mut dora = practice.signed_in(DATA).await;
    assert!(dora.get("/corrections").await.says("Nothing waits."));
    let mut officer = practice.signed_in(OFFICER).await;
    assert!(
        officer
            .get("/corrections")
            .await
            .says("Reported: look into it")
    );
    assert_eq!(nurse.get("/corrections").await.status, 403);
}

#[tokio::test]
async fn r83_what_is_missing_is_reported_filled_in_and_undone() {
    let practice = with_data_officer();
    let mut nurse = practice.signed_in(NURSE).await;
    let child = nurse.open_child("Oscar", "Little").await;
    let parts = nurse.get(&format!("{child}/wrong")).await;
    for said in ["I know it", "wrong/gender", "wrong/school", "wrong/carers"] {
        assert!(parts.says(said), "{said}");
    }
    assert!(!parts.says("wrong/involvement") && !parts.says("wrong/former-names"));
    let gender = format!("{child}/wrong/gender");
    let form = nurse.get(&gender).await;
    assert!(form.says("Male is right") && !form.says("I only know that it is wrong"));
    let cause = ("cause", "carer-asked");
    let unsaid = nurse.post(&gender, &[("right", "only-wrong"), cause]).await;
    assert_eq!(unsaid.status, 422, "what is right is needed");
    let sent = nurse.post(&gender, &[("right", "male"), cause]).await;
    assert_eq!(sent.location(), format!("{child}?done=reported"));
    let record = nurse.get(&child).await;
    assert!(record.says("Gender: Reported as missing on 3 July 2026, listed for the source."));

    let mut dora = practice.signed_in(DATA).await;
    let hers = opened_for(&mut dora, "Oscar", "Little", "data-quality").await;
    let path = format!("{hers}/wrong/gender");
    let form = dora.get(&path).await;
    assert!(form.says("Fill it in") && form.says("value=\"male\" checked"));
    let sent = dora.post(&path, &[("right", "male"), cause]).await;
    assert_eq!(sent.location(), format!("{hers}?done=corrected"));
    let record = nurse.get(&child).await;
    assert!(
        record.says("Gender said by a person on 3 July 2026, awaiting the source."),
        "{}",
        record.body
    );
    let address = format!("{hers}/wrong/address");
    let form = dora.get(&address).await;
    assert!(form.says("Fill it in") && !form.says("type=\"radio\" value=\"is\""));
    let wrong = dora.post(&address, &[("right", "is"), cause]).await;
    assert!(wrong.status == 422 && wrong.says("House and street is missing"));
    let answers = [
        ("right", "is"),
        ("line", "1 New Road"),
        ("postcode", "LS1 4AP"),
        cause,
    ];
    dora.post(&address, &answers).await;
    let record = nurse.get(&child).await;
    assert!(record.says("1 New Road"));
    assert!(record.says("<strong>Said by a person on 3 July 2026, awaiting the source</strong>"));
    dora.post(&format!("{path}/undo"), &[]).await;
    assert!(!nurse.get(&child).await.says("Gender said by a person"));
}

#[tokio::test]
async fn r12_l2_a_list_takes_a_proposal_and_says_why_nobody_sets_it() {
    let practice = with_data_officer();
    let mut nurse = practice.signed_in(NURSE).await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    let carers = format!("{child}/wrong/carers");
    let form = nurse.get(&carers).await;
    assert!(form.says("Nobody sets parents and carers by hand") && form.says("Report it"));
    let cause = ("cause", "carer-asked");
    let wrong = [
        ("right", "is"),
        ("carer_family_name", "Marsh"),
        ("carer_telephone", "12"),
        cause,
    ];
    let wrong = nurse.post(&carers, &wrong).await;
    assert!(wrong.status == 422 && wrong.says("Given name is missing"));
    assert!(wrong.says("Telephone must be"), "{}", wrong.body);
    let answers = [
        ("right", "is"),
        ("carer_given_name", "Dawn"),
        ("carer_family_name", "Marshe"),
        ("carer_telephone", "07700 900 303"),
        cause,
    ];
    let sent = nurse.post(&carers, &answers).await;
    assert_eq!(sent.location(), format!("{child}?done=reported"));
    let record = nurse.get(&child).await;
    assert!(record.says("Reported as wrong on 3 July 2026") && !record.says("Marshe"));

    let mut dora = practice.signed_in(DATA).await;
    let hers = opened_for(&mut dora, "Kelly", "Marsh", "data-quality").await;
    let form = dora.get(&format!("{hers}/wrong/carers")).await;
    assert!(form.says("Proposed: <strong>Dawn Marshe") && form.says("close the report"));
    assert!(!form.says("Correct the record"));
    let sent = dora.post(&format!("{hers}/wrong/carers"), &answers).await;
    assert_eq!(sent.location(), format!("{hers}?done=reported"), "not set");
    assert!(!dora.get(&hers).await.says("Marshe"));

    let number = format!("{child}/wrong/number");
    let form = nurse.get(&number).await;
    assert!(form.says("NHS number") && form.says("Nobody sets such a number by hand"));
    let wrong = nurse
        .post(
            &number,
            &[("right", "is"), ("number", "999 000 0019"), cause],
        )
        .await;
    assert_eq!(wrong.status, 422, "its check digit is wrong");
    let sent = [("right", "is"), ("number", "943 476 5919"), cause];
    let sent = nurse.post(&number, &sent).await;
    assert_eq!(sent.location(), format!("{child}?done=reported"));
    let seen = dora.get(&format!("{hers}/wrong/number")).await;
    assert!(!seen.says("943 476 5919") && !seen.says("9434765919"));
}

/// The telephone number of Kelly's carer, as it is shown.
const NUMBER: &str = "07700\u{a0}900\u{a0}301";

#[tokio::test]
async fn r83_a_dead_number_is_reported_taken_out_and_shown_again() {
    let practice = with_data_officer();
    let mut nurse = practice.signed_in(NURSE).await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    let carers = format!("{child}/wrong/carers");
    let form = nurse.get(&carers).await;
    for said in [
        "Which of these is wrong?",
        &format!("Dawn Marsh, telephone {NUMBER}"),
        "None of these, or I cannot say",
        "Report it",
    ] {
        assert!(form.says(said), "{said}: {}", form.body);
    }
    assert!(!form.says("Take it out"));
    let dead = [
        ("entry", "07700900301 Dawn Marsh"),
        ("right", "only-wrong"),
        ("cause", "known-from-work"),
    ];
    let sent = nurse.post(&carers, &dead).await;
    assert_eq!(sent.location(), format!("{child}?done=reported"));
    assert!(nurse.get(&child).await.says(NUMBER));

    let mut dora = practice.signed_in(DATA).await;
    let hers = opened_for(&mut dora, "Kelly", "Marsh", "data-quality").await;
    let path = format!("{hers}/wrong/carers");
    let form = dora.get(&path).await;
    assert!(form.says("Take it out or report it"));
    assert!(
        form.says("value=\"07700900301 Dawn Marsh\" checked"),
        "what was reported is chosen: {}",
        form.body
    );
    let nobody = [("entry", "whole Nobody Else"), dead[1], dead[2]];
    assert_eq!(dora.post(&path, &nobody).await.status, 422);
    let sent = dora.post(&path, &dead).await;
    assert_eq!(sent.location(), format!("{hers}?done=taken-out"));
    let record = nurse.get(&child).await;
    assert!(record.says("Dawn Marsh") && !record.says(NUMBER));
    let note =
        "Something wrong was taken out by the directory on 3 July 2026, listed for the source";
    assert!(record.says(note), "{}", record.body);
    let form = nurse.get(&carers).await;
    assert!(!form.says(NUMBER) && !form.says("Show it again"));
    let list = dora.get("/corrections").await;
    assert!(list.says("Parents and carers") && !list.says("Dawn"));

    let form = dora.get(&path).await;
    assert!(form.says(&format!(
        "Taken out: <strong>Dawn Marsh, telephone {NUMBER}</strong>"
    )));
    let entry = [("entry", "07700900301 Dawn Marsh")];
    let refused = nurse.post(&format!("{carers}/undo"), &entry).await;
    assert_eq!(refused.status, 403);
    let undone = dora.post(&format!("{path}/undo"), &entry).await;
    assert_eq!(undone.location(), format!("{hers}?done=shown-again"));
    let record = dora.get(undone.location()).await;
    assert!(record.says("it is shown again where a source says it") && record.says(NUMBER));
    assert!(nurse.get(&child).await.says(NUMBER));
}

#[tokio::test]
async fn r83_who_is_no_carer_is_taken_out_and_can_be_shown_again_when_nobody_is_left() {
    let practice = with_data_officer();
    let mut dora = practice.signed_in(DATA).await;
    let child = opened_for(&mut dora, "Kelly", "Marsh", "data-quality").await;
    let known = ("cause", "document-seen");
    for (field, entry, gone) in [
        ("carers", "whole Dawn Marsh", "Dawn Marsh"),
        ("involvement", "whole social-care Tim Reeve", "Tim Reeve"),
        (
            "involvement",
            "whole social-care Paul Adeyemi",
            "Paul Adeyemi",
        ),
    ] {
        let path = format!("{child}/wrong/{field}");
        let answers = [("entry", entry), ("right", "only-wrong"), known];
        let sent = dora.post(&path, &answers).await;
        assert_eq!(
            sent.location(),
            format!("{child}?done=taken-out"),
            "{entry}"
        );
        assert!(!dora.get(&child).await.says(gone), "{gone}");
    }
    let parts = dora.get(&format!("{child}/wrong")).await;
    assert!(parts.says("wrong/carers") && parts.says("wrong/involvement"));
    for field in ["carers", "involvement"] {
        let form = dora.get(&format!("{child}/wrong/{field}")).await;
        assert!(form.says("Show it again"), "{field}: {}", form.body);
        // Of involvements none is left that could be meant; a parent or carer can still be proposed.
        assert_eq!(form.says("Report it"), field == "carers", "{field}");
    }
    // Somebody who had the form open before is told what to do.
    let gone = [
        ("entry", "whole Dawn Marsh"),
        ("right", "only-wrong"),
        known,
    ];
    let again = dora.post(&format!("{child}/wrong/carers"), &gone).await;
    assert_eq!(again.status, 422);
    assert!(again.says("That is not shown any more"), "{}", again.body);
}

#[tokio::test]
async fn r83_whoever_closes_the_reports_of_a_list_is_shown_them_all() {
    let practice = with_data_officer();
    let mut nurse = practice.signed_in(NURSE).await;
    let child = nurse.open_child("Kelly", "Marsh").await;
    for entry in ["07700900301 Dawn Marsh", "whole Dawn Marsh"] {
        let cause = ("cause", "known-from-work");
        let said = [("entry", entry), ("right", "only-wrong"), cause];
        let sent = nurse.post(&format!("{child}/wrong/carers"), &said).await;
        assert_eq!(sent.location(), format!("{child}?done=reported"));
    }
    let mut dora = practice.signed_in(DATA).await;
    let hers = opened_for(&mut dora, "Kelly", "Marsh", "data-quality").await;
    let path = format!("{hers}/wrong/carers");
    let form = dora.get(&path).await;
    for said in [
        "<li>Dawn Marsh</li>",
        &format!("<li>Dawn Marsh, telephone {NUMBER}</li>"),
        "Nothing is wrong: close all 2 reports",
    ] {
        assert!(form.says(said), "{said}: {}", form.body);
    }
    let closed = dora.post(&format!("{path}/dismiss"), &[]).await;
    assert_eq!(closed.location(), format!("{hers}?done=dismissed"));
    let record = dora.get(closed.location()).await;
    assert!(record.says("Every report about this part of the record is closed."));
    assert!(!dora.get(&path).await.says("close"));
}
