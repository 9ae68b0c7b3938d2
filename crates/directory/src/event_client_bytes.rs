//! The canonical bytes of events about suppliers' programs: tags 60 to 69 of version 1.

use super::{AtDoor, What};
use crate::account::Suspension;
use crate::bytes::{Reader, Writer};
use crate::supplier_client::{ClientSetting, Fingerprint};
use crate::text::SupplierCode;

/// Writes what was done, with its tag.
pub(super) fn write(out: &mut Writer, what: &AtDoor) {
    match what {
        AtDoor::ClientSet(setting) => {
            out.u8(60);
            out.text(setting.supplier.as_str());
            out.text(&setting.mapping.text());
            out.list(&setting.keys, |out, key| out.text(&key.text()));
            out.u8(u8::from(setting.suspension == Suspension::Suspended));
        }
        AtDoor::TokenGiven => out.u8(61),
        AtDoor::TokenRefused { supplier } => {
            out.u8(62);
            out.option(supplier.as_ref(), |out, code| out.text(code.as_str()));
        }
    }
}

/// Reads what was done, of its tag. `None`: the tag is of nothing known here, or the bytes do not fit it.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let what = match tag {
        60 => AtDoor::ClientSet(ClientSetting {
            supplier: SupplierCode::parse(from.text()?).ok()?,
            mapping: Fingerprint::parse(from.text()?)?,
            keys: from.list(|from| Fingerprint::parse(from.text()?))?,
            suspension: match from.u8()? {
                0 => Suspension::None,
                1 => Suspension::Suspended,
                _ => return None,
            },
        }),
        61 => AtDoor::TokenGiven,
        62 => AtDoor::TokenRefused {
            supplier: from.option(|from| SupplierCode::parse(from.text()?).ok())?,
        },
        _ => return None,
    };
    Some(What::AtDoor(what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::event::{By, Event};

    #[test]
    fn what_is_written_of_a_suppliers_program_is_read_back() {
        let supplier = SupplierCode::parse("local-40").unwrap();
        let mark = |byte| Fingerprint([byte; 32]);
        let setting = |suspension, keys| {
            AtDoor::ClientSet(ClientSetting {
                supplier: supplier.clone(),
                mapping: mark(1),
                keys,
                suspension,
            })
        };
        for what in [
            setting(Suspension::None, vec![mark(2), mark(3)]),
            setting(Suspension::Suspended, vec![]),
            AtDoor::TokenGiven,
            AtDoor::TokenRefused { supplier: None },
            AtDoor::TokenRefused {
                supplier: Some(supplier.clone()),
            },
        ] {
            let event = Event {
                at: Timestamp::UNIX_EPOCH,
                by: By::Supplier(supplier.clone()),
                what: What::AtDoor(what),
            };
            assert_eq!(Event::from_canonical(&event.canonical()), Some(event));
        }
    }
}
