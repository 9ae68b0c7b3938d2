//! The names of England's many heritages, frequent ones frequent and the tail long.

use std::sync::LazyLock;

use crate::authority::Mix;
use crate::mistakes;
use crate::person::Sex;
use crate::random::Random;
use crate::text;
use crate::weighted::Weighted;

/// The flatness of the ranks of names that people choose and of those that they inherit.
const GIVEN_FLATNESS: u32 = 10;
const FAMILY_FLATNESS: u32 = 15;
const PART_FLATNESS: u32 = 40;
/// How often a given name is spelt another way, and how often an English one is two joined or made up, in ten thousand.
const VARIANT_SPELLING: u32 = 500;
const JOINED_GIVEN: u32 = 350;

/// How a heritage hands names on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Children take a parent's family name as it is.
    Plain,
    /// Boys are Singh and girls Kaur, before or instead of a family name.
    Sikh,
    /// Women may have a last name of their own, such as Begum, that sons do not take.
    Begum,
    /// The last name is the father's given name.
    Patronymic,
    /// Two family names, the father's and the mother's.
    TwoFamilies,
    /// The ending follows the sex: -ski, -ska.
    Slavic,
    /// The ending follows the sex and marriage: -auskas, -auskaitė, -auskienė.
    Lithuanian,
    /// A middle name marks the sex: Văn, Thị.
    Vietnamese,
    /// A given name of two syllables, often with an English one.
    Chinese,
}

/// The names of one heritage.
pub struct Heritage {
    /// One word, such as "nigerian".
    pub name: &'static str,
    /// How it hands names on.
    pub rule: Rule,
    weights: Vec<u32>,
    tail_percent: u32,
    girls: Names,
    boys: Names,
    women: Names,
    men: Names,
    families: Names,
    wives: Names,
    heads: Names,
    joints: Names,
    tails: Names,
}

struct Names {
    words: Vec<String>,
    ranks: Weighted,
}

/// All heritages, in the order of their numbers here.
pub fn heritages() -> &'static [Heritage] {
    static ALL: LazyLock<Vec<Heritage>> =
        LazyLock::new(|| FILES.iter().map(|(name, file)| read(name, file)).collect());
    &ALL
}

/// Draws the number of a heritage as they live together in a mix.
pub fn draw(mix: Mix, random: &mut Random) -> usize {
    static MIXES: LazyLock<Vec<Weighted>> = LazyLock::new(|| {
        let column = |mix: usize| {
            heritages()
                .iter()
                .map(move |heritage| heritage.weights.get(mix).copied().unwrap_or(0))
        };
        (0..4).map(|mix| Weighted::new(column(mix))).collect()
    });
    MIXES
        .get(mix as usize)
        .map_or(0, |table| table.draw(random))
}

/// The heritage of this number; the first when there is none.
pub fn heritage(number: usize) -> Option<&'static Heritage> {
    heritages().get(number).or_else(|| heritages().first())
}

impl Heritage {
    /// A given name for a child.
    pub fn given(&self, sex: Sex, random: &mut Random) -> String {
        let list = if sex == Sex::Female {
            &self.girls
        } else {
            &self.boys
        };
        let mut name = list.draw(random).to_owned();
        if self.joins_given_names() && random.chance(JOINED_GIVEN) {
            name = joined(&name, list.draw(random), (sex, random));
        } else if random.chance(VARIANT_SPELLING) {
            name = mistakes::respelt(&name, random);
        }
        name
    }

    /// A given name for a parent or a practitioner.
    pub fn adult(&self, sex: Sex, random: &mut Random) -> String {
        let (own, children) = if sex == Sex::Female {
            (&self.women, &self.girls)
        } else {
            (&self.men, &self.boys)
        };
        let list = if own.words.is_empty() { children } else { own };
        list.draw(random).to_owned()
    }

    /// A family name: from the list, or made of its heritage's syllables.
    pub fn family(&self, random: &mut Random) -> String {
        if !random.chance(self.tail_percent.saturating_mul(100)) {
            return self.families.draw(random).to_owned();
        }
        let head = self.heads.draw(random);
        let mut name = head.to_owned();
        name.push_str(self.joints.draw(random));
        let tail = self.tails.draw(random);
        if head == "Mc" || head == "Fitz" {
            name.push_str(&text::capitalised(tail));
        } else {
            name.push_str(tail);
        }
        let name = at_most_two_alike(&name);
        if self.rule == Rule::Plain && random.chance(1_500) {
            mistakes::respelt(&name, random)
        } else {
            name
        }
    }

    fn joins_given_names(&self) -> bool {
        matches!(
            self.name,
            "english" | "welsh" | "scottish" | "irish" | "caribbean"
        )
    }

    /// The last name of a woman that is hers alone.
    pub fn wife(&self, random: &mut Random) -> String {
        self.wives.draw(random).to_owned()
    }
}

impl Names {
    fn read(file: &str, key: &str, flatness: u32) -> Self {
        let words = text::words(file, key);
        let ranks = Weighted::by_rank(words.len(), flatness);
        Self { words, ranks }
    }

    fn draw(&self, random: &mut Random) -> &str {
        self.words
            .get(self.ranks.draw(random))
            .map_or("", String::as_str)
    }
}

/// Two names as one: Lily-Mae, Alfie James.
fn joined(first: &str, other: &str, drawn: (Sex, &mut Random)) -> String {
    const GIRLS: [&str; 12] = [
        "Mae", "Rose", "Grace", "May", "Rae", "Leigh", "Lou", "Marie", "Anne", "Jo", "Belle",
        "Jane",
    ];
    const BOYS: [&str; 8] = [
        "James", "Lee", "Jay", "Jack", "Ray", "John", "Joe", "George",
    ];
    let (sex, random) = drawn;
    let usual: &[&str] = if sex == Sex::Female { &GIRLS } else { &BOYS };
    let mut second = other;
    if random.chance(8_000) || first == other {
        second = random.choose(usual).copied().unwrap_or(other);
    }
    let between = if random.chance(1_000) { " " } else { "-" };
    [first, between, second].concat()
}

/// Drops the third of three equal letters, which no name has.
fn at_most_two_alike(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut last = ['\0', '\0'];
    for letter in name.chars() {
        if last != [letter, letter] {
            kept.push(letter);
        }
        last = [last[1], letter];
    }
    kept
}

fn read(name: &'static str, file: &str) -> Heritage {
    let rule = match text::value(file, "rule") {
        "sikh" => Rule::Sikh,
        "begum" => Rule::Begum,
        "patronymic" => Rule::Patronymic,
        "spanish" => Rule::TwoFamilies,
        "slavic" => Rule::Slavic,
        "lithuanian" => Rule::Lithuanian,
        "vietnamese" => Rule::Vietnamese,
        "chinese" => Rule::Chinese,
        _ => Rule::Plain,
    };
    Heritage {
        name,
        rule,
        weights: text::value(file, "mix")
            .split_whitespace()
            .filter_map(|weight| weight.parse().ok())
            .collect(),
        tail_percent: text::value(file, "tail").parse().unwrap_or(0),
        girls: Names::read(file, "girls", GIVEN_FLATNESS),
        boys: Names::read(file, "boys", GIVEN_FLATNESS),
        women: Names::read(file, "women", GIVEN_FLATNESS),
        men: Names::read(file, "men", GIVEN_FLATNESS),
        families: Names::read(file, "families", FAMILY_FLATNESS),
        wives: Names::read(file, "wives", GIVEN_FLATNESS),
        heads: Names::read(file, "heads", PART_FLATNESS),
        joints: Names::read(file, "joints", GIVEN_FLATNESS),
        tails: Names::read(file, "tails", PART_FLATNESS),
    }
}

const FILES: [(&str, &str); 35] = [
    ("english", include_str!("../names/english.txt")),
    ("afghan", include_str!("../names/afghan.txt")),
    ("arabic", include_str!("../names/arabic.txt")),
    ("bangladeshi", include_str!("../names/bangladeshi.txt")),
    ("caribbean", include_str!("../names/caribbean.txt")),
    ("chinese", include_str!("../names/chinese.txt")),
    ("dutch", include_str!("../names/dutch.txt")),
    ("eritrean", include_str!("../names/eritrean.txt")),
    ("filipino", include_str!("../names/filipino.txt")),
    ("french", include_str!("../names/french.txt")),
    ("ghanaian", include_str!("../names/ghanaian.txt")),
    ("greek", include_str!("../names/greek.txt")),
    ("gujarati", include_str!("../names/gujarati.txt")),
    ("iranian", include_str!("../names/iranian.txt")),
    ("irish", include_str!("../names/irish.txt")),
    ("italian", include_str!("../names/italian.txt")),
    ("jewish", include_str!("../names/jewish.txt")),
    ("kurdish", include_str!("../names/kurdish.txt")),
    ("lithuanian", include_str!("../names/lithuanian.txt")),
    ("malayali", include_str!("../names/malayali.txt")),
    ("nigerian", include_str!("../names/nigerian.txt")),
    ("pakistani", include_str!("../names/pakistani.txt")),
    ("polish", include_str!("../names/polish.txt")),
    ("portuguese", include_str!("../names/portuguese.txt")),
    ("romanian", include_str!("../names/romanian.txt")),
    ("scottish", include_str!("../names/scottish.txt")),
    ("sikh", include_str!("../names/sikh.txt")),
    ("sinhala", include_str!("../names/sinhala.txt")),
    ("somali", include_str!("../names/somali.txt")),
    ("spanish", include_str!("../names/spanish.txt")),
    ("tamil", include_str!("../names/tamil.txt")),
    ("turkish", include_str!("../names/turkish.txt")),
    ("ukrainian", include_str!("../names/ukrainian.txt")),
    ("vietnamese", include_str!("../names/vietnamese.txt")),
    ("welsh", include_str!("../names/welsh.txt")),
];
