//! Supply: a supplier's file, in its own columns, becomes rows in the directory's closed values (R77–R81).
//!
//! Knows nothing of the store: [`load`] hands batches of rows to whoever takes them. Nothing here prints, and no fault, count or
//! error carries a value of a row.

mod batch;
mod built_in;
mod case_information;
mod cells;
mod code;
mod column;
mod complaint;
mod compose;
mod consent_facts;
mod date_form;
mod delivery;
mod entry;
mod fault;
mod frames;
mod gate;
mod grade;
pub mod limit;
mod load;
mod mapping;
mod meaning;
mod particulars;
mod person_name;
mod plan;
pub mod reference;
mod refusal;
mod rows;
mod split;
mod statement_key;
mod summary;
mod summary_words;
mod working;

pub use batch::Batch;
pub use built_in::{built_in, names};
pub use complaint::Complaint;
pub use delivery::Delivery;
pub use fault::Fault;
pub use grade::Grade;
pub use load::{Sink, Stopped, load};
pub use mapping::{AuthorityFrom, Mapping, Services, Unusable};
pub use refusal::{ColumnFault, ColumnWhy, Refusal};
pub use rows::{Rows, Unread};
pub use summary::{FaultKind, Summary};

#[cfg(test)]
mod feeds_tests;
