//! PostgreSQL goes away in the middle of a load: the load says what was kept and what to do, and the same command goes on.

use std::time::Duration;

use crate::cluster::Cluster;
use crate::data::{Data, England, noted};

/// Kills the client, or crashes the server, at some moments of a command; gives what it said when the server was gone.
fn trouble(cluster: &Cluster, data: &Data, arguments: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    for (time, milliseconds) in [150, 600, 1_300, 2_200, 3_000].into_iter().enumerate() {
        let mut child = data.start(arguments);
        std::thread::sleep(Duration::from_millis(milliseconds));
        if time % 2 == 0 {
            cluster.stop("immediate");
            let output = child.wait_with_output().unwrap();
            cluster.start_again();
            if output.status.success() {
                return said;
            }
            said.push(noted(&output));
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let verified = data.good(&["audit", "verify"]);
        assert!(verified.contains("The ledger is whole."), "{verified}");
    }
    said
}

#[test]
fn a_load_whose_database_goes_away_says_so_and_goes_on_later() {
    let england = England::new();
    let whole = england.data("whole", None);
    whole.good(&england.load());
    let cluster = Cluster::start();
    let data = england.data("lost", Some(cluster.connection()));
    let said = trouble(&cluster, &data, &england.load());
    assert!(!said.is_empty());
    for said in said {
        let words = ["database", "server"];
        assert!(words.iter().any(|word| said.contains(word)), "{said}");
        let kept = [
            "which stay",
            "Load the whole file again",
            "cannot be opened",
        ];
        assert!(kept.iter().any(|word| said.contains(word)), "{said}");
    }
    data.good(&england.load());
    data.is_as(&whole);
    let runs = data.good(&["supply", "runs"]);
    assert_eq!(runs.lines().count(), 2, "one run\n{runs}");
    // Taken back under the same trouble, it is taken back whole.
    let back = ["supply", "take-back", "1"];
    trouble(&cluster, &data, &back);
    let again = data.command(&back).output().unwrap();
    assert!(
        again.status.success() || noted(&again).contains("was taken back before"),
        "{}",
        noted(&again)
    );
    whole.good(&back);
    let compared = data.open().compare(&whole.open()).unwrap();
    assert!(compared.is_same(), "{compared:?}");
    data.good(&england.load());
    whole.good(&england.load());
    data.is_as(&whole);
}
