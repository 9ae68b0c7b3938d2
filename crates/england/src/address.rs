//! Streets, towns and postcodes that look like home and are nobody's.

use std::sync::LazyLock;

use crate::authority::Authority;
use crate::random::{Domain, Random};
use crate::text;

/// Postcode districts that, to our knowledge, no English postcode area uses: the area is real, the postcode nobody's.
const UNUSED_DISTRICTS: [&str; 6] = ["57", "58", "59", "84", "86", "89"];
/// Letters that end a postcode.
const INWARD_LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";
const UNITS_PER_SECTOR: u32 = 400;
const UNITS_PER_DISTRICT: u32 = 4_000;
const UNITS_PER_AREA: u32 = 24_000;

/// Where somebody lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The number of its authority in [`crate::authorities`].
    pub authority: usize,
    /// House and street.
    pub line: String,
    /// Town or village.
    pub town: String,
    /// Postcode with one space.
    pub postcode: String,
}

/// The words places are made of.
pub struct Words {
    heads: Vec<String>,
    tails: Vec<String>,
    streets: Vec<String>,
    ways: Vec<String>,
    houses: Vec<String>,
    /// Saints that schools are named after.
    pub saints: Vec<String>,
}

/// The words of the built-in file.
pub fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let file = include_str!("../data/places.txt");
        Words {
            heads: text::words(file, "heads"),
            tails: text::words(file, "tails"),
            streets: text::words(file, "streets"),
            ways: text::words(file, "ways"),
            houses: text::words(file, "houses"),
            saints: text::words(file, "saints"),
        }
    });
    &WORDS
}

/// A home somewhere in an authority; the same postcode is always the same street.
pub fn address(seed: u64, number: usize, authority: &Authority, random: &mut Random) -> Address {
    let (area, turn, sharing) = random
        .choose(&authority.areas)
        .copied()
        .unwrap_or(("ZZ", 0, 1));
    let slots = UNITS_PER_AREA
        .checked_div(sharing)
        .unwrap_or(UNITS_PER_AREA);
    let unit = random
        .below(slots)
        .saturating_mul(sharing)
        .saturating_add(turn)
        .min(UNITS_PER_AREA.saturating_sub(1));
    let mut street = Random::new(seed, Domain::Place, place_index(area, unit));
    let mut town = Random::new(
        seed,
        Domain::Place,
        place_index(area, unit / (UNITS_PER_DISTRICT / 2)).wrapping_add(1 << 40),
    );
    let name = street_name(&mut street);
    Address {
        authority: number,
        line: house_line(&name, random),
        town: place_name(&mut town),
        postcode: postcode(area, unit),
    }
}

/// A town or village.
pub fn place_name(random: &mut Random) -> String {
    let words = words();
    let mut name = match random.below(24) {
        0 => "Great ".to_owned(),
        1 => "Little ".to_owned(),
        2 => "Upper ".to_owned(),
        _ => String::new(),
    };
    name.push_str(random.word(&words.heads));
    name.push_str(random.word(&words.tails));
    name
}

fn street_name(random: &mut Random) -> String {
    let words = words();
    let mut name = random.word(&words.streets).to_owned();
    name.push(' ');
    name.push_str(random.word(&words.ways));
    name
}

fn house_line(street: &str, random: &mut Random) -> String {
    let mut line = String::with_capacity(street.len().saturating_add(12));
    match random.below(20) {
        0..3 => {
            line.push_str("Flat ");
            line.push_str(&random.between(1, 48).to_string());
            line.push_str(", ");
        }
        3 => {
            line.push_str(random.word(&words().houses));
            line.push_str(", ");
            line.push_str(street);
            return line;
        }
        _ => {}
    }
    let longest = if random.chance(2_000) { 240 } else { 70 };
    line.push_str(&random.between(1, longest).to_string());
    if random.chance(300) {
        line.push(if random.chance(5_000) { 'A' } else { 'B' });
    }
    line.push(' ');
    line.push_str(street);
    line
}

fn postcode(area: &str, unit: u32) -> String {
    let district = UNUSED_DISTRICTS
        .get((unit / UNITS_PER_DISTRICT) as usize)
        .unwrap_or(&"57");
    let sector = (unit / UNITS_PER_SECTOR) % 10;
    let letter = |position: u32| {
        char::from(
            INWARD_LETTERS
                .get((position % 20) as usize)
                .copied()
                .unwrap_or(b'A'),
        )
    };
    let mut postcode = String::with_capacity(8);
    postcode.push_str(area);
    postcode.push_str(district);
    postcode.push(' ');
    postcode.push(char::from_digit(sector, 10).unwrap_or('0'));
    postcode.push(letter(unit / 20));
    postcode.push(letter(unit));
    postcode
}

fn place_index(area: &str, unit: u32) -> u64 {
    let area = area
        .bytes()
        .fold(0_u64, |sum, byte| (sum << 8).wrapping_add(u64::from(byte)));
    (area << 20).wrapping_add(u64::from(unit))
}
