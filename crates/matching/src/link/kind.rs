//! What a column holds, and so how its values are read, compared and used to find candidates.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Given names, one or several words.
    GivenName,
    /// The family name in use.
    FamilyName,
    /// Another family name: former, preferred, at birth.
    FormerName,
    /// Given and family names in one text: `Ann Smith` or `SMITH, Ann`.
    FullName,
    /// A date, usually of birth, whole or in part.
    Date,
    /// A postal code: British ones by area, district and sector, others by their characters.
    Postcode,
    /// A line of an address.
    Address,
    /// Sex or gender.
    Sex,
    /// A value from a list, compared as a whole or with one character wrong.
    Code,
    /// Words: an occupation, a place.
    Text,
    /// A number given to one person only, within the scheme the column stands for.
    Identifier,
    /// A parent's or carer's name, or a part of it.
    ParentName,
}

/// Every kind with its name in configuration.
pub const KINDS: [(Kind, &str); 12] = [
    (Kind::GivenName, "given name"),
    (Kind::FamilyName, "family name"),
    (Kind::FormerName, "former name"),
    (Kind::FullName, "full name"),
    (Kind::Date, "date"),
    (Kind::Postcode, "postcode"),
    (Kind::Address, "address"),
    (Kind::Sex, "sex"),
    (Kind::Code, "code"),
    (Kind::Text, "text"),
    (Kind::Identifier, "identifier"),
    (Kind::ParentName, "parent name"),
];

impl Kind {
    /// The kind with a name of [`KINDS`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let found = KINDS.iter().find(|(_, known)| *known == name);
        found.map(|(kind, _)| *kind)
    }

    /// The name in configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = KINDS.iter().find(|(kind, _)| *kind == self);
        found.map_or("", |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_name() {
        for (kind, name) in KINDS {
            assert_eq!(Kind::parse(name), Some(kind));
            assert_eq!(kind.name(), name);
        }
        assert_eq!(Kind::parse("name"), None);
    }
}
