package main

import (
	"strings"
	"testing"
)

func TestErrorsNameFileAndLine(t *testing.T) {
	for text, want := range map[string]string{
		"---\na: 1\n":                               "app/x.yaml:2 reason:this document is no Kubernetes object: it has no `apiVersion`",
		"apiVersion: v1\nmetadata: {name: a}\n":     "it has no `kind`",
		"# c\n---\n\napiVersion: v1\nkind: Pod\n":   "app/x.yaml:4 reason:this Pod has no `metadata.name`",
		"just text\n":                               "it has no fields",
		"- a\n":                                     "it has no fields",
		"apiVersion: v1\nkind: Pod\nmetadata: []\n": "`metadata` has no fields",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {x: 1}}\n":                  "`metadata.labels.x` is no string",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: [b]}\n":                "`metadata.annotations` has no fields",
		"apiVersion: v1\nkind: List\nitems: {a: 1}\n":                                       "`items` is no list",
		"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {}}\n": "has no `metadata.name`",
		"a: [1\n": "app/x.yaml:1",
	} {
		_, _, err := renderTest(t, "directory", tree{"app/x.yaml": text}, renderRequest{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestTheLaterOfTwoCounts(t *testing.T) {
	out, _, err := renderTest(t, "directory", tree{
		"app/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {v: first}\n",
		"app/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {v: second}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: other}\n",
		"app/c.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-}\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-}\n",
	}, renderRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.resources) != 4 || !strings.Contains(string(out.resources[0].body), "second") {
		t.Errorf("%d resources, the first %s", len(out.resources), out.resources[0].body)
	}
	if len(out.warnings) != 1 || !strings.Contains(out.warnings[0], "ConfigMap x is declared more than once") {
		t.Errorf("warnings: %q", out.warnings)
	}
	if !out.resources[2].GenerateName || out.resources[2].Name != "j-" {
		t.Errorf("%+v", out.resources[2])
	}
}

func TestSteeringAnnotationsAreHandedOver(t *testing.T) {
	out, _, err := renderTest(t, "directory", tree{"app/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  annotations: {argocd.argoproj.io/sync-wave: \"3\", helm.sh/hook: a, kustomize.toolkit.fluxcd.io/prune: disabled, kustomize.toolkit.fluxcd.io/name: other, example.com/o: x, holdfast.dev/application: forged}\n"}, renderRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.resources[0].Annotations; len(got) != 3 || got["argocd.argoproj.io/sync-wave"] != "3" {
		t.Errorf("%v", got)
	}
}

func TestDefinitionsSayWhatTheyDefine(t *testing.T) {
	out, _, err := renderTest(t, "directory", tree{"app/a.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Thing, plural: things}}\n"}, renderRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if d := out.resources[0].Defines; d == nil || *d != (definition{"example.com", "Thing", "Cluster"}) {
		t.Errorf("%v", d)
	}
}
