//! Rows by which too many children leave in a day are refused whole, as a file of them would wait for a person.

use directory::account::Suspension;
use directory::event::By;
use directory::run::RunState;
use serde_json::Value;

use crate::practice::{Answer, Browser, PRACTITIONER, Practice, clock, move_clock};
use crate::program::{MAPPING, Pair, admit_as, get, report, send, supply, token};
use crate::rows::rows;
use crate::twins::shield;

/// Synthetic children who are nothing like one another, the first of them the one whom others know too.
const NAMES: [(&str, &str); 14] = [
    ("O'Brien", "Jane"),
    ("Marsh", "Kelly"),
    ("Hollis", "Maya"),
    ("Ashdown", "Tom"),
    ("Okafor", "Ngozi"),
    ("Hussain", "Amina"),
    ("Lindqvist", "Sven"),
    ("Patel", "Dev"),
    ("Byrne", "Siobhan"),
    ("Castell", "Luca"),
    ("Dunmore", "Poppy"),
    ("Ellery", "Wren"),
    ("Fenwick", "Zachary"),
    ("Garside", "Hugo"),
];

/// A directory that knows them all by a file, and the token of who sent it.
async fn opened(pair: &Pair) -> (Practice, String) {
    let practice = Practice::open();
    let more = "Left = { is = \"known-until\", dates = \"dd/mm/yyyy\", needs = \"optional\" }\n\
         Hidden = { is = \"restricted\", codes = { Y = \"restricted\" }, needs = \"optional\" }\n";
    admit_as(
        &practice,
        &format!("{MAPPING}{more}"),
        &[pair],
        Suspension::None,
    );
    let token = token(&practice, pair, "known").await;
    let known = (0..).zip(NAMES).map(|(at, (family, given))| {
        let (born, number) = match at {
            0 => (2019, "9434765919"),
            _ => (2008 + at, ""),
        };
        format!("N-{at},{family},{given},05/03/{born},ZZ99 3VZ,{number}\n")
    });
    let known: String = known.collect();
    let file = format!("Ref,Surname,Forename,Born,Postcode,Number\n{known}");
    let taken = supply(&practice, &token, "known", &file).await;
    assert!(taken.says("\"accepted\":14"), "{}", taken.body);
    (practice, token)
}

fn left(keys: std::ops::Range<usize>) -> String {
    let row = r#"{"Ref":"N-?","Surname":"","Forename":"","Born":"","Left":"01/07/2026"}"#;
    let rows = keys.map(|at| row.replace('?', &at.to_string()));
    rows.collect::<Vec<String>>().join("\n")
}

async fn sent(practice: &Practice, token: &str, lines: &str) -> Answer {
    let headers = [
        ("authorization", token),
        ("content-type", "application/x-ndjson"),
    ];
    send(practice, "/supply/rows", &headers, lines.to_owned()).await
}

/// Whether a child is found by where they live.
async fn is_shown(browser: &mut Browser<'_>, (family, given): (&str, &str)) -> bool {
    let query = [
        ("given_name", given),
        ("family_name", family),
        ("postcode", "ZZ99 3VZ"),
    ];
    browser.search(&query).await.says("/child/")
}

#[tokio::test]
async fn x2_rows_by_which_too_many_leave_are_refused_with_the_same_bytes_whoever_they_are() {
    let pair = Pair::edwards();
    let (open, token) = opened(&pair).await;
    let (shielded, other) = opened(&pair).await;
    shield(&shielded);
    let mut told = Vec::new();
    for (practice, token) in [(&open, &token), (&shielded, &other)] {
        let mut answers = vec![sent(practice, token, &left(1..10)).await];
        assert_eq!(answers[0].status, 200, "{}", answers[0].body);
        // Jane would be the tenth.
        for lines in [left(0..1), left(0..3), left(0..14)] {
            let refused = sent(practice, token, &lines).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(refused.says("#end-too-much") && refused.says("as a file"));
            answers.push(refused);
        }
        // Who left before, and who was never known, are none of them.
        answers.push(sent(practice, token, &left(1..10)).await);
        answers.push(sent(practice, token, &left(20..30)).await);
        assert_eq!(answers[4].status, 200);
        assert_eq!(answers[5].status, 200);
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    move_clock(60);
    let mut browser = open.signed_in(PRACTITIONER).await;
    assert!(
        is_shown(&mut browser, NAMES[0]).await,
        "the twins do differ"
    );
    let mut browser = shielded.signed_in(PRACTITIONER).await;
    assert!(
        !is_shown(&mut browser, NAMES[0]).await,
        "the twins do differ"
    );
}

#[tokio::test]
async fn c20_of_rows_that_are_refused_whole_nothing_is_taken_but_whom_they_restrict_is_hidden() {
    let pair = Pair::edwards();
    let (practice, token) = opened(&pair).await;
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let new = r#"{"Ref":"N-90","Surname":"Quarmby","Forename":"Ruby","Born":"01/02/2014","Postcode":"ZZ99 3VZ"}"#;
    let hidden = r#"{"Ref":"N-12","Surname":"Fenwick","Forename":"Zachary","Born":"05/03/2020","Hidden":"Y"}"#;
    let lines = format!("{new}\n{hidden}\n{}", left(0..11));
    let refused = sent(&practice, &token, &lines).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let refused: Value = serde_json::from_str(&refused.body).unwrap();
    assert!(
        refused["kept"]
            .as_str()
            .unwrap()
            .contains("nothing has ended")
    );
    assert!(is_shown(&mut browser, NAMES[3]).await, "nobody has left");
    assert!(!is_shown(&mut browser, ("Quarmby", "Ruby")).await);
    assert!(!is_shown(&mut browser, NAMES[12]).await, "hidden at once");
    assert_eq!(rows(&practice, &token, new).await["accepted"], 1);

    // As a file it waits for a person, who lets it go on.
    let file: String = (0..11)
        .map(|at| format!("N-{at},,,,,01/07/2026\n"))
        .collect();
    let file = format!("Ref,Surname,Forename,Born,Postcode,Left\n{file}");
    let held = supply(&practice, &token, "left", &file).await;
    assert!(held.says("\"state\":\"held\""), "{}", held.body);
    let run = practice.store.runs(None).unwrap().pop().unwrap();
    assert_eq!(run.state, RunState::Held);
    let released = practice.store.release_run(run.id, By::Operator, clock());
    assert_eq!(released.unwrap(), Ok(()));
    let path = "/supply/runs/";
    let name = serde_json::from_str::<Value>(&held.body).unwrap()["run"].clone();
    let path = format!("{path}{}", name.as_str().unwrap());
    for _ in 0..100 {
        if get(&practice, &path, &token)
            .await
            .says("\"state\":\"taken\"")
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let taken = report(&practice, &token, &path).await;
    assert!(taken.says("\"state\":\"taken\""), "{}", taken.body);
    assert!(!is_shown(&mut browser, NAMES[3]).await);
}
