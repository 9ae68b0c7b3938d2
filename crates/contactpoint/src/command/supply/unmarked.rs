//! What must be said of a mapping of social care that has no mark for restricted records.

use contactpoint::supply::Mapping;

use super::super::say::note;

/// Says so, when it has none: nothing in such a file tells the directory whom its own system hides (C20).
pub fn tell(mapping: &Mapping) {
    if !mapping.is_unmarked() {
        return;
    }
    let what_to_do = if mapping.tables.is_some() {
        "Leave those children out (supply join --leave-out FILE, a list of their ids), and send them by a mapping with `restricted`."
    } else {
        "Leave those children out of the extract, or add a column that says it, which the mapping names as `restricted`."
    };
    note(format_args!(
        "These rows have no mark for restricted records: a child whom your own system hides would be shown to everybody. {what_to_do}"
    ));
}
