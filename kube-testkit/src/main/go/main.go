// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

// Command kube is a Kubernetes control plane in one file: its first argument says which of the real parts it is.
// Parts in one binary share what they have in common, so they are linked once and take a quarter of the room.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // the clients' own metrics
	_ "k8s.io/component-base/metrics/prometheus/version"  // the build's version as a metric
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var parts = map[string]func(args []string){
	"etcd":                    etcdmain.Main,
	"kube-apiserver":          part(apiserver.NewAPIServerCommand),
	"kube-controller-manager": part(controllers.NewControllerManagerCommand),
	"kube-scheduler":          part(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubectl":                 part(kubectl.NewDefaultKubectlCommand),
}

func main() {
	if len(os.Args) > 1 {
		if run, ok := parts[os.Args[1]]; ok {
			os.Args = os.Args[1:]
			go endWithParent(os.Getppid())
			run(os.Args)
			return
		}
	}
	names := make([]string, 0, len(parts))
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintf(os.Stderr, "usage: kube %s [flags]\n", strings.Join(names, "|"))
	os.Exit(2)
}

func part(command func() *cobra.Command) func(args []string) {
	return func([]string) { os.Exit(cli.Run(command())) }
}

// Tests are killed at times, and must not leave a server behind on a port of this machine.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	os.Exit(1)
}
