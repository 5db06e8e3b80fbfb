package main

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"
)

// helmValues puts the values together, later ones over earlier: value files, inline values, parameters, file parameters.
func helmValues(f *files, request *renderRequest, base location) (map[string]any, []missing, error) {
	values := map[string]any{}
	merge := func(name string, content []byte) error {
		if err := guardYAML(content); err != nil {
			return invalid(name, 0, err.Error())
		}
		loaded, err := loader.LoadValues(bytes.NewReader(content))
		if err != nil {
			return invalid(name, 0, plainYAMLError(err))
		}
		values = loader.MergeMaps(values, loaded)
		return nil
	}
	places, lacking, err := valueFiles(f, request, base)
	if err != nil || len(lacking) > 0 {
		return nil, lacking, err
	}
	for _, place := range places {
		content, err := f.read(place)
		if err != nil {
			return nil, nil, err
		}
		if err := merge(place.String(), content); err != nil {
			return nil, nil, err
		}
	}
	if request.Helm.Values != "" {
		if err := merge("the source's inline values", []byte(request.Helm.Values)); err != nil {
			return nil, nil, err
		}
	}
	for _, forced := range []bool{false, true} {
		for _, p := range request.Helm.Parameters {
			if p.ForceString != forced {
				continue
			}
			parse := strvals.ParseInto
			if forced {
				parse = strvals.ParseIntoString
			}
			if err := parse(p.Name+"="+escapeCommas(p.Value), values); err != nil {
				return nil, nil, failedf("the parameter %s: %v", p.Name, err)
			}
		}
	}
	for _, p := range request.Helm.FileParameters {
		if err := setFromFile(f, base, p, values); err != nil {
			return nil, nil, err
		}
	}
	return values, nil, nil
}

func setFromFile(f *files, base location, p helmFile, values map[string]any) error {
	at, err := locate(base, p.Path)
	if err != nil {
		return err
	}
	read := func([]rune) (any, error) {
		content, err := f.read(at)
		return string(content), err
	}
	if err := strvals.ParseIntoFile(p.Name+"=file", values, read); err != nil {
		return failedf("the file parameter %s: %v", p.Name, err)
	}
	return nil
}

// escapeCommas: in a parameter a comma is part of the value, unless somebody has escaped it already. Lists in braces stay.
func escapeCommas(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value
	}
	var out strings.Builder
	for i := range len(value) {
		if value[i] == ',' && (i == 0 || value[i-1] != '\\') {
			out.WriteByte('\\')
		}
		out.WriteByte(value[i])
	}
	return out.String()
}

// valueFiles finds the files that are named: relative to the chart, from the tree's root (`/…`), in another source
// (`$ref/…`), by pattern, or at a URL.
func valueFiles(f *files, request *renderRequest, base location) ([]location, []missing, error) {
	var places []location
	var lacking []missing
	for _, written := range request.Helm.ValueFiles {
		if strings.Contains(written, "://") {
			place, need, err := remoteValues(request, written)
			if err != nil {
				return nil, nil, err
			}
			if need != nil {
				lacking = append(lacking, *need)
			} else {
				places = append(places, place)
			}
			continue
		}
		at, err := valueFile(request, base, written)
		if err != nil {
			return nil, nil, err
		}
		found, err := expand(f, at)
		if err != nil {
			return nil, nil, err
		}
		if len(found) == 0 && !request.Helm.IgnoreMissingValueFiles {
			return nil, nil, failedf("there is no value file %s", written)
		}
		for _, place := range found {
			if hasGlob(at.path) && slices.Contains(places, place) {
				continue
			}
			places = append(places, place)
		}
	}
	return places, lacking, nil
}

func remoteValues(request *renderRequest, url string) (location, *missing, error) {
	if !strings.HasPrefix(url, "https://") {
		return location{}, nil, refused("value files are fetched from https:// only, not from %s", url)
	}
	need := missing{Kind: "file", URL: url}
	for _, m := range request.Mounts {
		if m.missing == need {
			return location{m.Root, "file"}, nil, nil
		}
	}
	return location{}, &need, nil
}

func valueFile(request *renderRequest, base location, written string) (location, error) {
	inRef, isRef := strings.CutPrefix(written, "$")
	if !isRef {
		return locate(base, written)
	}
	name, rest, _ := strings.Cut(inRef, "/")
	if !slices.Contains(request.Refs, name) {
		return location{}, failedf("the value file %s names a source %q, and there is none with that ref", written, name)
	}
	return locate(location{refRoot(name), ""}, rest)
}

func refRoot(name string) string { return "ref:" + name }

// expand answers the files that a path, which may hold patterns, leads to; sorted.
func expand(f *files, at location) ([]location, error) {
	if !hasGlob(at.path) {
		_, found, err := f.find(at)
		if err != nil || !found.isFile() {
			return nil, err
		}
		return []location{at}, nil
	}
	pattern, err := compileGlob(at.path, true)
	if err != nil {
		return nil, err
	}
	// Only what is below the part without patterns can match.
	segments := strings.Split(at.path, "/")
	fixed := slices.IndexFunc(segments, hasGlob)
	start := location{at.root, strings.Join(segments[:fixed], "/")}
	deep := strings.Contains(at.path, "**")
	var places []location
	var walk func(at location, depth int) error
	walk = func(at location, depth int) error {
		_, found, err := f.find(at)
		if err != nil || !found.isDirectory() || depth > maxPathDepth {
			return err
		}
		entries, _, err := f.list(at)
		if err != nil {
			return err
		}
		for _, e := range entries {
			child := location{at.root, path.Join(at.path, e.Name)}
			switch {
			case e.Type == "directory" && (deep || depth < len(segments)-fixed-1):
				if err := walk(child, depth+1); err != nil {
					return err
				}
			case e.Type != "directory" && pattern.MatchString(child.path):
				places = append(places, child)
			}
		}
		return nil
	}
	err = walk(start, 0)
	return places, err
}
