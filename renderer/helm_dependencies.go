package main

import (
	"regexp"
	"slices"
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

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
