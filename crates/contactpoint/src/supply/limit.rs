//! The limits of a supply file: everything that is read has one, so that no file can fill the memory or the screen.

/// The most columns a file may have.
pub const COLUMNS_MAX: usize = 100;
/// The longest field, in bytes.
pub const FIELD_BYTES_MAX: usize = 1_000;
/// The longest row, in bytes, its line ends included.
pub const ROW_BYTES_MAX: usize = 32_768;
/// The longest record of JSON or XML, in bytes. At most half of [`BUFFER_BYTES`].
pub const RECORD_BYTES_MAX: usize = 131_072;
/// How deep the members of a record, and the elements of an XML file, may be within each other.
pub const RECORD_DEPTH_MAX: usize = 16;
/// The most lines one row may go over inside quotes; more are a quote that was never closed.
pub const ROW_LINES_MAX: u64 = 12;
/// How much of a file is read at a time, in bytes. At least twice [`ROW_BYTES_MAX`].
pub const BUFFER_BYTES: usize = 1_048_576;
/// The most rows handed to the store in one batch.
pub const BATCH_ROWS_MAX: usize = 4_096;
/// The most batches that wait for the store while reading goes on.
pub const BATCHES_WAITING_MAX: usize = 4;
/// The most batches that wait for the store when they have been made ready for it.
pub const BATCHES_MADE_MAX: usize = 2;
/// The most faults that are kept with their lines; beyond them faults are only counted.
pub const FAULTS_SHOWN_MAX: usize = 200;
/// The most job titles and organisations whose check is remembered while a file is read.
pub const REMEMBERED_MAX: usize = 20_000;
/// The most children of whom it is remembered what their first row in a file said.
pub const CHILDREN_REMEMBERED_MAX: usize = 262_144;
/// The longest name of a column that is repeated to the reader, in characters.
pub const COLUMN_NAME_CHARACTERS_MAX: usize = 40;
/// The longest path of a member or element that is repeated to the reader, in characters.
pub const PATH_CHARACTERS_MAX: usize = 120;
/// The most names of members or elements that are told of a file from which they were left out.
pub const NAMES_LEFT_OUT_MAX: usize = 1_000;
/// The age at which nobody can be in the directory any more (R22, R23), in years.
pub const AGE_YEARS_MAX: i16 = 25;
/// The most rows of a table that is looked up in, when the tables of an extract are joined.
pub const TABLE_ROWS_MAX: usize = 2_000_000;
/// The largest Parquet file, in bytes. It is held in memory: nothing of it is written down in clear while it is read.
pub const PARQUET_FILE_BYTES_MAX: u64 = 268_435_456;
/// The longest footer of a Parquet file, in bytes.
pub const PARQUET_FOOTER_BYTES_MAX: usize = 8_388_608;
/// The most columns of a Parquet file, with those that others are within. Whoever reads its schema goes down one call for each.
pub const PARQUET_ELEMENTS_MAX: usize = 200;
/// The most row groups of a Parquet file.
pub const PARQUET_ROW_GROUPS_MAX: usize = 8_192;
/// The most rows of a file, taken or not: a few packed bytes can say the same row without end, and the key of each is kept until the file
/// is checked.
pub const FILE_ROWS_MAX: u64 = 20_000_000;
/// The most rows of a Parquet file: a few bytes can say the same row without end.
pub const PARQUET_ROWS_MAX: u64 = 20_000_000;
/// The longest page of a Parquet file, unpacked, in bytes.
pub const PARQUET_PAGE_BYTES_MAX: usize = 134_217_728;
/// The longest row group of a Parquet file, unpacked, its dictionaries as they are in memory, in bytes.
pub const PARQUET_ROW_GROUP_BYTES_MAX: u64 = 536_870_912;
/// How many rows of a Parquet file are decoded at a time.
pub const PARQUET_ROWS_AT_A_TIME: usize = 256;
