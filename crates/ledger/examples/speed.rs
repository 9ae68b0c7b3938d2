//! Appends and audits a log in memory and says how long each took: `speed [leaves] [batch]`.
#![allow(clippy::print_stdout, reason = "a measurement is for reading")]
#![allow(
    clippy::disallowed_methods,
    reason = "a measurement needs the clock and its arguments"
)]

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::time::Instant;

use ledger::audit::Bundles;
use ledger::proof::prove_inclusion;
use ledger::{
    Checkpoint, Claim, KeyName, Level, Log, SigningKey, StoredTree, Tile, Tree, append, audit,
};

const LEAVES: u64 = 10_000_000;
const BATCH: u64 = 5_000;
const PROOFS: u64 = 10_000;
const ORIGIN: &str = "ledger.example/speed";

type Rows = HashMap<(Level, u64), Vec<u8>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let leaves: u64 = arguments.next().map_or(Ok(LEAVES), |text| text.parse())?;
    let batch: u64 = arguments.next().map_or(Ok(BATCH), |text| text.parse())?;
    let started = Instant::now();
    let (tree, rows) = build(leaves, batch)?;
    report("append", leaves, started);

    let key = SigningKey::new(KeyName::new(ORIGIN).ok_or("name")?, &[1; 32]);
    let note = Checkpoint::new(ORIGIN, tree.head())?.sign(&key)?;
    let log = Log {
        origin: ORIGIN.to_owned(),
        keys: vec![key.verifier_key()],
    };
    let read = |tile: Tile| Ok::<_, Infallible>(rows.get(&(tile.level, tile.index)).cloned());
    for bundles in [Bundles::NotKept, Bundles::Kept] {
        let checkpoint = note.to_string().into_bytes();
        let claim = Claim {
            checkpoint,
            log: log.clone(),
            known: vec![],
            bundles,
        };
        let started = Instant::now();
        let found = audit(
            &claim,
            (0..leaves).map(|position| Ok((position, leaf(position)))),
            read,
        )?;
        report(&format!("audit, bundles {bundles:?}"), leaves, started);
        found?;
    }

    let started = Instant::now();
    for number in 0..PROOFS.min(leaves) {
        let position = number
            .wrapping_mul(7_919)
            .checked_rem(leaves)
            .unwrap_or_default();
        prove_inclusion(&mut StoredTree::new(read, leaves), position)?;
    }
    report("inclusion proof", PROOFS.min(leaves), started);
    Ok(())
}

/// A commitment's 32 bytes, cheaply made and everywhere different.
fn leaf(position: u64) -> [u8; 32] {
    let mut data = [0x5a; 32];
    data.iter_mut()
        .zip(position.to_be_bytes())
        .for_each(|(byte, part)| *byte = part);
    data
}

fn build(leaves: u64, batch: u64) -> Result<(Tree, Rows), Box<dyn Error>> {
    let (mut tree, mut rows) = (Tree::new(), Rows::new());
    while tree.size() < leaves {
        let end = tree.size().saturating_add(batch).min(leaves);
        let data: Vec<[u8; 32]> = (tree.size()..end).map(leaf).collect();
        let mut read =
            |tile: Tile| Ok::<_, Infallible>(rows.get(&(tile.level, tile.index)).cloned());
        let appended = append(&tree, &data, &mut read)?;
        tree = appended.tree;
        let written = appended.tiles.into_iter();
        rows.extend(
            written.map(|written| ((written.tile.level, written.tile.index), written.bytes)),
        );
    }
    Ok((tree, rows))
}

fn report(what: &str, count: u64, started: Instant) {
    let elapsed = started.elapsed();
    let each = elapsed
        .as_nanos()
        .checked_div(u128::from(count))
        .unwrap_or_default();
    println!(
        "{what}: {count} in {:.2} s, {each} ns each",
        elapsed.as_secs_f64()
    );
}
