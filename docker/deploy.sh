#!/bin/sh
# PUTs connectors to the worker at CONNECT_URL, each named like its file: deploy.sh FOLDER [NAME...]
# Without names, all of the folder.
set -eu

url=${CONNECT_URL:?is not set: the address of the worker, such as http://localhost:8083}
folder=${1:?is missing: the folder with the connector files}

shift
if [ $# -eq 0 ]; then
  for file in "$folder"/*.json; do
    set -- "$@" "$(basename "$file" .json)"
  done
fi

for name in "$@"; do
  file=$folder/$name.json
  answer=$(curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused \
    --request PUT --header 'Content-Type: application/json' --data "@$file" \
    "$url/connectors/$name/config") || { echo "$name is refused: $answer" >&2; exit 1; }
  echo "$name is deployed"
done
