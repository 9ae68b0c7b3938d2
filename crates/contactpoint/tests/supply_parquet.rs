//! Parquet as supply: the same rows as separated values, and nothing that a file declares is believed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests"
)]

use std::sync::Arc;

use contactpoint::supply::{Delivery, Format, Mapping, ParquetFault, Refusal, Rows, Unread};
use directory::Date;
use directory::service::Catalogue;
use directory::supplied::Row;
use parquet::basic::{Compression, Encoding, GzipLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const MAPPING: &str = r#"
name = "t"
title = "T"
code = "t"
kind = "nhs"

[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Given = { is = "given-name" }
Born = { is = "born", dates = ["yyyy-mm-dd", "yyyy-mm-ddThh:mm:ss"] }
Line = { is = "address-line", needs = "optional" }
Post = { is = "postcode", needs = "optional" }
Old = { ignored = "not needed" }
"#;

const SCHEMA: &str = "message t { required int64 Id; required binary Family (UTF8); optional binary Given (UTF8); \
     required int32 Born (DATE); optional binary Line (UTF8); optional double Old; }";

fn mapping() -> Mapping {
    Mapping {
        format: Format::Parquet,
        ..Mapping::parse(MAPPING).unwrap()
    }
}

/// The rows of a file and how many faults it has; or why it was not read.
fn read(mapping: &Mapping, file: &[u8]) -> Result<(Vec<Row>, Vec<String>), Unread> {
    let catalogue = Catalogue::default();
    let delivery = Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 30),
    };
    let mut rows = Rows::open(file, delivery)?;
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    while let Some(batch) = rows.read().map_err(Unread::Reading)? {
        all.extend(batch.rows);
        faults.extend(batch.faults.iter().map(ToString::to_string));
    }
    Ok((all, faults))
}

fn refused(mapping: &Mapping, file: &[u8]) -> String {
    match read(mapping, file) {
        Err(Unread::Refused(refusal)) => refusal.to_string(),
        Err(Unread::Reading(error)) => panic!("{error}"),
        Ok((rows, faults)) => panic!("{} rows, {faults:?}", rows.len()),
    }
}

/// A child as all of these files have them.
struct Child {
    id: i64,
    family: String,
    given: Option<&'static str>,
    born: i32,
    line: Option<String>,
}

fn children(count: i64) -> Vec<Child> {
    let family = ["Smith", "O’Brien", "Ap Rhys", "Żółć"];
    let each = (0..count).map(|n| {
        let place = usize::try_from(n).unwrap();
        Child {
            id: 1_000 + n,
            family: family[place % family.len()].to_owned(),
            given: [Some("Zoë"), None, Some("Ann")][place % 3],
            born: 16_436 + i32::try_from(n % 3_000).unwrap(),
            line: (n % 5 != 0).then(|| format!("{n} Castle Street")),
        }
    });
    each.collect()
}

fn separated(children: &[Child]) -> Vec<u8> {
    let mut text = "Id,Family,Given,Born,Line,Old\n".to_owned();
    for child in children {
        let born = Date::constant(1970, 1, 1) + jiff::Span::new().days(child.born);
        let (given, line) = (
            child.given.unwrap_or(""),
            child.line.as_deref().unwrap_or(""),
        );
        text += &format!("{},{},{given},{born},{line},\n", child.id, child.family);
    }
    text.into_bytes()
}

fn by_columns(children: &[Child], properties: WriterProperties, group: usize) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for children in children.chunks(group) {
        let text = |text: Option<&str>| text.map(|text| ByteArray::from(text.as_bytes().to_vec()));
        let mut rows = writer.next_row_group().unwrap();
        let mut place = 0;
        while let Some(mut column) = rows.next_column().unwrap() {
            match (place, column.untyped()) {
                (0, ColumnWriter::Int64ColumnWriter(to)) => {
                    let ids: Vec<i64> = children.iter().map(|child| child.id).collect();
                    to.write_batch(&ids, None, None).unwrap();
                }
                (3, ColumnWriter::Int32ColumnWriter(to)) => {
                    let born: Vec<i32> = children.iter().map(|child| child.born).collect();
                    to.write_batch(&born, None, None).unwrap();
                }
                (5, ColumnWriter::DoubleColumnWriter(to)) => {
                    let levels = vec![0; children.len()];
                    to.write_batch(&[], Some(&levels), None).unwrap();
                }
                (_, ColumnWriter::ByteArrayColumnWriter(to)) => {
                    let each = children.iter().map(|child| match place {
                        1 => text(Some(&child.family)),
                        2 => text(child.given),
                        _ => text(child.line.as_deref()),
                    });
                    let each: Vec<Option<ByteArray>> = each.collect();
                    let levels: Vec<i16> =
                        each.iter().map(|text| i16::from(text.is_some())).collect();
                    let values: Vec<ByteArray> = each.into_iter().flatten().collect();
                    let levels = (place != 1).then_some(&levels[..]);
                    to.write_batch(&values, levels, None).unwrap();
                }
                _ => panic!("another column"),
            }
            column.close().unwrap();
            place += 1;
        }
        rows.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
}

/// A file of one column of text beside the key, written as the schema says.
fn of_schema(schema: &str) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn r80_parquet_gives_the_rows_that_separated_values_give() {
    let children = children(1_100);
    let csv = Mapping::parse(MAPPING).unwrap();
    let (expected, faults) = read(&csv, &separated(&children)).unwrap();
    assert_eq!((expected.len(), faults.len()), (1_100, 0));
    let plain = || {
        properties()
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::PLAIN)
    };
    let second = || plain().set_writer_version(WriterVersion::PARQUET_2_0);
    let ways = [
        properties(),
        plain(),
        plain().set_compression(Compression::SNAPPY),
        properties().set_compression(Compression::SNAPPY),
        properties().set_compression(Compression::GZIP(GzipLevel::default())),
        properties()
            .set_data_page_row_count_limit(100)
            .set_write_batch_size(50),
        second(),
        second().set_compression(Compression::SNAPPY),
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let way = way.build();
        for group in [1_100, 256, 7] {
            let file = by_columns(&children, way.clone(), group);
            let (rows, faults) = read(&mapping(), &file).unwrap();
            assert_eq!(faults, Vec::<String>::new());
            assert!(rows == expected, "way {place} in groups of {group}");
        }
    }
}

#[test]
fn r4_a_parquet_column_that_nobody_named_is_refused_by_its_name() {
    let base = "required int64 Id; required binary Family (UTF8); optional binary Given (UTF8); required int32 Born (DATE);";
    let with = |more: &str| {
        let schema = format!("message t {{ {base} {more} }}");
        let schema = Arc::new(parse_message_type(&schema).unwrap());
        let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
        let mut writer = writer;
        let mut rows = writer.next_row_group().unwrap();
        while let Some(mut column) = rows.next_column().unwrap() {
            let levels = Some(&[0_i16][..]);
            match column.untyped() {
                ColumnWriter::Int64ColumnWriter(to) => to.write_batch(&[1], levels, None),
                ColumnWriter::Int32ColumnWriter(to) => to.write_batch(&[17_000], levels, None),
                ColumnWriter::Int96ColumnWriter(to) => to.write_batch(&[], levels, None),
                ColumnWriter::ByteArrayColumnWriter(to) => {
                    to.write_batch(&[ByteArray::from("a")], levels, None)
                }
                _ => panic!("another column"),
            }
            .unwrap();
            column.close().unwrap();
        }
        rows.close().unwrap();
        writer.into_inner().unwrap()
    };
    for (more, expected) in [
        (
            "required binary Shoe (UTF8);",
            "column \"Shoe\" is not in the agreed mapping",
        ),
        (
            "required binary Diagnosis (UTF8);",
            "column \"Diagnosis\" looks like case information",
        ),
        (
            "required binary family (UTF8);",
            "column \"family\" is in the file twice",
        ),
    ] {
        let refused = refused(&mapping(), &with(more));
        assert!(refused.contains(expected), "{refused}");
    }
    let (rows, _) = read(&mapping(), &with("")).unwrap();
    assert_eq!(rows.len(), 1, "it is only the columns");
}

#[test]
fn parquet_that_is_nested_or_of_moments_is_refused_in_words() {
    for (schema, expected) in [
        (
            "message t { required int64 Id; optional group Home { required binary Line (UTF8); } }",
            "column \"Home\" has columns or lists within it",
        ),
        (
            "message t { required int64 Id; repeated binary Given (UTF8); }",
            "column \"Given\" has columns or lists within it",
        ),
        (
            "message t { required int64 Id; required int64 Born (TIMESTAMP(MILLIS,true)); }",
            "column \"Born\" is of moments in universal time",
        ),
        (
            "message t { required int64 Id; required int96 Born; }",
            "column \"Born\" is of moments in universal time",
        ),
        (
            "message t { required int64 Id; required int32 Born (TIME_MILLIS); }",
            "column \"Born\" is of a kind that is not read",
        ),
    ] {
        let refused = refused(&mapping(), &of_schema(schema));
        assert!(refused.contains(expected), "{refused}");
    }
    let delta = properties()
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BINARY_PACKED);
    let delta = delta.set_column_encoding("Family".into(), Encoding::PLAIN);
    let delta = delta.set_column_encoding("Given".into(), Encoding::PLAIN);
    let delta = delta.set_column_encoding("Line".into(), Encoding::PLAIN);
    let delta = delta
        .set_column_encoding("Old".into(), Encoding::PLAIN)
        .build();
    let refused = refused(&mapping(), &by_columns(&children(3), delta, 3));
    assert!(
        refused.contains("column \"Id\" is encoded in a way"),
        "{refused}"
    );
}

#[test]
fn parquet_values_that_are_too_long_or_no_text_are_faults_of_their_row() {
    let mut children = children(4);
    children[1].line = Some("x".repeat(1 << 20));
    children[2].family = "Smith".to_owned();
    let file = by_columns(
        &children,
        properties().set_dictionary_enabled(false).build(),
        4,
    );
    let (rows, faults) = read(&mapping(), &file).unwrap();
    assert_eq!(
        rows.iter().map(|row| row.line).collect::<Vec<_>>(),
        [2, 4, 5]
    );
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("line 3"), "{faults:?}");
    let at = file.windows(5).position(|bytes| bytes == b"Smith").unwrap();
    let mut broken = file;
    broken[at] = 0xff;
    let (rows, faults) = read(&mapping(), &broken).unwrap();
    assert_eq!((rows.len(), faults.len()), (2, 2), "{faults:?}");
}

fn with_footer(footer: &[u8]) -> Vec<u8> {
    let mut file = b"PAR1".to_vec();
    file.extend_from_slice(footer);
    file.extend_from_slice(&u32::try_from(footer.len()).unwrap().to_le_bytes());
    file.extend_from_slice(b"PAR1");
    file
}

#[test]
fn a_parquet_footer_that_lies_is_refused_before_anybody_goes_down_into_it() {
    let mut deep = vec![0x15, 0x02, 0x19, 0xfc, 0xa0, 0x8d, 0x06];
    for _ in 0..100_000 {
        // A group named `g`, with one child.
        deep.extend_from_slice(&[0x35, 0x00, 0x18, 0x01, b'g', 0x15, 0x02, 0x00]);
    }
    deep.push(0);
    let columns = Refusal::from(ParquetFault::Columns).to_string();
    assert_eq!(refused(&mapping(), &with_footer(&deep)), columns);
    let not = Refusal::NotItsFormat.to_string();
    for footer in [
        &[][..],
        &[0],
        &[0x19, 0xfc, 0xff, 0xff, 0xff, 0x0f],
        &[0xff; 40],
    ] {
        assert_eq!(refused(&mapping(), &with_footer(footer)), not, "{footer:?}");
    }
    let mut longer = with_footer(&[0; 16]);
    let at = longer.len() - 8;
    longer[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    assert_eq!(refused(&mapping(), &longer), not);
    longer[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let footer = Refusal::from(ParquetFault::FooterTooLong).to_string();
    assert_eq!(refused(&mapping(), &longer), footer);
    assert_eq!(refused(&mapping(), &[]), Refusal::Empty.to_string());
    assert_eq!(refused(&mapping(), b"Id,Family\n1,Smith\n"), not);
}

#[test]
fn parquet_cut_off_anywhere_or_with_any_byte_changed_ends_as_an_answer() {
    std::panic::set_hook(Box::new(|_| {}));
    let ways = [
        properties().set_compression(Compression::SNAPPY),
        properties().set_dictionary_enabled(false),
    ];
    let mut told = [0_u32; 3];
    for way in ways {
        let file = by_columns(&children(12), way.build(), 9);
        let mut tell = |file: &[u8]| match read(&mapping(), file) {
            Ok(_) => told[0] += 1,
            Err(Unread::Refused(_)) => told[1] += 1,
            Err(Unread::Reading(_)) => told[2] += 1,
        };
        for length in (0..file.len()).step_by(3) {
            tell(&file[..length]);
        }
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= [0x01, 0x80, 0xff, 0x04][at % 4];
            tell(&changed);
        }
    }
    // Some changes say nothing wrong: a name by another. The others are told apart into the two ways of not reading.
    assert!(told.iter().all(|count| *count > 50), "{told:?}");
}
