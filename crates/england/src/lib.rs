//! A synthetic England: children, families, schools, practices and practitioners who do not exist, with the truth about every row.
//!
//! The same [`Options`] give the same bytes. Every family is made from the seed and its own number alone, so that memory
//! does not grow with the number of children and any child can be reached without making those before it.
//! No clock is read and no file is opened here: the caller gives the day and the places to write to.

mod address;
mod age;
mod authority;
mod calendar;
mod column;
mod education;
mod england;
mod family;
mod feed;
mod heritage;
mod identifier;
mod involvement;
mod layout;
mod line;
pub mod mistakes;
mod naming;
mod options;
mod person;
mod practitioner;
mod random;
mod reference;
mod row;
mod said;
mod service;
mod setting;
mod shape;
mod telephone;
mod text;
mod truth;
mod weighted;
mod write;

pub use address::Address;
pub use authority::{Authority, Mix, authorities};
pub use england::{England, child};
pub use feed::Feed;
pub use heritage::{Heritage, Rule, heritages};
pub use identifier::{nhs_number_is_valid, upn_is_valid};
pub use involvement::{Assessment, Consent, ConsentBy, Involvement, Judgement};
pub use layout::{Layout, layout, layouts};
pub use options::Options;
pub use person::{Carer, Education, Ground, Person, Sex};
pub use practitioner::Practitioner;
pub use random::{Domain, Random};
pub use service::{Service, services};
pub use setting::{Phase, Practice, School};
pub use shape::{Shape, write_shapes};
pub use telephone::is_for_drama;
pub use write::{Summary, write};
