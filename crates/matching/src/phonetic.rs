//! Phonetic codes of a folded word that put together the spellings of several heritages.
//!
//! The code is a skeleton of consonant classes in order, vowels dropped except at the start, in the family of Soundex
//! (Russell 1918), with classes chosen so that English homophones *and* usual transliterations from Arabic, Urdu,
//! Bengali, Persian, Turkish, Polish, Russian, Irish and French meet: `t d th dh`; `k c q kh ck`; `s z c(e,i) ch sh cz sz x-`;
//! `b v f ph bh`; `j dj dg(e,i) g(e,i)`. It decides who is *considered*, not who is the same; comparison is stricter.

/// Consonants kept of a word; the rest is ignored.
pub const SYMBOLS_MAX: u32 = 8;
const SYMBOL_BITS: u32 = 4;
/// Leading bits of a code that is a hash, of a word without Latin letters. It may equal a long code by accident, which
/// only proposes one candidate more.
const HASHED: u32 = 0xf000_0000;

const VOWEL: u32 = 1;
const B: u32 = 2;
const P: u32 = 3;
const T: u32 = 4;
const K: u32 = 5;
const G: u32 = 6;
const S: u32 = 7;
const J: u32 = 8;
const L: u32 = 9;
const M: u32 = 10;
const N: u32 = 11;
const R: u32 = 12;
const H: u32 = 13;
const W: u32 = 14;
/// `y` before a vowel at the start.
const Y: u32 = 15;

/// One or two phonetic codes of a word; the second is another reading of an ambiguous spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Codes {
    primary: u32,
    alternate: u32,
}

impl Codes {
    /// The usual reading; 0 only for an empty word.
    #[must_use]
    pub fn primary(self) -> u32 {
        self.primary
    }

    /// All readings, the usual one first.
    pub fn iter(self) -> impl Iterator<Item = u32> {
        let alternate = (self.alternate != self.primary).then_some(self.alternate);
        [Some(self.primary), alternate]
            .into_iter()
            .flatten()
            .filter(|code| *code != 0)
    }

    /// Whether some reading of one is some reading of the other. Symmetric; false for empty words.
    #[must_use]
    pub fn meet(self, other: Self) -> bool {
        self.iter()
            .any(|code| code == other.primary || code == other.alternate)
    }
}

/// The codes of a folded word. A word without any Latin consonant or leading vowel is hashed as a whole (FNV-1a).
#[must_use]
pub fn codes(word: &str) -> Codes {
    if word.is_empty() {
        return Codes::default();
    }
    if !word.is_ascii() {
        let hash = hashed(word);
        return Codes {
            primary: hash,
            alternate: hash,
        };
    }
    let letters = word.as_bytes();
    let mut usual = Skeleton::default();
    let mut other = Skeleton::default();
    let mut position = 0_usize;
    while position < letters.len() {
        let sound = sound_at(letters, position);
        usual.push(sound.usual);
        other.push(sound.other);
        position = position.saturating_add(sound.letters);
    }
    let or_hash = |code: u32| if code == 0 { hashed(word) } else { code };
    Codes {
        primary: or_hash(usual.code),
        alternate: or_hash(other.code),
    }
}

/// What is heard at a position.
#[derive(Clone, Copy)]
enum Heard {
    /// A consonant class, or the leading vowel.
    Symbol(u32),
    /// `k` and `s` together.
    KS,
    /// A vowel inside the word: nothing, but it separates equal consonants.
    Break,
    /// A silent letter.
    Nothing,
}

struct Sound {
    usual: Heard,
    other: Heard,
    letters: usize,
}

#[derive(Default)]
struct Skeleton {
    code: u32,
    last: u32,
    length: u32,
}

impl Skeleton {
    fn push(&mut self, heard: Heard) {
        match heard {
            Heard::Symbol(symbol) => self.append(symbol),
            Heard::KS => {
                self.append(K);
                self.append(S);
            }
            Heard::Break => self.last = 0,
            Heard::Nothing => {}
        }
    }

    fn append(&mut self, symbol: u32) {
        if symbol != self.last && self.length < SYMBOLS_MAX {
            self.code = self.code.wrapping_shl(SYMBOL_BITS) | symbol;
            self.length = self.length.saturating_add(1);
        }
        self.last = if symbol == VOWEL { 0 } else { symbol };
    }
}

fn hashed(word: &str) -> u32 {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    HASHED | hash
}

fn heard(heard: Heard, letters: usize) -> Sound {
    Sound {
        usual: heard,
        other: heard,
        letters,
    }
}

fn symbol(symbol: u32, letters: usize) -> Sound {
    heard(Heard::Symbol(symbol), letters)
}

/// The letters around a position; 0 outside the word.
#[derive(Clone, Copy)]
struct Around {
    before: u8,
    here: u8,
    next: u8,
    after: u8,
    first: bool,
}

fn around(letters: &[u8], position: usize) -> Around {
    let at = |index: usize| letters.get(index).copied().unwrap_or(0);
    Around {
        before: position.checked_sub(1).map_or(0, at),
        here: at(position),
        next: at(position.saturating_add(1)),
        after: at(position.saturating_add(2)),
        first: position == 0,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn is_front(letter: u8) -> bool {
    matches!(letter, b'e' | b'i' | b'y')
}

fn sound_at(letters: &[u8], position: usize) -> Sound {
    let it = around(letters, position);
    match it.here {
        b'a' | b'e' | b'i' | b'o' | b'u' if it.first => symbol(VOWEL, 1),
        b'a' | b'e' | b'i' | b'o' | b'u' => heard(Heard::Break, 1),
        b'y' => sound_of_y(it),
        b'b' if it.before == b'm' && it.next == 0 => heard(Heard::Nothing, 1),
        b'b' | b'f' | b'v' => symbol(B, 1),
        b'c' => sound_of_c(it),
        b'd' => sound_of_d(it),
        b'g' => sound_of_g(it),
        b'h' if it.first && is_vowel(it.next) => symbol(H, 1),
        b'j' => symbol(J, 1),
        b'k' if it.first && it.next == b'n' => heard(Heard::Nothing, 1),
        b'k' | b'q' => symbol(K, 1),
        b'l' => symbol(L, 1),
        b'm' => symbol(M, 1),
        b'n' => symbol(N, 1),
        b'p' => sound_of_p(it),
        b'r' => symbol(R, 1),
        b's' | b'z' => symbol(S, 1),
        b't' if it.next == b'c' && it.after == b'h' => symbol(S, 3),
        b't' => symbol(T, 1),
        b'w' => sound_of_w(it),
        b'x' if it.first => symbol(S, 1),
        b'x' => heard(Heard::KS, 1),
        _ => heard(Heard::Nothing, 1),
    }
}

fn sound_of_y(it: Around) -> Sound {
    match (it.first, is_vowel(it.next)) {
        // Yusuf and Jusuf, Yan and Jan.
        (true, true) => Sound {
            usual: Heard::Symbol(Y),
            other: Heard::Symbol(J),
            letters: 1,
        },
        (true, false) => symbol(VOWEL, 1),
        (false, _) => heard(Heard::Break, 1),
    }
}

fn sound_of_c(it: Around) -> Sound {
    match it.next {
        b'h' if matches!(it.after, b'r' | b'l') => symbol(K, 2),
        b'h' | b'z' | b's' => symbol(S, 2),
        b'k' | b'q' => symbol(K, 2),
        next if is_front(next) => symbol(S, 1),
        _ => symbol(K, 1),
    }
}

fn sound_of_d(it: Around) -> Sound {
    match it.next {
        b'j' => symbol(J, 2),
        b'g' if is_front(it.after) => symbol(J, 2),
        b'z' => symbol(S, 2),
        _ => symbol(T, 1),
    }
}

fn sound_of_g(it: Around) -> Sound {
    match it.next {
        b'h' if it.first => symbol(G, 2),
        // Callaghan and Callahan, but Meghan and Megan.
        b'h' if is_vowel(it.before) && is_vowel(it.after) => Sound {
            usual: Heard::Symbol(G),
            other: Heard::Nothing,
            letters: 2,
        },
        // Wright, Leigh; but Singh.
        b'h' if is_vowel(it.before) => heard(Heard::Nothing, 2),
        b'h' | b'g' => symbol(G, 2),
        b'n' if it.first => heard(Heard::Nothing, 1),
        next if is_front(next) => symbol(J, 1),
        _ if it.before == b'n' && it.next == b'u' && is_front(it.after) => heard(Heard::Nothing, 1),
        _ => symbol(G, 1),
    }
}

fn sound_of_p(it: Around) -> Sound {
    match it.next {
        b'h' => symbol(B, 2),
        b's' | b'f' if it.first => heard(Heard::Nothing, 1),
        // Thompson and Thomson, Hampton and Hamton.
        b's' | b't' if it.before == b'm' => heard(Heard::Nothing, 1),
        _ => symbol(P, 1),
    }
}

fn sound_of_w(it: Around) -> Sound {
    match (it.first, it.next) {
        (true, b'r') => heard(Heard::Nothing, 1),
        (true, _) => symbol(W, 1),
        // Between vowels Polish writes w for v: Nowak and Novak, Dawid and David.
        (false, next) if is_vowel(it.before) && is_vowel(next) => Sound {
            usual: Heard::Break,
            other: Heard::Symbol(B),
            letters: 1,
        },
        (false, _) => heard(Heard::Break, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for group in [
            ["mohammed", "muhammad", "mohamed", "mohammad"].as_slice(),
            &["hussain", "hossein", "hussein", "husain"],
            &["ahmed", "ahmad", "ahmet"],
            &["kowalski", "kowalsky", "kowalska", "kovalski"],
            &["nowak", "novak"],
            &["szczepan", "shchepan"],
            &[
                "choudhury",
                "chowdhury",
                "chaudhry",
                "chaudhari",
                "choudhry",
            ],
            &["siobhan", "shivaun"],
            &["sean", "shaun", "shawn"],
            &["aoife", "eefa"],
            &["catherine", "kathryn", "katherine", "katharine"],
            &["stephen", "steven", "stefan"],
            &["smith", "smyth", "smythe"],
            &["thompson", "thomson"],
            &["okonkwo", "okonquo"],
            &["nguyen", "nguyenne"],
            &["yusuf", "youssef", "jusuf"],
            &["dawid", "david"],
            &["callaghan", "callahan"],
            &["megan", "meghan"],
            &["rashid", "rachid"],
            &["aisha", "aicha", "ayesha"],
            &["djamila", "jamila"],
            &["wright", "rite", "right"],
            &["knight", "night"],
            &["leigh", "lee", "lea"],
            &["phillips", "philips", "filips"],
            &["gemma", "jemma"],
            &["christine", "kristine"],
            &["chantelle", "shantelle"],
            &["singh", "sing"],
            &["macdonald", "mcdonald"],
            &["lamb", "lam"],
            &["reid", "reed", "read"],
        ] {
            for other in group {
                assert!(codes(group[0]).meet(codes(other)), "{} {other}", group[0]);
            }
        }
    }

    #[test]
    fn different_names_are_kept_apart() {
        for (one, other) in [
            ("smith", "jones"),
            ("patel", "khan"),
            ("oliver", "george"),
            ("taylor", "tiller-brown"),
            ("ali", "amir"),
            ("williams", "wilson"),
            ("王", "李"),
        ] {
            assert!(!codes(one).meet(codes(other)), "{one} {other}");
        }
    }

    #[test]
    fn an_empty_word_meets_nothing_and_every_other_has_a_code() {
        assert_eq!(codes("").iter().count(), 0);
        assert!(!codes("").meet(codes("")));
        for word in ["h", "gh", "7", "王"] {
            assert!(codes(word).iter().count() > 0, "{word}");
        }
    }

    proptest! {
        #[test]
        fn meeting_is_symmetric_and_reflexive(one in "[a-z]{1,12}", other in "[a-z]{1,12}") {
            prop_assert!(codes(&one).meet(codes(&one)));
            prop_assert_eq!(codes(&one).meet(codes(&other)), codes(&other).meet(codes(&one)));
        }

        #[test]
        fn any_text_has_at_most_two_codes(text in any::<String>()) {
            prop_assert!(codes(&text).iter().count() <= 2);
            prop_assert_eq!(codes(&text).primary() == 0, text.is_empty());
        }

        #[test]
        fn inner_vowels_never_matter(before in "[bdklmnprst]", vowel in "[aeiou]{1,2}", other in "[aeiou]{1,2}") {
            let (one, two) = (format!("{before}{vowel}nt"), format!("{before}{other}nt"));
            prop_assert_eq!(codes(&one), codes(&two));
        }
    }
}
