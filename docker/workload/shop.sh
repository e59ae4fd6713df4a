#!/bin/sh
# Keeps the shop busy as the quickstart does: a round each second; a table is truncated every two minutes, and after a minute a
# column is added.
set -eu
folder=$(dirname "$0")/shop

run() {
  psql --quiet --set=ON_ERROR_STOP=1 --file="$folder/$1.sql"
}

round=0
while :; do
  run transactions
  [ $((round % 120)) -ne 40 ] || run truncate
  [ "$round" -lt 60 ] || run column
  round=$((round + 1))
  sleep "${PAUSE:-1}"
done
