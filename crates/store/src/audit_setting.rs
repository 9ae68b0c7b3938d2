//! Accounts, organisations, authorities and services held against the ledger: none is otherwise than the last event says.

use std::collections::HashMap;

use directory::event::{AtDoor, Event, What};
use directory::precedence::Believed;

use crate::Store;
use crate::audit::Finding;
use crate::error::Error;
use crate::reference;

/// What the ledger said last of each, and where.
#[derive(Default)]
pub(crate) struct Settings {
    said: HashMap<String, (What, Option<u64>)>,
}

impl Settings {
    /// Takes in an event; they come in the order of the log.
    pub(crate) fn hear(&mut self, event: &Event, position: Option<u64>) {
        match (&event.what, named(&event.what)) {
            (_, Some(name)) => {
                self.said.insert(name, (event.what.clone(), position));
            }
            // It does not say how: whatever stands may be so.
            (What::AccountChanged { account }, None) => {
                self.said.remove(&account_name(account.0));
            }
            (_, None) => {}
        }
    }

    /// Whether something stands otherwise than the ledger says. What the ledger does not name is not judged.
    fn untrue(&mut self, stands: &What) -> Option<Finding> {
        let name = named(stands)?;
        let (said, position) = self.said.remove(&name)?;
        (said != *stands).then(|| Finding {
            position,
            what: format!("{name} is not as the ledger says"),
        })
    }

    fn unmet(&self) -> Option<Finding> {
        let (name, (_, position)) = self
            .said
            .iter()
            .min_by_key(|(_, (_, position))| position.unwrap_or(u64::MAX))?;
        Some(Finding {
            position: *position,
            what: format!("{name} is not there, and the ledger names it"),
        })
    }
}

/// What an event sets, by the id or code an operator knows it by.
fn named(what: &What) -> Option<String> {
    match what {
        What::AccountSet { account, .. } => Some(account_name(account.0)),
        What::OrganisationSet { organisation, .. } => {
            Some(format!("organisation {}", organisation.0))
        }
        What::AuthoritySet { authority, .. } => Some(format!("authority {authority}")),
        What::ServiceSet { service, .. } => Some(format!("service {service}")),
        What::AtDoor(AtDoor::ClientSet(setting)) => {
            Some(format!("supplier client {}", setting.supplier))
        }
        What::PrecedenceSet { field, .. } => {
            Some(format!("the order of sources for {}", field.code()))
        }
        _ => None,
    }
}

fn account_name(id: i64) -> String {
    format!("account {id}")
}

impl Store {
    /// The first account, organisation, authority or service that is not as the ledger says. Whoever changes one while the audit runs
    /// may be named: run it again.
    pub(crate) fn untrue_setting(&self, told: &mut Settings) -> Result<Option<Finding>, Error> {
        let reference = self.pool.with_reader(reference::load)?;
        let accounts = self.accounts()?;
        let organisations = self.organisations()?;
        let mut standing = Vec::new();
        standing.extend(accounts.iter().map(What::account_set));
        standing.extend(organisations.iter().map(What::organisation_set));
        standing.extend(reference.authorities.values().map(What::authority_set));
        standing.extend(Believed::ALL.into_iter().map(|field| What::PrecedenceSet {
            field,
            order: reference.survivorship.order(field).clone(),
        }));
        standing.extend(reference.catalogue.services().map(What::service_set));
        let clients = self.supplier_clients()?;
        let settings = clients.iter().map(|client| client.setting());
        standing.extend(settings.map(|setting| What::AtDoor(AtDoor::ClientSet(setting))));
        let untrue = standing.iter().find_map(|stands| told.untrue(stands));
        Ok(untrue.or_else(|| told.unmet()))
    }
}
