"""Links the feeds of the `england` generator with Splink 5 and with this engine, one after the other, and judges both.

    python3 -m venv venv && venv/bin/pip install splink==5.0.0 pandas numpy pyarrow
    cargo build --release -p matching --example link_children
    venv/bin/python crates/matching/compare/splink_children.py DIRECTORY target/release/examples/link_children

`splink_children.py --splink DIRECTORY best` runs that alone.

Both read the same files, in a process of their own, on all processors; wall time, processor time and peak memory are the
system's figures for the whole process, reading included and judging left out where it says so. Splink is no dependency of
the project. These are its exact settings, twice:

* `best`: the best cluster F1 found for it. Given names by similarity with term frequencies, short forms, and names that
  stand in another column; family name and postcode as one comparison, for a household shares both and Splink takes its
  comparisons for independent; the library's comparison of dates; six ways of finding candidates, so that no one error
  in name, date or place hides a pair.
* `quick`: the cheapest: every field a comparison of its own, three ways of finding candidates.

Of both: u from five million random pairs, m by expectation and maximisation in two blockings whose pairs grow with the file
(pairs of one given and family name grow with its square), and every threshold tried with the labels. Address and
parents are left to this engine alone: taken as independent of the postcode and the names, they make siblings one.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

FEEDS = {
    "births": ("ChildForenames", "''", "ChildSurname", "DateOfBirth", "Sex", "UsualPostcode"),
    "nhs": ("given_name", "other_given_names", "family_name", "birth_date", "gender_code", "postcode"),
    "child_benefit": (
        "split_part(ChildFullName, ', ', 2)", "''", "split_part(ChildFullName, ', ', 1)",
        "ChildDOB", "ChildSex", "PCode",
    ),
    "census": ("Forename", "MiddleNames", "Surname", "DOB", "Gender", "PostCode"),
    "social_care": ("Forenames", "''", "Surname", "DOB", "Gender", "Postcode"),
    "health_visiting": ("given_name", "''", "family_name", "birth_date", "sex", "postcode"),
    "education_welfare": ("FNAME", "''", "SNAME", "BIRTH_DT", "SEX_CD", "PCODE"),
    "early_help": ("Forenames", "''", "Surname", "DOB", "Gender", "Postcode"),
    "voluntary": (
        """split_part("Child's name", ', ', 2)""", "''", """split_part("Child's name", ', ', 1)""",
        '"Date of birth"', "Sex", '"Post code"',
    ),
    "youth_justice": ("Forename", "''", "Surname", '"Date of birth"', "Sex", '"Post code"'),
    "housing": ("FNAME", "''", "SNAME", "BIRTH_DT", "SEX_CD", "PCODE"),
}
# A row's number is that of its feed and its place there: numbers take less memory than names.
FEED_ROWS_MAX = 100_000_000
# What the database may hold before it writes to the disk.
MEMORY_LIMIT = "10GB"
WEIGHTS_TRIED = range(-4, 13, 2)
# Columns that candidates share, one of the lists at least.
QUICK = [("family", "dob"), ("given", "dob"), ("given", "postcode")]
CANDIDATES = {
    "quick": QUICK,
    "best": QUICK
    + [("dob", "postcode"), ("given", "family", "substr(dob, 1, 7)"), ("given", "family", "substr(dob, 6, 5)")],
}
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y", "%d %b %Y", "%d.%m.%Y")


def quoted(column):
    return column if column.startswith(("'", '"', "split")) else f'"{column}"'


def load(con, directory):
    """One table of all feeds; `row` counts the rows of each feed, as the truth does."""
    parts = []
    for number, (feed, columns) in enumerate(FEEDS.items()):
        given, further, family, born, sex, postcode = map(quoted, columns)
        path = os.path.join(directory, f"{feed}.csv")
        names = f"trim(lower(regexp_replace({given} || ' ' || {further}, '[^[:alpha:] ]', '', 'g')))"
        dates = ", ".join(f"try_strptime({born}, '{form}')" for form in DATES)
        parts.append(f"""
            SELECT {number} * {FEED_ROWS_MAX} + row_number() OVER () AS unique_id,
                nullif(split_part({names}, ' ', 1), '') AS given,
                nullif(split_part({names}, ' ', 2), '') AS further,
                nullif(lower(regexp_replace({family}, '[^[:alpha:]]', '', 'g')), '') AS family,
                strftime(coalesce({dates}), '%Y-%m-%d') AS dob,
                CASE lower({sex}) WHEN '1' THEN 'm' WHEN '2' THEN 'f' WHEN '' THEN NULL
                    ELSE substr(lower({sex}), 1, 1) END AS sex,
                nullif(regexp_replace(upper(replace({postcode}, ' ', '')), '(...)$', ' \\1'), '') AS postcode
            FROM read_csv('{path}', header = true, all_varchar = true, nullstr = '\\0', parallel = false)""")
    return con.sql(" UNION ALL ".join(parts)).to_arrow_table()


def settings(way):
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=best_comparisons() if way == "best" else quick_comparisons(),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in CANDIDATES[way]],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def quick_comparisons():
    import splink.comparison_library as cl

    return [
        cl.JaroWinklerAtThresholds("given", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("further", [0.92]),
        cl.JaroWinklerAtThresholds("family", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("sex"),
        cl.PostcodeComparison("postcode"),
    ]


def best_comparisons():
    import splink.comparison_level_library as level
    import splink.comparison_library as cl

    def either(one, other):
        return level.CustomLevel(f"{one}_l = {other}_r OR {other}_l = {one}_r", f"{one} is {other}")

    sector = "regexp_extract(postcode_{0}, '^[A-Z0-9]+ [0-9]')"
    same_sector = f"{sector.format('l')} = {sector.format('r')}"
    given = [
        level.NullLevel("given"),
        level.ExactMatchLevel("given", term_frequency_adjustments=True),
        level.JaroWinklerLevel("given", 0.92),
        either("given", "further"),
        either("given", "family"),
        level.CustomLevel("starts_with(given_l, given_r) OR starts_with(given_r, given_l)", "short form or initial"),
        level.JaroWinklerLevel("given", 0.88),
        level.JaroWinklerLevel("given", 0.7),
        level.ElseLevel(),
    ]
    further = [
        level.NullLevel("further"),
        level.ExactMatchLevel("further", term_frequency_adjustments=True),
        level.JaroWinklerLevel("further", 0.88),
        level.ElseLevel(),
    ]
    silent = "(family_l IS NULL OR family_r IS NULL) AND (postcode_l IS NULL OR postcode_r IS NULL)"
    alike = "jaro_winkler_similarity(family_l, family_r) >= 0.88"
    household = [
        level.CustomLevel(silent, "silent").configure(is_null_level=True),
        level.CustomLevel("family_l = family_r AND postcode_l = postcode_r", "family and postcode").configure(
            tf_adjustment_column="family"
        ),
        level.CustomLevel(f"{alike} AND postcode_l = postcode_r", "similar family, postcode"),
        level.CustomLevel("postcode_l = postcode_r", "postcode"),
        level.ExactMatchLevel("family", term_frequency_adjustments=True),
        level.JaroWinklerLevel("family", 0.88),
        level.CustomLevel(same_sector, "sector"),
        level.ElseLevel(),
    ]
    return [
        cl.CustomComparison(output_column_name="given", comparison_levels=given),
        cl.CustomComparison(output_column_name="further", comparison_levels=further),
        cl.CustomComparison(output_column_name="household", comparison_levels=household),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("sex"),
    ]


def run_splink(directory, way):
    import duckdb
    from splink import Linker, block_on

    con = duckdb.connect()
    con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    con.execute(f"SET temp_directory = '{os.path.join(tempfile.gettempdir(), 'splink-children')}'")
    table = load(con, directory)
    linker = Linker(as_splink(con, table), settings(way), log_level=40)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given", "family", "dob")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("family", "dob"), block_on("given", "postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=min(WEIGHTS_TRIED))
    first = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_weight=0)
    first.as_record_list(limit=1)
    print(cost(f"Splink, {way}, one clustering"), flush=True)
    people = truth(con, directory)
    for weight in WEIGHTS_TRIED:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_weight=weight
        )
        judge(f"{weight:>4} bits", clusters.as_pandas_dataframe(), people)


def as_splink(con, table):
    """Splink 5 takes a frame of its own; earlier releases took a table and a database."""
    from splink.internals.duckdb.database_api import DuckDBAPI

    database = DuckDBAPI(con)
    return database.register(table)


def truth(con, directory):
    feeds = ", ".join(f"({number}, '{feed}')" for number, feed in enumerate(FEEDS))
    return con.sql(f"""
        SELECT number * {FEED_ROWS_MAX} + row_number() OVER (PARTITION BY feed ORDER BY line) AS unique_id, person
        FROM (SELECT *, row_number() OVER () AS line
            FROM read_csv('{os.path.join(directory, "truth.csv")}', header = true, all_varchar = true, parallel = false))
        JOIN (VALUES {feeds}) AS known(number, feed) USING (feed)""").df()


def judge(name, clusters, people):
    both = clusters[["cluster_id", "unique_id"]].merge(people, on="unique_id", how="right")
    both["cluster_id"] = both["cluster_id"].fillna(both["unique_id"])
    pairs = lambda sizes: int((sizes * (sizes - 1) // 2).sum())
    joint = both.groupby(["cluster_id", "person"]).size()
    found, true = both.groupby("cluster_id").size(), both.groupby("person").size()
    right = pairs(joint)
    of_cluster, of_person = joint.index.get_level_values(0), joint.index.get_level_values(1)
    whole = int(((found.reindex(of_cluster).values == joint.values) & (true.reindex(of_person).values == joint.values)).sum())
    print(f"{name}: pairs {f1(right, pairs(found), pairs(true))}   clusters {f1(whole, len(found), len(true))}", flush=True)


def f1(right, found, true):
    precision, recall = right / max(found, 1), right / max(true, 1)
    return f"p {precision:.5f} r {recall:.5f} f1 {2 * precision * recall / max(precision + recall, 1e-9):.5f}"


BEGUN = time.time()


def cost(name):
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (
        f"{name}: {time.time() - BEGUN:.1f} s wall, {usage.ru_utime + usage.ru_stime:.1f} s of processors, "
        f"{usage.ru_maxrss / 1e6:.2f} GB"
    )


def main():
    if sys.argv[1] == "--splink":
        return run_splink(*sys.argv[2:4])
    directory, engine = sys.argv[1:3]
    print("This engine", flush=True)
    ours = subprocess.run([engine, directory], check=True, text=True, capture_output=True).stdout
    print(ours, flush=True)
    one = re.search(r"([\d.]+) s, ([\d.]+) CPU s in all, ([\d.]+) GB", ours)
    for way in CANDIDATES:
        command = [sys.executable, __file__, "--splink", directory, way]
        theirs = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
        print(theirs, flush=True)
        other = re.search(r": ([\d.]+) s wall, ([\d.]+) s of processors, ([\d.]+) GB", theirs)
        for name, mine, its in zip(("wall", "processors", "memory"), one.groups(), other.groups()):
            print(f"Splink, {way}, takes {float(its) / float(mine):.1f} times this engine's {name}", flush=True)


if __name__ == "__main__":
    main()
