//! Rows of five suppliers become one record per child: how well, against the truth of a small synthetic England.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use std::process::Command;

fn report(more: &[&str]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .arg("--data")
        .arg(&data)
        .args(["bench", "resolve", "--children", "2000", "--seed", "60617"])
        .arg("--json")
        .args(more)
        .output()
        .unwrap();
    assert!(
        program.status.success(),
        "{}",
        String::from_utf8_lossy(&program.stderr)
    );
    serde_json::from_slice(&program.stdout).unwrap()
}

#[test]
fn r50_r77_rows_of_five_suppliers_become_one_record_per_child_and_one_in_two_hundred_is_shielded() {
    let first = report(&["--first"]);
    let report = report(&[]);
    let figure = |name: &str| report[name].as_f64().unwrap();
    assert!(figure("rows") > 6_000.0, "{report}");
    assert!(figure("precision") > 0.998, "{report}");
    assert!(figure("recall") > 0.97, "{report}");
    assert!(figure("waiting_share") < 0.04, "{report}");
    assert!(figure("held_share") > 0.0, "{report}");
    assert!(figure("held_of_others_share") < 0.02, "{report}");
    assert_eq!(report["open_of_shielded"], 0, "{report}");
    let english = &report["groups"]["names: english"];
    assert!(english["rows"].as_u64().unwrap() > 3_000, "{report}");
    assert!(english["missed"].as_f64().unwrap() > 0.0, "{report}");

    // A first load joins as any other.
    for figure in ["rows", "precision", "recall", "waiting_share", "held_share"] {
        assert_eq!(first[figure], report[figure], "{figure}");
    }
    assert_eq!(first["groups"], report["groups"]);
}
