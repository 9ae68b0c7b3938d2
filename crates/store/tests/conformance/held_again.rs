//! Rows that are held stay held when a run is taken back, whatever the clocks say.

use directory::row::Waits;
use directory::run::Reach;
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use store::{FilePart, RunBegun};

use crate::practice::{by_name, parse, row};
use crate::review::{staffed, waiting};
use crate::runs::{File, begin, child, file, load, shield, take_back};

#[test]
fn f1_a_row_that_took_its_moment_before_a_shield_and_its_turn_behind_it_stays_held() {
    staffed(|practice| {
        practice.accept(&[child("1", 1)]);
        let mut of_no_practice = file(Reach::Delta, 2, [1]);
        of_no_practice.rows[0].particulars.primary_care = None;
        let earlier = load(practice, &of_no_practice);
        // As a twin: of nobody who is known, and held for whoever is shielded.
        let twin = child("t", 1).particulars.born.unwrap();
        let twin = row("t", "Tobias", "Hollis", twin);
        let census = File {
            supplier: Supplier {
                code: parse("census"),
                kind: SourceKind::Census,
            },
            rows: vec![twin.clone()],
            ..file(Reach::Delta, 3, [])
        };
        let RunBegun::New(mut run) = begin(&practice.store, practice, &census) else {
            panic!("a new run");
        };
        let moment = practice.now();
        shield(practice, 1);
        let part = FilePart {
            taken: &[],
            rows: &census.rows,
            read: 1,
            refused: 0,
        };
        practice.store.apply(&mut run, part, moment).unwrap();
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        let name = || by_name("Tobias", "Hollis", twin.particulars.born.unwrap());
        let jane = practice.session("jane");
        let before = practice.shown(&jane, name());
        take_back(practice, earlier.id);
        let jane = practice.session("jane");
        assert_eq!(practice.shown(&jane, name()), before, "nobody new");
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
    });
}
