// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** A small kube-proxy: the addresses of services, served from EndpointSlices over TCP. */
@NullMarked
package io.luminate.e2e.proxy;

import org.jspecify.annotations.NullMarked;
