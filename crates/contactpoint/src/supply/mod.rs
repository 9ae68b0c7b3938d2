//! Supply: a supplier's file, in its own columns, becomes rows in the directory's closed values (R77–R81).
//!
//! Knows nothing of the store: [`load`] hands batches of rows to whoever takes them. Nothing here prints, and no fault, count or
//! error carries a value of a row; only rows that are given back to be mended do, and never a sensitive service's.

mod balance;
mod batch;
mod built_in;
mod case_information;
mod cells;
mod checked;
mod choice;
mod code;
mod column;
mod complaint;
mod compose;
mod consent_facts;
mod constant;
mod date_form;
mod decoded;
mod delimiter;
mod delivery;
mod elements;
mod entry;
mod every_value;
mod example;
mod fault;
mod format;
mod frames;
mod gate;
mod grade;
mod in_order;
mod join;
mod kept_faults;
mod leaving;
pub mod limit;
mod load;
mod manner;
mod mapping;
mod meaning;
mod mend;
mod metered;
mod named;
mod objects;
mod opened;
#[cfg(feature = "parquet")]
mod parquet;
mod parquet_fault;
mod particulars;
mod path;
mod person_name;
mod plan;
pub mod reference;
mod refusal;
mod rows;
mod shape;
mod source;
mod split;
mod stay;
mod strip;
mod summary;
mod summary_words;
mod tables;
mod window;
mod working;
mod written;

pub use batch::Batch;
pub use built_in::{
    built_in, built_in_as, built_in_text, built_in_text_as, is_shared, name_of_code, names, ready,
};
pub use checked::Checked;
pub use complaint::Complaint;
pub use delimiter::other_delimiter;
pub use delivery::Delivery;
pub use example::example;
pub use fault::Fault;
pub use format::{Encoding, Format};
pub use grade::Grade;
pub use join::{Joined, Unjoined, join};
pub use load::{Broken, Sink, Stopped, each_batch, each_batch_made, load};
pub use manner::manner;
pub use mapping::{AuthorityFrom, Mapping, Services, Unusable};
pub use mend::{Mend, WRONG_COLUMN};
pub use opened::{GZIP, Opened};
pub use parquet_fault::ParquetFault;
pub use refusal::{ColumnFault, ColumnWhy, Refusal};
pub use rows::{Rows, Unread};
pub use strip::{Stripped, Unstripped, strip};
pub use summary::{FaultKind, Summary};
pub use tables::{Beside, Tables};
pub use written::Written;

#[cfg(test)]
mod age_tests;
#[cfg(test)]
mod choices_tests;
#[cfg(test)]
mod encodings_tests;
#[cfg(test)]
mod feeds_tests;
#[cfg(test)]
mod formats_tests;
#[cfg(test)]
mod leaving_tests;
#[cfg(test)]
mod ready_tests;
#[cfg(test)]
mod real_tests;
#[cfg(test)]
mod sensitive_tests;
#[cfg(test)]
mod spared_tests;
