//! Suppliers, data quality and the published list, as those see them who may: a held run is released by a second person.

use std::ops::ControlFlow;

use directory::event::By;
use directory::local_source::LocalSource;
use directory::organisation::Sector;
use directory::run::{Applied, Reach, Run, RunBy, RunState, RunTotals};
use directory::run_fault::{FaultCost, RunFault};
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use directory::text::{AuthorityCode, OrganisationName, SupplierCode};
use jiff::civil::date;
use store::{FileKeys, NewRun, RunBegun};

use crate::practice::{AUDITOR, DATA_OFFICER, HIDDEN, OFFICER, PRACTITIONER, Practice, clock};

/// Begins a run of a full file of so many rows.
fn begin(practice: &Practice, whose: (&str, SourceKind), rows: u64) -> Run {
    begin_applied(practice, whose, rows, Applied::InBatches)
}

fn begin_applied(
    practice: &Practice,
    (code, kind): (&str, SourceKind),
    rows: u64,
    applied: Applied,
) -> Run {
    let store = &practice.store;
    let mut hash = store.file_hash();
    hash.update(format!("{code} {rows}").as_bytes());
    let new = NewRun {
        supplier: Supplier {
            code: SupplierCode::parse(code).unwrap(),
            kind,
        },
        mapping: "nhs".to_owned(),
        sector: None,
        reach: Reach::Full,
        applied,
        extracted: date(2026, 6, 30),
        mark: store.file_mark(&hash, &[]),
        rows,
        keys: FileKeys::default(),
    };
    let by = (RunBy::Operator, By::Operator);
    match store.begin_run(new, by, clock()).unwrap() {
        RunBegun::New(run) => run,
        RunBegun::Before(_) => panic!("a new run"),
    }
}

fn done(practice: &Practice, whose: (&str, SourceKind), sector: Option<Sector>) {
    let mut run = begin(practice, whose, 400);
    let ended = practice
        .store
        .end_run(&mut run, (sector, By::Operator), clock());
    assert_eq!(ended.unwrap(), RunState::Done);
}

#[tokio::test]
async fn a_held_run_says_why_and_a_second_person_releases_it() {
    let practice = Practice::open();
    done(&practice, ("nhs", SourceKind::Nhs), None);
    let held = begin(&practice, ("nhs", SourceKind::Nhs), 100);
    assert_eq!(held.state, RunState::Held);
    let mut auditor = practice.signed_in(AUDITOR).await;
    let seen = auditor.get("/suppliers/nhs").await;
    for said in [
        "far shorter",
        "100 rows, and there were 400",
        "supply release 2",
        "Full file, 100 rows, drawn on 30 June 2026",
        "Full file, 400 rows, drawn on 30 June 2026",
        "by the operator, at the command line",
        "What this supplier said of every child who is not in the file ends",
        "Leave it: it does nothing.",
        "For 40 days the operator can take the whole run back.",
        "A data officer or an administrator does that, who did not send the file.",
    ] {
        assert!(seen.says(said), "{said}");
    }
    assert!(!seen.says("Release this run"), "an auditor only reads");
    let refused = auditor.post("/suppliers/nhs/release/2", &[]).await;
    assert_eq!(refused.status, 403);

    let mut dee = practice.signed_in(DATA_OFFICER).await;
    assert!(dee.get("/suppliers").await.says("1 run is held"));
    let seen = dee.get("/suppliers/nhs").await;
    assert!(seen.says("Release this run") && !seen.says("an administrator does that"));
    let released = dee.post("/suppliers/nhs/release/2", &[]).await;
    assert_eq!(released.status, 303);
    assert!(
        dee.get(released.location())
            .await
            .says("The run is released.")
    );
    assert_eq!(
        practice.store.run(held.id).unwrap().unwrap().state,
        RunState::Released
    );
    let again = dee.post("/suppliers/nhs/release/2", &[]).await;
    assert_eq!(again.location(), "/suppliers/nhs?done=stands");
    let told = dee.get(again.location()).await;
    assert!(told.says("Not done") && told.says("How it stands is shown below."));
    let nobody = dee.post("/suppliers/nhs/release/99", &[]).await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn a_run_of_a_first_load_says_so_and_offers_neither_to_go_on_nor_to_be_taken_back() {
    let practice = Practice::open();
    let nhs = begin_applied(
        &practice,
        ("nhs", SourceKind::Nhs),
        400,
        Applied::InFirstLoad,
    );
    let births = begin(&practice, ("births", SourceKind::Births), 400);
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let of_first_load = [
        "It belongs to the first load, is under way or was left in the middle, and cannot be taken back.",
        "with --first, or, when the first load is finished, without.",
    ];
    let of_another = [
        "goes on when the same file is sent again",
        "It waits for somebody to let it go on.",
        "Let this run go on",
        "the operator can take the whole run back",
    ];
    let while_running = dee.get("/suppliers/nhs").await;
    let other_running = dee.get("/suppliers/births").await;
    for run in [nhs.id, births.id] {
        let paused = practice.store.pause_run(run, By::Operator, clock());
        assert_eq!(paused.unwrap(), Ok(()));
    }
    let while_paused = dee.get("/suppliers/nhs").await;
    let other_paused = dee.get("/suppliers/births").await;
    for seen in [while_running, while_paused] {
        assert!(of_first_load.iter().all(|said| seen.says(said)));
        let offered = of_another.iter().find(|said| seen.says(said));
        assert_eq!(offered, None, "{}", seen.body);
    }
    assert!(other_running.says(of_another[0]));
    assert!(of_another[1..].iter().all(|said| other_paused.says(said)));
    for seen in [other_running, other_paused] {
        assert!(!seen.says("first load"), "{}", seen.body);
    }
}

#[tokio::test]
async fn x2_figures_name_nobody_and_are_the_same_for_whoever_may_see_them() {
    let practice = Practice::open();
    done(
        &practice,
        ("practice-feed", SourceKind::Local),
        Some(Sector::Education),
    );
    practice
        .store
        .count_quality(clock(), &mut |_| ControlFlow::Continue(()))
        .unwrap();
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let mut auditor = practice.signed_in(AUDITOR).await;
    for path in [
        "/quality",
        "/quality/children",
        "/quality/nobody-involved",
        "/suppliers/practice-feed",
    ] {
        let (one, other) = (dee.get(path).await, auditor.get(path).await);
        assert_eq!(one.status, 200, "{path}");
        let main = |body: &str| {
            body.split("<main")
                .nth(1)
                .unwrap()
                .split("</main")
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(main(&one.body), main(&other.body), "{path}");
        assert!(one.says("ewer than 8"), "{path}: nothing small is told");
        for name in ["Kelly", "Ayo", "Oscar"].iter().chain(&HIDDEN) {
            assert!(!one.says(name), "{path}: {name}");
        }
    }
    assert_eq!(dee.get("/quality/shielded").await.status, 404);
}

#[tokio::test]
async fn r44_x2_what_became_of_the_rows_that_were_taken_is_not_told_at_any_size() {
    let mut seen = Vec::new();
    // The same guess in very many rows: right, it waits for a person, and wrong, it makes a new child.
    for is_right in [true, false] {
        let practice = Practice::open();
        let mut run = begin(&practice, ("nhs", SourceKind::Nhs), 4_000);
        run.reach = Reach::Delta;
        let (waiting, accepted) = if is_right { (3_000, 500) } else { (0, 3_500) };
        run.totals = RunTotals {
            read: 4_000,
            accepted,
            unchanged: 460,
            waiting,
            refused: 40,
            new: Some(accepted),
            ..run.totals
        };
        let ended = practice
            .store
            .end_run(&mut run, (None, By::Operator), clock());
        assert_eq!(ended.unwrap(), RunState::Done);
        let kept = practice.store.run(run.id).unwrap().unwrap();
        assert_eq!(kept.totals.waiting, waiting);
        let mut dee = practice.signed_in(DATA_OFFICER).await;
        let page = dee.get("/suppliers/nhs").await;
        assert!(page.says("4,000") && page.says("40, 1%"), "{}", page.body);
        let main = page.body.split("<main").nth(1).unwrap();
        seen.push(main.split("</main").next().unwrap().to_owned());
    }
    assert_eq!(seen[0], seen[1]);
}

fn fault(wrong: &str, count: u64) -> RunFault {
    RunFault {
        cost: FaultCost::Asked,
        column: Some("Born".to_owned()),
        what: "date of birth".to_owned(),
        wrong: wrong.to_owned(),
        rule: "format".to_owned(),
        count,
    }
}

#[tokio::test]
async fn f10_fault_rates_are_followed_from_file_to_file() {
    let practice = Practice::open();
    done(&practice, ("nhs", SourceKind::Nhs), None);
    let store = &practice.store;
    let first = store.runs(None).unwrap().pop().unwrap();
    let faults = vec![fault("is missing", 40), fault("is not of its form", 7)];
    store.keep_faults(first.id, faults).unwrap();
    let mut auditor = practice.signed_in(AUDITOR).await;
    let seen = auditor.get("/suppliers/nhs").await;
    assert!(seen.says("date of birth is missing") && seen.says("10%"));
    assert!(!seen.says("is not of its form"), "few in every file");
    let quality = auditor.get("/quality").await;
    assert!(
        quality.says("Faults in suppliers’ files") && quality.says("11%"),
        "{}",
        quality.body
    );
    let mut officer = practice.signed_in(OFFICER).await;
    assert!(officer.get("/suppliers/nhs").await.says("10%"));
    let mut jane = practice.signed_in(PRACTITIONER).await;
    assert_eq!(jane.get("/suppliers/nhs").await.status, 403);
}

#[tokio::test]
async fn c6_only_a_shielding_officer_is_told_of_held_rows() {
    let practice = Practice::open();
    done(
        &practice,
        ("practice-feed", SourceKind::Local),
        Some(Sector::Education),
    );
    let mut officer = practice.signed_in(OFFICER).await;
    let seen = officer.get("/suppliers/practice-feed").await;
    assert!(seen.says("is held for you") || seen.says("held for shielding officers"));
    assert_eq!(officer.get("/quality").await.status, 403);
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    let seen = dee.get("/suppliers/practice-feed").await;
    assert!(!seen.says("held for"));
    let mut jane = practice.signed_in(PRACTITIONER).await;
    for path in ["/suppliers", "/suppliers/practice-feed", "/quality"] {
        assert_eq!(jane.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn r84_r85_everybody_reads_which_systems_supply_and_none_that_is_sensitive() {
    let practice = Practice::open();
    done(&practice, ("nhs", SourceKind::Nhs), None);
    done(
        &practice,
        ("local-03", SourceKind::Local),
        Some(Sector::Health),
    );
    done(&practice, ("local-04", SourceKind::Local), None);
    let authority = practice.store.authorities().remove(0);
    let listed = |code: &str, name: &str| {
        LocalSource::new(
            (
                AuthorityCode::parse(authority.code.as_str()).unwrap(),
                SupplierCode::parse(code).unwrap(),
            ),
            OrganisationName::parse(name).unwrap(),
            Sector::Health,
        )
        .unwrap()
    };
    let systems = [
        listed("local-03", "Health visiting, community"),
        listed("local-04", "Rowan House"),
        listed("local-05", "Not yet supplying"),
    ];
    practice.store.put_local_sources(&systems).unwrap();
    let mut stranger = practice.stranger();
    let all = stranger.get("/sources").await;
    assert!(all.says("NHS registrations") && all.says("30 June 2026"));
    let own = stranger.get(&format!("/sources/{}", authority.code)).await;
    for said in [
        "Health visiting, community",
        "Not yet",
        "Police",
        "that does not mean that none works",
    ] {
        assert!(own.says(said), "{said}: {}", own.body);
    }
    let table = stranger.get("/sources.csv").await;
    assert_eq!(
        table.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    assert!(
        table
            .body
            .contains(",\"Health visiting, community\",local,health,2026-06-30,2026-06-30\r\n")
    );
    for page in [&all, &own, &table] {
        assert!(!page.body.contains("Rowan House") && !page.body.contains("Not yet supplying"));
    }
    assert_eq!(stranger.get("/sources/E99999999").await.status, 404);
    let mut dee = practice.signed_in(DATA_OFFICER).await;
    assert!(!dee.get("/suppliers").await.body.contains("local-04"));
    assert_eq!(dee.get("/suppliers/local-04").await.status, 404);
}
