#!/bin/sh
# Keeps the web shop busy in the same way as shop.sh the shop.
set -eu
folder=$(dirname "$0")/webshop
export MYSQL_PWD="$MYSQL_ROOT_PASSWORD"

run() {
  mysql --host="$MYSQL_HOST" --port="${MYSQL_PORT:-3306}" --protocol=tcp --user=root webshop \
    < "$folder/$1.sql"
}

round=0
while :; do
  run transactions
  [ $((round % 120)) -ne 40 ] || run truncate
  [ "$round" -lt 60 ] || run column
  round=$((round + 1))
  sleep "${PAUSE:-1}"
done
