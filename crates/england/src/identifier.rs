//! Numbers that are well formed and belong to nobody.
//!
//! NHS numbers: the range 999 000 0000 to 999 999 9999 is kept for tests. It has some 909,000 valid numbers, of which 900,000
//! are used here (nine for every five digits after 999). Children after the 900,000th take 998, then 997, and so down to
//! 987 for the twelfth million; numbers that an adoption has replaced start 986 to 974. None of these is the test range,
//! but the NHS in England issues numbers starting 4, 6 and 7 only, so a number starting 9 belongs to no patient.

/// Numbers used of one three-digit start.
const NHS_PER_START: u64 = 900_000;
/// The first position of numbers that an adoption has replaced.
const NHS_REPLACED: u64 = 11_700_000;
const NHS_STEP: u64 = 617_503;
/// One digit throughout is nobody's number, though its check digit fits: in its place one that is not used otherwise.
const NHS_ONE_DIGIT: u64 = 9_999_999_999;
const NHS_UNUSED: u64 = 9_990_000_891;
const UPN_SERIALS: u64 = 1_000_000_000;
const UPN_STEP: u64 = 618_033_989;
const KEY_SPAN: u64 = 100_000_000;
const KEY_STEP: u64 = 61_803_399;
/// A local-authority number that no authority has.
const UPN_AUTHORITY: u64 = 999;
const UPN_FORMER_AUTHORITY: u64 = 998;
const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// The NHS number of the child with this index: ten digits, the last one their check digit.
pub fn nhs_number(index: u64) -> u64 {
    let within = (index % NHS_PER_START).wrapping_mul(NHS_STEP) % NHS_PER_START;
    let start = 999_u64.saturating_sub(index / NHS_PER_START);
    let body = start
        .wrapping_mul(100_000)
        .wrapping_add(within / 9)
        .wrapping_mul(10);
    let wanted = (within % 9) as usize;
    let mut valid = (0..10).filter_map(|last| {
        let body = body.wrapping_add(last);
        nhs_check_digit(body).map(|check| body.wrapping_mul(10).wrapping_add(check))
    });
    match valid.nth(wanted) {
        Some(NHS_ONE_DIGIT) => NHS_UNUSED,
        number => number.unwrap_or(0),
    }
}

/// The NHS number a child had before being adopted.
pub fn replaced_nhs_number(index: u64) -> u64 {
    nhs_number(index.wrapping_add(NHS_REPLACED))
}

/// Whether ten digits are a well-formed NHS number (modulus 11, NHS Data Dictionary).
pub fn nhs_number_is_valid(number: u64) -> bool {
    (1_000_000_000..10_000_000_000).contains(&number)
        && nhs_check_digit(number / 10) == Some(number % 10)
}

/// The unique pupil number of the child with this index: a check letter and twelve digits.
pub fn upn(index: u64) -> String {
    upn_of(UPN_AUTHORITY, index)
}

/// The pupil number a child had before being adopted or after a muddle between two schools.
pub fn former_upn(index: u64) -> String {
    upn_of(UPN_FORMER_AUTHORITY, index)
}

/// Whether a unique pupil number's check letter fits (weights 2 to 13, modulus 23, guidance of the Department for Education).
pub fn upn_is_valid(upn: &str) -> bool {
    let mut letters = upn.chars();
    let check = letters.next();
    let digits = letters.as_str();
    digits.len() == 12
        && digits
            .parse()
            .is_ok_and(|number| Some(upn_check_letter(number)) == check)
}

/// A supplier's own number for a child: eight digits, no two children alike below 100,000,000, and no order to be seen.
pub fn supplier_key(index: u64, supplier: u64) -> u64 {
    index
        .wrapping_mul(KEY_STEP)
        .wrapping_add(supplier.wrapping_add(1).wrapping_mul(7_654_321))
        % KEY_SPAN
}

fn nhs_check_digit(body: u64) -> Option<u64> {
    let mut rest = body;
    let mut sum = 0_u64;
    for weight in 2..=10_u64 {
        sum = sum.wrapping_add((rest % 10).wrapping_mul(weight));
        rest /= 10;
    }
    match 11_u64.wrapping_sub(sum % 11) {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

fn upn_of(authority: u64, index: u64) -> String {
    let serial = index.wrapping_mul(UPN_STEP) % UPN_SERIALS;
    let number = authority.wrapping_mul(UPN_SERIALS).wrapping_add(serial);
    let mut bytes = Vec::with_capacity(12);
    crate::line::write_digits(&mut bytes, number, 12);
    let mut upn = String::with_capacity(13);
    upn.push(upn_check_letter(number));
    upn.extend(bytes.into_iter().map(char::from));
    upn
}

fn upn_check_letter(number: u64) -> char {
    let mut rest = number;
    let mut sum = 0_u64;
    for weight in (2..=13_u64).rev() {
        sum = sum.wrapping_add((rest % 10).wrapping_mul(weight));
        rest /= 10;
    }
    char::from(
        UPN_LETTERS
            .get((sum % 23) as usize)
            .copied()
            .unwrap_or(b'A'),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn nhs_numbers_are_valid_unique_and_start_999_then_lower() {
        let mut seen = HashSet::new();
        for index in (0..950_000).chain(10_950_000..11_000_000) {
            let number = nhs_number(index);
            assert!(nhs_number_is_valid(number), "{number}");
            assert_ne!(number, NHS_ONE_DIGIT);
            assert!(seen.insert(number), "{index}");
            assert_eq!(number / 10_000_000, 999 - index / 900_000);
        }
        assert!(replaced_nhs_number(0) / 10_000_000 == 986);
        assert!(replaced_nhs_number(10_999_999) / 10_000_000 == 974);
    }

    #[test]
    fn a_published_example_of_an_nhs_number_is_valid_and_its_neighbour_is_not() {
        assert!(nhs_number_is_valid(9_434_765_919));
        assert!(!nhs_number_is_valid(9_434_765_918));
        assert!(!nhs_number_is_valid(943));
    }

    #[test]
    fn pupil_numbers_are_valid_and_unique() {
        let mut seen = HashSet::new();
        for index in 0..50_000 {
            assert!(upn_is_valid(&upn(index)));
            assert!(seen.insert(upn(index)) && seen.insert(former_upn(index)));
        }
        assert!(!upn_is_valid("A12"));
    }

    #[test]
    fn supplier_keys_are_unique() {
        let seen: HashSet<u64> = (0..200_000).map(|index| supplier_key(index, 3)).collect();
        assert_eq!(seen.len(), 200_000);
    }
}
