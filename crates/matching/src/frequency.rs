//! How rare a name is, in bits, from a small table of the commonest names.
//!
//! Agreement on a rare name says more than agreement on a common one: the weight of an exact agreement is
//! log2(1 / share of people who bear the name), the term-frequency adjustment of Fellegi and Sunter (1969, section 3)
//! and Winkler (2000). Shares are rounded, per 100,000 children, from general knowledge of English names; a name that is
//! not in the table has the weight of a rare one. They are defaults: a trained model replaces them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Bits of a given name that is not in the table: a share of about 1 in 6,000.
pub const GIVEN_BITS_RARE: f32 = 12.5;
/// Bits of a family name that is not in the table: a share of about 1 in 12,000.
pub const FAMILY_BITS_RARE: f32 = 13.5;
/// The share a table states is of this many people.
const PEOPLE: f32 = 100_000.0;

/// Bits of agreement on a folded given name.
#[must_use]
pub fn given_bits(name: &str) -> f32 {
    GIVEN_BITS.get(name).copied().unwrap_or(GIVEN_BITS_RARE)
}

/// Bits of agreement on a folded family name.
#[must_use]
pub fn family_bits(name: &str) -> f32 {
    FAMILY_BITS.get(name).copied().unwrap_or(FAMILY_BITS_RARE)
}

static GIVEN_BITS: LazyLock<FxHashMap<&str, f32>> = LazyLock::new(|| bits_of(GIVEN));
static FAMILY_BITS: LazyLock<FxHashMap<&str, f32>> = LazyLock::new(|| bits_of(FAMILY));

fn bits_of(shares: &'static [(u16, &'static str)]) -> FxHashMap<&'static str, f32> {
    shares
        .iter()
        .flat_map(|(share, names)| {
            names
                .split(' ')
                .map(|name| (name, (PEOPLE / f32::from(*share)).log2()))
        })
        .collect()
}

/// Share per 100,000 children, and the folded given names that have about it.
const GIVEN: &[(u16, &str)] = &[
    (900, "mohammed oliver"),
    (
        750,
        "muhammad george harry jack amelia olivia isla noah leo arthur charlie jacob thomas emily ava",
    ),
    (
        600,
        "james oscar william joshua alfie henry archie ethan freddie joseph lucas ella mia isabella sophie poppy grace lily \
         ivy freya evie jessica sophia alexander logan max daniel samuel",
    ),
    (
        450,
        "theo isaac mohammad dylan tommy benjamin edward sebastian adam finley harrison ruby daisy florence charlotte \
         sienna alice phoebe millie matilda chloe evelyn rosie elsie willow ali",
    ),
    (
        330,
        "lewis luke harvey toby riley jake callum matthew ryan jayden liam connor nathan aaron owen zachary louie reuben \
         david michael john maya erin holly molly lucy hannah abigail elizabeth imogen layla ellie scarlett lola eleanor \
         sofia maisie georgia anna lottie amber zara maria aisha fatima",
    ),
    (
        220,
        "jude elijah theodore roman ollie albert louis frankie bobby ronnie stanley hugo rory elliot tyler cameron jamie \
         robert kai blake ibrahim yusuf ahmed hamza umar omar syed abdul hassan hussain amir ayaan musa adrian jakub \
         rose bella harriet eva ayesha maryam zainab amelie penelope thea robyn martha violet eliza annabelle beatrice \
         jasmine megan bethany katie amy rebecca summer brooke lauren paige skye ellis orla darcie gracie ada",
    ),
    (
        120,
        "jenson jaxon carter mason reggie teddy grayson felix austin ezra caleb gabriel luca arlo albie hunter rowan \
         frederick patrick sean peter christopher anthony andrew stephen paul mark richard simon ben sam joe tom alex \
         bilal yahya zayn mustafa khadija amina safa hafsa sara sarah laila noor iqra filip szymon jan antoni kacper maja \
         zofia julia hanna zuzanna lena alexandra victoria catherine natalie nicole francesca emma emilia esme clara \
         heidi nancy aurora luna edith iris felicity lydia lara naomi rachel samantha laura caitlin niamh leah madison \
         arabella margot hallie harper nora arya alisha aaliyah simran harpreet priya arjun aarav",
    ),
];

/// Share per 100,000 people, and the folded family names that have about it.
const FAMILY: &[(u16, &str)] = &[
    (1_000, "smith khan"),
    (750, "jones ahmed"),
    (550, "williams taylor ali patel hussain"),
    (420, "brown davies singh begum wilson evans thomas"),
    (
        320,
        "johnson roberts walker wright robinson thompson white hughes edwards green hall wood harris lewis martin jackson \
         clarke akhtar kaur hassan mohamed shah islam rahman",
    ),
    (
        240,
        "clark turner hill scott cooper morris ward moore king watson baker harrison morgan allen james anderson phillips \
         miah iqbal mahmood malik choudhury",
    ),
    (
        180,
        "lee parker bennett davis price shaw griffiths cook young carter richardson mitchell collins bell kelly murphy \
         bailey richards cox marshall miller adams wilkinson foster gray mohammed hussein aziz rashid uddin hossain \
         chowdhury raja nguyen",
    ),
    (
        120,
        "ellis murray russell simpson mills webb lloyd rogers palmer matthews fisher hunt graham campbell holmes owen \
         barnes knight powell harvey gibson stevens butler reynolds jenkins fox dixon mason pearson howard hunter rose \
         jordan andrews reid walsh day henderson ford stewart robertson macdonald mcdonald obrien oconnor ryan sullivan \
         hamilton brooks burton saunders west cole bird lawrence payne lane spencer gill dean gardner hart \
         stone ross warren pearce perry nowak kowalski silva santos popescu popa ibrahim yusuf abdi hasan sharma kumar \
         das alam karim bibi mirza javed nawaz riaz hashmi okafor mensah osei adeyemi johal sandhu dhillon grewal",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{NamePart, fold_name};

    #[test]
    fn a_commoner_name_weighs_less() {
        assert!(given_bits("mohammed") < given_bits("patrick"));
        assert!(given_bits("patrick") < given_bits("zebedee"));
        assert!(family_bits("smith") < family_bits("lloyd"));
        assert!(family_bits("lloyd") < family_bits("featherstonehaugh"));
        assert!((family_bits("smith") - 100_f32.log2()).abs() < 1e-3);
    }

    #[test]
    fn the_tables_are_folded_and_without_repetition() {
        for (shares, part) in [(GIVEN, NamePart::Given), (FAMILY, NamePart::Family)] {
            let mut seen = std::collections::HashSet::new();
            for name in shares.iter().flat_map(|(_, names)| names.split(' ')) {
                assert_eq!(fold_name(name, part).joined(), name);
                assert!(seen.insert(name), "{name} twice");
            }
        }
    }
}
