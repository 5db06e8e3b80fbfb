package main

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// helmManifest is one document that the templates came to. Helm's own SortManifests does the same with one more reading of each
// document, and a table of kinds made anew for each comparison: a seventh of what a render cost.
type helmManifest struct {
	file  string
	kind  string
	hooks []release.HookEvent
	value any
}

// addTemplates takes what the templates came to: in the order that Helm installs it, then the hooks.
func addTemplates(request *renderRequest, out *output, rendered map[string]string) error {
	maps.DeleteFunc(rendered, func(name, content string) bool {
		base := path.Base(name)
		return base == "NOTES.txt" || strings.HasPrefix(base, "_") || strings.TrimSpace(content) == ""
	})
	var total int64
	for _, content := range rendered {
		total += int64(len(content))
	}
	if total > request.Budgets.OutputBytes {
		return over("what it renders to", bytesText(request.Budgets.OutputBytes))
	}
	var manifests []helmManifest
	for _, name := range slices.Sorted(maps.Keys(rendered)) {
		read, err := readManifests(name, rendered[name])
		if err != nil {
			return err
		}
		manifests = append(manifests, read...)
	}
	slices.SortStableFunc(manifests, inInstallOrder)
	for _, m := range manifests {
		if request.Helm.SkipTests && slices.Contains(m.hooks, release.HookTest) {
			continue
		}
		if err := out.add(m.value, origin{file: m.file}); err != nil {
			return err
		}
	}
	return nil
}

// readManifests cuts at separators as Helm does, which needs no end of line after them, and leaves out hooks for events that it does not know.
func readManifests(name, content string) ([]helmManifest, error) {
	documents := releaseutil.SplitManifests(content)
	keys := slices.Collect(maps.Keys(documents))
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	var manifests []helmManifest
	for _, key := range keys {
		text := documents[key]
		value, err := decodeYAML([]byte(text))
		if err != nil {
			line := strings.Count(content[:max(0, strings.Index(content, text))], "\n") + 1
			return nil, invalid(name, 0, fmt.Sprintf("it renders to invalid YAML (document at line %d of the output): %v", line, err))
		}
		if hooks, known := hooksOf(value); known {
			manifests = append(manifests, helmManifest{name, kindOf(value), hooks, value})
		}
	}
	return manifests, nil
}

func kindOf(value any) string {
	object, _ := value.(map[string]any)
	kind, _ := object["kind"].(string)
	return kind
}

// hooksOf answers the events that a manifest is for, and whether Helm knows them all.
func hooksOf(value any) ([]release.HookEvent, bool) {
	object, _ := value.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	named, isHook := annotations[release.HookAnnotation]
	if !isHook {
		return nil, true
	}
	var hooks []release.HookEvent
	for event := range strings.SplitSeq(text(named), ",") {
		hook, known := helmEvents[strings.ToLower(strings.TrimSpace(event))]
		if !known {
			return nil, false
		}
		hooks = append(hooks, hook)
	}
	return hooks, true
}

var helmEvents = map[string]release.HookEvent{
	"pre-install":   release.HookPreInstall,
	"post-install":  release.HookPostInstall,
	"pre-delete":    release.HookPreDelete,
	"post-delete":   release.HookPostDelete,
	"pre-upgrade":   release.HookPreUpgrade,
	"post-upgrade":  release.HookPostUpgrade,
	"pre-rollback":  release.HookPreRollback,
	"post-rollback": release.HookPostRollback,
	"test":          release.HookTest,
	"test-success":  release.HookTest,
}

var installRank = func() map[string]int {
	ranks := map[string]int{}
	for i, kind := range releaseutil.InstallOrder {
		ranks[kind] = i
	}
	return ranks
}()

// inInstallOrder puts kinds that Helm does not name behind the others, by their names, and hooks behind all.
func inInstallOrder(a, b helmManifest) int {
	return cmp.Or(
		cmp.Compare(min(1, len(a.hooks)), min(1, len(b.hooks))),
		cmp.Compare(rankOf(a.kind), rankOf(b.kind)),
		unnamed(a.kind, b.kind),
	)
}

func rankOf(kind string) int {
	if rank, named := installRank[kind]; named {
		return rank
	}
	return len(installRank)
}

func unnamed(a, b string) int {
	if rankOf(a) < len(installRank) {
		return 0
	}
	return cmp.Compare(a, b)
}
