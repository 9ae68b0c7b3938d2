//! A disk that is full in truth: a file system of a few megabytes, in a name space of the test's own, so that nobody has to be root.

use std::process::Command;

use crate::data::{England, noted, said};
use crate::server::PROGRAM;

/// What every script begins with: the small file system, and how to fill it and make room.
const BEGINNING: &str = r#"
set -e
program=$1; room=$2; england=$3
mount -t tmpfs -o size=64m none "$room"
run() { "$program" --data "$room/data" "$@"; }
fill() { # leaves so many kilobytes
  dd if=/dev/zero of="$room/filler" bs=1M 2> /dev/null || true
  truncate -s "-${1}K" "$room/filler"
}
crowded() { # crowded WORDS STILL COMMAND…: with too little room the command fails, says so, and STILL holds; then it is done
  words=$1; still=$2; shift 2
  failures=0; finished=no
  for kilobytes in 0 64 300 900; do
    fill $kilobytes
    if "$@" > "$room/../said" 2>&1; then finished=yes; fi
    rm "$room/filler"
    whole
    if [ $finished = yes ]; then break; fi # so much room was enough: what a log has left over differs from run to run
    failures=$((failures + 1))
    grep -q "$words" "$room/../said" || { echo "it did not say $words:"; cat "$room/../said"; exit 1; }
    $still
  done
  if [ $failures = 0 ]; then echo "it did not fail: $*"; exit 1; fi
  if [ $finished = no ]; then "$@" > "$room/../said" 2>&1 || { cat "$room/../said"; exit 1; }; fi
}
whole() { run audit verify | grep -q "The ledger is whole"; }
"#;

/// Runs a script in a name space where a file system can be mounted. `None`: this system allows nobody that.
fn script(england: &England, text: &str) -> Option<String> {
    let room = england.folder.path().join("room");
    std::fs::create_dir(&room).unwrap();
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let spaces = if is_root { "-m" } else { "-rm" };
    let allowed = Command::new("unshare")
        .args([spaces, "mount", "-t", "tmpfs", "none"])
        .arg(&room)
        .output();
    if !allowed.unwrap().status.success() {
        return None;
    }
    let output = Command::new("unshare")
        .args([spaces, "sh", "-c", &format!("{BEGINNING}\n{text}"), "sh"])
        .args([PROGRAM, room.to_str().unwrap(), &england.reference])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        said(&output),
        noted(&output)
    );
    Some(said(&output))
}

/// What is loaded, ended, taken back and filed goes on when there is room, and is what it would have been. Where nothing can be mounted,
/// the limit on the size of files stands for a full disk (`served/full_disk.rs`).
#[test]
fn on_a_full_disk_nothing_is_half_done_and_it_goes_on_when_there_is_room() {
    let england = England::of("1500");
    let ran = script(
        &england,
        r#"
run reference load "$england" > /dev/null
load() { run supply load --supplier nhs --extracted 2026-07-01 --full "$england/nhs.csv"; }
crowded "Load the whole file again\|cannot be opened" true load
grep -q "This was run 1" "$room/../said"
stands() { run supply show 1 | grep -q "stands *done"; }
crowded "taken back whole or not at all\|cannot be opened" stands run supply take-back 1
load | grep -q "This was run 2"
whole
cp -r "$room/data" "$room/../full"
rm -r "$room/data"
run reference load "$england" > /dev/null
first() { run supply load --supplier nhs --extracted 2026-07-01 --first "$england/nhs.csv"; }
crowded "Load the whole file again\|cannot be opened" true first
crowded "Nothing of it is lost\|cannot be opened" true run supply finish
whole
cp -r "$room/data" "$room/../first"
"#,
    );
    if ran.is_none() {
        return;
    }
    let of = |name: &str| crate::data::Data {
        path: england.folder.path().join(name),
        postgres: None,
    };
    let whole = england.data("whole", None);
    let load = [
        "supply",
        "load",
        "--supplier",
        "nhs",
        "--extracted",
        "2026-07-01",
        "--full",
    ];
    whole.good(&[&load[..], &[&england.file]].concat());
    for name in ["full", "first"] {
        let compared = of(name).open().compare(&whole.open()).unwrap();
        let same = (compared.differing, compared.waiting_differing);
        assert_eq!(same, (0, 0), "{name}: {compared:?}");
        let whole = (compared.said_twice, compared.misfiled);
        assert_eq!(whole, (0, 0), "{name}: {compared:?}");
        assert!(compared.records > 1_000, "{name}: {compared:?}");
    }
}
