//! What was asked, in words, above the results.

use directory::query::{Born, Query};

use crate::words;

/// A query in words: `Kelly Marsh, born 14 May 2011`.
pub(super) fn query(query: &Query) -> String {
    let visible = query.visible();
    let names = [visible.given.as_ref(), visible.family.as_ref()];
    let name: Vec<&str> = names
        .into_iter()
        .flatten()
        .map(|name| name.as_str())
        .collect();
    let mut said = Vec::new();
    if !name.is_empty() {
        said.push(name.join(" "));
    }
    said.extend(visible.born.map(born));
    said.extend(
        visible
            .gender
            .map(|gender| words::gender(Some(gender)).to_owned()),
    );
    said.extend(
        visible
            .number
            .map(|number| format!("ContactPoint number {number}")),
    );
    if let Some(hidden) = query.hidden() {
        said.extend(
            hidden
                .postcode
                .as_ref()
                .map(|postcode| format!("postcode {postcode}")),
        );
        said.extend(
            hidden
                .place
                .as_ref()
                .map(|place| format!("school or practice {place}")),
        );
        said.extend(
            hidden
                .carer
                .as_ref()
                .map(|carer| format!("parent or carer {carer}")),
        );
        said.extend(
            hidden
                .other_number
                .as_ref()
                .map(|number| format!("{} {number}", number.scheme.words())),
        );
        said.extend(hidden.area.map(|_| "in your own area".to_owned()));
    }
    said.join(", ")
}

fn born(born: Born) -> String {
    match born {
        Born::On(day) => format!("born {}", words::day(day)),
        Born::In { year } => format!("born in {year}"),
        Born::Between { earliest, latest } => {
            format!(
                "born between {} and {}",
                words::day(earliest),
                words::day(latest)
            )
        }
    }
}
