//! Two processes that make keys at once.

use crate::server::{command, good, with_reference};

#[test]
fn two_processes_that_rotate_at_once_lose_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let (data, _) = with_reference(folder.path(), "20");
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let out = command(&data, &["key", "rotate"], None);
                    let noted = String::from_utf8_lossy(&out.stderr).into_owned();
                    assert!(out.status.success(), "{noted}");
                    let said = String::from_utf8_lossy(&out.stdout).into_owned();
                    assert!(said.contains("Running servers take it up"), "{said}");
                }
            });
        }
    });
    let ring = std::fs::read_to_string(data.join("ring")).unwrap();
    let mut ids: Vec<&str> = ring
        .lines()
        .filter_map(|line| line.strip_prefix("seal ")?.split(' ').next())
        .collect();
    ids.sort_by_key(|id| id.parse::<u32>().unwrap());
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    let said = good(&data, &["audit", "verify"]);
    assert!(said.contains("The ledger is whole."), "{said}");
}
