//! A file that a person pauses while it is taken: it is kept, goes on when a person lets it, and is there once.

use std::time::Duration;

use contactpoint::run::{self, Course, NotRun, Ran, Sent};
use contactpoint::supply::Mapping;
use directory::account::Suspension;
use directory::event::By;
use directory::run::{Run, RunBy, RunState};
use serde_json::Value;
use store::SupplierClient;

use crate::practice::{Browser, DATA_OFFICER, Practice, clock};
use crate::program::{CODE, MAPPING, Pair, admit_as, code, get, report, send, supply, token};

/// How many rows the file has: many parts of it.
const ROWS: usize = 1_500;
/// How many rows a part has, of which each is applied whole.
const PART_ROWS: u64 = 16;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A file of so many synthetic children, no two of one name.
fn file(rows: usize) -> String {
    let letters = |mut number: usize| {
        let mut word = String::from("K");
        for _ in 0..4 {
            word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
            number /= 26;
        }
        word
    };
    let row = |at: usize| {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        let family = letters(at * 48_271 % 456_976);
        format!(
            "P-{at},{family},Jo,{day:02}/{month:02}/{},\n",
            2010 + at % 12
        )
    };
    let rows: String = (0..rows).map(row).collect();
    format!("Ref,Surname,Forename,Born,Postcode\n{rows}")
}

/// The same, in which one row tells of a sensitive service without a consent.
fn file_without_consent() -> String {
    let file = file(ROWS);
    let mut lines = file.lines();
    let mut without = format!("{},Service\n", lines.next().unwrap());
    for (at, line) in lines.enumerate() {
        without.push_str(line);
        without.push_str(if at == 0 { ",young-minds\n" } else { ",\n" });
    }
    without
}

/// The same, in which the line that tells of it has a field too many, and its consent cannot be read.
fn file_with_a_broken_line() -> String {
    file_without_consent().replacen(",young-minds\n", ",young-minds,child\n", 1)
}

/// A directory with a program that pages name, and its token.
async fn opened() -> (Practice, String) {
    let (practice, pair) = (Practice::open(), Pair::edwards());
    let mapping = MAPPING.replace(
        "kind = \"local\"",
        "kind = \"local\"\nsector = \"social care\"",
    );
    admit_as(&practice, &mapping, &[&pair], Suspension::None);
    let token = token(&practice, &pair, "first").await;
    // Pages name a supplier once a file of it is done.
    supply(&practice, &token, "before", &file(ROWS / 5)).await;
    (practice, token)
}

/// Sends a file, and gives the address of its report.
async fn begin(practice: &Practice, token: &str, key: &str, file: &str) -> String {
    let headers = [
        ("authorization", token),
        ("content-type", "text/csv"),
        ("idempotency-key", key),
    ];
    for _ in 0..100 {
        let answer = send(practice, "/supply/files", &headers, file.to_owned()).await;
        // One file of a program at a time: the one before has been told of, and is not put away yet.
        if answer.status == 409 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        assert!([200, 202].contains(&answer.status), "{}", answer.body);
        return answer.location().to_owned();
    }
    panic!("another file of the program is being taken all the time");
}

/// The run of the whole file.
fn only_run(practice: &Practice) -> Option<Run> {
    let mut runs = practice.store.runs(None).unwrap();
    runs.retain(|run| run.rows == ROWS as u64);
    assert!(runs.len() <= 1, "one file is one run");
    runs.pop()
}

/// Pauses the run as soon as more rows of it are applied than so many.
async fn pause_beyond(practice: &Practice, rows: u64) -> Run {
    for _ in 0..30_000 {
        if let Some(run) = only_run(practice)
            && run.totals.read > rows
        {
            let paused = practice.store.pause_run(run.id, By::Operator, clock());
            assert_eq!(paused.unwrap(), Ok(()), "it was too quick to be paused");
            return run;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("nothing of it was applied");
}

/// The report once the file is in a state.
async fn told(practice: &Practice, token: &str, path: &str, state: &str) -> Value {
    for _ in 0..600 {
        let told = json(&get(practice, path, token).await.body);
        if told["state"] == state {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it was never {state}");
}

async fn resume_by_page(officer: &mut Browser<'_>, run: &Run) {
    let page = officer.get("/suppliers/local-40").await;
    let action = format!("/suppliers/local-40/resume/{}", run.id.0);
    assert!(
        page.says(&action) && page.says("Let this run go on"),
        "{}",
        page.body
    );
    let resumed = officer.post(&action, &[]).await;
    assert_eq!(resumed.status, 303, "{}", resumed.body);
    let page = officer.get(resumed.location()).await;
    assert!(page.says("The run may go on."));
    let late = officer.post(&action, &[]).await;
    let page = officer.get(late.location()).await;
    assert!(page.says("Not done") && page.says("The run did not wait for that any more"));
}

#[tokio::test]
async fn a_file_paused_in_the_middle_is_kept_and_ends_as_if_it_never_was() {
    let (whole, theirs) = opened().await;
    supply(&whole, &theirs, "a", &file(ROWS)).await;
    let whole = only_run(&whole).unwrap();
    assert_eq!(
        (whole.state, whole.totals.read),
        (RunState::Done, ROWS as u64)
    );

    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file(ROWS)).await;
    pause_beyond(&practice, 0).await;
    let paused = json(&report(&practice, &token, &path).await.body);
    assert_eq!(paused["state"], "paused");
    assert!(paused["said"].as_str().unwrap().contains("keeps the file"));
    let run = only_run(&practice).unwrap();
    assert_eq!(run.state, RunState::Paused);
    let read = run.totals.read;
    assert!(
        read > 0 && read < ROWS as u64 && read.is_multiple_of(PART_ROWS),
        "{read}"
    );

    // The same bytes meanwhile: under their key they are known, under another they wait for the same run.
    assert_eq!(begin(&practice, &token, "a", &file(ROWS)).await, path);
    let second = begin(&practice, &token, "b", &file(ROWS)).await;
    told(&practice, &token, &second, "paused").await;
    let third = begin(&practice, &token, "c", &file(ROWS)).await;
    let third = told(&practice, &token, &third, "stopped").await;
    let why = third["report"]["problem"].as_str().unwrap();
    assert!(why.contains("as many files of yours as it can"), "{why}");
    assert_eq!(
        only_run(&practice).unwrap().totals.read,
        read,
        "nothing was taken twice"
    );

    let mut officer = practice.signed_in(DATA_OFFICER).await;
    resume_by_page(&mut officer, &run).await;
    pause_beyond(&practice, read).await;
    told(&practice, &token, &path, "paused").await;
    told(&practice, &token, &second, "paused").await;
    let again = only_run(&practice).unwrap();
    assert!(again.totals.read > read && again.totals.read.is_multiple_of(PART_ROWS));

    // As the command does.
    let resumed = practice.store.resume_run(run.id, By::Operator, clock());
    assert_eq!(resumed.unwrap(), Ok(()));
    for path in [&path, &second] {
        let taken = told(&practice, &token, path, "taken").await;
        assert_eq!(taken["report"]["rows"]["accepted"], ROWS);
    }
    let run = only_run(&practice).unwrap();
    assert_eq!((run.state, run.rows), (whole.state, whole.rows));
    assert_eq!(run.totals, whole.totals);
}

/// How many rows a file has that is held, as it has more than ten times those of the one before.
const HELD_ROWS: usize = ROWS / 5 * 10 + 500;

fn runs_of(practice: &Practice, rows: usize) -> Vec<Run> {
    let mut runs = practice.store.runs(None).unwrap();
    runs.retain(|run| run.rows == rows as u64);
    runs
}

#[tokio::test]
async fn a_released_file_that_is_taken_back_while_it_is_read_again_begins_no_other_run() {
    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file(HELD_ROWS)).await;
    told(&practice, &token, &path, "held").await;
    let run = runs_of(&practice, HELD_ROWS).pop().unwrap();
    let released = practice.store.release_run(run.id, By::Operator, clock());
    assert_eq!(released.unwrap(), Ok(()));
    for _ in 0..10_000 {
        if json(&get(&practice, &path, &token).await.body)["state"] == "taking" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    // It is being checked again.
    let taken = practice.store.take_back_run(run.id, &By::Operator, clock());
    assert_eq!(taken.unwrap(), Ok(()));
    let back = told(&practice, &token, &path, "stopped").await;
    let said = back["said"].as_str().unwrap();
    assert!(said.contains("taken the file back"), "{said}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let runs = runs_of(&practice, HELD_ROWS);
    assert_eq!(runs.len(), 1, "no other run began");
    assert_eq!(runs[0].state, RunState::TakenBack);
}

#[tokio::test]
async fn a_file_goes_on_with_its_own_run_or_with_none() {
    let (practice, _) = opened().await;
    let (mapping, text) = (Mapping::parse(MAPPING).unwrap(), file(40));
    let sent = |course| Sent {
        mapping: &mapping,
        reach: None,
        extracted: clock().today,
        by: (RunBy::Operator, By::Operator),
        course,
        clock: &clock,
    };
    let open = || Ok::<_, std::io::Error>(text.as_bytes());
    let ran = run::run(&practice.store, &sent(Course::Begins), &open, &mut |_| {});
    let Ok(Ran::Done(first, _)) = ran else {
        panic!("it is done");
    };
    // Read to its end, the run is gone.
    let taken_back = || {
        let taken = practice
            .store
            .take_back_run(first.id, &By::Operator, clock());
        taken.unwrap().ok();
        Ok::<_, std::io::Error>(text.as_bytes())
    };
    for course in [Course::GoesOn(first.id), Course::Resumes(first.id)] {
        let ran = run::run(&practice.store, &sent(course), &taken_back, &mut |_| {});
        assert!(matches!(ran, Err(NotRun::Other(id)) if id == first.id));
    }
    assert_eq!(runs_of(&practice, 40).len(), 1, "no other run began");
    // Another run of the same file is not the one that was let go on.
    let ran = run::run(&practice.store, &sent(Course::Begins), &open, &mut |_| {});
    assert!(matches!(ran, Ok(Ran::Done(second, _)) if second.id != first.id));
    let ran = run::run(
        &practice.store,
        &sent(Course::GoesOn(first.id)),
        &open,
        &mut |_| {},
    );
    assert!(matches!(ran, Err(NotRun::Other(id)) if id == first.id));
}

/// Admits the program again, as it is now.
fn change(practice: &Practice, (from, to): (&str, &str), suspension: Suspension) {
    let known = practice.store.supplier_client(&code(CODE));
    let known = known.unwrap().unwrap();
    let client = SupplierClient {
        mapping: known.mapping.replace(from, to),
        suspension,
        ..known
    };
    let put = practice.store.put_supplier_client(&client, clock());
    put.unwrap();
}

#[tokio::test]
async fn a_paused_file_goes_on_only_for_a_program_that_may_still_send_it() {
    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file(ROWS)).await;
    let run = pause_beyond(&practice, 0).await;
    told(&practice, &token, &path, "paused").await;
    let read = only_run(&practice).unwrap().totals.read;
    change(&practice, ("", ""), Suspension::Suspended);
    let resumed = practice.store.resume_run(run.id, By::Operator, clock());
    assert_eq!(resumed.unwrap(), Ok(()));
    // Longer than it is asked whether it goes on.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(only_run(&practice).unwrap().totals.read, read, "suspended");
    // What is only called otherwise is read as before.
    change(
        &practice,
        ("Northgate family centre", "Northgate centre"),
        Suspension::None,
    );
    for _ in 0..100 {
        if only_run(&practice).unwrap().state == RunState::Done {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(only_run(&practice).unwrap().state, RunState::Done);
}

#[tokio::test]
async fn a_paused_file_does_not_go_on_when_it_would_be_read_otherwise() {
    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file(ROWS)).await;
    let run = pause_beyond(&practice, 0).await;
    told(&practice, &token, &path, "paused").await;
    let read = only_run(&practice).unwrap().totals.read;
    change(
        &practice,
        ("needs = \"value\"", "needs = \"column\""),
        Suspension::None,
    );
    let resumed = practice.store.resume_run(run.id, By::Operator, clock());
    assert_eq!(resumed.unwrap(), Ok(()));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(only_run(&practice).unwrap().totals.read, read);
    let told = told(&practice, &token, &path, "released").await;
    assert!(told["said"].as_str().unwrap().contains("under another key"));
}

#[tokio::test]
async fn a_paused_file_that_is_taken_back_is_told_so_and_does_not_go_on() {
    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file(ROWS)).await;
    let run = pause_beyond(&practice, 0).await;
    told(&practice, &token, &path, "paused").await;
    let taken = practice.store.take_back_run(run.id, &By::Operator, clock());
    assert_eq!(taken.unwrap(), Ok(()));
    let back = told(&practice, &token, &path, "stopped").await;
    assert!(
        back["said"]
            .as_str()
            .unwrap()
            .contains("taken the file back")
    );
    // Longer than it is asked whether the run goes on.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let stands = practice.store.run(run.id).unwrap().unwrap().state;
    assert_eq!(stands, RunState::TakenBack);
}

#[tokio::test]
async fn r28_annex_b5_a_paused_file_with_a_broken_line_that_may_be_of_a_sensitive_service_is_not_kept()
 {
    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file_with_a_broken_line()).await;
    let run = pause_beyond(&practice, 0).await;
    let stopped = told(&practice, &token, &path, "stopped").await;
    let why = stopped["report"]["problem"].as_str().unwrap();
    assert!(why.contains("may be of a sensitive service"), "{why}");
    let read = only_run(&practice).unwrap().totals.read;
    let resumed = practice.store.resume_run(run.id, By::Operator, clock());
    assert_eq!(resumed.unwrap(), Ok(()));
    // Longer than it is asked whether the run goes on.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(only_run(&practice).unwrap().totals.read, read, "not kept");
}

#[tokio::test]
async fn r28_annex_b5_a_paused_file_in_which_a_consent_is_missing_is_not_kept_and_goes_on_when_it_is_sent_again()
 {
    let (practice, token) = opened().await;
    let path = begin(&practice, &token, "a", &file_without_consent()).await;
    let run = pause_beyond(&practice, 0).await;
    let stopped = told(&practice, &token, &path, "stopped").await;
    let why = stopped["report"]["problem"].as_str().unwrap();
    assert!(
        why.contains("consent is missing") && why.contains("send it again"),
        "{why}"
    );
    let read = only_run(&practice).unwrap().totals.read;
    let mut officer = practice.signed_in(DATA_OFFICER).await;
    resume_by_page(&mut officer, &run).await;
    // Longer than it is asked whether the run goes on.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(only_run(&practice).unwrap().totals.read, read);
    let path = begin(&practice, &token, "b", &file_without_consent()).await;
    let taken = told(&practice, &token, &path, "taken").await;
    assert_eq!(taken["report"]["rows"]["accepted"], ROWS);
    assert_eq!(only_run(&practice).unwrap().state, RunState::Done);
}
