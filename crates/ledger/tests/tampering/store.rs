//! A store of a log in memory, honest until something is done to it.

use std::convert::Infallible;

use ledger::audit::Bundles;
use ledger::{
    Audited, Checkpoint, Claim, Fault, KeyName, Level, Log, SigningKey, StoredTree, TreeHead, audit,
};

use crate::oracle::{Tiles, many_leaves};

pub const ORIGIN: &str = "ledger.example/one";

/// All that a store keeps of a log, and what is known of it elsewhere.
#[derive(Clone)]
pub struct Store {
    pub leaves: Vec<(u64, Vec<u8>)>,
    pub tiles: Tiles,
    pub checkpoint: Vec<u8>,
    pub known: Vec<TreeHead>,
}

pub fn key() -> SigningKey {
    SigningKey::new(KeyName::new(ORIGIN).unwrap(), &[1; 32])
}

pub fn log() -> Log {
    Log {
        origin: ORIGIN.to_owned(),
        keys: vec![key().verifier_key()],
    }
}

pub fn signed(head: TreeHead) -> Vec<u8> {
    Checkpoint::new(ORIGIN, head)
        .unwrap()
        .sign(&key())
        .unwrap()
        .to_string()
        .into_bytes()
}

pub fn store_of(data: &[Vec<u8>]) -> Store {
    let tiles = Tiles::with(data, 300);
    let checkpoint = signed(tiles.tree.head());
    Store {
        leaves: (0..).zip(data.iter().cloned()).collect(),
        tiles,
        checkpoint,
        known: Vec::new(),
    }
}

impl Store {
    pub fn of_size(size: usize) -> Store {
        store_of(&many_leaves(size))
    }

    pub fn size(&self) -> usize {
        usize::try_from(self.tiles.tree.size()).unwrap()
    }

    pub fn audit_with(&self, bundles: Bundles) -> Result<Audited, Fault> {
        let claim = Claim {
            checkpoint: self.checkpoint.clone(),
            log: log(),
            known: self.known.clone(),
            bundles,
        };
        let leaves = self
            .leaves
            .iter()
            .map(|(position, data)| Ok::<_, Infallible>((*position, data)));
        audit(&claim, leaves, self.tiles.clone()).unwrap()
    }

    pub fn audit(&self) -> Result<Audited, Fault> {
        self.audit_with(Bundles::Kept)
    }

    pub fn head_at(&self, size: usize) -> TreeHead {
        let root = StoredTree::new(self.tiles.clone(), size as u64)
            .root_at(size as u64)
            .unwrap();
        TreeHead {
            size: size as u64,
            root,
        }
    }

    pub fn row(&mut self, level: Level, index: u64) -> &mut Vec<u8> {
        self.tiles.rows.get_mut(&(level, index)).unwrap()
    }
}
