//! Who may see what: the table of Annex A as one function, and the decision to open a record.

use crate::account::{Actor, Role};
use crate::child::Child;
use crate::lifecycle::Standing;
use crate::query::Query;
use crate::reason::Reason;
use crate::record::Shielding;
use crate::row::Waits;

/// A field of the record, as the rows of Annex A name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The ContactPoint number.
    Number,
    /// The current name.
    Name,
    /// The date of birth.
    Born,
    /// The gender.
    Gender,
    /// Names besides the current one: used before, or given by another source.
    FormerNames,
    /// The address and its state.
    Residence,
    /// The responsible authority.
    Authority,
    /// Parents and carers.
    Carers,
    /// School.
    Education,
    /// General practice.
    PrimaryCare,
    /// Other involvements, the lead professional and the assessment.
    Involvements,
    /// That one or more sensitive services are involved.
    SensitiveIndicator,
    /// How to reach a sensitive service.
    SensitiveContact,
    /// Numbers other bodies gave.
    OtherNumbers,
    /// What is in the archive.
    Archived,
    /// That there is a shield.
    ShieldFact,
}

impl Field {
    /// Every field, in the order of Annex A.
    pub const ALL: [Field; 16] = [
        Field::Number,
        Field::Name,
        Field::Born,
        Field::Gender,
        Field::FormerNames,
        Field::Residence,
        Field::Authority,
        Field::Carers,
        Field::Education,
        Field::PrimaryCare,
        Field::Involvements,
        Field::SensitiveIndicator,
        Field::SensitiveContact,
        Field::OtherNumbers,
        Field::Archived,
        Field::ShieldFact,
    ];
}

/// As whom somebody looks: the columns of Annex A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Viewer {
    /// A practitioner.
    Practitioner,
    /// A practitioner whose override was granted, after the check was raised (R45, R46).
    Override,
    /// The management team of the responsible authority, shielding or brokering (R34, R47).
    ManagementTeam,
    /// Reports.
    Reports,
}

impl Viewer {
    /// Every viewer, in the order of Annex A.
    pub const ALL: [Viewer; 4] = [
        Viewer::Practitioner,
        Viewer::Override,
        Viewer::ManagementTeam,
        Viewer::Reports,
    ];
}

/// How much of a field a viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// All of it.
    Shown,
    /// Nothing.
    Hidden,
    /// Only people who work for the body that gave the number (L2).
    AllocatingBody,
    /// Only while brokering contact (R34).
    Brokering,
    /// Only in the first year, for closed reasons.
    FirstYear,
    /// Only in sums over many children.
    Aggregate,
    /// Only how many there are.
    CountOnly,
}

/// Annex A: how much of a field a viewer sees of a record.
#[must_use]
pub fn visibility(field: Field, viewer: Viewer, shielding: Shielding) -> Visibility {
    use Visibility::{Aggregate, AllocatingBody, Brokering, CountOnly, FirstYear, Hidden, Shown};
    let shielded = shielding == Shielding::Shielded;
    match (field, viewer) {
        (Field::Number | Field::Name | Field::Born | Field::Gender, Viewer::Reports) => Hidden,
        (Field::Number | Field::Name | Field::Born | Field::Gender, _) => Shown,

        (Field::FormerNames | Field::Carers | Field::OtherNumbers, Viewer::Reports) => Hidden,
        (Field::OtherNumbers, Viewer::ManagementTeam) => Shown,
        (Field::OtherNumbers, Viewer::Override) => AllocatingBody,
        (Field::OtherNumbers, Viewer::Practitioner) if shielded => Hidden,
        (Field::OtherNumbers, Viewer::Practitioner) => AllocatingBody,

        (Field::SensitiveContact, Viewer::ManagementTeam) => Brokering,
        (Field::SensitiveContact, _) => Hidden,

        (Field::Archived, Viewer::ManagementTeam) => FirstYear,
        (Field::Archived, _) => Hidden,

        (Field::ShieldFact, Viewer::Reports) => CountOnly,
        (Field::ShieldFact, Viewer::Practitioner) if !shielded => Hidden,
        (Field::ShieldFact, _) => Shown,

        (_, Viewer::Reports) => Aggregate,
        (_, Viewer::Practitioner) if shielded => Hidden,
        (_, Viewer::Practitioner | Viewer::Override | Viewer::ManagementTeam) => Shown,
    }
}

/// Why somebody is not shown what they asked for. A closed list: a refusal is an answer, and is recorded like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// No such child; or archived; or found only through what is hidden. One answer for all (R26, R44).
    NoRecord,
    /// No reason was given in this session for this child (R71).
    NoReason,
    /// The reason is not one this person may give.
    ReasonNotOpen,
    /// The person has no role that may do this.
    NotPermitted,
    /// Too little to search by.
    TooLittle(Add),
    /// More children match than can be told apart.
    TooBroad(Add),
    /// The value does not fit: the service is not one of the person's own, or the day cannot be.
    DoesNotFit,
    /// It is so already: a shield that is placed, an involvement that is ended.
    AlreadySo,
    /// There is nothing of one's own that it could be done to: an involvement that never was.
    NothingThere,
}

/// What to add to a search. Never a count (X2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Add {
    /// A date of birth, or a year.
    Born,
    /// A family name.
    FamilyName,
    /// A date of birth or a family name.
    BornOrFamilyName,
    /// A given name or a date of birth.
    GivenNameOrBorn,
}

impl Add {
    /// In words, to follow "Add".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Add::Born => "a date of birth, a year or an age",
            Add::FamilyName => "a family name",
            Add::BornOrFamilyName => "a date of birth or a family name",
            Add::GivenNameOrBorn => "a given name or a full date of birth",
        }
    }
}

/// Decides whether somebody may search at all, for a reason (C18).
///
/// # Errors
/// A [`Refusal`] when no role or reason allows it.
pub fn may_search(actor: &Actor, reason: Reason) -> Result<(), Refusal> {
    let looks = actor.is(Role::Practitioner)
        || actor.is(Role::ShieldingOfficer)
        || actor.is(Role::DataOfficer);
    if !looks {
        return Err(Refusal::NotPermitted);
    }
    reason
        .is_open_to(actor.roles(), actor.sector())
        .then_some(())
        .ok_or(Refusal::ReasonNotOpen)
}

/// Decides whether somebody may search by these fields: another body's number only by people of the sector that gave it (L2), or
/// finding it would tell what is hidden; their own authority only by those who have one.
///
/// # Errors
/// [`Refusal::NotPermitted`] when not.
pub fn may_search_by(actor: &Actor, query: &Query) -> Result<(), Refusal> {
    let Some(hidden) = query.hidden() else {
        return Ok(());
    };
    let own = hidden
        .other_number
        .as_ref()
        .is_none_or(|number| number.scheme.sector() == actor.sector());
    let area = hidden.area.is_none() || actor.authority().is_some();
    (own && area).then_some(()).ok_or(Refusal::NotPermitted)
}

/// Decides as whom somebody sees a child, for a reason.
///
/// The management team's sight needs the role, a reason of its own, and the authority that is responsible for the record (C6).
///
/// # Errors
/// A [`Refusal`]: archived is no record (R26).
pub fn viewer(
    actor: &Actor,
    reason: Reason,
    child: &Child,
    standing: Standing,
) -> Result<Viewer, Refusal> {
    may_search(actor, reason)?;
    if standing == Standing::Archived || child.name.is_none() {
        return Err(Refusal::NoRecord);
    }
    let responsible = child.responsible();
    let own = responsible.is_some() && responsible == actor.authority();
    if own && reason == Reason::ShieldDecision && actor.is(Role::ShieldingOfficer) {
        return Ok(Viewer::ManagementTeam);
    }
    Ok(Viewer::Practitioner)
}

/// Decides whether somebody may place a shield (R41): any shielding officer, because protection must not wait for the right office.
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody else.
pub fn may_shield(actor: &Actor) -> Result<(), Refusal> {
    actor
        .is(Role::ShieldingOfficer)
        .then_some(())
        .ok_or(Refusal::NotPermitted)
}

/// Decides whether somebody may see and decide rows that wait: data officers those in doubt, shielding officers those that may be of a
/// shielded child (C6).
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody else.
pub fn may_review(actor: &Actor, waits: Waits) -> Result<(), Refusal> {
    let role = match waits {
        Waits::Review => Role::DataOfficer,
        Waits::Held => Role::ShieldingOfficer,
    };
    actor.is(role).then_some(()).ok_or(Refusal::NotPermitted)
}

/// The reason for which rows that wait are seen.
#[must_use]
pub fn review_reason(waits: Waits) -> Reason {
    match waits {
        Waits::Review => Reason::DataQuality,
        Waits::Held => Reason::ShieldDecision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;
    use crate::organisation::Sector;
    use crate::query::{Hidden, OwnArea, Visible};
    use crate::{sample, survivorship};
    use std::fmt::Write as _;

    #[test]
    fn annex_a_is_this_table() {
        let mut table = format!(
            "{:<20}{:<24}{:<24}{:<24}{:<24}{:<24}\n",
            "field",
            "practitioner",
            "practitioner, shielded",
            "override",
            "management team",
            "reports"
        );
        for field in Field::ALL {
            let cell = |viewer, shielding| format!("{:?}", visibility(field, viewer, shielding));
            let cells = [
                cell(Viewer::Practitioner, Shielding::None),
                cell(Viewer::Practitioner, Shielding::Shielded),
                cell(Viewer::Override, Shielding::Shielded),
                cell(Viewer::ManagementTeam, Shielding::Shielded),
                cell(Viewer::Reports, Shielding::Shielded),
            ];
            write!(table, "{:<20}", format!("{field:?}")).unwrap();
            for cell in cells {
                write!(table, "{cell:<24}").unwrap();
            }
            table.push('\n');
        }
        insta::assert_snapshot!("annex_a", table);
    }

    #[test]
    fn r43_behind_a_shield_a_practitioner_sees_four_fields_and_that_it_is_shielded() {
        let shown: Vec<Field> = Field::ALL
            .into_iter()
            .filter(|field| {
                visibility(*field, Viewer::Practitioner, Shielding::Shielded) != Visibility::Hidden
            })
            .collect();
        assert_eq!(
            shown,
            [
                Field::Number,
                Field::Name,
                Field::Born,
                Field::Gender,
                Field::ShieldFact
            ]
        );
    }

    #[test]
    fn x1_only_somebody_of_an_authority_searches_in_their_own() {
        let visible = Visible {
            number: Some(Number::from_random(1)),
            ..Visible::default()
        };
        let area = Hidden {
            area: Some(OwnArea),
            ..Hidden::default()
        };
        let own = Query::of(visible.clone(), area).unwrap();
        let anywhere = Query::of(visible, Hidden::default()).unwrap();
        let partner = sample::national_partner();
        assert_eq!(may_search_by(&partner, &anywhere), Ok(()));
        assert_eq!(may_search_by(&partner, &own), Err(Refusal::NotPermitted));
        assert_eq!(may_search_by(&sample::practitioner(), &own), Ok(()));
    }

    #[test]
    fn r45_r47_behind_a_shield_sees_its_own_officer_who_decides_on_it_and_nobody_overrides_it() {
        let child = |record| survivorship::child(&record, &sample::catalogue(), sample::TODAY);
        let (open, shielded) = (child(sample::record()), child(sample::shielded()));
        let mut seen = 0;
        for sector in Sector::ALL {
            for roles in Role::ALL
                .map(|role| vec![role])
                .into_iter()
                .chain([Role::ALL.to_vec()])
            {
                for area in [sample::AREA, "E06000001"] {
                    let actor = sample::actor(7, sector, &roles, area);
                    for reason in Reason::ALL {
                        for child in [&open, &shielded] {
                            let Ok(viewer) = viewer(&actor, reason, child, Standing::Live) else {
                                continue;
                            };
                            let decides = roles.contains(&Role::ShieldingOfficer)
                                && area == sample::AREA
                                && reason == Reason::ShieldDecision;
                            let as_whom = if decides {
                                Viewer::ManagementTeam
                            } else {
                                Viewer::Practitioner
                            };
                            assert_eq!(viewer, as_whom, "{roles:?} {area} {reason:?}");
                            seen += usize::from(decides);
                        }
                    }
                }
            }
        }
        assert_eq!(
            seen,
            2 * 2 * Sector::ALL.len(),
            "the officer alone, and with every role"
        );
    }

    #[test]
    fn r34_no_practitioner_ever_sees_a_sensitive_contact() {
        for viewer in [Viewer::Practitioner, Viewer::Override, Viewer::Reports] {
            for shielding in [Shielding::None, Shielding::Shielded] {
                assert_eq!(
                    visibility(Field::SensitiveContact, viewer, shielding),
                    Visibility::Hidden
                );
            }
        }
    }

    #[test]
    fn a_shield_never_shows_more() {
        for field in Field::ALL {
            for viewer in Viewer::ALL {
                let open = visibility(field, viewer, Shielding::None);
                let shielded = visibility(field, viewer, Shielding::Shielded);
                assert!(
                    field == Field::ShieldFact
                        || shielded == open
                        || shielded == Visibility::Hidden,
                    "{field:?} {viewer:?}"
                );
            }
        }
    }
}
