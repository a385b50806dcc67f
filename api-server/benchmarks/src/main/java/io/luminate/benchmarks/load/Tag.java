// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

/** A dimension in plain ASCII, so that it needs no escape in any format. */
record Tag(String key, String value) {}
