//! Short closed texts: every piece of text a record can hold has a kind, a limit and an alphabet (R4: there is no free text).

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

/// What is wrong with a value that was offered: which kind of value, and why it was not taken.
///
/// Never carries the value itself, so that it can be logged and reported (R28, Annex B 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of value, in words: `family name`, `postcode`.
    pub what: &'static str,
    /// Why it was not taken.
    pub why: Why,
}

/// Why a value was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nothing was there.
    Missing,
    /// Longer than the limit, in characters.
    TooLong {
        /// The limit.
        characters_max: usize,
    },
    /// A character that this kind of value never holds.
    Character,
    /// Not of the form; the text says what the form is.
    Form(&'static str),
    /// A service's, team's or job's name that would reveal a sensitive service (X13).
    RevealsSensitive,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what;
        match self.why {
            Why::Missing => write!(f, "{what} is missing"),
            Why::TooLong { characters_max } => {
                write!(f, "{what} is longer than {characters_max} characters")
            }
            Why::Character => write!(f, "{what} has a character that does not belong in it"),
            Why::Form(form) => write!(f, "{what} must be {form}"),
            Why::RevealsSensitive => write!(f, "{what} would reveal a sensitive service"),
        }
    }
}

impl std::error::Error for Fault {}

/// A kind of closed text: its name, its limit, its alphabet.
pub trait Kind {
    /// What it is called in a fault.
    const NAME: &'static str;
    /// The limit in characters.
    const CHARACTERS_MAX: usize;
    /// Whether this character may stand in it.
    fn allows(character: char) -> bool;
    /// The form it must have, in words, when a text of these characters does not have it.
    fn lacks(text: &str) -> Option<&'static str>;
}

/// A text of kind `K`: trimmed, runs of white space folded to one space, never empty, within its limit and alphabet.
pub struct Text<K> {
    text: Box<str>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Text<K> {
    /// Takes a text of this kind.
    ///
    /// # Errors
    /// A [`Fault`] when it is empty, too long, has a character outside the alphabet, or is not of the form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |why| Fault { what: K::NAME, why };
        let folded = fold_space(text);
        if folded.is_empty() {
            return Err(fault(Why::Missing));
        }
        if folded.chars().count() > K::CHARACTERS_MAX {
            return Err(fault(Why::TooLong {
                characters_max: K::CHARACTERS_MAX,
            }));
        }
        if !folded.chars().all(|c| c == ' ' || K::allows(c)) {
            return Err(fault(Why::Character));
        }
        if let Some(form) = K::lacks(&folded) {
            return Err(fault(Why::Form(form)));
        }
        Ok(Text {
            text: folded.into(),
            kind: PhantomData,
        })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Text<kind::Supplier> {
    /// The directory itself, as the source of what people record in it.
    #[must_use]
    pub fn own() -> Self {
        Text {
            text: "contactpoint".into(),
            kind: PhantomData,
        }
    }
}

impl<K> Clone for Text<K> {
    fn clone(&self) -> Self {
        Text {
            text: self.text.clone(),
            kind: PhantomData,
        }
    }
}
impl<K> PartialEq for Text<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<K> Eq for Text<K> {}
impl<K> PartialOrd for Text<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Text<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl<K> Hash for Text<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl<K> fmt::Debug for Text<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}
impl<K> fmt::Display for Text<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn fold_space(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Letters, marks and the punctuation of names and titles, in every script.
fn is_name_character(c: char) -> bool {
    c.is_alphabetic()
        || matches!(c, '\'' | '’' | 'ʼ' | '`' | '-' | '‐' | '.' | '·')
        || is_combining(c)
}

/// Combining diacritical marks (Unicode blocks 0300–036F, 1AB0–1AFF, 1DC0–1DFF, 20D0–20FF).
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

fn is_line_character(c: char) -> bool {
    is_name_character(c)
        || c.is_alphanumeric()
        || matches!(c, ',' | '/' | '&' | '(' | ')' | '#' | ':' | '+')
}

fn is_code_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':')
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident, $name:literal, $max:literal, $allows:ident, $lacks:ident;)*) => {
        /// The kinds of text.
        pub mod kind {
            $(#[doc = concat!("Marks a ", $name, ".")] pub enum $kind {})*
        }
        $(
            impl Kind for kind::$kind {
                const NAME: &'static str = $name;
                const CHARACTERS_MAX: usize = $max;
                fn allows(character: char) -> bool {
                    $allows(character)
                }
                fn lacks(text: &str) -> Option<&'static str> {
                    $lacks(text)
                }
            }
            $(#[$doc])*
            pub type $alias = Text<kind::$kind>;
        )*
    };
}

// One table is easier to review than a dozen copies of the same three constants.
kinds! {
    /// One or more given names, or a family name: letters of any script, apostrophes, hyphens, points.
    NamePart = Name, "name", 60, is_name_character, lacks_nothing;
    /// A line of an address.
    AddressLine = Line, "address line", 80, is_line_character, lacks_nothing;
    /// What somebody's job is called: `Learning mentor`.
    JobTitle = Job, "job title", 60, is_line_character, lacks_nothing;
    /// The name of an organisation, school or practice.
    OrganisationName = Organisation, "organisation", 100, is_line_character, lacks_nothing;
    /// The code of a service in the catalogue.
    ServiceCode = Service, "service code", 40, is_code_character, lacks_nothing;
    /// The code of a school (URN) or practice (ODS).
    PlaceCode = Place, "school or practice code", 16, is_code_character, lacks_nothing;
    /// The code of a local authority.
    AuthorityCode = Authority, "authority code", 16, is_code_character, lacks_nothing;
    /// The name by which a supplier is known to the directory.
    SupplierCode = Supplier, "supplier", 40, is_code_character, lacks_nothing;
    /// A supplier's own key for a row.
    SupplierKey = Key, "supplier's key", 64, is_code_character, lacks_nothing;
    /// The name a person signs in with.
    UserName = User, "user name", 60, is_code_character, lacks_nothing;
    /// An electronic mail address.
    Email = Mail, "e-mail address", 120, is_mail_character, lacks_mail;
    /// A telephone number as digits with an optional leading `+`, made by [`telephone`].
    Telephone = Phone, "telephone number", 16, is_phone_character, lacks_phone;
    /// A postcode in its standard form, made by [`postcode`].
    Postcode = Post, "postcode", 8, is_code_character, lacks_post;
    /// A number another body gave the child, made by [`crate::number::OtherNumber`].
    OtherNumberText = Other, "number", 20, is_code_character, lacks_nothing;
}

fn lacks_nothing(_text: &str) -> Option<&'static str> {
    None
}

fn is_mail_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '@' | '\'')
}

fn is_phone_character(c: char) -> bool {
    c.is_ascii_digit() || c == '+'
}

/// Takes an electronic mail address: one `@` with something on both sides and a point in the domain.
///
/// # Errors
/// A [`Fault`] when it is not of that form.
pub fn email(text: &str) -> Result<Email, Fault> {
    Email::parse(text)
}

fn lacks_mail(text: &str) -> Option<&'static str> {
    let (local, domain) = text.split_once('@').unwrap_or((text, ""));
    let good = !local.is_empty()
        && !text.contains(' ')
        && !domain.contains('@')
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty());
    (!good).then_some("like name@example.org")
}

/// Takes a United Kingdom or international telephone number, written with any spaces, brackets or dashes.
///
/// # Errors
/// A [`Fault`] when it has letters or not between 10 and 15 digits.
pub fn telephone(text: &str) -> Result<Telephone, Fault> {
    let mut digits = String::with_capacity(16);
    for c in text.trim().chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            ' ' | '-' | '(' | ')' | '.' | '\u{a0}' => {}
            _ => {
                return Err(Fault {
                    what: "telephone number",
                    why: Why::Form(DIGITS),
                });
            }
        }
    }
    Telephone::parse(&digits)
}

const DIGITS: &str = "10 to 15 digits";

fn lacks_phone(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let good = (10..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (!good).then_some(DIGITS)
}

/// Takes a United Kingdom postcode in any spacing and case, and gives its standard form: `BS16 5TJ`.
///
/// # Errors
/// A [`Fault`] when it is not of the form of a postcode (BS 7666).
pub fn postcode(text: &str) -> Result<Postcode, Fault> {
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let inward_at = compact.len().saturating_sub(INWARD_BYTES);
    let (outward, inward) = compact
        .split_at_checked(inward_at)
        .unwrap_or((&compact, ""));
    Postcode::parse(&format!("{outward} {inward}"))
}

const INWARD_BYTES: usize = 3;

fn lacks_post(text: &str) -> Option<&'static str> {
    let good = text.split_once(' ').is_some_and(|(outward, inward)| {
        is_outward(outward.as_bytes()) && is_inward(inward.as_bytes())
    });
    (!good).then_some("like BS16 5TJ")
}

fn is_outward(outward: &[u8]) -> bool {
    let letters = outward
        .iter()
        .take_while(|b| b.is_ascii_uppercase())
        .count();
    let rest = outward.get(letters..).unwrap_or(&[]);
    (1..=2).contains(&letters)
        && match rest {
            [d] => d.is_ascii_digit(),
            [d, e] => d.is_ascii_digit() && e.is_ascii_alphanumeric(),
            _ => false,
        }
}

fn is_inward(inward: &[u8]) -> bool {
    matches!(inward, [d, a, b] if d.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_many_heritages_are_taken_as_written() {
        for name in [
            "O'Brien",
            "Zoë",
            "Nguyễn",
            "van der Berg",
            "Ó Súilleabháin",
            "محمد",
            "Smith-Jones",
            "St. John",
        ] {
            assert_eq!(NamePart::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn r4_a_name_cannot_carry_a_note() {
        for note in [
            "Smith (see file 12)",
            "Smith: at risk",
            "a=b",
            "Smith 2",
            "<b>",
            "",
        ] {
            assert!(NamePart::parse(note).is_err(), "{note}");
        }
    }

    #[test]
    fn a_fault_never_carries_the_value() {
        let fault = NamePart::parse("Secret123").unwrap_err();
        assert!(!fault.to_string().contains("Secret123"));
    }

    #[test]
    fn postcodes_take_any_spacing() {
        for text in ["bs165tj", "BS16 5TJ", " bs 16 5t j "] {
            assert_eq!(postcode(text).unwrap().as_str(), "BS16 5TJ");
        }
        for text in ["", "BS16", "12345", "BS16 55J", "ÉS16 5TJ"] {
            assert!(postcode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_text_is_of_a_kind_whose_form_it_lacks() {
        for text in ["jane", "@example.org", "jane@example", "a@b.c d", "a@@b.c"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
        for text in [
            "+",
            "0163",
            "01632+960114",
            "01632 960114",
            "++441632960114",
        ] {
            assert!(Telephone::parse(text).is_err(), "{text}");
        }
        for text in ["BS165TJ", "bs16 5tj", "BS16", "BS16 5TJ1"] {
            assert!(Postcode::parse(text).is_err(), "{text}");
        }
        let all = (
            email("jane@example.org"),
            telephone("01632 960114"),
            postcode("bs165tj"),
        );
        let (Ok(email), Ok(telephone), Ok(postcode)) = all else {
            panic!("not taken");
        };
        assert_eq!(Email::parse(email.as_str()), Ok(email));
        assert_eq!(Telephone::parse(telephone.as_str()), Ok(telephone));
        assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode));
    }

    #[test]
    fn telephones_keep_only_digits() {
        assert_eq!(
            telephone("(01632) 960-114").unwrap().as_str(),
            "01632960114"
        );
        assert_eq!(
            telephone("+44 1632 960114").unwrap().as_str(),
            "+441632960114"
        );
        for text in ["", "12", "phone Jane", "01632 960 114 ext 4"] {
            assert!(telephone(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_is_stable_and_never_panics(text in "\\PC*") {
            if let Ok(part) = NamePart::parse(&text) {
                prop_assert_eq!(&NamePart::parse(part.as_str()).unwrap(), &part);
            }
            let _ = (postcode(&text), telephone(&text), email(&text), AddressLine::parse(&text));
        }
    }
}
