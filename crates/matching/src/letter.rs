//! Folding of one character to lower-case base letters.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Calls `emit` with the folded letters of `character`: compatibility-decomposed (Unicode NFKD), marks removed,
/// lower case, special Latin, Cyrillic and Greek letters spelt in the Latin alphabet.
///
/// Letters of other scripts are kept as they are; a character that is no letter is emitted unchanged.
pub(crate) fn fold_letter(character: char, emit: &mut impl FnMut(char)) {
    if character.is_ascii() {
        emit(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        if let Some(spelt) = latin_spelling(lower) {
            spelt.chars().for_each(&mut *emit);
            continue;
        }
        decompose_compatible(lower, |base| {
            if is_combining_mark(base) {
                return;
            }
            // A styled letter may decompose to a capital.
            for lower in base.to_lowercase() {
                match latin_spelling(lower) {
                    Some(spelt) => spelt.chars().for_each(&mut *emit),
                    None => emit(lower),
                }
            }
        });
    }
}

fn latin_spelling(letter: char) -> Option<&'static str> {
    match letter {
        '\u{80}'..='\u{36f}' | '\u{1e9e}' => special_latin(letter),
        '\u{370}'..='\u{3ff}' => greek(letter),
        '\u{400}'..='\u{4ff}' => cyrillic(letter),
        _ => None,
    }
}

fn special_latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' | '\u{1e9e}' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' | 'ɗ' | 'ɖ' => "d",
        'þ' => "th",
        'ı' => "i",
        'ŋ' => "ng",
        'ħ' => "h",
        'ŧ' => "t",
        'ĸ' | 'ƙ' => "k",
        'ɓ' => "b",
        'ƴ' => "y",
        'ə' | 'ǝ' | 'ɛ' => "e",
        'ɔ' => "o",
        'ƒ' => "f",
        'ŀ' => "l",
        _ => return None,
    })
}

/// Transliteration of Cyrillic as British passports and visas spell it (BGN/PCGN, simplified, no apostrophes).
fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'є' => "ye",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' => "i",
        'ї' => "yi",
        'й' | 'ы' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'ј' => "j",
        'љ' => "lj",
        'њ' => "nj",
        'ћ' => "c",
        'ђ' => "dj",
        'џ' => "dz",
        _ => return None,
    })
}

fn greek(letter: char) -> Option<&'static str> {
    Some(match letter {
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' | 'ι' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' => "y",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold_letter;

    fn fold(text: &str) -> String {
        let mut folded = String::new();
        for character in text.chars() {
            fold_letter(character, &mut |letter| folded.push(letter));
        }
        folded
    }

    #[test]
    fn marks_and_special_letters_are_folded() {
        assert_eq!(
            fold("Łukasz Ørsted Weiß Æsa Đorđe Işık Þór"),
            "lukasz orsted weiss aesa dorde isik thor"
        );
        assert_eq!(fold("ZOË NUÑEZ Ngọc Çağla"), "zoe nunez ngoc cagla");
        assert_eq!(fold("ﬁona Ｍａｒｙ"), "fiona mary");
        assert_eq!(fold("STRAẞE İpek"), "strasse ipek");
    }

    #[test]
    fn cyrillic_and_greek_are_spelt_in_latin() {
        assert_eq!(fold("Сергей Щукин"), "sergey shchukin");
        assert_eq!(fold("Γιώργος"), "giorgos");
    }

    #[test]
    fn other_scripts_are_kept() {
        assert_eq!(fold("王"), "王");
        assert_eq!(fold("محمد"), "محمد");
    }
}
