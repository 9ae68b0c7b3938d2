//! Reference files: what is kept and what is refused.

use super::*;

#[test]
fn x13_a_service_nobody_decided_about_is_unclassified() {
    let file = "service_code,name,sector,sensitive,feed\nA,Alpha,social care,no,x\nB,Beta,health,yes,x\nC,Gamma,health,,x\nD,Delta,health,perhaps,x\nE,Epsilon,magic,no,x\n";
    let read = services(file.as_bytes()).unwrap();
    let found: Vec<Classification> = read
        .items
        .iter()
        .map(|service| service.classification)
        .collect();
    assert_eq!(
        found,
        [
            Classification::Ordinary,
            Classification::Sensitive,
            Classification::Unclassified
        ]
    );
    let lines: Vec<u64> = read.faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [5, 6]);
}

#[test]
fn a_place_with_a_faulty_telephone_is_kept_without_it() {
    let file = "urn,name,phase,authority,town,postcode,telephone,email\n900001,\"St Mary's, Oldton\",primary,E06000023,Oldton,BS57 1AA,none,office@a.sch.example\n,X,p,E,T,P,,\n";
    let read = schools(file.as_bytes()).unwrap();
    assert_eq!(read.items.len(), 1);
    assert_eq!(read.items[0].telephone, None);
    assert_eq!(
        read.items[0].email.as_ref().unwrap().as_str(),
        "office@a.sch.example"
    );
    let grades: Vec<Grade> = read.faults.iter().map(|fault| fault.grade).collect();
    assert_eq!(grades, [Grade::Query, Grade::Error]);
}

#[test]
fn a_missing_column_is_refused_by_name() {
    let refused = practices(b"practice_code,name\n".as_slice())
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("\"authority\"") && refused.contains("\"telephone\""),
        "{refused}"
    );
}

#[test]
fn r42_an_authority_begins_with_its_shielding_under_way() {
    let read =
        authorities("code,name,kind\nE06000023,\"Bristol, City of\",unitary\n".as_bytes()).unwrap();
    assert_eq!(read.items[0].name.as_str(), "Bristol, City of");
    assert_eq!(read.items[0].shielding, ShieldingPhase::UnderWay);
}
