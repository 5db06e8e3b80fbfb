package main

import (
	"fmt"
	"slices"
	"testing"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

func TestManifestsAreOrderedAndLeftOutAsHelmDoes(t *testing.T) {
	object := func(kind, name, hook string) string {
		if hook != "" {
			hook = "\n  annotations: {helm.sh/hook: \"" + hook + "\"}"
		}
		return fmt.Sprintf("apiVersion: v1\nkind: %s\nmetadata:\n  name: %s%s\n", kind, name, hook)
	}
	rendered := map[string]string{
		"c/templates/b.yaml": object("Zebra", "z", "") + "---\n" + object("Deployment", "d", "") + "---\n\n---\n" + object("Ant", "a", ""),
		"c/templates/a.yaml": object("Service", "s", "") + "---" + object("Namespace", "home", "") + "--- # note\n" + object("Service", "r", ""),
		"c/templates/h.yaml": object("Job", "late", "post-install") + "---\n" + object("ConfigMap", "early", "PRE-install, post-upgrade") + "---\n" + object("Pod", "try", "test-success"),
		"c/templates/u.yaml": object("Job", "unknown", "crd-install") + "---\n" + object("Job", "half", "pre-install,sometimes"),
		"c/templates/_p.tpl": object("Pod", "partial", ""),
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range manifests {
		want = append(want, m.Head.Kind+" "+m.Head.Metadata.Name)
	}
	for _, h := range hooks {
		want = append(want, h.Kind+" "+h.Name)
	}

	out := newOutput(&renderRequest{Budgets: budgets{OutputBytes: 1 << 20, Resources: 100}})
	if err := addTemplates(out.request, out, rendered); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range out.resources {
		got = append(got, r.describe())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
