//! The whole of a synthetic England, of which any child can be asked for.

use crate::address::{self, Address};
use crate::age::{CHILDREN_PER_BLOCK, family_sizes};
use crate::authority::{authorities, children_hundreds};
use crate::family;
use crate::involvement::Involvement;
use crate::options::Options;
use crate::person::Person;
use crate::practitioner::{Practitioner, practitioner};
use crate::random::{Domain, Random};
use crate::setting::Settings;

/// Children of an authority for each practitioner of each of its services.
const CHILDREN_PER_PRACTITIONER: u64 = 2_500;
const PRACTITIONERS_MIN: u64 = 2;

/// A synthetic England: small, because children are made when asked for.
#[derive(Clone, Debug)]
pub struct England {
    options: Options,
    settings: Settings,
}

/// The child with this index, made without those before; nothing past the last child.
///
/// Makes an [`England`] each time: keep one to ask for many.
pub fn child(options: &Options, index: u64) -> Option<Person> {
    England::new(options).child(index)
}

impl England {
    /// The England of these options.
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            settings: Settings::new(options),
        }
    }

    /// What it was made from.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Its schools and practices.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The child with this index; nothing past the last child.
    pub fn child(&self, index: u64) -> Option<Person> {
        if index >= self.options.children {
            return None;
        }
        let (number, first, size) = self
            .families(index / CHILDREN_PER_BLOCK)
            .find(|(_, first, size)| index < first.wrapping_add(*size))?;
        family::family(self, number, first, size)
            .into_iter()
            .find(|person| person.index == index)
    }

    /// The children of a block of 64, whole families together, without those past the last child.
    pub(crate) fn block(&self, block: u64) -> impl Iterator<Item = Vec<Person>> {
        self.families(block).map(|(number, first, size)| {
            let mut family = family::family(self, number, first, size);
            family.retain(|person| person.index < self.options.children);
            family
        })
    }

    /// Who the practitioner of an involvement is.
    pub fn practitioner(&self, involvement: &Involvement) -> Practitioner {
        practitioner(
            self.options.seed,
            involvement.authority,
            involvement.service,
            involvement.practitioner,
        )
    }

    /// How many practitioners each service of an authority has.
    pub(crate) fn practitioners_per_service(&self, authority: usize) -> u32 {
        let hundreds = authorities()
            .get(authority)
            .map_or(0, |authority| u64::from(authority.children_hundreds));
        let share = self.options.children.saturating_mul(hundreds);
        let children = share
            .checked_div(u64::from(children_hundreds()).max(1))
            .unwrap_or(0);
        (children / CHILDREN_PER_PRACTITIONER).max(PRACTITIONERS_MIN) as u32
    }

    /// A home somewhere in an authority.
    pub(crate) fn address(&self, authority: usize, random: &mut Random) -> Address {
        let place = authorities()
            .get(authority)
            .or_else(|| authorities().first());
        place.map_or_else(
            || Address {
                authority,
                line: String::new(),
                town: String::new(),
                postcode: String::new(),
            },
            |place| address::address(self.options.seed, authority, place, random),
        )
    }

    /// Number, first child and size of each family of a block.
    fn families(&self, block: u64) -> impl Iterator<Item = (u64, u64, u64)> + use<> {
        let mut random = Random::new(self.options.seed, Domain::Block, block);
        let start = block.wrapping_mul(CHILDREN_PER_BLOCK);
        let mut first = start;
        family_sizes(&mut random)
            .into_iter()
            .zip(start..)
            .map(move |(size, number)| {
                let family = (number, first, size);
                first = first.wrapping_add(size);
                family
            })
    }
}
