//! An explanation as a picture: bars of bits that add up, from the prior to the total.

use std::fmt::Write;

use super::explain::{Explanation, Term};
use super::odds::odds_words;

const WIDTH: f32 = 720.0;
const BAR_LEFT: f32 = 250.0;
const BAR_RIGHT: f32 = 640.0;
const ROW_HEIGHT: f32 = 26.0;
const TOP: f32 = 34.0;
/// Characters of a text that are shown.
const TEXT_CHARACTERS_MAX: usize = 34;
const FOR_COLOUR: &str = "#00703c";
const AGAINST_COLOUR: &str = "#d4351c";
const SUM_COLOUR: &str = "#1d70b8";

/// One bar: what it stands for, where it begins and ends.
struct Bar {
    name: String,
    detail: String,
    from: f32,
    to: f32,
    is_sum: bool,
}

impl Explanation {
    /// The explanation as an SVG picture that stands alone: no script, no style sheet, nothing fetched. Every text is
    /// escaped. Values of the records are not shown, only fields, levels and bits.
    #[must_use]
    pub fn svg(&self) -> String {
        let bars = self.bars();
        let low = bars
            .iter()
            .flat_map(|bar| [bar.from, bar.to])
            .fold(0.0, f32::min);
        let high = bars
            .iter()
            .flat_map(|bar| [bar.from, bar.to])
            .fold(0.0, f32::max);
        let scale = (BAR_RIGHT - BAR_LEFT) / (high - low).max(1.0);
        let across = |bits: f32| BAR_LEFT + (bits - low) * scale;
        let height = TOP + ROW_HEIGHT * bars.len() as f32 + 12.0;
        let summary = format!(
            "{}, {:+.1} bits",
            odds_words(self.total_bits),
            self.total_bits
        );
        let mut svg = String::new();
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{0}\" \
             font-family=\"sans-serif\" font-size=\"13\"><title>{0}</title><text x=\"8\" y=\"20\" font-weight=\"bold\">{0}</text>",
            escaped(&summary)
        );
        let _ = write!(
            svg,
            "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{TOP}\" y2=\"{1:.1}\" stroke=\"#505a5f\"/>",
            across(0.0),
            height - 8.0
        );
        for (place, bar) in bars.iter().enumerate() {
            draw(&mut svg, bar, TOP + ROW_HEIGHT * place as f32, &across);
        }
        svg.push_str("</svg>");
        svg
    }

    fn bars(&self) -> Vec<Bar> {
        let mut sum = 0.0;
        let mut bar = |name: &str, detail: &str, bits: f32| {
            let from = sum;
            sum += bits;
            Bar {
                name: name.to_owned(),
                detail: detail.to_owned(),
                from,
                to: sum,
                is_sum: false,
            }
        };
        let mut bars = vec![bar("to begin with", "", self.prior_bits)];
        let said = |term: &&Term| term.level != "missing";
        bars.extend(
            self.terms
                .iter()
                .filter(said)
                .map(|term| bar(&term.field, term.level, term.bits + term.frequency_bits)),
        );
        bars.push(bar("other kinds of pairs", "", self.others_bits));
        bars.push(Bar {
            name: "total".to_owned(),
            detail: String::new(),
            from: 0.0,
            to: self.total_bits,
            is_sum: true,
        });
        bars
    }
}

fn draw(svg: &mut String, bar: &Bar, top: f32, across: &impl Fn(f32) -> f32) {
    let (left, right) = (across(bar.from.min(bar.to)), across(bar.from.max(bar.to)));
    let colour = match bar {
        Bar { is_sum: true, .. } => SUM_COLOUR,
        Bar { from, to, .. } if to >= from => FOR_COLOUR,
        _ => AGAINST_COLOUR,
    };
    let label = if bar.detail.is_empty() {
        bar.name.clone()
    } else {
        format!("{}: {}", bar.name, bar.detail)
    };
    let _ = write!(
        svg,
        "<text x=\"8\" y=\"{0:.1}\">{1}</text><rect x=\"{left:.1}\" y=\"{2:.1}\" width=\"{3:.1}\" height=\"18\" fill=\"{colour}\"/>\
         <text x=\"{4:.1}\" y=\"{0:.1}\">{5:+.1}</text>",
        top + 17.0,
        escaped(&shortened(&label)),
        top + 4.0,
        (right - left).max(1.0),
        BAR_RIGHT + 14.0,
        bar.to - bar.from
    );
}

fn shortened(text: &str) -> String {
    if text.chars().nth(TEXT_CHARACTERS_MAX).is_none() {
        return text.to_owned();
    }
    let kept = text.chars().take(TEXT_CHARACTERS_MAX.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// A text in XML, without characters XML does not have.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                out.push(' ')
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::model::Class;

    #[test]
    fn names_of_columns_cannot_break_the_picture() {
        let explanation = Explanation {
            prior_bits: -20.0,
            terms: vec![Term {
                field: "<script>\"&'\u{0}".to_owned(),
                compared: ("<b>".to_owned(), "x".to_owned()),
                level: "same",
                bits: 12.0,
                frequency_bits: 1.0,
            }],
            others_bits: -0.5,
            total_bits: -7.5,
            probability: 0.005,
            against: Class::Unrelated,
        };
        let svg = explanation.svg();
        assert!(
            svg.contains("&lt;script&gt;&quot;&amp;&#39; : same"),
            "{svg}"
        );
        assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains('\u{0}'));
        assert_eq!(svg.matches("<rect").count(), 4);
    }

    /// What is nearly certain is not said to be certain: the picture says it as the words do.
    #[test]
    fn the_title_says_odds_as_the_words_do() {
        let explanation = Explanation {
            prior_bits: -4.0,
            terms: Vec::new(),
            others_bits: 0.0,
            total_bits: 16.2,
            probability: 0.999_99,
            against: Class::Unrelated,
        };
        let svg = explanation.svg();
        let said = "about 1 in 75,000 that they are not one person, +16.2 bits";
        assert!(svg.contains(&format!("<title>{said}</title>")), "{svg}");
        assert!(explanation.words().starts_with("about 1 in 75,000"));
        assert!(!svg.contains("100.0 %"));
    }
}
