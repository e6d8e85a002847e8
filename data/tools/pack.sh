#!/usr/bin/env bash
# Compresses the tables for shipping and writes the checksums. The airlines stay plain, in a folder
# of their own, with their own licence.
# Usage: bash pack.sh [DIR]      (default: .)
set -euo pipefail
cd "${1:-.}"
for table in airports.csv cities15000.csv routes-us.csv subdivisions.csv country-names.json; do
  gzip -n -9 -f "$table"
done
mkdir -p openflights
mv airlines.csv openflights/airlines.csv
rm -f areas-admin1-small.geojson.gz
find . -type f \( -name '*.gz' -o -path './openflights/*' \) -printf '%P\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS
