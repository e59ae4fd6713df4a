#!/bin/sh
# Keeps the shop busy: the same kinds of change as in the quickstart, a round each second, until it is stopped.
set -eu
while :; do
  psql --quiet --set=ON_ERROR_STOP=1 --set=quantity="${QUANTITY:-20}" --file=/workload/transactions.sql
  sleep 1
done
