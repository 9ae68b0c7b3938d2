//! Judges clusters by the truth: by group, by bits, and what was missed.

use std::collections::HashMap;
use std::path::Path;

use matching::link::{Clusters, Edge, Model, Rates, Table, explain};

/// Errors by group of children: share of a person's true pairs that are missed, and of linked pairs that are wrong.
pub fn by_group(directory: &Path, people: &[u32], clusters: &Clusters) {
    let mut groups: HashMap<u32, Vec<String>> = HashMap::new();
    let mut reader = csv::Reader::from_path(directory.join("people.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let person = place("person");
    let heritage = place("heritage");
    let together = place("born_together");
    let flags: Vec<(usize, &str)> = ["mover", "name_changed", "adopted", "looked_after"]
        .map(|name| (place(name), name))
        .to_vec();
    for record in reader.records() {
        let record = record.unwrap();
        let mut names = vec![format!("heritage {}", &record[heritage]), "all".to_owned()];
        if &record[together] != "1" {
            names.push("twin".to_owned());
        }
        names.extend(
            flags
                .iter()
                .filter(|(place, _)| &record[*place] == "1")
                .map(|(_, name)| (*name).to_owned()),
        );
        groups.insert(record[person].parse().unwrap(), names);
    }
    let mut by_person: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for (person, cluster) in people.iter().zip(&clusters.of_row) {
        by_person.entry(*person).or_default().push(*cluster);
        *sizes.entry(*cluster).or_default() += 1;
    }
    let mut sums: HashMap<&str, [f64; 5]> = HashMap::new();
    // Records of people of a group that were counted in a cluster of several people: a wrong pair counts once.
    let mut counted: HashMap<(&str, u32), usize> = HashMap::new();
    for (person, mut clusters) in by_person {
        clusters.sort_unstable();
        let pairs = |size: usize| (size * (size - 1) / 2) as f64;
        let runs: Vec<&[u32]> = clusters.chunk_by(|one, other| one == other).collect();
        let together: f64 = runs.iter().map(|run| pairs(run.len())).sum();
        let whole = clusters.first() == clusters.last() && sizes[&clusters[0]] == clusters.len();
        for group in &groups[&person] {
            let sum = sums.entry(group).or_default();
            sum[0] += 1.0;
            sum[1] += f64::from(u8::from(whole));
            sum[2] += pairs(clusters.len());
            sum[3] += together;
            for run in runs.iter().filter(|run| run.len() < sizes[&run[0]]) {
                let counted = counted.entry((group, run[0])).or_default();
                sum[4] += (run.len() * (sizes[&run[0]] - run.len() - *counted)) as f64;
                *counted += run.len();
            }
        }
    }
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by_key(|(name, _)| *name);
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>9}",
        "group", "people", "whole %", "missed %", "wrong %"
    );
    for (name, [count, whole, pairs, together, wrong]) in rows {
        println!(
            "{name:<24} {count:>9} {:>9.3} {:>9.3} {:>9.4}",
            100.0 * whole / count,
            100.0 * (1.0 - together / pairs.max(1.0)),
            100.0 * wrong / (together + wrong).max(1.0)
        );
    }
}

/// Some pairs of one person that ended in two clusters.
pub fn show_missed(table: &Table, model: &Model, people: &[u32], clusters: &Clusters) {
    let mut by_person: Vec<(u32, u32)> = people.iter().copied().zip(0_u32..).collect();
    by_person.sort_unstable();
    let mut missed = Vec::new();
    for run in by_person.chunk_by(|one, other| one.0 == other.0) {
        for (place, (_, left)) in run.iter().enumerate() {
            missed.extend(
                run[place + 1..]
                    .iter()
                    .map(|(_, right)| (*left, *right))
                    .filter(|(left, right)| {
                        clusters.of_row[*left as usize] != clusters.of_row[*right as usize]
                    }),
            );
        }
    }
    println!("{} missed pairs", missed.len());
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for (left, right) in missed.iter().step_by(31) {
        let explanation = explain(table, model, *left, *right);
        let kind: Vec<String> = explanation
            .terms
            .iter()
            .filter(|term| {
                term.bits + term.frequency_bits < -0.5
                    || term.level == "missing"
                    || term.level.contains("exch")
            })
            .map(|term| format!("{} {}", term.field, term.level))
            .collect();
        *kinds
            .entry(format!(
                "{:>4.0} {}",
                explanation.total_bits / 2.0,
                kind.join("; ")
            ))
            .or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (kind, count) in kinds.iter().take(45) {
        println!("{count:>7} {kind}");
    }
    for (left, right) in missed.iter().step_by((missed.len() / 12).max(1)) {
        println!("{}\n", explain(table, model, *left, *right).words());
    }
}

/// Links that were not followed, by what contradicted them: how many were of one person, of how many, between two
/// clusters that ended apart.
pub fn refused(clusters: &Clusters, people: &[u32]) {
    let mut by_reason: HashMap<String, (usize, usize)> = HashMap::new();
    for conflict in &clusters.conflicts {
        let (left, right) = (conflict.edge.left as usize, conflict.edge.right as usize);
        let (right_ones, all) = by_reason
            .entry(format!("{:?}", conflict.because))
            .or_default();
        *right_ones += usize::from(people[left] == people[right]);
        *all += 1;
    }
    for (reason, (right_ones, all)) in by_reason {
        println!("refused for {reason}: {right_ones} of {all} were one person");
    }
}

/// Wrong links that the bits promise, and those there are, by bits: of links in the whole file, before clustering.
pub fn calibration(edges: &[Edge], people: &[u32]) {
    const ENDS: [f32; 14] = [
        -5.0,
        -3.0,
        -1.0,
        0.0,
        1.0,
        2.0,
        3.0,
        4.0,
        6.0,
        8.0,
        10.0,
        13.0,
        20.0,
        f32::INFINITY,
    ];
    let mut bins = [(0_u64, 0.0_f64, 0_u64); ENDS.len()];
    for edge in edges {
        let place = ENDS.iter().position(|end| edge.bits < *end).unwrap_or(0);
        let (count, promised, wrong) = &mut bins[place];
        *count += 1;
        *promised += 1.0 / (1.0 + f64::from(edge.bits).exp2());
        *wrong += u64::from(people[edge.left as usize] != people[edge.right as usize]);
    }
    println!("bits below      links  promised wrong  wrong");
    for (end, (count, promised, wrong)) in ENDS.iter().zip(bins) {
        println!("{end:>10} {count:>10} {promised:>15.0} {wrong:>6}");
    }
}

/// Precision, recall and F1.
pub fn shown(rates: Rates) -> String {
    format!(
        "p {:.5} r {:.5} f1 {:.5}",
        rates.precision(),
        rates.recall(),
        rates.f1()
    )
}

/// Some links that were followed and are wrong.
pub fn show_wrong(
    table: &Table,
    model: &Model,
    edges: &[Edge],
    judged: (&[u32], &Clusters, usize),
) {
    let (people, clusters, most) = judged;
    let of = |rows: &[u32], edge: &Edge| rows[edge.left as usize] == rows[edge.right as usize];
    let is_wrong =
        |edge: &&Edge| edge.bits > 0.0 && !of(people, edge) && of(&clusters.of_row, edge);
    let wrong: Vec<_> = edges.iter().filter(is_wrong).collect();
    println!("{} wrong links", wrong.len());
    for edge in wrong.iter().step_by((wrong.len() / most.max(1)).max(1)) {
        let file = |row| table.source_of(row).unwrap().name.clone();
        let words = explain(table, model, edge.left, edge.right).words();
        println!("WRONG {} {}\n{words}\n", file(edge.left), file(edge.right));
    }
}

/// The weights of every level against the other classes.
pub fn show_weights(model: &Model) {
    for comparison in &model.comparisons {
        println!("{}", comparison.name);
        for (level, words) in comparison.levels.iter().zip(comparison.field.levels()) {
            print!("  ");
            level[1..]
                .iter()
                .for_each(|class| print!(" {:>7.2}", level[0] - class));
            println!("  m {:.6} {words}", level[0].exp2());
        }
    }
}
