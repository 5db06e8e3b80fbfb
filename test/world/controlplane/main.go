// Command controlplane is a whole Kubernetes control plane, and kubectl, in one program for tests.
// The first argument picks which part it is: etcd, kube-apiserver, kube-controller-manager or kubectl.
// "certificates" makes those that a test needs.
package main

import (
	"fmt"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

var parts = map[string]func() int{
	"etcd":                    func() int { etcdmain.Main(os.Args); return 0 },
	"kube-apiserver":          func() int { return cli.Run(apiserver.NewAPIServerCommand()) },
	"kube-controller-manager": func() int { return cli.Run(controllermanager.NewControllerManagerCommand()) },
	"certificates":            certificates,
	"kubectl":                 func() int { return cli.Run(kubectl.NewDefaultKubectlCommand()) },
}

func main() {
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	run, known := parts[name]
	if !known {
		fmt.Fprintf(os.Stderr, "controlplane: %q is not one of etcd, kube-apiserver, kube-controller-manager, kubectl, certificates\n", name)
		os.Exit(2)
	}
	// Each part reads its arguments from os.Args as if it were a program of its own.
	os.Args = os.Args[1:]
	holdLeash()
	os.Exit(run())
}
