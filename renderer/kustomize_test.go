package main

import (
	"fmt"
	"testing"
)

func TestRemoteBasesAreReadAsKustomizeReadsThem(t *testing.T) {
	for written, want := range map[string]string{
		"https://h.example.com/org/repo//deploy?ref=v1":          "repository https://h.example.com/org/repo v1 deploy",
		"https://h.example.com/org/repo?ref=main":                "repository https://h.example.com/org/repo main ",
		"https://h.example.com/org/repo/a/b?version=1.2":         "repository https://h.example.com/org/repo 1.2 a/b",
		"https://h.example.com/a/b/c.git//x/y?ref=v1&timeout=9s": "repository https://h.example.com/a/b/c.git v1 x/y",
		"https://h.example.com/a/b/c.git/x?ref=v1":               "repository https://h.example.com/a/b/c.git v1 x",
		"https://dev.example.com/o/p/_git/r/x?ref=v1":            "repository https://dev.example.com/o/p/_git/r v1 x",
		"github.com/org/repo/x?ref=v1":                           "repository https://github.com/org/repo v1 x",
		"ssh://git@h.example.com/org/repo//x?ref=v1":             "repository ssh://git@h.example.com/org/repo v1 x",
		"https://h.example.com/release.yaml":                     "file https://h.example.com/release.yaml  ",
		"https://h.example.com/org/repo//x.yaml?ref=v1":          "repository https://h.example.com/org/repo v1 x.yaml",
	} {
		if !looksRemote(written) {
			t.Errorf("%s does not look remote", written)
		}
		need, inside, err := parseRemote(written)
		if got := fmt.Sprintf("%s %s %s %s", need.Kind, need.URL, need.Revision, inside); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", written, got, err, want)
		}
	}
	for _, local := range []string{"../base", "base.yaml", "a/b/c", "./x", "github.com.yaml", "a@b"} {
		if looksRemote(local) {
			t.Errorf("%s looks remote", local)
		}
	}
}

func TestImageOverrides(t *testing.T) {
	for written, want := range map[string]string{
		"nginx:1.2":                       "map[name:nginx newTag:1.2]",
		"nginx=mirror/nginx:1":            "map[name:nginx newName:mirror/nginx newTag:1]",
		"nginx=mirror/nginx":              "map[name:nginx newName:mirror/nginx]",
		"h.example.com:5000/a/b:v1":       "map[name:h.example.com:5000/a/b newTag:v1]",
		"h.example.com:5000/a/b":          "map[name:h.example.com:5000/a/b]",
		"a@sha256:0":                      "map[digest:sha256:0 name:a]",
		"a=h.example.com:5000/b@sha256:0": "map[digest:sha256:0 name:a newName:h.example.com:5000/b]",
	} {
		if got := fmt.Sprint(imageOverride(written)); got != want {
			t.Errorf("%s: %s, want %s", written, got, want)
		}
	}
}

func TestOneTreeDoesNotSeeAnother(t *testing.T) {
	k := newKustomizeFiles(t.Context(), filesOf(tree{"secret.yaml": "x"}), &renderRequest{Mounts: []mount{{Root: "remote:0"}}}, nil)
	from := k.absolute(location{"remote:0", "deploy"})
	for _, path := range []string{"/../../main/secret.yaml", "/../../secret.yaml", "/../../../secret.yaml"} {
		if k.Exists(from + path) {
			t.Errorf("%s leads into another tree", path)
		}
	}
	if !k.Exists(k.absolute(location{mainRoot, "secret.yaml"})) {
		t.Error("the tree does not see itself")
	}
}
