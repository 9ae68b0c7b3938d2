//! A tenth of the birth dates are 1900-01-01, and a twentieth of the postcodes ZZ99 3VZ: the file is linked as if those cells were
//! empty, which they might as well be.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod chance;

use chance::Chance;
use matching::link::{
    Builder, Clusters, Column, Kind, Quality, Register, Rows, Schema, Settings, StandIn, evaluate,
    link,
};

/// Of three records each: so many that not all pairs are compared.
const PEOPLE: usize = 2_300;
const COLUMNS: [(&str, Kind); 5] = [
    ("given names", Kind::GivenName),
    ("family name", Kind::FamilyName),
    ("born", Kind::Date),
    ("sex", Kind::Sex),
    ("postcode", Kind::Postcode),
];
const SOUNDS: [&str; 24] = [
    "ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "da", "fe", "go", "hi", "ju", "pa", "le",
    "mo", "ni", "ru", "sa", "te", "wo", "bi", "ka",
];

/// What is put where nothing is known.
#[derive(Clone, Copy)]
enum Unknown {
    Empty,
    StandIn,
}

type Record = [String; 5];

fn name(chance: &mut Chance, syllables: usize) -> String {
    let sound = |_| {
        let (one, other) = (chance.below(SOUNDS.len()), chance.below(SOUNDS.len()));
        SOUNDS[one.min(other)]
    };
    (0..syllables).map(sound).collect()
}

fn person(chance: &mut Chance) -> Record {
    [
        name(chance, 2),
        name(chance, 3),
        format!(
            "{}-{:02}-{:02}",
            2005 + chance.below(18),
            1 + chance.below(12),
            1 + chance.below(28)
        ),
        ["F", "M"][chance.below(2)].to_owned(),
        format!("LS{} {}AB", 1 + chance.below(90), chance.below(10)),
    ]
}

/// Three records of everybody: some misspelt, some moved, some whose date or postcode nobody knew.
fn records(unknown: Unknown) -> Vec<(u32, Record)> {
    let mut chance = Chance(11);
    let mut all = Vec::new();
    for number in 0..PEOPLE {
        let whole = person(&mut chance);
        for _ in 0..3 {
            let mut record = whole.clone();
            let mut other = person(&mut chance);
            match chance.below(30) {
                0..3 => record[chance.below(2)].insert(2, 'n'),
                3..6 => record[4] = std::mem::take(&mut other[4]),
                _ => {}
            }
            let stand_in = |text: &str| match unknown {
                Unknown::Empty => String::new(),
                Unknown::StandIn => text.to_owned(),
            };
            if chance.below(10) == 0 {
                record[2] = stand_in("01/01/1900");
            }
            if chance.below(20) == 0 {
                record[4] = stand_in("ZZ99 3VZ");
            }
            all.push((u32::try_from(number).unwrap(), record));
        }
    }
    all
}

fn linked(records: &[(u32, Record)]) -> (Vec<StandIn>, Clusters, Quality) {
    let columns = COLUMNS.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let source = builder.source("rows", Rows::MayRepeat);
    for (key, (_, record)) in (0..).zip(records) {
        let fields = record.each_ref().map(String::as_str);
        builder.push(key, source, &fields).unwrap();
    }
    let table = builder.finish().unwrap();
    let settings = Settings {
        seed: 1,
        threads: 2,
    };
    let linked = link(&table, &settings, &|_| {});
    let people: Vec<u32> = records.iter().map(|(person, _)| *person).collect();
    let quality = evaluate(&people, &linked.clusters.of_row);
    // A record that arrives is read as the file was.
    let register = Register::new(table.clone(), linked.model, u64::from);
    let fields = ["Bake", "Lomira", "1900-01-01", "F", "ZZ99 3VZ"];
    let incoming = register.read(source, &fields).unwrap();
    let silent = register.read(source, &["Bake", "Lomira", "", "F", ""]);
    assert_eq!(
        register.candidates(&incoming),
        register.candidates(&silent.unwrap())
    );
    (table.stand_ins().to_vec(), linked.clusters, quality)
}

#[test]
fn a_value_that_stands_for_nothing_is_as_an_empty_cell() {
    let (told, clusters, quality) = linked(&records(Unknown::StandIn));
    let names: Vec<(&str, &str)> = told
        .iter()
        .map(|one| (one.column.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(names, [("born", "1900-01-01"), ("postcode", "ZZ993VZ")]);
    let (recall, precision) = (quality.pairs.recall(), quality.pairs.precision());
    assert!(recall > 0.95, "recall {recall}");
    assert!(precision > 0.99, "precision {precision}");
    let (none, emptied, _) = linked(&records(Unknown::Empty));
    assert_eq!(none, []);
    assert_eq!(clusters.of_row, emptied.of_row);
}
