//! Reading the data files that are built in: words, and lines of a key and its words.

/// The words after `key:` in a file of such lines; `_` stands for a space inside a word and `-` for no letters.
pub fn words(file: &str, key: &str) -> Vec<String> {
    file.lines()
        .find_map(|line| {
            line.strip_prefix(key)
                .and_then(|rest| rest.strip_prefix(':'))
        })
        .map(|rest| rest.split_whitespace().map(word).collect())
        .unwrap_or_default()
}

/// The first word after `key:`.
pub fn value<'a>(file: &'a str, key: &str) -> &'a str {
    file.lines()
        .find_map(|line| {
            line.strip_prefix(key)
                .and_then(|rest| rest.strip_prefix(':'))
        })
        .map_or("", str::trim)
}

/// The letters a-z and digits of a name, without accents, with `-` between words: for addresses on the Internet.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in crate::mistakes::without_accents(name).chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if letter == ' ' && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

/// The same word beginning with a capital letter.
pub fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn word(word: &str) -> String {
    if word == "-" {
        String::new()
    } else {
        word.replace('_', " ")
    }
}
