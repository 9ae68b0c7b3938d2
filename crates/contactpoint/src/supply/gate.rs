//! What the catalogue lets a supplier say of a service, remembered for one file.

use std::collections::HashMap;

use directory::involvement::Involvement;
use directory::organisation::Sector;
use directory::service::{Catalogue, Classification, SensitiveService, Service, reveals_sensitive};
use directory::text::{Fault, ServiceCode};

use super::limit::REMEMBERED_MAX;
use super::mapping::Services;

/// What the catalogue lets a supplier say, remembered: the same few services, job titles and organisations come again and again.
pub struct Gate {
    unlisted: Unlisted,
    services: HashMap<ServiceCode, Standing>,
    /// Code and name of every sensitive service, in lower case.
    sensitive: Vec<(String, String)>,
    checked: HashMap<String, Result<(), Fault>>,
    text: String,
}

/// How a service stands in the catalogue.
#[derive(Clone, Debug)]
pub enum Standing {
    /// Its people can be named.
    Ordinary,
    /// Nothing but its presence can be said, and only with consent.
    Sensitive(SensitiveService),
    /// Nobody can be recorded in it (X13).
    Unclassified,
    /// How it is classified is not known here.
    NotKnownHere,
}

/// What a service is that the catalogue does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unlisted {
    /// Nobody has classified it.
    Unclassified,
    /// There is no catalogue here; a row that names it may be a sensitive service's.
    NotKnownHere,
    /// There is no catalogue here, and whoever supplies is a sensitive service.
    Sensitive,
}

impl Gate {
    /// The gate of a catalogue.
    pub fn of(catalogue: &Catalogue) -> Gate {
        let services = catalogue.services().map(|service| {
            let standing = match service.classification {
                Classification::Ordinary if catalogue.ordinary(&service.code).is_ok() => {
                    Standing::Ordinary
                }
                Classification::Sensitive => catalogue
                    .sensitive(&service.code)
                    .map_or(Standing::Unclassified, Standing::Sensitive),
                Classification::Ordinary | Classification::Unclassified => Standing::Unclassified,
            };
            (service.code.clone(), standing)
        });
        let is_sensitive = |service: &&Service| service.classification == Classification::Sensitive;
        let sensitive = catalogue.services().filter(is_sensitive).map(|service| {
            let code = service.code.as_str().to_lowercase();
            (code, service.name.trim().to_lowercase())
        });
        Gate {
            unlisted: Unlisted::Unclassified,
            sensitive: sensitive.collect(),
            services: services.collect(),
            checked: HashMap::new(),
            text: String::new(),
        }
    }

    /// The gate where there is no catalogue: at a supplier's own side.
    pub fn without_catalogue(services: Services) -> Gate {
        let unlisted = match services {
            Services::Mixed => Unlisted::NotKnownHere,
            Services::Sensitive => Unlisted::Sensitive,
        };
        Gate {
            unlisted,
            ..Gate::of(&Catalogue::default())
        }
    }

    /// How a service stands. One that is not in the catalogue is unclassified.
    pub fn standing(&self, code: &ServiceCode) -> Standing {
        self.services
            .get(code)
            .cloned()
            .unwrap_or_else(|| match self.unlisted {
                Unlisted::Unclassified => Standing::Unclassified,
                Unlisted::NotKnownHere => Standing::NotKnownHere,
                Unlisted::Sensitive => sensitive(code),
            })
    }

    /// Every sensitive service of the catalogue, in order.
    pub fn sensitive_services(&self) -> Vec<ServiceCode> {
        let services = self.services.iter();
        let sensitive = services.filter(|(_, standing)| matches!(standing, Standing::Sensitive(_)));
        let mut codes: Vec<ServiceCode> = sensitive.map(|(code, _)| code.clone()).collect();
        codes.sort_unstable();
        codes
    }

    /// Whether somebody has put a service into the catalogue, classified or not.
    pub fn is_listed(&self, code: &ServiceCode) -> bool {
        self.services.contains_key(code)
    }

    /// Whether a text tells of a sensitive service: by a word that does, or by the code or the name of one in the catalogue.
    pub fn tells_of_sensitive(&self, text: &str) -> bool {
        if reveals_sensitive(text) {
            return true;
        }
        let text = text.to_lowercase();
        let mut sensitive = self.sensitive.iter();
        sensitive.any(|(code, name)| {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            let has_name = !name.is_empty() && text.contains(name.as_str());
            has_name || text == *code || words.any(|word| word == code)
        })
    }

    /// [`Involvement::check`], which looks at job title and organisation only.
    pub fn check(&mut self, involvement: &Involvement) -> Result<(), Fault> {
        let practitioner = &involvement.practitioner;
        self.text.clear();
        self.text.push_str(practitioner.job_title.as_str());
        self.text.push('\n');
        self.text.push_str(practitioner.organisation.as_str());
        if let Some(known) = self.checked.get(&self.text) {
            return *known;
        }
        if self.checked.len() >= REMEMBERED_MAX {
            self.checked.clear();
        }
        let found = involvement.check();
        self.checked.insert(self.text.clone(), found);
        found
    }
}

/// What its own supplier calls sensitive is: a catalogue of this one service says so.
fn sensitive(code: &ServiceCode) -> Standing {
    let mut catalogue = Catalogue::default();
    catalogue.put(Service {
        code: code.clone(),
        name: code.to_string(),
        sector: Sector::Health,
        classification: Classification::Sensitive,
    });
    catalogue
        .sensitive(code)
        .map_or(Standing::Unclassified, Standing::Sensitive)
}
