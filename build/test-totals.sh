#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Sums the test reports that are newer than the stamp file given: test-totals.sh STAMP

find . -path '*/surefire-reports/TEST-*.xml' -newer "$1" -exec grep -h -m 1 -A 1 '<testsuite ' {} + |
    awk '
        function attribute(name,    at) {
            at = match($0, " " name "=\"[0-9]+\"")
            return at ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
        }
        / tests="/ {
            classes++
            tests += attribute("tests")
            failures += attribute("failures") + attribute("errors")
            skipped += attribute("skipped")
        }
        END { printf "Tests: %d in %d classes, %d failed, %d skipped\n", tests, classes, failures, skipped }'
