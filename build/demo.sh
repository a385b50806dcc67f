#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Starts a server, and a generator that writes to this very server once it listens; ends both when either ends
# or Ctrl-C is pressed.
# demo.sh SERVER_DIST BENCHMARKS_DIST [server arguments]

server_dist=$1
bench_dist=$2
shift 2
java_home=$(build/find-jdk.sh) || exit 1
folder=$(mktemp -d) || exit 1
mkfifo "$folder/output" || exit 1
generator=

"$server_dist/bin/luminate-server" "$@" >"$folder/output" &
server=$!

stop() {
    trap - INT TERM EXIT
    kill $generator "$server" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$folder"
}
trap stop INT TERM EXIT

# A server without its generator is no demo; its end is the end of the loop below.
generate() {
    (
        "$java_home/bin/java" -Xmx256m -XX:+UseSerialGC -cp "$bench_dist/lib/*" \
            io.luminate.benchmarks.demo.DemoMain --url "$1" &
        trap 'kill $! 2>/dev/null' INT TERM
        wait $!
        kill "$server" 2>/dev/null
    ) &
    generator=$!
}

while read -r line; do
    printf '%s\n' "$line"
    case $line in
        "Luminate listens on "*)
            url=${line#Luminate listens on }
            generate "${url%% *}"
            ;;
    esac
done <"$folder/output"
