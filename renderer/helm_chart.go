package main

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"
)

// maxChartNesting is how deep charts may lie within charts.
const maxChartNesting = 20

// chartLoader reads charts from the virtual file system, with their dependencies: vendored, beside it in the repository
// (`file://`), or fetched for it. What is not there yet it collects in `missing`.
type chartLoader struct {
	files        *files
	request      *renderRequest
	inflatedLeft int64
	missing      []missing
}

func (l *chartLoader) load(base location, nesting int) (*chart.Chart, error) {
	collected, err := l.collect(base)
	if err != nil {
		return nil, err
	}
	loaded, err := l.assemble(collected, base.String())
	if err != nil {
		return nil, err
	}
	return loaded, l.addDependencies(loaded, base, nesting)
}

func (l *chartLoader) assemble(collected []*archive.BufferedFile, name string) (*chart.Chart, error) {
	for _, file := range collected {
		if isYAMLName(file.Name) {
			if err := guardYAML(file.Data); err != nil {
				return nil, invalid(path.Join(name, file.Name), 0, err.Error())
			}
		}
	}
	loaded, err := loader.LoadFiles(collected)
	if err != nil {
		return nil, failedf("the chart %s: %v", name, err)
	}
	return loaded, checkNames(loaded)
}

func isYAMLName(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".lock":
		return true
	}
	return false
}

// collect reads all files of a chart's directory, without what `.helmignore` names, and with archives in charts/ unpacked.
func (l *chartLoader) collect(base location) ([]*archive.BufferedFile, error) {
	where, found, err := l.files.find(base)
	if err != nil {
		return nil, err
	}
	if !found.isDirectory() {
		return nil, failedf("there is no chart %s", base)
	}
	rules, err := l.ignoreRules(where)
	if err != nil {
		return nil, err
	}
	// All that lies in a chart can show in what it renders to (`.Files`), so all of it is depended on at once.
	l.files.record(where, "t:"+found.ID)
	var names []string
	var places []location
	var walk func(at location, relative string) error
	walk = func(at location, relative string) error {
		if strings.Count(relative, "/") > maxPathDepth {
			return refused("directories in the chart %s are nested deeper than %d levels", base, maxPathDepth)
		}
		place, directory, err := l.files.find(at)
		if err != nil || directory == nil {
			return err
		}
		for _, e := range directory.Entries {
			name := path.Join(relative, e.Name)
			child := place.child(e.Name)
			target := child
			kind := e.Type
			if kind == "symlink" {
				reached, linked, err := l.files.find(child)
				if err != nil {
					return err
				}
				if linked == nil {
					return failedf("the link %s leads to nothing", child)
				}
				target, kind = reached, linked.Type
				if kind == "directory" && (reached.path == where.path || strings.HasPrefix(child.path, reached.path+"/")) {
					return refused("the link %s leads to a directory that it is in", child)
				}
			}
			if rules.Ignore(name, fileInfo{e.Name, kind == "directory"}) {
				continue
			}
			switch kind {
			case "directory":
				if err := walk(target, name); err != nil {
					return err
				}
			case "file":
				names = append(names, name)
				places = append(places, target)
			}
		}
		return nil
	}
	if err := walk(where, ""); err != nil {
		return nil, err
	}
	contents, err := l.files.readAll(places)
	if err != nil {
		return nil, err
	}
	return l.unpackVendored(names, contents)
}

func (l *chartLoader) ignoreRules(base location) (*ignore.Rules, error) {
	rules := ignore.Empty()
	_, found, err := l.files.find(base.child(ignore.HelmIgnore))
	if err != nil {
		return nil, err
	}
	if found.isFile() {
		content, err := l.files.read(base.child(ignore.HelmIgnore))
		if err != nil {
			return nil, err
		}
		if rules, err = ignore.Parse(bytes.NewReader(content)); err != nil {
			return nil, failedf("%s: %v", base.child(ignore.HelmIgnore), err)
		}
	}
	rules.AddDefaults()
	return rules, nil
}

// fileInfo is as much as ignore rules ask for.
type fileInfo struct {
	name      string
	directory bool
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return 0 }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.directory }
func (i fileInfo) Sys() any           { return nil }
func (i fileInfo) Mode() fs.FileMode {
	if i.directory {
		return fs.ModeDir
	}
	return 0
}
