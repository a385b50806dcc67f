// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The one shape of every error, and how failures of the layers below become statuses. */
@NullMarked
package io.luminate.server.http.reply;

import org.jspecify.annotations.NullMarked;
