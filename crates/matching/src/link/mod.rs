//! Record linkage: which records of one or several files are the same person.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "probabilities of counts need no more precision than a float has"
)]

mod abreast;
mod belief;
mod buckets;
mod cluster;
mod company;
mod comparer;
mod counting;
mod divisor;
mod explain;
mod feature;
mod field;
mod frequencies;
mod gathered;
mod group;
mod hash;
mod incoming;
mod index;
mod interner;
mod kind;
mod layout;
mod learn;
mod learning;
mod lexicon;
mod lexicons;
#[expect(clippy::module_inception, reason = "linking is what the module is for")]
mod link;
mod memory;
mod met;
mod model;
mod odds;
mod order;
mod parents;
mod parts;
mod plan;
mod portrait;
mod quality;
mod rarity;
mod reader;
mod recalled;
mod records;
mod register;
mod resolve;
mod sample;
mod scales;
mod schema;
mod score;
mod settings;
mod stand_in;
mod sweep;
mod table;
mod text;
mod unrelated;
mod value;
mod walk;
mod waterfall;

pub use cluster::{
    Clusters, Conflict, Contradiction, Decisions, cluster, cluster_at, cluster_in_threads,
};
pub use explain::{Explanation, Term, against_words, explain};
pub use feature::Feature;
pub use field::Field;
pub use frequencies::{Frequencies, NameFrequencies};
pub use incoming::Incoming;
pub use kind::{KINDS, Kind};
pub use learn::{Trained, train};
pub use link::{Edge, Linked, PassReport, Scored, compare, link};
pub use met::met;
pub use model::{CLASSES, Class, Comparison, MODEL_VERSION, Model, PerClass, Thresholds};
pub use odds::odds_words;
pub use portrait::Portrait;
pub use quality::{Quality, Rates, evaluate, evaluate_links};
pub use records::{Records, whole_records};
pub use register::Register;
pub use resolve::{Candidate, DOUBT_BITS, Decided, LEAD_BITS, Resolution, resolve};
pub use scales::{Scales, Weighed};
pub use schema::{COLUMNS_MAX, Column, Schema, SchemaError};
pub use settings::{Settings, Step};
pub use stand_in::StandIn;
pub use table::{Builder, ROWS_MAX, RowError, Rows, SOURCES_MAX, Source, SourceId, Table};
pub use text::ModelError;
