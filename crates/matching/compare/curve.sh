#!/bin/sh
# The cost curve of linking: time, processors, memory and quality by the number of records, one line each.
#
#   cargo build --release -p contactpoint && cargo build --release -p matching --example link_children
#   crates/matching/compare/curve.sh target/release FOLDER 28000 56000 140000 280000 560000 1400000 3660000
#
# The numbers are of children; they make about 3.6 times as many records. What is made is taken away again, 0.75 kB a child.
set -eu
built=$1 folder=$2
shift 2
mkdir -p "$folder"
echo "records,comparisons,wall s,processors s,peak GB,pairs F1,clusters F1"
for children in "$@"; do
    made="$folder/$children"
    "$built/contactpoint" england --children "$children" --seed "${SEED:-4242}" --out "$made" > /dev/null
    "$built/examples/link_children" "$made" | awk '
        / records$/ { records = $1 }
        / comparisons, / { comparisons = $1 }
        / CPU s in all/ { wall = $1; processors = $3; peak = $8 }
        / 0.00 bits:/ { for (i = 1; i < NF; i++) if ($i == "f1") f1[++n] = $(i + 1) }
        END { printf "%d,%d,%s,%s,%s,%s,%s\n", records, comparisons, wall, processors, peak, f1[2], f1[3] }'
    rm -r "$made"
done
