//! The stored bytes of reference data.

use directory::bytes::{Reader, Writer};
use directory::organisation::{
    Admission, Authority, Organisation, OrganisationId, Sector, ShieldingPhase,
};
use directory::service::{Classification, Service};
use directory::setting::{Place, PlaceKind};
use directory::text::{Kind, Text};

const CLASSIFICATIONS: [Classification; 3] = [
    Classification::Unclassified,
    Classification::Ordinary,
    Classification::Sensitive,
];

fn place_of<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter()
        .position(|one| one == value)
        .and_then(|index| u8::try_from(index).ok())
        .unwrap_or(u8::MAX)
}

fn one_of<T: Copy>(from: &mut Reader<'_>, all: &[T]) -> Option<T> {
    all.get(usize::from(from.u8()?)).copied()
}

fn read_text<K: Kind>(from: &mut Reader<'_>) -> Option<Text<K>> {
    Text::parse(from.text()?).ok()
}

fn write_option<K: Kind>(out: &mut Writer, text: Option<&Text<K>>) {
    out.option(text, |out, text| out.text(text.as_str()));
}

pub(crate) fn authority(authority: &Authority) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(authority.code.as_str());
    out.text(authority.name.as_str());
    out.u8(u8::from(authority.shielding == ShieldingPhase::Complete));
    out.finish()
}

pub(crate) fn read_authority(bytes: &[u8]) -> Option<Authority> {
    let mut from = Reader::new(bytes);
    Some(Authority {
        code: read_text(&mut from)?,
        name: read_text(&mut from)?,
        shielding: if from.u8()? == 1 {
            ShieldingPhase::Complete
        } else {
            ShieldingPhase::UnderWay
        },
    })
}

pub(crate) fn service(service: &Service) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(service.code.as_str());
    out.text(&service.name);
    out.u8(place_of(&Sector::ALL, &service.sector));
    out.u8(place_of(&CLASSIFICATIONS, &service.classification));
    out.finish()
}

pub(crate) fn read_service(bytes: &[u8]) -> Option<Service> {
    let mut from = Reader::new(bytes);
    Some(Service {
        code: read_text(&mut from)?,
        name: from.text()?.to_owned(),
        sector: one_of(&mut from, &Sector::ALL)?,
        classification: one_of(&mut from, &CLASSIFICATIONS)?,
    })
}

pub(crate) fn place(place: &Place) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(place.code.as_str());
    out.u8(u8::from(place.kind == PlaceKind::Practice));
    out.text(place.name.as_str());
    write_option(&mut out, place.telephone.as_ref());
    write_option(&mut out, place.email.as_ref());
    write_option(&mut out, place.authority.as_ref());
    out.finish()
}

pub(crate) fn read_place(bytes: &[u8]) -> Option<Place> {
    let mut from = Reader::new(bytes);
    Some(Place {
        code: read_text(&mut from)?,
        kind: if from.u8()? == 1 {
            PlaceKind::Practice
        } else {
            PlaceKind::School
        },
        name: read_text(&mut from)?,
        telephone: from.option(read_text)?,
        email: from.option(read_text)?,
        authority: from.option(read_text)?,
    })
}

pub(crate) fn organisation(organisation: &Organisation) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(organisation.name.as_str());
    out.u8(place_of(&Sector::ALL, &organisation.sector));
    write_option(&mut out, organisation.authority());
    out.option(organisation.accredited_until, Writer::date);
    out.list(&organisation.services, |out, code| out.text(code.as_str()));
    out.finish()
}

pub(crate) fn read_organisation(id: OrganisationId, bytes: &[u8]) -> Option<Organisation> {
    let mut from = Reader::new(bytes);
    Some(Organisation {
        id,
        name: read_text(&mut from)?,
        sector: one_of(&mut from, &Sector::ALL)?,
        admitted: from
            .option(read_text)?
            .map_or(Admission::NationalPartner, Admission::Authority),
        accredited_until: from.option(Reader::date)?,
        services: from.list(read_text)?,
    })
}
