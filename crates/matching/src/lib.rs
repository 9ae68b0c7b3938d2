//! Are these two records the same person: folding, phonetics, comparison, search scoring and look-up keys, without I/O.
//!
//! A [`person::Person`] of plain borrowed parts is folded once into a [`comparable::Comparable`]; everything else is a
//! pure function of comparables: [`search::score`], [`double::near_double`], [`identity::same_identity`],
//! [`block::record_keys`] and [`block::query_keys`]. Nothing here knows what the records are about.

pub mod birth;
pub mod block;
pub mod comparable;
pub mod date;
pub mod difference;
pub mod double;
pub mod frequency;
pub mod identity;
mod letter;
pub mod link;
pub mod nickname;
pub mod normalise;
pub mod person;
pub mod phonetic;
pub mod postcode;
pub mod search;
pub mod similarity;
pub mod weight;
pub mod word;
