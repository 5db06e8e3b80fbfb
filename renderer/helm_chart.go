package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/ignore"
)

const (
	// maxChartNesting is how deep charts may lie within charts.
	maxChartNesting = 20
	// maxArchiveEntries is more than any chart has.
	maxArchiveEntries = 20_000
)

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

var byteOrderMark = []byte("\xEF\xBB\xBF")

// unpackVendored replaces `charts/NAME.tgz` by the files in it: Helm would unpack it without a limit on entries.
func (l *chartLoader) unpackVendored(names []string, contents [][]byte) ([]*archive.BufferedFile, error) {
	var all []*archive.BufferedFile
	for i, name := range names {
		packed, isPacked := strings.CutPrefix(name, "charts/")
		if !isPacked || path.Ext(packed) != ".tgz" || strings.Contains(packed, "/") {
			all = append(all, &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(contents[i], byteOrderMark)})
			continue
		}
		unpacked, err := l.unpack(name, contents[i], 0)
		if err != nil {
			return nil, err
		}
		for _, file := range unpacked {
			file.Name = "charts/" + strings.TrimSuffix(packed, ".tgz") + "/" + file.Name
			all = append(all, file)
		}
	}
	return all, nil
}

// unpack inflates a chart's archive once to count what comes out, then again for real.
func (l *chartLoader) unpack(name string, content []byte, nesting int) ([]*archive.BufferedFile, error) {
	if nesting > maxChartNesting {
		return nil, refused("archives in %s are nested deeper than %d levels", name, maxChartNesting)
	}
	if err := l.measure(name, content); err != nil {
		return nil, err
	}
	unpacked, err := archive.LoadArchiveFiles(bytes.NewReader(content))
	if err != nil {
		return nil, failedf("%s: %v", name, err)
	}
	var all []*archive.BufferedFile
	for _, file := range unpacked {
		inner, isPacked := strings.CutPrefix(file.Name, "charts/")
		if !isPacked || path.Ext(inner) != ".tgz" || strings.Contains(inner, "/") {
			all = append(all, file)
			continue
		}
		nested, err := l.unpack(name+"/"+file.Name, file.Data, nesting+1)
		if err != nil {
			return nil, err
		}
		for _, n := range nested {
			n.Name = "charts/" + strings.TrimSuffix(inner, ".tgz") + "/" + n.Name
			all = append(all, n)
		}
	}
	return all, nil
}

func (l *chartLoader) measure(name string, content []byte) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return failedf("%s: %v", name, err)
	}
	defer unzipped.Close()
	limited := &io.LimitedReader{R: unzipped, N: l.inflatedLeft}
	tooLarge := over("what "+name+" inflates to", bytesText(l.request.Budgets.InflatedBytes))
	reader := tar.NewReader(limited)
	for entries := 0; ; entries++ {
		_, err := reader.Next()
		if limited.N <= 0 || entries > maxArchiveEntries {
			return tooLarge
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return failedf("%s: %v", name, err)
		}
	}
	if _, err := io.Copy(io.Discard, limited); err != nil {
		return failedf("%s: %v", name, err)
	}
	if limited.N <= 0 {
		return tooLarge
	}
	l.inflatedLeft = limited.N
	return nil
}

// addDependencies finds what Chart.yaml names and charts/ lacks.
func (l *chartLoader) addDependencies(loaded *chart.Chart, base location, nesting int) error {
	if nesting > maxChartNesting {
		return refused("charts below %s are nested deeper than %d levels", base, maxChartNesting)
	}
	added := map[string]bool{}
	for _, wanted := range loaded.Metadata.Dependencies {
		if wanted == nil || added[wanted.Name+"@"+wanted.Version] || isVendored(loaded, wanted) {
			continue
		}
		added[wanted.Name+"@"+wanted.Version] = true
		dependency, err := l.dependency(loaded, wanted, base, nesting)
		if err != nil {
			return err
		}
		if dependency != nil {
			loaded.AddDependency(dependency)
		}
	}
	return nil
}

func isVendored(loaded *chart.Chart, wanted *chart.Dependency) bool {
	return slices.ContainsFunc(loaded.Dependencies(), func(have *chart.Chart) bool {
		return have.Name() == wanted.Name && (wanted.Version == "" || chartutil.IsCompatibleRange(wanted.Version, have.Metadata.Version))
	})
}

func (l *chartLoader) dependency(loaded *chart.Chart, wanted *chart.Dependency, base location, nesting int) (*chart.Chart, error) {
	repository := wanted.Repository
	if beside, isLocal := strings.CutPrefix(repository, "file://"); isLocal {
		at, err := locate(base, beside)
		if err != nil {
			return nil, err
		}
		return l.load(at, nesting+1)
	}
	if repository == "" {
		return nil, failedf("the chart %s needs %s, which is not in charts/ and has no repository", loaded.Name(), wanted.Name)
	}
	if !strings.HasPrefix(repository, "https://") && !strings.HasPrefix(repository, "http://") && !strings.HasPrefix(repository, "oci://") {
		return nil, refused("the chart %s needs %s from %s; only https:// and oci:// are fetched", loaded.Name(), wanted.Name, repository)
	}
	need := missing{Kind: "chart", URL: repository, Name: wanted.Name, Version: lockedVersion(loaded, wanted)}
	for _, m := range l.request.Mounts {
		if m.missing == need {
			return l.load(location{m.Root, ""}, nesting+1)
		}
	}
	l.missing = append(l.missing, need)
	return nil, nil
}

func lockedVersion(loaded *chart.Chart, wanted *chart.Dependency) string {
	if loaded.Lock != nil {
		for _, locked := range loaded.Lock.Dependencies {
			if locked != nil && locked.Name == wanted.Name && locked.Repository == wanted.Repository {
				return locked.Version
			}
		}
	}
	return wanted.Version
}

var safeChartName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// checkNames refuses names that are paths: they become parts of template names and, in other tools, of files.
func checkNames(loaded *chart.Chart) error {
	if !safeChartName.MatchString(loaded.Name()) {
		return refused("%q is no name for a chart", loaded.Name())
	}
	for _, wanted := range loaded.Metadata.Dependencies {
		if wanted == nil {
			continue
		}
		for _, name := range []string{wanted.Name, wanted.Alias} {
			if name != "" && !safeChartName.MatchString(name) {
				return refused("%q is no name for a chart", name)
			}
		}
	}
	for _, dependency := range loaded.Dependencies() {
		if err := checkNames(dependency); err != nil {
			return err
		}
	}
	return nil
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
