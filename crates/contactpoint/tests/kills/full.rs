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
fails() { # fails WORDS COMMAND…: the command must fail, and say so
  words=$1; shift
  if "$@" > "$room/../said" 2>&1; then echo "it did not fail: $*"; exit 1; fi
  grep -q "$words" "$room/../said" || { echo "it did not say $words:"; cat "$room/../said"; exit 1; }
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
for kilobytes in 0 64 300 900; do
  fill $kilobytes
  fails "Load the whole file again\|cannot be opened" load
  rm "$room/filler"
  whole
done
load | grep -q "This was run 1"
for kilobytes in 0 64 500; do
  fill $kilobytes
  fails "taken back whole or not at all\|cannot be opened" run supply take-back 1
  rm "$room/filler"
  whole
  run supply show 1 | grep -q "stands *done"
done
run supply take-back 1 > /dev/null
load | grep -q "This was run 2"
whole
cp -r "$room/data" "$room/../full"
rm -r "$room/data"
run reference load "$england" > /dev/null
first() { run supply load --supplier nhs --extracted 2026-07-01 --first "$england/nhs.csv"; }
fill 300
fails "Load the whole file again\|cannot be opened" first
rm "$room/filler"
first > /dev/null
fill 300
fails "Nothing of it is lost\|cannot be opened" run supply finish
rm "$room/filler"
run supply finish > /dev/null
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
