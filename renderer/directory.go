package main

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

type directoryOptions struct {
	Recurse bool   `json:"recurse"`
	Include string `json:"include"`
	Exclude string `json:"exclude"`
	Jsonnet struct {
		ExtVars []jsonnetVariable `json:"extVars"`
		TLAs    []jsonnetVariable `json:"tlas"`
		Libs    []string          `json:"libs"`
	} `json:"jsonnet"`
}

// A file with this in it (in a comment, as a rule) is not rendered: the same as in Argo CD.
var skipMarker = []byte("+argocd:skip-file-rendering")

// renderDirectory takes the manifests in a directory as they are, and evaluates what is Jsonnet.
func renderDirectory(f *files, request *renderRequest, out *output) error {
	selected, err := selectFiles(f, request)
	if err != nil {
		return err
	}
	contents, err := f.readAll(selected)
	if err != nil {
		return err
	}
	for i, at := range selected {
		if bytes.Contains(contents[i], skipMarker) {
			continue
		}
		if path.Ext(at.path) == ".jsonnet" {
			err = renderJsonnet(f, request, at, contents[i], out)
		} else {
			err = out.addYAML(at.path, contents[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var manifestExtension = regexp.MustCompile(`\.(ya?ml|json|jsonnet)$`)

func selectFiles(f *files, request *renderRequest) ([]location, error) {
	base, err := locate(location{mainRoot, ""}, request.Path)
	if err != nil {
		return nil, err
	}
	include, exclude, err := directoryFilters(request.Directory)
	if err != nil {
		return nil, err
	}
	var selected []location
	var walk func(at location, relative string, depth int) error
	walk = func(at location, relative string, depth int) error {
		if depth > maxPathDepth {
			return refused("directories below %s are nested deeper than %d levels", base, maxPathDepth)
		}
		entries, where, err := f.list(at)
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := path.Join(relative, e.Name)
			switch e.Type {
			case "directory":
				if !request.Directory.Recurse {
					continue
				}
				if err := walk(where.child(e.Name), name, depth+1); err != nil {
					return err
				}
			case "file", "symlink":
				// Options of the source (src/render/overrides.ts), not manifests.
				if strings.HasPrefix(e.Name, ".argocd-source") {
					continue
				}
				if !manifestExtension.MatchString(e.Name) || (include != nil && !include.MatchString(name)) || (exclude != nil && exclude.MatchString(name)) {
					continue
				}
				ok, err := worthReading(f, where.child(e.Name), e)
				if err != nil {
					return err
				}
				if ok {
					selected = append(selected, where.child(e.Name))
				}
			}
		}
		return nil
	}
	return selected, walk(base, "", 0)
}

// worthReading says no to links that lead to directories: what is behind them would be rendered twice.
func worthReading(f *files, at location, e entry) (bool, error) {
	if e.Type == "file" {
		return true, nil
	}
	_, found, err := f.find(at)
	if err != nil {
		return false, err
	}
	if found == nil {
		return false, failedf("the link %s leads to nothing", at)
	}
	return found.isFile(), nil
}

func directoryFilters(options directoryOptions) (include, exclude *regexp.Regexp, err error) {
	if options.Include != "" {
		if include, err = compileGlob(strings.TrimPrefix(options.Include, "./"), false); err != nil {
			return
		}
	}
	if options.Exclude != "" {
		exclude, err = compileGlob(strings.TrimPrefix(options.Exclude, "./"), false)
	}
	return
}
