//! Two at once: the same file by two processes, and a run that is paused while it is killed.

use std::time::Duration;

use crate::cluster::Cluster;
use crate::data::{Data, England, noted, said};

/// Loads the same file twice at the same moment, until it is loaded.
fn together(england: &England, data: &Data) {
    let both = [data.start(&england.load()), data.start(&england.load())];
    let ended = both.map(|child| child.wait_with_output().unwrap());
    let mut good = 0;
    for output in &ended {
        if output.status.success() {
            good += 1;
            let said = said(output);
            let words = ["This was run 1", "taken already, as run 1"];
            assert!(words.iter().any(|word| said.contains(word)), "{said}");
        } else {
            let noted = noted(output);
            let words = ["another process is at it", "at the same time"];
            assert!(words.iter().any(|word| noted.contains(word)), "{noted}");
        }
    }
    assert!(good > 0, "{ended:?}");
    assert!(
        data.good(&england.load())
            .contains("taken already, as run 1")
    );
}

#[test]
fn the_same_file_loaded_twice_at_once_is_there_once() {
    let england = England::new();
    let whole = england.data("whole", None);
    whole.good(&england.load());
    let cluster = Cluster::start();
    for postgres in [None, Some(cluster.connection())] {
        let name = if postgres.is_some() { "server" } else { "file" };
        let data = england.data(name, postgres);
        together(&england, &data);
        data.is_as(&whole);
    }
}

#[test]
fn a_paused_run_stays_paused_when_it_is_killed_and_ends_as_any_other() {
    let england = England::new();
    let whole = england.data("whole", None);
    whole.good(&england.load());
    let data = england.data("paused", None);
    let mut loading = data.start(&england.load());
    let paused = loop {
        let output = data.command(&["supply", "pause", "1"]).output().unwrap();
        if output.status.success() {
            break said(&output);
        }
        assert!(
            noted(&output).contains("there is no run 1"),
            "{}",
            noted(&output)
        );
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(paused.contains("Run 1 is paused"), "{paused}");
    loading.kill().unwrap();
    loading.wait().unwrap();
    for _ in 0..2 {
        let output = data.command(&england.load()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said(&output).contains("is paused after"),
            "{}",
            said(&output)
        );
    }
    assert!(data.good(&["supply", "show", "1"]).contains("paused"));
    data.good(&["supply", "resume", "1"]);
    let mut loading = data.start(&england.load());
    std::thread::sleep(Duration::from_millis(900));
    loading.kill().unwrap();
    loading.wait().unwrap();
    data.good(&england.load());
    data.is_as(&whole);
}
