//! How the values of a column of Parquet are written as the text that mappings expect: the forms that a file of separated values has.

use std::io::Write as _;

use directory::Date;
use jiff::civil::date;
use jiff::{Span, Timestamp, tz::TimeZone};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

use crate::supply::limit::FIELD_BYTES_MAX;
use crate::supply::parquet_fault::ParquetFault;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Whole numbers of 32 bits without a sign.
    Unsigned32,
    /// Whole numbers of 64 bits without a sign.
    Unsigned64,
    /// Numbers, with so many digits after the point.
    Decimal(usize),
    /// Numbers as a program that knows no missing whole numbers writes them: `3.0`. What is not a number is missing.
    Real,
    /// `true` and `false`.
    Truth,
    /// Days since 1970: `2019-03-05`.
    Day,
    /// So many a second since 1970, in no zone: `2019-03-05T00:00:00`.
    Moment(i64),
    /// `5b0c2f6e-…`.
    Uuid,
}

/// The most digits after the point: a number of 128 bits has 38.
const SCALE_MAX: usize = 38;
const MILLISECONDS: i64 = 1_000;
const MICROSECONDS: i64 = 1_000_000;
const NANOSECONDS: i64 = 1_000_000_000;

impl Kind {
    /// What the values of a column are.
    ///
    /// # Errors
    /// A [`ParquetFault`] when they cannot be written as text, or nobody could tell what they are.
    pub fn of(column: &ColumnDescriptor) -> Result<Kind, ParquetFault> {
        let other = || ParquetFault::Kind(ParquetFault::name(column.name()));
        let moment = || ParquetFault::Moment(ParquetFault::name(column.name()));
        match column.logical_type_ref() {
            None | Some(LogicalType::Unknown) => {}
            Some(LogicalType::String | LogicalType::Enum) => {
                return is_text(column).ok_or_else(other);
            }
            Some(LogicalType::Uuid) => {
                let is_one = column.physical_type() == Type::FIXED_LEN_BYTE_ARRAY
                    && column.type_length() == 16;
                return is_one.then_some(Kind::Uuid).ok_or_else(other);
            }
            Some(LogicalType::Timestamp(said)) => {
                if said.is_adjusted_to_u_t_c {
                    return Err(moment());
                }
                let each_second = match said.unit {
                    TimeUnit::MILLIS => MILLISECONDS,
                    TimeUnit::MICROS => MICROSECONDS,
                    TimeUnit::NANOS => NANOSECONDS,
                };
                let is_one = column.physical_type() == Type::INT64;
                return is_one
                    .then_some(Kind::Moment(each_second))
                    .ok_or_else(other);
            }
            Some(LogicalType::Date) => {
                let is_one = column.physical_type() == Type::INT32;
                return is_one.then_some(Kind::Day).ok_or_else(other);
            }
            Some(LogicalType::Decimal(said)) => {
                return scaled(column, said.scale).ok_or_else(other);
            }
            Some(LogicalType::Integer(said)) => {
                return match (said.is_signed, column.physical_type()) {
                    (true, Type::INT32 | Type::INT64) => Ok(Kind::Whole),
                    (false, Type::INT32) => Ok(Kind::Unsigned32),
                    (false, Type::INT64) => Ok(Kind::Unsigned64),
                    _ => Err(other()),
                };
            }
            Some(_) => return Err(other()),
        }
        Kind::of_older(column)
    }

    /// The same, of a column that says it as older writers do.
    fn of_older(column: &ColumnDescriptor) -> Result<Kind, ParquetFault> {
        let name = || ParquetFault::name(column.name());
        match (column.converted_type(), column.physical_type()) {
            (ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM, Type::BYTE_ARRAY) => {
                Ok(Kind::Text)
            }
            (ConvertedType::DATE, Type::INT32) => Ok(Kind::Day),
            (ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS, _)
            | (_, Type::INT96) => Err(ParquetFault::Moment(name())),
            (ConvertedType::DECIMAL, _) => {
                let scaled = scaled(column, column.type_scale());
                scaled.ok_or_else(|| ParquetFault::Kind(name()))
            }
            (ConvertedType::UINT_64, Type::INT64) => Ok(Kind::Unsigned64),
            (
                ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32,
                Type::INT32,
            ) => Ok(Kind::Unsigned32),
            (
                ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64,
                Type::INT32 | Type::INT64,
            ) => Ok(Kind::Whole),
            (ConvertedType::NONE, Type::FLOAT | Type::DOUBLE) => Ok(Kind::Real),
            (ConvertedType::NONE, Type::BOOLEAN) => Ok(Kind::Truth),
            _ => Err(ParquetFault::Kind(name())),
        }
    }

    /// Writes a whole number.
    pub fn whole(self, number: i64, text: &mut Vec<u8>) {
        match self {
            Kind::Day => match day(number) {
                Some(day) => put(text, format_args!("{day}")),
                None => put(text, format_args!("{number}")),
            },
            Kind::Moment(each_second) => match moment(number, each_second) {
                Some(moment) => put(text, format_args!("{moment}")),
                None => put(text, format_args!("{number}")),
            },
            Kind::Decimal(scale) => decimal(i128::from(number), scale, text),
            Kind::Unsigned32 => {
                put(
                    text,
                    format_args!("{}", number.cast_unsigned() & u64::from(u32::MAX)),
                );
            }
            Kind::Unsigned64 => put(text, format_args!("{}", number.cast_unsigned())),
            _ => put(text, format_args!("{number}")),
        }
    }

    /// Writes a number as a computer has it.
    pub fn real(self, number: f64, text: &mut Vec<u8>) {
        if !number.is_nan() {
            put(text, format_args!("{number}"));
        }
    }

    /// Writes bytes; of more than [`FIELD_BYTES_MAX`] one more, so that it is seen that they were too many.
    pub fn bytes(self, bytes: &[u8], text: &mut Vec<u8>) {
        match self {
            Kind::Decimal(scale) => match unscaled(bytes) {
                Some(number) => decimal(number, scale, text),
                None => text.resize(
                    text.len().saturating_add(FIELD_BYTES_MAX).saturating_add(1),
                    b'?',
                ),
            },
            Kind::Uuid => {
                for (place, byte) in bytes.iter().enumerate() {
                    let dash = if matches!(place, 4 | 6 | 8 | 10) {
                        "-"
                    } else {
                        ""
                    };
                    put(text, format_args!("{dash}{byte:02x}"));
                }
            }
            _ => {
                let most = FIELD_BYTES_MAX.saturating_add(1);
                text.extend_from_slice(bytes.get(..most).unwrap_or(bytes));
            }
        }
    }
}

fn is_text(column: &ColumnDescriptor) -> Option<Kind> {
    (column.physical_type() == Type::BYTE_ARRAY).then_some(Kind::Text)
}

fn scaled(column: &ColumnDescriptor, scale: i32) -> Option<Kind> {
    let is_number = matches!(
        column.physical_type(),
        Type::INT32 | Type::INT64 | Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY
    );
    let scale = usize::try_from(scale).ok()?;
    (is_number && scale <= SCALE_MAX).then_some(Kind::Decimal(scale))
}

fn put(text: &mut Vec<u8>, written: std::fmt::Arguments<'_>) {
    // Writing into memory cannot fail.
    let _ = text.write_fmt(written);
}

fn day(days: i64) -> Option<Date> {
    let span = Span::new().try_days(days).ok()?;
    date(1970, 1, 1).checked_add(span).ok()
}

fn moment(number: i64, each_second: i64) -> Option<jiff::civil::DateTime> {
    let seconds = number.checked_div_euclid(each_second)?;
    let moment = Timestamp::from_second(seconds).ok()?;
    Some(moment.to_zoned(TimeZone::UTC).datetime())
}

/// The number of big-endian bytes with a sign. `None`: it is longer than 128 bits.
fn unscaled(bytes: &[u8]) -> Option<i128> {
    let first = bytes.first().copied().unwrap_or(0);
    if bytes.len() > 16 {
        return None;
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    let number = bytes.iter().fold(sign, |number: i128, byte| {
        (number << 8_u32) | i128::from(*byte)
    });
    Some(number)
}

/// Writes a number without the point that was taken out of it: the zeros at its end say nothing, and codes are written without.
fn decimal(number: i128, scale: usize, text: &mut Vec<u8>) {
    let sign = if number < 0 { "-" } else { "" };
    let width = scale.saturating_add(1);
    let digits = format!("{:0width$}", number.unsigned_abs());
    let (whole, part) = digits
        .split_at_checked(digits.len().saturating_sub(scale))
        .unwrap_or((&digits, ""));
    let part = part.trim_end_matches('0');
    let point = if part.is_empty() { "" } else { "." };
    put(text, format_args!("{sign}{whole}{point}{part}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        write(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn days_and_moments_are_written_as_mappings_expect_them() {
        assert_eq!(written(|text| Kind::Day.whole(17_960, text)), "2019-03-05");
        assert_eq!(written(|text| Kind::Day.whole(-1, text)), "1969-12-31");
        assert_eq!(
            written(|text| Kind::Day.whole(i64::MAX, text)),
            i64::MAX.to_string()
        );
        let moment = |number, each| written(|text| Kind::Moment(each).whole(number, text));
        assert_eq!(moment(1_551_744_000_000, 1_000), "2019-03-05T00:00:00");
        assert_eq!(moment(-1, 1_000_000_000), "1969-12-31T23:59:59");
        assert_eq!(moment(i64::MIN, 1_000), i64::MIN.to_string());
    }

    #[test]
    fn numbers_lose_neither_sign_nor_digits() {
        let decimal = |number, scale| written(|text| Kind::Decimal(scale).whole(number, text));
        assert_eq!(decimal(12_345, 2), "123.45");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(4_200, 2), "42");
        assert_eq!(decimal(0, 3), "0");
        assert_eq!(decimal(7, 0), "7");
        let bytes = |bytes: &[u8]| written(|text| Kind::Decimal(1).bytes(bytes, text));
        assert_eq!(bytes(&[0xff, 0x85]), "-12.3");
        assert_eq!(bytes(&[0x00, 0x7b]), "12.3");
        assert_eq!(bytes(&[]), "0");
        assert!(bytes(&[1; 17]).len() > FIELD_BYTES_MAX);
        assert_eq!(
            written(|text| Kind::Unsigned32.whole(-1, text)),
            "4294967295"
        );
        assert_eq!(
            written(|text| Kind::Unsigned64.whole(-1, text)),
            u64::MAX.to_string()
        );
        assert_eq!(written(|text| Kind::Whole.whole(-1, text)), "-1");
        assert_eq!(
            written(|text| Kind::Real.real(9_434_765_919.0, text)),
            "9434765919"
        );
        assert_eq!(written(|text| Kind::Real.real(f64::NAN, text)), "");
    }

    #[test]
    fn a_field_that_is_too_long_is_kept_only_so_far_that_this_is_seen() {
        let long = vec![b'a'; 1 << 20];
        assert_eq!(
            written(|text| Kind::Text.bytes(&long, text)).len(),
            FIELD_BYTES_MAX + 1
        );
        let uuid = written(|text| Kind::Uuid.bytes(&[0xab; 16], text));
        assert_eq!(uuid, "abababab-abab-abab-abab-abababababab");
    }
}
