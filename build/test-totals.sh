#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Names the failed tests of the reports that are newer than the stamp file given, and sums all: test-totals.sh STAMP

find . -path '*/surefire-reports/TEST-*.xml' -newer "$1" \
    -exec grep -hE '^<testsuite |^ *<testcase |^ *<(failure|error)[ >]' {} + |
    awk -v named_max=20 -v message_max=200 '
        function text(name,    at) {
            at = match($0, " " name "=\"[^\"]*\"")
            return at ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
        }
        function plain(xml) {
            gsub(/&#(10|13|9);/, " ", xml)
            gsub(/&lt;/, "<", xml)
            gsub(/&gt;/, ">", xml)
            gsub(/&quot;/, "\"", xml)
            gsub(/&apos;/, "'\''", xml)
            gsub(/&amp;/, "\\&", xml)
            gsub(/ +/, " ", xml)
            sub(/^ /, "", xml)
            return substr(xml, 1, message_max)
        }
        /^<testsuite / {
            classes++
            tests += text("tests")
            failures += text("failures") + text("errors")
            skipped += text("skipped")
        }
        /<testcase / {
            test = text("classname") "." text("name")
        }
        /^ *<(failure|error)[ >]/ && ++named <= named_max {
            print "Failed: " plain(test) ": " plain(text("message") == "" ? text("type") : text("message"))
        }
        END {
            if (named > named_max) printf "Failed: %d more\n", named - named_max
            printf "Tests: %d in %d classes, %d failed, %d skipped\n", tests, classes, failures, skipped
        }'
