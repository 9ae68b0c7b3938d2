//! How good each kind of supplier's data are.

use crate::said::Quality;

pub const REGISTER: Quality = Quality {
    typing: 40,
    phonetic: 15,
    swapped: 4,
    transposed: 2,
    nickname: 0,
    accents: 3_000,
    former_name: 0,
    old_address: 0,
    date_missing: 0,
    address_missing: 60,
    sex_missing: 3,
    number_known: 9_650,
    duplicate: 12,
};

pub const HEALTH: Quality = Quality {
    typing: 110,
    phonetic: 80,
    swapped: 25,
    transposed: 25,
    nickname: 150,
    accents: 6_500,
    former_name: 2_500,
    old_address: 1_600,
    date_missing: 2,
    address_missing: 50,
    sex_missing: 35,
    number_known: 10_000,
    duplicate: 60,
};

pub const BENEFIT: Quality = Quality {
    typing: 170,
    phonetic: 90,
    swapped: 40,
    transposed: 15,
    nickname: 120,
    accents: 9_500,
    former_name: 4_500,
    old_address: 2_600,
    date_missing: 15,
    address_missing: 25,
    sex_missing: 60,
    number_known: 0,
    duplicate: 50,
};

pub const SCHOOLS: Quality = Quality {
    typing: 130,
    phonetic: 70,
    swapped: 30,
    transposed: 20,
    nickname: 320,
    accents: 7_000,
    former_name: 2_000,
    old_address: 1_500,
    date_missing: 1,
    address_missing: 90,
    sex_missing: 8,
    number_known: 0,
    duplicate: 90,
};

pub const LOCAL: Quality = Quality {
    typing: 260,
    phonetic: 240,
    swapped: 90,
    transposed: 80,
    nickname: 500,
    accents: 9_000,
    former_name: 3_000,
    old_address: 1_800,
    date_missing: 260,
    address_missing: 450,
    sex_missing: 180,
    number_known: 4_500,
    duplicate: 160,
};

pub const LOCAL_HEALTH: Quality = Quality {
    number_known: 9_000,
    typing: 180,
    phonetic: 170,
    date_missing: 40,
    ..LOCAL
};

pub const COUNCIL_DATA: Quality = Quality {
    number_known: 0,
    typing: 320,
    swapped: 120,
    ..LOCAL
};
