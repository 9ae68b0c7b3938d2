//! What must not change, and who must not be touched, when a run is taken back.

use directory::child::{SensitiveServices, View};
use directory::run::Reach;

use crate::practice::{Practice, both};
use crate::runs::{File, clinic, file, load, query, take_back};

/// Whether sensitive services are involved with the first child of the files, as an officer sees.
fn is_indicated(practice: &Practice) -> bool {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, query(0));
    let shown = practice.store.disclose(&sam, &reference, practice.now());
    match shown.unwrap().unwrap().view() {
        View::Whole(child) => child.sensitive_services == SensitiveServices::OneOrMore,
        View::Restricted(_) => panic!("a whole record"),
    }
}

#[test]
fn x5_what_was_consented_to_after_a_full_file_is_not_ended_by_that_file_when_an_earlier_run_is_taken_back()
 {
    both(|practice| {
        let earlier = load(practice, &file(Reach::Delta, 1, [0, 1]));
        let full = File {
            supplier: clinic(practice, 5).supplier,
            ..file(Reach::Full, 5, [0])
        };
        load(practice, &full);
        let consented = File {
            reach: Reach::Delta,
            ..clinic(practice, 5)
        };
        load(practice, &consented);
        assert!(is_indicated(practice));
        take_back(practice, earlier.id);
        assert!(is_indicated(practice));
    });
}
