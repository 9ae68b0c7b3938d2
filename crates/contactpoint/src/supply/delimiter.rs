//! What seems to stand between the columns of a heading that was read with another delimiter: the commonest mistake there is.

/// Characters that separate fields in the files that programs write, each as TOML writes it.
const DELIMITERS: [(char, &str); 4] = [
    (';', "\";\""),
    ('\t', "\"\\t\""),
    ('|', "\"|\""),
    (',', "\",\""),
];

/// The delimiter that a heading seems to have, as a mapping or `link.toml` says it. `None`: it has several columns, or truly one.
#[must_use]
pub fn other_delimiter<T: AsRef<str>>(heading: &[T]) -> Option<&'static str> {
    let [only] = heading else { return None };
    let counts = DELIMITERS
        .iter()
        .map(|(mark, written)| (only.as_ref().matches(*mark).count(), *written));
    let most = counts.filter(|(count, _)| *count > 0).max();
    most.map(|(_, written)| written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_with_a_delimiter_in_it_is_several() {
        for (heading, expected) in [
            (&["id;first;last"][..], Some("\";\"")),
            (&["id\tfirst, last\tborn"], Some("\"\\t\"")),
            (&["id|first"], Some("\"|\"")),
            (&["id,first"], Some("\",\"")),
            (&["id"], None),
            (&["id;first", "last"], None),
            (&[], None),
        ] {
            assert_eq!(other_delimiter(heading), expected, "{heading:?}");
        }
    }
}
