//! The columns of feeds that report local services.

use super::date;
use crate::involvement::{Assessment, ConsentBy, Judgement};
use crate::line::Line;
use crate::row::Row;
use crate::service::services;

pub fn worker(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.involvement
            .as_ref()
            .map_or("", |(_, worker)| worker.name.as_str()),
    );
}

pub fn job_title(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.involvement
            .as_ref()
            .map_or("", |(_, worker)| worker.job_title.as_str()),
    );
}

pub fn organisation(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.involvement
            .as_ref()
            .map_or("", |(_, worker)| worker.organisation.as_str()),
    );
}

pub fn telephone(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.involvement
            .as_ref()
            .map_or("", |(_, worker)| worker.telephone.as_str()),
    );
}

pub fn email(line: &mut Line, row: &Row<'_>) {
    let told = !row.luck.is_multiple_of(11);
    line.text(
        row.involvement
            .as_ref()
            .filter(|_| told)
            .map_or("", |(_, worker)| worker.email.as_str()),
    );
}

pub fn service(line: &mut Line, row: &Row<'_>) {
    let service = row
        .involvement
        .as_ref()
        .and_then(|(involvement, _)| services().get(involvement.service));
    line.text(service.map_or("", |service| service.code));
}

pub fn start(line: &mut Line, row: &Row<'_>) {
    date(
        line,
        row,
        row.involvement
            .as_ref()
            .map(|(involvement, _)| involvement.start),
    );
}

pub fn end(line: &mut Line, row: &Row<'_>) {
    date(
        line,
        row,
        row.involvement
            .as_ref()
            .and_then(|(involvement, _)| involvement.end),
    );
}

/// Lead professional; one current row in a hundred claims it wrongly.
pub fn lead(line: &mut Line, row: &Row<'_>) {
    let leads = row.involvement.as_ref().is_some_and(|(involvement, _)| {
        involvement.lead || (involvement.end.is_none() && row.luck.is_multiple_of(101))
    });
    let [yes, no] = row.layout.yes_no;
    line.text(if leads { yes } else { no });
}

pub fn assessment(line: &mut Line, row: &Row<'_>) {
    let [none, current, past] = row.layout.assessments;
    line.text(
        match row
            .involvement
            .as_ref()
            .map(|(involvement, _)| involvement.assessment)
        {
            Some(Assessment::Current) => current,
            Some(Assessment::Past) => past,
            Some(Assessment::None) | None => none,
        },
    );
}

pub fn restricted(line: &mut Line, row: &Row<'_>) {
    let [yes, no] = row.layout.yes_no;
    line.text(if row.person.at_risk { yes } else { no });
}

pub fn consent_by(line: &mut Line, row: &Row<'_>) {
    let consent = row
        .involvement
        .as_ref()
        .and_then(|(involvement, _)| involvement.consent);
    line.text(match consent.map(|consent| consent.by) {
        Some(ConsentBy::Child) => "child",
        Some(ConsentBy::Parent) => "parent",
        Some(ConsentBy::Nobody) | None => "none",
    });
}

pub fn consent_date(line: &mut Line, row: &Row<'_>) {
    let consent = row
        .involvement
        .as_ref()
        .and_then(|(involvement, _)| involvement.consent);
    date(line, row, consent.and_then(|consent| consent.date));
}

pub fn consent_judgement(line: &mut Line, row: &Row<'_>) {
    let consent = row
        .involvement
        .as_ref()
        .and_then(|(involvement, _)| involvement.consent);
    line.text(match consent.map(|consent| consent.judgement) {
        Some(Judgement::Competent) => "competent",
        Some(Judgement::NotCompetent) => "not competent",
        Some(Judgement::Presumed) | None => "",
    });
}
