//! What was wrong with the file of a run stays with the run, and tells of nobody.

use directory::run::Reach;
use directory::run_fault::{FaultCost, RunFault};
use store::RUN_FAULTS_MAX;

use crate::practice::{both, nhs};
use crate::runs::{file, load};

fn fault(column: &str, count: u64) -> RunFault {
    RunFault {
        cost: FaultCost::Refused,
        column: (!column.is_empty()).then(|| column.to_owned()),
        what: "date of birth".to_owned(),
        wrong: "is missing".to_owned(),
        rule: "format".to_owned(),
        count,
    }
}

#[test]
fn f10_the_faults_of_a_run_are_kept_the_most_frequent_first() {
    both(|practice| {
        let store = &practice.store;
        let first = load(practice, &file(Reach::Delta, 1, [0]));
        assert_eq!(store.run_faults(first.id).unwrap(), None, "none were kept");
        let second = load(practice, &file(Reach::Delta, 2, [1]));
        store.keep_faults(second.id, vec![fault("", 1)]).unwrap();
        let kept = vec![fault("Born", 2), fault("", 9)];
        store.keep_faults(second.id, kept).unwrap();
        let found = store.run_faults(second.id).unwrap().unwrap();
        assert_eq!(found, [fault("", 9), fault("Born", 2)], "in place of it");
        let many = (0..RUN_FAULTS_MAX + 1).map(|at| fault(&at.to_string(), at as u64));
        store.keep_faults(first.id, many.collect()).unwrap();
        let most = store.run_faults(first.id).unwrap().unwrap();
        assert_eq!(most.len(), RUN_FAULTS_MAX);
        assert!(
            most.iter().all(|fault| fault.count > 0),
            "the rarest is not"
        );
        let lately = store.faults_lately(&nhs().code).unwrap();
        let runs: Vec<i64> = lately.iter().map(|(run, _)| run.id.0).collect();
        assert_eq!(runs, [second.id.0, first.id.0], "the newest first");
    });
}
