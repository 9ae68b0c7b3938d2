//! A school's census return with all that such a return has and the directory never takes: characteristics, special needs, attendance,
//! exclusions and leavers. Of a pupil it says by chance, and means nobody.

use std::io::{self, Write};

use jiff::civil::Date;

use super::census::{OPENING, write_header, write_home, write_identifiers, write_status};
use super::xml::Xml;
use crate::row::Row;
use crate::setting::School;

/// One pupil in so many has special needs, one in so many was excluded.
const NEEDS_ONE_IN: u32 = 5;
const EXCLUDED_ONE_IN: u32 = 19;

/// One pupil on the roll.
pub fn write_pupil(xml: &mut Xml, row: &Row<'_>) {
    xml.begin("PupilOnRoll");
    write_identifiers(xml, row);
    xml.begin("PupilCharacteristics");
    xml.text("Ethnicity", "NOBT");
    xml.text("Language", "ENG");
    xml.text("ServiceChild", "N");
    xml.begin("FSMeligibility");
    xml.text("FSMstartDate", "2025-09-01");
    xml.end("FSMeligibility");
    xml.end("PupilCharacteristics");
    write_status(xml, row);
    let has_needs = row.luck.is_multiple_of(NEEDS_ONE_IN);
    xml.begin("SpecialEducationalNeeds");
    xml.text("SENprovision", if has_needs { "K" } else { "N" });
    if has_needs {
        xml.begin("SENneeds");
        xml.begin("SENneed");
        xml.text("SENtypeRank", "1");
        xml.text("SENtype", "SLCN");
        xml.end("SENneed");
        xml.end("SENneeds");
    }
    xml.end("SpecialEducationalNeeds");
    xml.begin("Attendance");
    xml.begin("TermlyAttendance");
    xml.text("SessionsPossible", "120");
    xml.text("SessionsMissed", "4");
    xml.end("TermlyAttendance");
    xml.end("Attendance");
    if row.luck.is_multiple_of(EXCLUDED_ONE_IN) {
        write_exclusion(xml);
    }
    write_home(xml, row);
    xml.end_line("PupilOnRoll");
}

fn write_exclusion(xml: &mut Xml) {
    xml.begin("Exclusions");
    xml.begin("TermlyExclusion");
    xml.text("Category", "SUSP");
    xml.text("Reason", "DB");
    xml.end("TermlyExclusion");
    xml.end("Exclusions");
}

/// The return of a school on a day.
pub fn write_return(
    sink: &mut dyn Write,
    (school, today): (&School, Date),
    pupils: &[u8],
) -> io::Result<()> {
    let mut xml = Xml::default();
    write_header(&mut xml, (school, today));
    xml.begin("School");
    xml.begin("SchoolCharacteristics");
    xml.text("URN", &school.code.to_string());
    xml.text("SchoolName", &school.name);
    xml.end("SchoolCharacteristics");
    xml.begin("Miscellaneous");
    xml.text("FreeMealsTaken", "91");
    xml.end("Miscellaneous");
    xml.end_line("School");
    let mut leavers = Xml::default();
    leavers.begin("PupilsNoLongerOnRoll");
    leavers.begin("PupilNoLongerOnRoll");
    leavers.text("UPN", "Z999000000000");
    write_exclusion(&mut leavers);
    leavers.end("PupilNoLongerOnRoll");
    leavers.end_line("PupilsNoLongerOnRoll");
    sink.write_all(OPENING)?;
    sink.write_all(&xml.bytes)?;
    sink.write_all(b"<Pupils><PupilsOnRoll>\n")?;
    sink.write_all(pupils)?;
    sink.write_all(b"</PupilsOnRoll>\n")?;
    sink.write_all(&leavers.bytes)?;
    sink.write_all(b"</Pupils>\n</Message>\n")?;
    sink.flush()
}
