//! The files that feeds refer to: authorities, schools, practices, services.

use std::io::{self, Write};

use crate::authority::authorities;
use crate::england::England;
use crate::line::Line;
use crate::service::services;
use crate::setting::write_practice_code;

/// The names of the reference files without `.csv`, in the order they are opened.
pub const FILES: [&str; 4] = ["authorities", "schools", "practices", "services"];

/// Writes one of the reference files and says how many rows it has.
///
/// # Errors
/// What the sink returns.
pub fn write_reference(england: &England, file: &str, sink: &mut dyn Write) -> io::Result<u64> {
    let mut line = Line::default();
    let rows = match file {
        "authorities" => write_authorities(&mut line),
        "services" => write_services(&mut line),
        "practices" => write_practices(england, &mut line),
        _ => write_schools(england, &mut line),
    };
    sink.write_all(&line.bytes)?;
    sink.flush()?;
    Ok(rows as u64)
}

fn write_authorities(line: &mut Line) -> usize {
    line.bytes.extend_from_slice(b"code,name,kind\n");
    for authority in authorities() {
        line.text(authority.code);
        line.text(authority.name);
        line.text(authority.kind);
        line.end();
    }
    authorities().len()
}

fn write_services(line: &mut Line) -> usize {
    line.bytes
        .extend_from_slice(b"service_code,name,sector,sensitive,feed\n");
    for service in services() {
        line.text(service.code);
        line.text(service.name);
        line.text(service.sector);
        line.text(if service.sensitive { "yes" } else { "no" });
        line.text(service.feed.file_stem());
        line.end();
    }
    services().len()
}

fn write_practices(england: &England, line: &mut Line) -> usize {
    line.bytes
        .extend_from_slice(b"practice_code,name,authority,postcode,telephone\n");
    let mut rows = 0_usize;
    for practice in england.settings().practices() {
        write_practice_code(&mut line.bytes, practice.code);
        line.end_cell();
        line.text(&practice.name);
        line.text(
            authorities()
                .get(practice.authority)
                .map_or("", |authority| authority.code),
        );
        line.text(&practice.postcode);
        line.text(&practice.telephone);
        line.end();
        rows = rows.saturating_add(1);
    }
    rows
}

fn write_schools(england: &England, line: &mut Line) -> usize {
    line.bytes
        .extend_from_slice(b"urn,name,phase,authority,town,postcode,telephone,email\n");
    let mut rows = 0_usize;
    for school in england.settings().schools() {
        line.number(u64::from(school.code));
        line.text(&school.name);
        line.text(school.phase.name());
        line.text(
            authorities()
                .get(school.authority)
                .map_or("", |authority| authority.code),
        );
        line.text(&school.town);
        line.text(&school.postcode);
        line.text(&school.telephone);
        line.text(&school.email);
        line.end();
        rows = rows.saturating_add(1);
    }
    rows
}
