//! Texts that name people or groups, as numbers in the order in which they were first met.

use std::collections::HashMap;

/// Texts with their numbers, and the number at every row.
#[derive(Debug, Default)]
pub struct Labels {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
    /// The number of every row that was added, in order. `None`: it is silent.
    pub of_row: Vec<Option<u32>>,
}

impl Labels {
    /// The number of a text, a new one when it has none. `None`: the text is empty.
    pub fn number(&mut self, text: &str) -> Option<u32> {
        if text.is_empty() {
            return None;
        }
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        Some(number)
    }

    /// The number of a text that is known.
    pub fn known(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        let number = self.number(text);
        self.of_row.push(number);
    }

    /// All texts, by number.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// For each number of others the number of the same text here.
    pub fn adopt(&mut self, others: &Labels) -> Vec<u32> {
        let numbers = others.texts.iter().map(|text| self.number(text));
        numbers.map(|number| number.unwrap_or(u32::MAX)).collect()
    }
}
