#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Starts a server and the generator beside it; ends both when either ends or Ctrl-C is pressed.
# demo.sh SERVER_DIST BENCHMARKS_DIST [server arguments]

server_dist=$1
bench_dist=$2
shift 2
java_home=$(build/find-jdk.sh) || exit 1

"$server_dist/bin/luminate-server" "$@" &
server=$!
# The generator waits by itself until the server answers.
"$java_home/bin/java" -Xmx256m -XX:+UseSerialGC -cp "$bench_dist/lib/*" \
    io.luminate.benchmarks.demo.DemoMain --url http://127.0.0.1:8080 &
generator=$!

stop() {
    trap - INT TERM EXIT
    kill "$generator" "$server" 2>/dev/null
    wait "$generator" 2>/dev/null
    wait "$server" 2>/dev/null
}
trap stop INT TERM EXIT

while kill -0 "$server" 2>/dev/null && kill -0 "$generator" 2>/dev/null; do
    sleep 1
done
