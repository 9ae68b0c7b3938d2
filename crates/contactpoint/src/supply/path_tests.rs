//! Paths with choices: which objects of a record they lead through.

use super::*;
use serde_json::json;

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// The number `n` of the last object that a path chooses; how many it chooses.
fn chosen(path: &str, record: &Value) -> (Option<u64>, usize) {
    let chosen = Path::parse(path).choose(object(record));
    let last = chosen.last().and_then(|object| object["n"].as_u64());
    (last, chosen.len())
}

/// Two contacts, of whom the second has two home numbers and a mobile one.
fn family() -> Value {
    json!({"Contact": [
        {"n": 1, "Kind": "C", "Phone": {"n": 11, "Type": "H", "No": "1"}},
        {"n": 2, "Kind": "P", "Phone": [
            {"n": 21, "Type": "H", "No": "2"},
            {"n": 22, "Type": "H", "No": "3"},
            {"n": 23, "Type": "M", "No": "4"},
        ]},
        {"n": 3, "Kind": "P"},
    ]})
}

#[test]
fn a_second_choice_is_made_within_the_first() {
    let family = family();
    for (path, expected) in [
        ("Contact[#2]/Phone[Type=M|H]/No", (Some(23), 2)),
        ("Contact[#1]/Phone[Type=M|H]/No", (Some(11), 2)),
        ("Contact[#2]/Phone[Type=H|M]/No", (Some(23), 2)),
        ("Contact[#2]/Phone[Type=H|M][#1]/No", (Some(21), 2)),
        ("Contact[Kind=P][#1]/Phone[Type=W|*][#1]/No", (Some(21), 2)),
        ("Contact[Kind=P][#1]/Phone[Type=W|*]/No", (Some(2), 1)),
        ("Contact[Kind=P][#2]/Phone[Type=M|*][#1]/No", (Some(3), 1)),
        ("Contact[#4]/Phone[Type=M|H]/No", (None, 0)),
        ("Contact[Kind=X|C]/Phone[#1]/No", (Some(11), 2)),
        ("Contact/Kind", (None, 0)),
    ] {
        assert_eq!(chosen(path, &family), expected, "{path}");
    }
}

#[test]
fn a_value_is_there_only_along_every_choice() {
    let family = family();
    let path = Path::parse("Contact[#2]/Phone[Type=M|H]/No");
    let chosen = path.choose(object(&family));
    let contact = |at: usize| family["Contact"][at].as_object();
    let phone = |at: usize| family["Contact"][1]["Phone"][at].as_object();
    let way = |contact, phone| [("Contact", contact), ("Phone", phone), ("No", None)];
    assert!(path.is_at(&way(contact(1), phone(2)), &chosen));
    assert!(!path.is_at(&way(contact(1), phone(0)), &chosen));
    assert!(!path.is_at(&way(contact(0), phone(2)), &chosen));
    assert!(!path.is_at(&way(contact(1), phone(2)), &chosen[..1]));
    assert!(!path.is_at(&way(contact(1), phone(2)), &[]));
    assert!(!path.holds(&way(contact(1), phone(2))));
    let said_by = |phone| {
        let way = [("Contact", contact(1)), ("Phone", phone), ("Type", None)];
        path.is_chosen_by(&way, &chosen)
    };
    assert!(said_by(phone(2)));
    assert!(!said_by(phone(0)), "of one that is not taken");
}

#[test]
fn whichever_there_is_is_left_to_the_path_that_takes_it_for_what_it_says() {
    let record = |kind: &str| json!({"Contact": {"n": 1, "Phone": {"n": 11, "Type": kind}}});
    let mut path = Path::parse("Contact[#1]/Phone[Type=M|*]/No");
    path.leave_to(&Path::parse("Contact[#1]/Phone[Type=F]/No"));
    path.leave_to(&Path::parse("Contact[#1]/Phone[Type=H|W]/No"));
    path.leave_to(&Path::parse("Contact[#1]/Phone[Type=S|]/No"));
    path.leave_to(&Path::parse("Contact[#2]/Phone[Type=T]/No"));
    path.leave_to(&Path::parse("Other[#1]/Phone[Type=T]/No"));
    let count = |record: &Value| path.choose(object(record)).len();
    for left in ["F", "H", "W", "S", ""] {
        assert_eq!(count(&record(left)), 1, "{left}: the contact alone");
    }
    for taken in ["M", "T"] {
        assert_eq!(count(&record(taken)), 2, "{taken}");
    }
}

#[test]
fn of_two_that_say_the_same_nobody_can_tell_and_it_is_told() {
    let home = |uses: &[&str]| {
        let each: Vec<Value> = uses.iter().map(|said| json!({"use": said})).collect();
        json!({ "address": each })
    };
    let path = Path::parse("address[use=home|]/line");
    let is_in_doubt = |record: &Value| {
        let record = object(record);
        path.is_in_doubt(record, &path.choose(record))
    };
    assert!(is_in_doubt(&home(&["home", "home"])));
    assert!(is_in_doubt(&home(&["", "old", ""])));
    assert!(is_in_doubt(&json!({"address": [{}, {}]})));
    for certain in [
        &["home", ""][..],
        &["home", "home", ""],
        &["old", "old"],
        &[],
    ] {
        assert!(!is_in_doubt(&home(certain)), "{certain:?}");
    }
    let city = Path::parse("address[use=home|]/city");
    assert!(path.chooses_as(&city));
    assert!(!path.chooses_as(&Path::parse("address[use=home|*]/city")));
}

#[test]
fn every_place_of_a_path_counts_among_its_own() {
    let family = family();
    let path = Path::parse("Contact[Kind=P][#1]/Phone[#2]/No");
    let among: Vec<Among> = path.among().collect();
    let counted = |among: &Among| (among.place, path.count(object(&family), among.step));
    let counts: Vec<(usize, usize)> = among.iter().map(counted).collect();
    assert_eq!(counts, [(1, 2), (2, 3)]);
    let of = |path: &str, at: usize| Path::parse(path).among().nth(at).map(|among| among.of);
    let first = Some(among[0].of.clone());
    assert_eq!(of("Contact[Kind=P][#2]/Surname", 0), first);
    assert_ne!(of("Contact[#2]/Surname", 0), first);
    let of_second = of("Contact[Kind=P][#2]/Phone[#2]/No", 1);
    assert_ne!(of_second, Some(among[1].of.clone()), "another contact's");
    assert_eq!(of("Contact[Type=M|H][#1]/No", 0), None);
}

#[test]
fn a_second_choice_of_one_kind_in_one_step_is_never_passed_over() {
    let record = json!({"Phone": [{"n": 1, "Type": "M", "Use": "W"}]});
    assert_eq!(chosen("Phone[Type=M|H]/No", &record), (Some(1), 1));
    for path in ["Phone[Type=M|H][Use=W|X]/No", "Phone[#1][#1]/No"] {
        assert_eq!(chosen(path, &record), (None, 0), "{path}");
    }
}
