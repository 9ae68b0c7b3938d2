//! A figure as it may be shown: never a small number, and none by which a small number can be worked out (Annex A, X2).

/// Fewer than this are not told from none.
pub const SHOWN_MIN: u64 = 8;
/// What is shown is a multiple of this.
pub const ROUNDED_TO: u64 = 5;
/// Half of what is rounded to, downwards: so much more rounds up.
const ROUNDED_UP_FROM: u64 = 2;

/// A count as everybody sees it. A figure can only be made by suppressing and rounding: what was counted is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Figure {
    /// Fewer than [`SHOWN_MIN`], perhaps none.
    #[default]
    Few,
    /// Not few, and not shown: by it the only few beside it could be worked out.
    Withheld,
    /// About so many.
    About(Rounded),
}

/// A multiple of [`ROUNDED_TO`], not below what [`SHOWN_MIN`] rounds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rounded(u64);

/// What was counted, and the figure that was shown before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// What was shown last.
    pub before: Figure,
}

impl Rounded {
    /// What a count is shown as. `None`: it is too small.
    #[must_use]
    pub fn of(count: u64) -> Option<Rounded> {
        let steps = count.saturating_add(ROUNDED_UP_FROM).div_euclid(ROUNDED_TO);
        (count >= SHOWN_MIN).then_some(Rounded(steps.saturating_mul(ROUNDED_TO)))
    }

    /// One that was shown before. `None`: no figure is shown so.
    #[must_use]
    pub fn shown(number: u64) -> Option<Rounded> {
        Rounded::of(number).filter(|rounded| rounded.0 == number)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

impl Figure {
    /// A count that stands by itself: no other figure is a part of it.
    #[must_use]
    pub fn of(count: u64) -> Figure {
        Rounded::of(count).map_or(Figure::Few, Figure::About)
    }

    /// The number that is shown. `None`: none is.
    #[must_use]
    pub fn number(self) -> Option<u64> {
        match self {
            Figure::About(rounded) => Some(rounded.0),
            Figure::Few | Figure::Withheld => None,
        }
    }
}

/// The figures of a group of counts that may add up to something known.
///
/// A figure stays what it was until the count is as far from it as what is rounded to: one child more or less is never seen in a figure
/// that was shown before, except where it falls below [`SHOWN_MIN`]. If only one of the group is few, the smallest other is withheld, and
/// stays so while there is need: from what the group adds up to, nobody can tell the one from the other.
#[must_use]
pub fn published(group: &[Counted]) -> Vec<Figure> {
    let mut figures: Vec<Figure> = group.iter().map(|counted| alone(*counted)).collect();
    let few = figures.iter().filter(|figure| **figure == Figure::Few);
    if few.count() == 1 {
        let others = group.iter().zip(figures.iter_mut());
        let others = others.filter(|(_, figure)| **figure != Figure::Few);
        let smallest =
            others.min_by_key(|(counted, _)| (counted.before != Figure::Withheld, counted.count));
        if let Some((_, figure)) = smallest {
            *figure = Figure::Withheld;
        }
    }
    figures
}

fn alone(counted: Counted) -> Figure {
    match (Rounded::of(counted.count), counted.before) {
        (None, _) => Figure::Few,
        (Some(_), Figure::About(before)) if before.0.abs_diff(counted.count) < ROUNDED_TO => {
            Figure::About(before)
        }
        (Some(rounded), _) => Figure::About(rounded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fresh(counts: &[u64]) -> Vec<Option<u64>> {
        after(counts, &vec![Figure::Few; counts.len()])
            .into_iter()
            .map(Figure::number)
            .collect()
    }

    fn after(counts: &[u64], before: &[Figure]) -> Vec<Figure> {
        let group: Vec<Counted> = counts
            .iter()
            .zip(before)
            .map(|(count, before)| Counted {
                count: *count,
                before: *before,
            })
            .collect();
        published(&group)
    }

    #[test]
    fn x2_small_numbers_are_suppressed_and_the_rest_rounded_to_five() {
        for few in 0..SHOWN_MIN {
            assert_eq!(Figure::of(few), Figure::Few);
        }
        let shown = |count| Figure::of(count).number();
        assert_eq!(shown(8), Some(10));
        assert_eq!(shown(12), Some(10));
        assert_eq!(shown(13), Some(15));
        assert_eq!(shown(1_002), Some(1_000));
    }

    #[test]
    fn x2_the_only_few_of_a_group_cannot_be_worked_out_from_the_others() {
        assert_eq!(fresh(&[3, 20, 50]), [None, None, Some(50)]);
        assert_eq!(after(&[3, 20, 50], &[Figure::Few; 3])[1], Figure::Withheld);
        assert_eq!(fresh(&[3, 0, 50]), [None, None, Some(50)]);
        assert_eq!(fresh(&[9, 20, 50]), [Some(10), Some(20), Some(50)]);
        assert_eq!(fresh(&[3]), [None]);
    }

    #[test]
    fn x2_the_one_that_is_withheld_does_not_change_from_day_to_day() {
        let first = after(&[3, 20, 25], &[Figure::Few; 3]);
        assert_eq!(first[1], Figure::Withheld);
        let second = after(&[3, 20, 15], &first);
        assert_eq!(second[1], Figure::Withheld);
        assert_eq!(second[2].number(), Some(15));
    }

    #[test]
    fn x2_one_child_more_or_less_is_not_seen() {
        let first = Figure::of(22);
        for count in 16..=24 {
            assert_eq!(
                after(&[count, 0, 0], &[first, Figure::Few, Figure::Few])[0],
                first
            );
        }
        let moved = after(&[25, 0, 0], &[first, Figure::Few, Figure::Few])[0];
        assert_eq!(moved.number(), Some(25));
    }

    proptest! {
        #[test]
        fn x2_no_figure_is_small_or_exact(counts in proptest::collection::vec(0u64..60, 1..6), days in 1usize..6) {
            let mut figures = vec![Figure::Few; counts.len()];
            for day in 0..days as u64 {
                let counts: Vec<u64> = counts.iter().map(|count| count.wrapping_add(day.wrapping_mul(3)).wrapping_rem(60)).collect();
                figures = after(&counts, &figures);
                for (count, figure) in counts.iter().zip(&figures) {
                    prop_assert_eq!(*figure == Figure::Few, *count < SHOWN_MIN);
                    if let Some(number) = figure.number() {
                        prop_assert!(number >= 10 && number % ROUNDED_TO == 0);
                        prop_assert!(number.abs_diff(*count) < ROUNDED_TO);
                        prop_assert_eq!(Rounded::shown(number).map(Rounded::number), Some(number));
                    }
                }
                let few = figures.iter().filter(|figure| **figure == Figure::Few).count();
                let withheld = figures.iter().filter(|figure| **figure == Figure::Withheld).count();
                prop_assert_eq!(withheld, usize::from(few == 1 && figures.len() > 1));
            }
        }

        #[test]
        fn nothing_else_is_read_as_a_figure(number in 0u64..1_000) {
            prop_assert_eq!(Rounded::shown(number).is_some(), number >= 10 && number % 5 == 0);
        }
    }
}
