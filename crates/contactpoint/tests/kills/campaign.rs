//! The short form of `contactpoint bench kills`.

use crate::server::{command, good};

#[test]
fn a_directory_killed_again_and_again_is_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let campaign = [
        "bench",
        "kills",
        "--children",
        "300",
        "--times",
        "8",
        "--seed",
        "2",
    ];
    let told = good(&folder.path().join("campaign"), &campaign);
    let words = ["8 kills", "nothing lost, nothing twice, every ledger whole"];
    for word in words {
        assert!(told.contains(word), "{word}\n{told}");
    }
    let again = command(&folder.path().join("campaign"), &campaign, None);
    assert_eq!(again.status.code(), Some(2), "it is not a new folder");
}
