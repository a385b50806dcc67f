#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs the end-to-end benchmark; it starts the server itself. PEERS names the peers to run beside it.
# bench.sh SERVER_DIST BENCHMARKS_DIST [arguments]

server_dist=$1
bench_dist=$2
shift 2
java_home=$(build/find-jdk.sh) || exit 1
[ -z "${PEERS:-}" ] || set -- --peers "$PEERS" "$@"
exec "$java_home/bin/java" -Xmx1g -XX:+UseParallelGC -XX:+UseCompactObjectHeaders \
    --enable-native-access=ALL-UNNAMED -cp "$bench_dist/lib/*" \
    io.luminate.benchmarks.BenchMain --server "$server_dist/bin/luminate-server" "$@"
