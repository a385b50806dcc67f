#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Prints the home of a JDK that can build and run Luminate, or says how to get one.
#
#   LUMINATE_JAVA_HOME, JAVA_HOME   looked at first, in this order
#   LUMINATE_JDK_ROOTS              replaces the folders searched after them (separated by colons)
#   --runtime                       a JRE will do: ask for java, not for javac

MIN=25
tool=javac
[ "${1:-}" = "--runtime" ] && tool=java

# The major version of a Java home: from its release file, which costs nothing, else by asking java.
major() {
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    [ -n "$version" ] ||
        version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    echo "${version:-0}"
}

usable() {
    [ -n "$1" ] && [ -x "$1/bin/$tool" ] && [ -x "$1/bin/java" ] && [ "$(major "$1")" -ge "$MIN" ]
}

for home in "${LUMINATE_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    if usable "$home"; then
        echo "$home"
        exit 0
    fi
done

roots=${LUMINATE_JDK_ROOTS-/usr/lib/jvm:/opt:/opt/java:$HOME/.sdkman/candidates/java:$HOME/.jdks:$HOME/Library/Java/JavaVirtualMachines:/Library/Java/JavaVirtualMachines:/opt/homebrew/opt:/usr/local/opt}

best=
best_major=0
consider() {
    usable "$1" || return 0
    found=$(major "$1")
    # The lowest that is new enough: the build is tested on exactly that one.
    if [ "$best_major" -eq 0 ] || [ "$found" -lt "$best_major" ]; then
        best=$1
        best_major=$found
    fi
}

old_ifs=$IFS
IFS=:
for root in $roots; do
    IFS=$old_ifs
    for home in "$root"/*; do
        consider "$home"
        consider "$home/Contents/Home"
        consider "$home/libexec/openjdk.jdk/Contents/Home"
    done
    IFS=:
done
IFS=$old_ifs

on_path=$(command -v java 2>/dev/null)
if [ -n "$on_path" ]; then
    while [ -L "$on_path" ]; do
        target=$(readlink "$on_path")
        case $target in
            /*) on_path=$target ;;
            *) on_path=$(dirname "$on_path")/$target ;;
        esac
    done
    consider "$(dirname "$(dirname "$on_path")")"
fi

if [ -n "$best" ]; then
    echo "$best"
    exit 0
fi

cat >&2 <<TEXT
Luminate needs a JDK $MIN or newer, and none was found in LUMINATE_JAVA_HOME, JAVA_HOME, on the PATH or under
$(echo "$roots" | tr ':' ' ').
Get one from https://adoptium.net/temurin/releases/?version=$MIN, or with a package manager:
    apt install openjdk-$MIN-jdk      dnf install java-$MIN-openjdk-devel
    brew install openjdk@$MIN         sdk install java $MIN-tem
then run the command again, with JAVA_HOME set if it was unpacked somewhere else.
TEXT
exit 1
