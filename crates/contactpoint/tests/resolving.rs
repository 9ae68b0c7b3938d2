//! Rows of five suppliers become one record per child: how well, against the truth of a small synthetic England.

#![allow(missing_docs, reason = "tests")]

use std::process::Command;

#[test]
fn rows_of_five_suppliers_become_one_record_per_child() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .arg("--data")
        .arg(&data)
        .args([
            "bench",
            "resolve",
            "--children",
            "2000",
            "--seed",
            "60617",
            "--json",
        ])
        .output()
        .unwrap();
    assert!(
        program.status.success(),
        "{}",
        String::from_utf8_lossy(&program.stderr)
    );
    let report: serde_json::Value = serde_json::from_slice(&program.stdout).unwrap();
    let figure = |name: &str| report[name].as_f64().unwrap();
    assert!(figure("rows") > 6_000.0, "{report}");
    assert!(figure("precision") > 0.998, "{report}");
    assert!(figure("recall") > 0.97, "{report}");
    assert!(figure("waiting_share") < 0.04, "{report}");
    assert!(figure("held_of_others_share") < 0.02, "{report}");
}
