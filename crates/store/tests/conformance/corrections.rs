//! What is wrong on a record is reported, put right, followed to its source and undone, on both databases (R83, R88, X8).

use directory::access::Refusal;
use directory::account::Role;
use directory::child::{Child, View};
use directory::correction::{ANSWERS_MAX, Cause, Disputed, Right, SourceAnswer};
use directory::disputing::Told;
use directory::ended_for::EndCause;
use directory::entry::{Entry, Part};
use directory::event::By;
use directory::following::{State, Weight};
use directory::involvement::{Assessment, Lead};
use directory::name::{Carer, Name};
use directory::precedence::{Believed, Precedence, Survivorship};
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::shield::Ground;
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Outcome, Row, Supplier};
use directory::text::{self, NamePart, SupplierCode};
use directory::{Date, Now};
use jiff::ToSpan as _;
use jiff::civil::date;
use store::{
    AnswerTaken, Answering, FOLLOWED_MAX, FollowLine, Involving, Join, Left, Location, Longest,
    Said, Session, SupplierTask,
};

use crate::connected::LODGERS;
use crate::leaving::{case, involvement};
use crate::practice::{
    Practice, account, both, by_name, nhs, organisation, parse, reason, row, secrets, visible,
};

const BORN: Date = date(2013, 8, 21);
const RIGHT: Date = date(2013, 8, 12);

/// A data officer of the responsible authority, and one of another.
fn officers(practice: &Practice) {
    let store = &practice.store;
    let mut elsewhere = organisation(
        3,
        "Bristol Council",
        directory::organisation::Sector::SocialCare,
    );
    elsewhere.admitted = directory::organisation::Admission::Authority(parse("E06000023"));
    store.put_organisation(&elsewhere, practice.now()).unwrap();
    for (id, user, organisation) in [(11, "dora", 2), (12, "edna", 3)] {
        let account = account(id, user, vec![Role::DataOfficer], organisation);
        store
            .put_account(&account, Some(&secrets(user)), practice.now())
            .unwrap();
    }
}

fn opened(practice: &Practice, session: &Session, why: Reason, query: Query) -> String {
    let store = &practice.store;
    let found = store.search(session, why, query, practice.now());
    let reference = found.unwrap().unwrap().children[0].reference.clone();
    store
        .give_reason(session, &reference, why, practice.now())
        .unwrap()
        .unwrap();
    reference
}

fn told(field: Disputed, value: &Particulars) -> Told {
    Told {
        field,
        cause: Cause::CarerAsked,
        right: Right::is(field, value).unwrap(),
        entry: None,
    }
}

fn born(day: Date) -> Particulars {
    Particulars {
        born: Some(day),
        ..Particulars::default()
    }
}

fn view(practice: &Practice, session: &Session, reference: &str) -> Child {
    let disclosed = practice.store.disclose(session, reference, practice.now());
    match disclosed.unwrap().unwrap().view() {
        View::Whole(child) => (**child).clone(),
        View::Restricted(_) => panic!("the whole record"),
    }
}

/// A feed of the same child on a later day.
fn feed(practice: &Practice, days: i32, day: Date) {
    let mut again = row("1", "Maya", "Hollis", day);
    again.confirmed = practice.now().today + days.days();
    let later = Now {
        at: practice.now().at,
        today: again.confirmed,
    };
    practice.store.accept(&nhs(), &[again], later).unwrap();
}

/// What a supplier is to look into.
fn told_to(practice: &Practice, supplier: &SupplierCode) -> Vec<SupplierTask> {
    let store = &practice.store;
    let tasks = store.supplier_tasks(By::Operator, supplier, practice.now());
    tasks.unwrap().lines
}

fn nothing() -> Longest<FollowLine> {
    Longest {
        lines: Vec::new(),
        left: Left::Nothing,
    }
}

fn count(practice: &Practice, sql: &str) -> i64 {
    match &practice.options.location {
        Location::Sqlite(file) => rusqlite::Connection::open(file)
            .unwrap()
            .query_row(sql, [], |row| row.get(0))
            .unwrap(),
        Location::Postgres(server) => postgres::Client::connect(server, postgres::NoTls)
            .unwrap()
            .query_one(sql, &[])
            .unwrap()
            .get(0),
    }
}

#[test]
fn r83_x8_what_a_practitioner_reports_an_officer_sets_and_a_feed_confirms() {
    both(|practice| {
        officers(practice);
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let (jane, dora) = (practice.session("jane"), practice.session("dora"));
        let store = &practice.store;
        let (nhs_code, now) = (nhs().code, practice.now());
        let seen = opened(
            practice,
            &jane,
            reason(&jane),
            by_name("Maya", "Hollis", BORN),
        );
        let wrong = told(Disputed::Born, &born(RIGHT));
        let said = store.say_wrong(&jane, &seen, &wrong, now).unwrap().unwrap();
        assert_eq!(said, Said::Reported);
        let shown = view(practice, &jane, &seen);
        assert_eq!(shown.born.unwrap().value, BORN, "a report changes nothing");
        assert_eq!(shown.disputes[0].weight, Weight::Report);

        let lines = store.follow(&dora, now).unwrap().unwrap().lines;
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].field, lines[0].weight, lines[0].state),
            (Disputed::Born, Weight::Report, State::Waiting)
        );
        let reference = &lines[0].reference;
        let refused = store.say_wrong(&dora, reference, &wrong, now).unwrap();
        assert_eq!(refused, Err(Refusal::NoReason), "the list is no reason");
        store
            .give_reason(&dora, reference, Reason::DataQuality, now)
            .unwrap()
            .unwrap();
        let said = store.say_wrong(&dora, reference, &wrong, now).unwrap();
        assert_eq!(said, Ok(Said::Corrected));
        let item = view(practice, &jane, &seen).born.unwrap();
        assert_eq!(
            (item.value, item.provenance.kind),
            (RIGHT, SourceKind::Correction)
        );
        assert!(
            practice
                .shown(&jane, by_name("Maya", "Hollis", RIGHT))
                .len()
                == 1
        );

        let tasks = told_to(practice, &nhs_code);
        assert_eq!(tasks.len(), 1);
        assert_eq!(
            (tasks[0].key.as_str(), tasks[0].field),
            ("1", Disputed::Born)
        );
        for days in 1..4 {
            feed(practice, days, BORN);
            assert_eq!(view(practice, &jane, &seen).born.unwrap().value, RIGHT);
        }
        feed(practice, 5, RIGHT);
        assert!(told_to(practice, &nhs_code).is_empty());
        assert_eq!(store.follow(&dora, now).unwrap(), Ok(nothing()));
        let item = view(practice, &jane, &seen).born.unwrap();
        assert_eq!((item.value, item.provenance.kind), (RIGHT, SourceKind::Nhs));
        feed(practice, 7, BORN);
        assert_eq!(view(practice, &jane, &seen).born.unwrap().value, RIGHT);
        assert_eq!(told_to(practice, &nhs_code).len(), 1);
        store.sequence(now).unwrap();
        assert_eq!(store.verify(&[], &mut |_| {}).unwrap().finding, None);
    });
}

/// What the supplier answers to the line of today about the date of birth.
fn answered(practice: &Practice, key: &str, answer: SourceAnswer) -> AnswerTaken {
    let line = Answering {
        key: parse(key),
        field: Disputed::Born,
        since: practice.now().today,
        answer,
    };
    let store = &practice.store;
    let taken = store.answer_correction(&nhs().code, &line, practice.now());
    taken.unwrap()
}

#[test]
fn x8_a_supplier_answers_what_is_listed_for_it_and_who_follows_it_sees_that_until_a_feed_settles_it()
 {
    both(|practice| {
        officers(practice);
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let (dora, sam) = (practice.session("dora"), practice.session("sam"));
        let (store, now) = (&practice.store, practice.now());
        let (mended, stands) = (SourceAnswer::Mended, SourceAnswer::Stands);
        assert_eq!(answered(practice, "1", mended), AnswerTaken::NotListed);
        let query = by_name("Maya", "Hollis", BORN);
        let hers = opened(practice, &dora, Reason::DataQuality, query);
        let wrong = told(Disputed::Born, &born(RIGHT));
        store.say_wrong(&dora, &hers, &wrong, now).unwrap().unwrap();
        let events = || count(practice, "SELECT COUNT(*) FROM event");
        let before = events();
        for _ in 0..2 {
            assert_eq!(
                answered(practice, "1", mended),
                AnswerTaken::Since(now.today)
            );
        }
        assert_eq!(events(), before + 1, "the same again says nothing new");
        assert_eq!(
            answered(practice, "1", stands),
            AnswerTaken::Since(now.today)
        );
        assert_eq!(answered(practice, "2", stands), AnswerTaken::NotListed);
        let followed = |session| {
            let lines = store.follow(session, now).unwrap().unwrap().lines;
            lines
                .into_iter()
                .flat_map(|line| line.answers)
                .collect::<Vec<_>>()
        };
        let answer = (SourceKind::Nhs, stands, now.today);
        assert_eq!(followed(&dora), [answer]);
        let seen = practice.opened(&sam, by_name("Maya", "Hollis", RIGHT));
        let ground = Ground::FleeingAbuse;
        store.shield(&sam, &seen, ground, now).unwrap().unwrap();
        // Behind a shield it is answered as before, and seen by those who see behind it alone (X2).
        assert_eq!(
            answered(practice, "1", mended),
            AnswerTaken::Since(now.today)
        );
        let tasks = told_to(practice, &nhs().code);
        assert_eq!(tasks[0].answered, Some((mended, now.today)));
        assert_eq!(followed(&dora), []);
        assert_eq!(followed(&sam), [(SourceKind::Nhs, mended, now.today)]);
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), 0);
        for at in 3..ANSWERS_MAX {
            let next = [stands, mended][(at - 3) % 2];
            assert_eq!(answered(practice, "1", next), AnswerTaken::Since(now.today));
        }
        assert_eq!(
            answered(practice, "1", stands),
            AnswerTaken::Since(now.today)
        );
        assert_eq!(answered(practice, "1", mended), AnswerTaken::TooOften);
        feed(practice, 5, RIGHT);
        assert_eq!(answered(practice, "1", stands), AnswerTaken::NotListed);
        store.sequence(now).unwrap();
        assert_eq!(store.verify(&[], &mut |_| {}).unwrap().finding, None);
    });
}

/// More reports than a list shows, of which the last records wait the longest.
#[test]
fn r83_those_that_wait_the_longest_are_listed_and_that_there_are_more_is_said() {
    both(|practice| {
        officers(practice);
        let many = FOLLOWED_MAX + 5;
        let each: Vec<(&str, &str, Date)> = (0..many)
            .map(|place| {
                let given = LODGERS[place % LODGERS.len()].0;
                let family = LODGERS[place / LODGERS.len()].1;
                let part = |of: usize| i8::try_from(1 + place % of).unwrap();
                let year = 2009 + i16::try_from(place % 9).unwrap();
                (given, family, date(year, part(12), part(28)))
            })
            .collect();
        let rows = each.iter().enumerate();
        let rows = rows.map(|(place, one)| row(&place.to_string(), one.0, one.1, one.2));
        practice.accept(&rows.collect::<Vec<_>>());
        let (store, now) = (&practice.store, practice.now());
        let on = |place: usize| now.today - i64::try_from(place).unwrap().days();
        let jane = practice.session("jane");
        for (place, (given, family, born)) in each.iter().enumerate() {
            let seen = practice.opened(&jane, by_name(given, family, *born));
            let wrong = Told {
                right: Right::Unsaid,
                ..told(
                    Disputed::Gender,
                    &row("1", given, family, *born).particulars,
                )
            };
            let then = Now {
                today: on(place),
                ..now
            };
            let said = store.say_wrong(&jane, &seen, &wrong, then).unwrap();
            assert_eq!(said, Ok(Said::Reported), "{given} {family}");
        }
        let longest: Vec<Date> = (5..many).rev().map(on).collect();
        let tasks = store
            .supplier_tasks(By::Operator, &nhs().code, now)
            .unwrap();
        let days: Vec<Date> = tasks.lines.iter().map(|task| task.since).collect();
        assert_eq!((days, tasks.left), (longest.clone(), Left::Later));
        let dora = practice.session("dora");
        let list = store.follow(&dora, now).unwrap().unwrap();
        let days: Vec<Date> = list.lines.iter().map(|line| line.since).collect();
        assert_eq!((days, list.left), (longest, Left::Later));
    });
}

#[test]
fn r88_a_correction_is_undone_exactly_and_only_by_who_may_set_it() {
    both(|practice| {
        officers(practice);
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let (jane, dora) = (practice.session("jane"), practice.session("dora"));
        let (store, now) = (&practice.store, practice.now());
        let query = || by_name("Maya", "Hollis", BORN);
        let seen = opened(practice, &jane, reason(&jane), query());
        let hers = opened(practice, &dora, Reason::DataQuality, query());
        let before = view(practice, &jane, &seen);
        let keys = count(practice, "SELECT COUNT(*) FROM search_key");
        let wrong = told(Disputed::Born, &born(RIGHT));
        store.say_wrong(&dora, &hers, &wrong, now).unwrap().unwrap();
        let field = Disputed::Born;
        let undo = |session, reference: &str| {
            store
                .undo_correction(session, reference, (field, None), now)
                .unwrap()
        };
        assert_eq!(undo(&jane, &seen), Err(Refusal::NotPermitted));
        assert_eq!(undo(&dora, &hers), Ok(()));
        assert_eq!(undo(&dora, &hers), Err(Refusal::AlreadySo));
        assert_eq!(view(practice, &jane, &seen), before);
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), keys);
        assert_eq!(count(practice, "SELECT COUNT(*) FROM follow_key"), 0);
    });
}

#[test]
fn c6_only_the_responsible_authority_sets_and_follows() {
    both(|practice| {
        officers(practice);
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let (jane, edna) = (practice.session("jane"), practice.session("edna"));
        let (store, now) = (&practice.store, practice.now());
        let query = by_name("Maya", "Hollis", BORN);
        let hers = opened(practice, &edna, Reason::DataQuality, query);
        let wrong = told(Disputed::Born, &born(RIGHT));
        let said = store.say_wrong(&edna, &hers, &wrong, now).unwrap();
        assert_eq!(said, Ok(Said::Reported));
        assert_eq!(store.follow(&edna, now).unwrap(), Ok(nothing()));
        let refused = store.follow(&jane, now).unwrap();
        assert_eq!(refused, Err(Refusal::NotPermitted));
    });
}

#[test]
fn r44_what_is_put_right_behind_a_shield_is_found_by_nobody_who_may_not_see_it() {
    both(|practice| {
        officers(practice);
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let (jane, sam) = (practice.session("jane"), practice.session("sam"));
        let (store, now) = (&practice.store, practice.now());
        let seen = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
        let ground = Ground::FleeingAbuse;
        store.shield(&sam, &seen, ground, now).unwrap().unwrap();
        let mut moved = row("1", "Maya", "Hollis", BORN).particulars;
        if let Some(residence) = &mut moved.residence {
            residence.state =
                directory::address::AddressState::Current(directory::address::Address {
                    lines: vec![parse("9 Safe Street")],
                    postcode: text::postcode("GL1 1AA").ok(),
                });
        }
        moved.name = Some(Name {
            given: NamePart::parse("Amaya").ok(),
            family: parse("Quillfeather"),
        });
        let fields = [Disputed::Residence, Disputed::Name];
        for field in fields {
            let said = store.say_wrong(&sam, &seen, &told(field, &moved), now);
            assert_eq!(said.unwrap(), Ok(Said::Corrected), "{field:?}");
        }
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), 0);
        let by_postcode = |given: &str, family: &str| {
            let hidden = Hidden {
                postcode: text::postcode("GL1 1AA").ok(),
                ..Hidden::default()
            };
            Query::of(visible(given, family, Some(BORN)), hidden).unwrap()
        };
        assert!(
            practice
                .shown(&jane, by_postcode("Amaya", "Quillfeather"))
                .is_empty()
        );
        let found = by_name("Amaya", "Quillfeather", BORN);
        assert_eq!(practice.shown(&jane, found.clone()).len(), 1);
        let former = Visible {
            born: None,
            ..visible("Maya", "Hollis", None)
        };
        let former = Query::of(former, Hidden::default()).unwrap();
        assert!(practice.shown(&jane, former).is_empty(), "X10");
        // A practitioner says that a hidden field is wrong: the answer is the same whatever is there.
        let hers = practice.opened(&jane, found);
        for field in [Disputed::Residence, Disputed::Education, Disputed::Carers] {
            let told = Told {
                field,
                cause: Cause::KnownFromWork,
                right: Right::Unsaid,
                entry: None,
            };
            let said = store.say_wrong(&jane, &hers, &told, now).unwrap();
            assert_eq!(said, Err(Refusal::NotPermitted), "{field:?}");
        }
        // Its data officers do not learn of it from the list; its shielding officers do.
        let dora = practice.session("dora");
        assert_eq!(store.follow(&dora, now).unwrap(), Ok(nothing()));
        assert_eq!(store.follow(&sam, now).unwrap().unwrap().lines.len(), 2);
        // The supplier is told of its own key, as for any other child.
        assert_eq!(told_to(practice, &nhs().code).len(), 2);
    });
}

const DEAD: &str = "01632 960 001";
const LIVE: &str = "01632 960 002";

fn ruth() -> Name {
    Name {
        given: NamePart::parse("Ruth").ok(),
        family: parse("Hollis"),
    }
}

fn former() -> Name {
    Name {
        given: NamePart::parse("Maya").ok(),
        family: parse("Trevelyan"),
    }
}

/// What a feed says of Maya, of her mother's telephone number and of a name used before, so many days on.
fn says(number: &str, days: i32) -> Row {
    let mut row = row("1", "Maya", "Hollis", BORN);
    row.particulars.former_names = vec![former()];
    row.particulars.carers = vec![Carer {
        name: ruth(),
        telephone: text::telephone(number).ok(),
        email: None,
    }];
    row.confirmed += days.days();
    row
}

fn wrong(entry: &Entry) -> Told {
    Told {
        field: entry.field(),
        cause: Cause::KnownFromWork,
        right: Right::NotKnown,
        entry: Some(entry.code()),
    }
}

fn reached(practice: &Practice, session: &Session, reference: &str) -> Option<String> {
    let carers = view(practice, session, reference).carers;
    let number = carers[0].value.telephone.as_ref();
    number.map(ToString::to_string)
}

#[test]
fn r83_x8_a_dead_number_is_taken_out_until_its_source_gives_another_and_does_not_come_back() {
    both(|practice| {
        officers(practice);
        practice.accept(&[says(DEAD, 0)]);
        let (jane, dora) = (practice.session("jane"), practice.session("dora"));
        let (store, now) = (&practice.store, practice.now());
        let query = || by_name("Maya", "Hollis", BORN);
        let seen = opened(practice, &jane, reason(&jane), query());
        let hers = opened(practice, &dora, Reason::DataQuality, query());
        let before = view(practice, &jane, &seen);
        let keys = count(practice, "SELECT COUNT(*) FROM search_key");
        let dead = Part::Telephone(text::telephone(DEAD).unwrap());
        let dead = Entry::Carer(ruth(), dead);
        let say = |who, at: &str| store.say_wrong(who, at, &wrong(&dead), now).unwrap();
        assert_eq!(say(&jane, &seen), Ok(Said::Reported));
        assert_eq!(view(practice, &jane, &seen).carers, before.carers);
        assert_eq!(say(&dora, &hers), Ok(Said::Corrected));
        assert_eq!(reached(practice, &jane, &seen), None);
        assert_eq!(say(&dora, &hers), Err(Refusal::DoesNotFit), "it is out");
        let asked = |count: usize| {
            let tasks = told_to(practice, &nhs().code);
            let each = tasks.iter().map(|task| (task.key.as_str(), task.field));
            let asked = each.collect::<Vec<_>>();
            assert_eq!(asked, vec![("1", Disputed::Carers); count]);
        };
        let fed = |number: &str, days| {
            let row = says(number, days);
            let today = row.confirmed;
            store.accept(&nhs(), &[row], Now { today, ..now }).unwrap();
        };
        asked(1);
        fed(DEAD, 1);
        assert_eq!(reached(practice, &jane, &seen), None);
        fed(LIVE, 2);
        let live = text::telephone(LIVE).unwrap().to_string();
        assert_eq!(reached(practice, &jane, &seen), Some(live));
        asked(0);
        assert_eq!(store.follow(&dora, now).unwrap(), Ok(nothing()));
        fed(DEAD, 3);
        assert_eq!(reached(practice, &jane, &seen), None, "it came back");
        asked(1);
        let undo = |who, at: &str| {
            let code = dead.code();
            let what = (Disputed::Carers, Some(code.as_str()));
            store.undo_correction(who, at, what, now).unwrap()
        };
        assert_eq!(undo(&jane, &seen), Err(Refusal::NotPermitted));
        assert_eq!(undo(&dora, &hers), Ok(()));
        assert_eq!(undo(&dora, &hers), Err(Refusal::AlreadySo));
        let again = view(practice, &jane, &seen).carers.remove(0).value;
        assert_eq!(again, before.carers[0].value);
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), keys);
        store.sequence(now).unwrap();
        assert_eq!(store.verify(&[], &mut |_| {}).unwrap().finding, None);
    });
}

#[test]
fn r44_f1_by_a_name_that_is_out_nobody_is_found_and_a_shielded_child_is_still_guarded() {
    both(|practice| {
        officers(practice);
        practice.accept(&[says(DEAD, 0)]);
        let (jane, dora) = (practice.session("jane"), practice.session("dora"));
        let (store, now) = (&practice.store, practice.now());
        let by_former = || Query::of(visible("Maya", "Trevelyan", None), Hidden::default());
        let found = || practice.shown(&jane, by_former().unwrap()).len();
        assert_eq!(found(), 1);
        let query = || by_name("Maya", "Hollis", BORN);
        let hers = opened(practice, &dora, Reason::DataQuality, query());
        let keys = count(practice, "SELECT COUNT(*) FROM search_key");
        let name = Entry::FormerName(former());
        let out = || store.say_wrong(&dora, &hers, &wrong(&name), now).unwrap();
        assert_eq!(out(), Ok(Said::Corrected));
        assert_eq!(found(), 0, "what is wrong is not searched by");
        let what = (Disputed::FormerNames, Some("Maya Trevelyan"));
        let undone = store.undo_correction(&dora, &hers, what, now).unwrap();
        assert_eq!((undone, found()), (Ok(()), 1));
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), keys);
        assert_eq!(out(), Ok(Said::Corrected));

        let sam = practice.session("sam");
        let seen = practice.opened(&sam, query());
        let ground = Ground::AdoptionThreat;
        store.shield(&sam, &seen, ground, now).unwrap().unwrap();
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), 0);
        let census = Supplier {
            code: parse("census"),
            kind: SourceKind::Census,
        };
        let mut undated = row("d", "Maya", "Trevelyan", BORN);
        undated.particulars.born = None;
        undated.particulars.residence = None;
        let again = row("c", "Maya", "Trevelyan", BORN);
        for again in [undated, again] {
            store.accept(&census, &[again], now).unwrap();
            assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), 0);
        }
        assert_eq!(found(), 0, "a row of her former name is held");
    });
}

#[test]
fn r82_another_order_of_sources_is_shown_by_every_process_and_changes_no_key() {
    both(|practice| {
        let store = &practice.store;
        let said_by = |key: &str, telephone: &str| {
            let mut row = row(key, "Maya", "Hollis", BORN);
            row.particulars.carers.push(Carer {
                name: Name {
                    given: NamePart::parse("Ruth").ok(),
                    family: parse("Hollis"),
                },
                telephone: text::telephone(telephone).ok(),
                email: None,
            });
            row
        };
        practice.accept(&[said_by("1", "01632 960 001")]);
        let births = Supplier {
            code: parse("births"),
            kind: SourceKind::Births,
        };
        let mut register = said_by("b", "01632 960 002");
        register.confirmed -= 9.days();
        store.accept(&births, &[register], practice.now()).unwrap();
        let jane = practice.session("jane");
        let query = || by_name("Maya", "Hollis", BORN);
        let seen = practice.opened(&jane, query());
        let gender = |child: Child| child.gender.unwrap().provenance.kind;
        assert_eq!(gender(view(practice, &jane, &seen)), SourceKind::Nhs);
        let reached = || {
            view(practice, &jane, &seen).carers[0]
                .value
                .telephone
                .clone()
        };
        assert_eq!(reached(), text::telephone("01632 960 001").ok());
        let keys = count(practice, "SELECT COUNT(*) FROM search_key");
        let order = Precedence::of(vec![SourceKind::Births]).unwrap();
        let wanted = Survivorship::default().with(Believed::Gender, order.clone());
        let wanted = wanted.with(Believed::Carers, order);
        let other = practice.reopened();
        let changed = other.put_survivorship(&wanted, practice.now()).unwrap();
        assert_eq!(changed, [Believed::Gender, Believed::Carers]);
        let again = other.put_survivorship(&wanted, practice.now()).unwrap();
        assert!(again.is_empty(), "nothing changed, and no event says so");
        // The next request of anybody reads the reference data again.
        let (_, secret) = practice.signed_in("jane");
        assert!(store.resume(&secret, practice.now()).unwrap().is_some());
        assert_eq!(gender(view(practice, &jane, &seen)), SourceKind::Births);
        assert_eq!(reached(), text::telephone("01632 960 002").ok());
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), keys);
        // A shield takes every key out, whatever the order is.
        let sam = practice.session("sam");
        let seen = practice.opened(&sam, query());
        let ground = Ground::FleeingAbuse;
        store
            .shield(&sam, &seen, ground, practice.now())
            .unwrap()
            .unwrap();
        assert_eq!(count(practice, "SELECT COUNT(*) FROM search_key"), 0);
        store.sequence(practice.now()).unwrap();
        assert_eq!(store.verify(&[], &mut |_| {}).unwrap().finding, None);
        // The built-in orders again: that of carers names nobody, and the ledger says so.
        let built_in = Survivorship::default();
        let changed = other.put_survivorship(&built_in, practice.now()).unwrap();
        assert_eq!(changed, [Believed::Gender, Believed::Carers]);
        assert_eq!(practice.reopened().survivorship(), built_in);
        store.sequence(practice.now()).unwrap();
        assert_eq!(store.verify(&[], &mut |_| {}).unwrap().finding, None);
    });
}

#[test]
fn f1_r83_a_row_of_a_name_that_was_put_right_is_still_of_the_child_and_nobody_finds_the_child_by_it()
 {
    both(|practice| {
        officers(practice);
        let nowhere = |key: &str| {
            let mut row = row(key, "Maya", "Hollis", BORN);
            row.particulars.residence = None;
            row.particulars.primary_care = None;
            row.particulars.education = None;
            row
        };
        practice.accept(&[nowhere("1")]);
        let (jane, dora) = (practice.session("jane"), practice.session("dora"));
        let said = by_name("Maya", "Hollis", BORN);
        let reference = opened(practice, &dora, Reason::DataQuality, said.clone());
        let right = told(
            Disputed::Name,
            &row("1", "Ruth", "Quillington", BORN).particulars,
        );
        let store = &practice.store;
        let set = store.say_wrong(&dora, &reference, &right, practice.now());
        assert_eq!(set.unwrap(), Ok(Said::Corrected));
        assert!(practice.shown(&jane, said).is_empty());
        // Another source says of the child what the first one did.
        let census = Supplier {
            code: parse("census"),
            kind: SourceKind::Census,
        };
        store
            .accept(&census, &[nowhere("c")], practice.now())
            .unwrap();
        let named = by_name("Ruth", "Quillington", BORN);
        assert_eq!(practice.shown(&jane, named).len(), 1);
        assert_eq!(count(practice, "SELECT count(*) FROM record"), 1);
    });
}

#[test]
fn r83_an_end_for_somebody_else_that_came_with_a_merger_answers_no_report_when_that_is_taken_back()
{
    both(|practice| {
        officers(practice);
        let store = &practice.store;
        let colleague = account(13, "cal", vec![Role::Practitioner], 1);
        let put = store.put_account(&colleague, Some(&secrets("cal")), practice.now());
        put.unwrap();
        let mut other = row("2", "Zahra", "Bukhari", date(2016, 1, 3));
        other.particulars.residence = None;
        practice.accept(&[row("1", "Maya", "Hollis", BORN), other]);
        let maya = || by_name("Maya", "Hollis", BORN);
        let zahra = || by_name("Zahra", "Bukhari", date(2016, 1, 3));
        let [jane, cal, dora] = ["jane", "cal", "dora"].map(|user| practice.session(user));
        for query in [maya(), zahra()] {
            let involving = Involving {
                service: parse("mentoring"),
                since: None,
                lead: Lead::Member,
                assessment: Assessment::None,
            };
            let seen = practice.opened(&jane, query);
            let involved = store.involve(&jane, &seen, &involving, practice.now());
            assert_eq!(involved.unwrap(), Ok(()));
        }
        // Of the one child it is reported that she does not work with her; of the other a colleague has ended it.
        let seen = practice.opened(&cal, maya());
        let practitioner = jane.actor().practitioner().name.clone();
        let entry = Entry::Working(parse("mentoring"), practitioner, Part::Whole);
        let said = store.say_wrong(&cal, &seen, &wrong(&entry), practice.now());
        assert_eq!(said.unwrap(), Ok(Said::Reported));
        let seen = practice.opened(&cal, zahra());
        let shown = store
            .disclose(&cal, &seen, practice.now())
            .unwrap()
            .unwrap();
        let [one] = &store.endable(&cal, &shown).unwrap()[..] else {
            panic!("hers")
        };
        let what = (one.worker.as_str(), &one.service, EndCause::Left);
        let ended = store.end_for(&cal, &seen, what, practice.now());
        assert_eq!(ended.unwrap(), Ok(()));
        let reports = || {
            let lines = store.follow(&dora, practice.now()).unwrap().unwrap().lines;
            Vec::from_iter(lines.into_iter().map(|line| (line.field, line.weight)))
        };
        let open = [(Disputed::Involvements, Weight::Report)];
        assert_eq!(reports(), open);
        let at = |query| opened(practice, &dora, Reason::DataQuality, query);
        let joined = |kept: &str, join: &Join| {
            let joined = store.join(&dora, kept, join, practice.now());
            assert_eq!(joined.unwrap(), Ok(()));
        };
        joined(&at(maya()), &Join::Merge(at(zahra())));
        assert_eq!(reports(), [], "answered with the end that came");
        joined(&at(maya()), &Join::Undo);
        assert_eq!(reports(), open, "that end is not of this child");
    });
}

/// An officer takes an entry out of Maya's record, who is shielded then, or not.
fn taken_out(practice: &Practice, entry: &Entry, is_shielded: bool) {
    officers(practice);
    let (store, now) = (&practice.store, practice.now());
    let query = || by_name("Maya", "Hollis", BORN);
    let [dora, sam] = ["dora", "sam"].map(|user| practice.session(user));
    let hers = opened(practice, &dora, Reason::DataQuality, query());
    let said = store.say_wrong(&dora, &hers, &wrong(entry), now).unwrap();
    assert_eq!(said, Ok(Said::Corrected));
    if is_shielded {
        let seen = practice.opened(&sam, query());
        let ground = Ground::FleeingAbuse;
        store.shield(&sam, &seen, ground, now).unwrap().unwrap();
    }
}

/// Which of its keys a supplier is told to look into.
fn keys_told_to(practice: &Practice, supplier: &Supplier) -> Vec<String> {
    let tasks = told_to(practice, &supplier.code).into_iter();
    tasks.map(|task| task.key.as_str().to_owned()).collect()
}

fn fed(practice: &Practice, supplier: &Supplier, row: Row) -> Outcome {
    let today = row.confirmed.max(practice.now().today);
    let now = Now {
        today,
        ..practice.now()
    };
    practice.store.accept(supplier, &[row], now).unwrap()[0]
}

#[test]
fn x2_x8_a_colleague_in_whose_place_the_supplier_says_another_is_off_its_list_behind_a_shield_too()
{
    for is_shielded in [false, true] {
        both(|practice| {
            let with = |worker: &str, days: i32| {
                let mut row = says(LIVE, days);
                row.also = vec![(case("1", "case"), involvement(worker))];
                row
            };
            let key = case("1", "case").as_str().to_owned();
            practice.accept(&[with("Ana", 0)]);
            let ana = Name {
                given: None,
                family: parse("Ana"),
            };
            let entry = Entry::Working(parse("mentoring"), ana, Part::Whole);
            taken_out(practice, &entry, is_shielded);
            let told = || keys_told_to(practice, &nhs());
            assert_eq!(told(), [key.as_str()]);
            assert_eq!(fed(practice, &nhs(), with("Ben", 1)), Outcome::Accepted);
            assert!(told().is_empty(), "{is_shielded}");
            assert_eq!(fed(practice, &nhs(), with("Ana", 2)), Outcome::Accepted);
            assert_eq!(told(), [key.as_str()], "{is_shielded}: she is back");
            let audit = practice.store.compare(&practice.store).unwrap();
            assert_eq!(audit.misfiled, 0);
        });
    }
}

#[test]
fn x2_x8_whoever_says_under_a_new_key_what_was_taken_out_is_told_behind_a_shield_too() {
    let census = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    for is_shielded in [false, true] {
        both(|practice| {
            practice.accept(&[says(LIVE, 0)]);
            taken_out(practice, &Entry::Carer(ruth(), Part::Whole), is_shielded);
            assert_eq!(keys_told_to(practice, &nhs()), ["1"]);
            assert!(keys_told_to(practice, &census).is_empty());
            let mut row = says(LIVE, 1);
            row.key = parse("c1");
            assert_eq!(fed(practice, &census, row), Outcome::Accepted);
            assert_eq!(keys_told_to(practice, &census), ["c1"], "{is_shielded}");
            assert_eq!(keys_told_to(practice, &nhs()), ["1"]);
            let answering = Answering {
                key: parse("c1"),
                field: Disputed::Carers,
                since: practice.now().today,
                answer: SourceAnswer::Mended,
            };
            let store = &practice.store;
            let taken = store.answer_correction(&census.code, &answering, practice.now());
            assert_eq!(taken.unwrap(), AnswerTaken::Since(practice.now().today));
            let audit = practice.store.compare(&practice.store).unwrap();
            assert_eq!(audit.misfiled, 0);
        });
    }
}
