#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Starts ClickHouse with its data in FOLDER, and a server that keeps its points there. Ends both when either ends
# or Ctrl-C is pressed: the server first, so that it can still write what it has.
# run-clickhouse.sh SERVER_DIST CLICKHOUSE_DIST FOLDER [server arguments]

server_dist=$1
clickhouse_dist=$2
folder=$3
shift 3
java_home=$(build/find-jdk.sh) || exit 1
user=luminate

mkdir -p "$folder" && rm -f "$folder/url" || exit 1
"$java_home/bin/java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$clickhouse_dist/lib/*" \
    io.luminate.clickhouse.testkit.ClickHouseMain "$folder" &
clickhouse=$!
server=

stop() {
    trap - INT TERM EXIT
    for process in $server $clickhouse; do
        kill "$process" 2>/dev/null
        wait "$process" 2>/dev/null
    done
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

while [ ! -s "$folder/url" ]; do
    kill -0 "$clickhouse" 2>/dev/null || exit 1
    sleep 0.1
done

# The server warns of LUMINATE_ variables that it does not know.
unset LUMINATE_CACHE LUMINATE_TEST_CLICKHOUSE_URL
LUMINATE_STORAGE_BACKEND=clickhouse \
LUMINATE_CLICKHOUSE_ADDRESSES=$(cat "$folder/url") \
LUMINATE_CLICKHOUSE_USERNAME=$user \
LUMINATE_CLICKHOUSE_PASSWORD=$(cat "$folder/passwords/$user") \
LUMINATE_CLICKHOUSE_DATABASE=luminate \
    "$server_dist/bin/luminate-server" "$@" &
server=$!

while kill -0 "$clickhouse" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || {
        wait "$server"
        exit
    }
    sleep 1
done
exit 1
