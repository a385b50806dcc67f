#!/bin/sh
# SPDX-FileCopyrightText: The Luminate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs a command where a cluster can live: as root of its own user, network, mount and process namespaces, in
# which the addresses of pods and of services are local ones. What is started there ends with the command.
# Where that is not possible the command runs as it is, with the reason in LUMINATE_KUBE_OBSTACLE.
# namespaces.sh COMMAND...

addresses='ip link set lo up && ip route add local 10.244.0.0/16 dev lo && ip route add local 10.96.0.0/16 dev lo'
enter='unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc'

# Nobody beyond these namespaces can be reached, so no proxy either.
unset http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY

if reason=$($enter sh -c "$addresses" 2>&1); then
    # The one child of this process is the first in there: nsenter from elsewhere asks for it.
    export LUMINATE_KUBE_NAMESPACES=$$
    exec $enter sh -c "$addresses"' && exec "$@"' sh "$@"
fi
export LUMINATE_KUBE_OBSTACLE="namespaces of their own are refused here: $reason"
exec "$@"
