package main

import (
	"context"
	"path"
	"sort"
	"strings"
	"testing"
)

// tree answers questions from a map of paths to contents; `-> target` is a link.
type tree map[string]string

func (t tree) ask(_ context.Context, q question) (answer, []byte, error) {
	if q.Ask == "look" {
		return answer{Node: t.node(q.Paths[0])}, nil, nil
	}
	var a answer
	var tail []byte
	for _, p := range q.Paths {
		content := t[p]
		if int64(len(content)) > q.Max {
			return answer{TooLarge: p}, nil, nil
		}
		a.Lengths = append(a.Lengths, int64(len(content)))
		tail = append(tail, content...)
	}
	return a, tail, nil
}

func (t tree) node(p string) *node {
	if content, ok := t[p]; ok {
		if target, isLink := strings.CutPrefix(content, "-> "); isLink {
			return &node{Type: "symlink", ID: "s" + target, Target: target}
		}
		return &node{Type: "file", ID: "f" + content}
	}
	children := map[string]bool{}
	for file := range t {
		if rest, below := strings.CutPrefix(file, p+"/"); below || p == "" {
			if p == "" {
				rest = file
			}
			name, _, _ := strings.Cut(rest, "/")
			children[name] = true
		}
	}
	if len(children) == 0 && p != "" {
		return nil
	}
	n := &node{Type: "directory", ID: "d" + p, Listing: "l" + p}
	for name := range children {
		child := t.node(path.Join(p, name))
		n.Entries = append(n.Entries, entry{Name: name, Type: child.Type, ID: child.ID})
	}
	sort.Slice(n.Entries, func(i, j int) bool { return n.Entries[i].Name < n.Entries[j].Name })
	return n
}

func testBudgets() budgets {
	return budgets{
		Milliseconds: 5000, InputBytes: 1 << 20, FileBytes: 1 << 16, OutputBytes: 1 << 20, Resources: 100,
		InflatedBytes: 1 << 20, Files: 1000,
	}
}

func filesOf(t tree) *files {
	return newFiles(context.Background(), t, newBlobCache(1<<20), testBudgets())
}

func renderTest(t *testing.T, sourceType string, files tree, request renderRequest) (*output, []missing, error) {
	t.Helper()
	request.SourceType, request.Path, request.Application = sourceType, "app", "shop"
	request.Label, request.Mark = "shop", "fleet/shop"
	request.Budgets = testBudgets()
	out := newOutput(&request)
	lacking, err := renders[sourceType](context.Background(), filesOf(files), &request, out)
	return out, lacking, err
}
