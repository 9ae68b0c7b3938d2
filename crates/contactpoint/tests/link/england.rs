//! Births, NHS registrations and a census of a small England, linked by the example of docs/matching.md and judged by its truth.

use std::path::Path;

use super::{good, json, read};

const CHILDREN: &str = "250";
const FILES: [&str; 3] = ["births.csv", "nhs.csv", "census.csv"];

/// A folder with the files of an England, the truth of it, and link.toml; and the report of linking them.
fn linked() -> (tempfile::TempDir, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let report = json(
        folder.path(),
        &[
            "bench",
            "link",
            "--children",
            CHILDREN,
            "--seed",
            "5",
            "--out",
            "england",
            "--json",
        ],
    );
    (folder, report)
}

fn link(folder: &Path, files: &[&str], more: &[&str]) -> String {
    good(
        folder,
        &[
            &["link", "--config", "link.toml", "--out", "clusters.csv"],
            more,
            files,
        ]
        .concat(),
    )
}

/// Writes a file's rows again in another order.
fn shuffle(folder: &Path, file: &str) {
    let text = read(folder, file);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    rows.sort_by_key(|row| row[0].bytes().rev().collect::<Vec<u8>>());
    let mut writer = csv::Writer::from_path(folder.join(file)).unwrap();
    writer.write_record(reader.headers().unwrap()).unwrap();
    rows.iter()
        .for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

fn is_precise_where_it_is_said_to_be(judged: &serde_json::Value) {
    let (precise, groups) = (&judged["precise"], &judged["groups_precise"]);
    let of = |figure: &str| precise["pairs"][figure].as_f64().unwrap();
    assert!(of("precision") >= 0.999 && of("recall") > 0.9, "{precise}");
    let count = |groups: &serde_json::Value| groups.as_array().unwrap().len();
    assert_eq!(count(groups), count(&judged["groups"]));
}

#[test]
fn children_are_found_again_and_the_result_does_not_hang_on_the_order_of_rows() {
    let (folder, report) = linked();
    let here = folder.path().join("england");
    let judged = &report["judgement"];
    assert!(
        judged["operating"]["clusters"]["f1"].as_f64().unwrap() > 0.97,
        "{judged}"
    );
    assert!(
        judged["operating"]["pairs"]["f1"].as_f64().unwrap() > 0.97,
        "{judged}"
    );
    assert!(
        judged["best_for_clusters"]["clusters"]["f1"].as_f64()
            >= judged["operating"]["clusters"]["f1"].as_f64()
    );
    is_precise_where_it_is_said_to_be(judged);
    let unfound = &judged["unfound"];
    assert!(unfound["lost_by_blocking"].as_u64() <= unfound["unfound"].as_u64());
    let groups = judged["groups"].as_array().unwrap();
    let mover = groups
        .iter()
        .find(|group| group["group"] == "mover = 1")
        .unwrap();
    assert!(
        mover["people"].as_u64().unwrap() > 10 && mover["whole"].as_f64().unwrap() > 0.8,
        "{mover}"
    );
    assert!(
        report["phases"]
            .as_array()
            .unwrap()
            .iter()
            .any(|phase| phase["name"] == "comparing")
    );

    link(&here, &FILES, &["--threads", "1"]);
    let clusters = read(&here, "clusters.csv");
    assert_eq!(
        clusters.lines().count() as u64,
        report["records"].as_u64().unwrap() + 1
    );
    let rows: std::collections::BTreeSet<&str> = clusters
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0)
        .collect();
    assert_eq!(
        rows.len(),
        clusters.lines().count(),
        "a record stands twice"
    );
    for file in FILES {
        let before = read(&here, file);
        shuffle(&here, file);
        assert_ne!(read(&here, file), before);
    }
    let words = link(
        &here,
        &["census.csv", "births.csv", "nhs.csv"],
        &["--threads", "2"],
    );
    assert_eq!(read(&here, "clusters.csv"), clusters);
    assert!(
        words.contains("clusters; ")
            && words.contains("Judged by the truth")
            && words.contains("most found with 99.9 % of pairs right")
            && words.contains("heritage = english")
    );
}
