//! What the catalogue lets a supplier say of a service, remembered for one file.

use std::collections::HashMap;

use directory::involvement::Involvement;
use directory::service::{Catalogue, Classification, SensitiveService};
use directory::text::{Fault, ServiceCode};

use super::limit::REMEMBERED_MAX;

/// What the catalogue lets a supplier say, remembered: the same few services, job titles and organisations come again and again.
pub struct Gate {
    services: HashMap<ServiceCode, Standing>,
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
        Gate {
            services: services.collect(),
            checked: HashMap::new(),
            text: String::new(),
        }
    }

    /// How a service stands. One that is not in the catalogue is unclassified.
    pub fn standing(&self, code: &ServiceCode) -> Standing {
        self.services
            .get(code)
            .cloned()
            .unwrap_or(Standing::Unclassified)
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
