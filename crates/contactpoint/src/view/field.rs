//! What a person typed into a form, kept as it was typed, with what is wrong with it.

/// One text box.
#[derive(Clone, Default)]
pub struct Field {
    /// As typed.
    pub value: String,
    /// What is wrong and how to put it right; `None` when nothing is.
    pub fault: Option<String>,
}

/// A date in three boxes.
#[derive(Clone, Default)]
pub struct DateField {
    /// As typed into the first box; may hold a whole pasted date.
    pub day: String,
    /// As typed.
    pub month: String,
    /// As typed.
    pub year: String,
    /// What is wrong, naming the faulty part.
    pub fault: Option<String>,
    /// Which box is marked; `None` marks all three when there is a fault.
    pub faulty_part: Option<DatePart>,
}

/// One of the three boxes of a date.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    /// The first box.
    Day,
    /// The second box.
    Month,
    /// The third box.
    Year,
}

impl DateField {
    /// Whether the first box is to be marked as faulty.
    pub fn marks_day(&self) -> bool {
        self.marks(DatePart::Day)
    }

    /// Whether the second box is to be marked as faulty.
    pub fn marks_month(&self) -> bool {
        self.marks(DatePart::Month)
    }

    /// Whether the third box is to be marked as faulty.
    pub fn marks_year(&self) -> bool {
        self.marks(DatePart::Year)
    }

    fn marks(&self, part: DatePart) -> bool {
        self.fault.is_some() && self.faulty_part.is_none_or(|faulty| faulty == part)
    }
}
