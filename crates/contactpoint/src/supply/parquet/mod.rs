//! Parquet (R80): a supplier's file by columns, as the rows and cells of any other. The crate reads its footer and decodes its values;
//! where its pages are and how long they may become is decided here, since a file can declare what it likes.

mod column;
mod footer;
mod kind;
mod pages;
mod table;
mod thrift;
mod unpack;

pub use table::{Next, Table};
