package main

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/yaml"
)

type kustomizeOptions struct {
	NamePrefix              string              `json:"namePrefix"`
	NameSuffix              string              `json:"nameSuffix"`
	Namespace               string              `json:"namespace"`
	Images                  []string            `json:"images"`
	Replicas                []kustomizeReplicas `json:"replicas"`
	CommonLabels            map[string]string   `json:"commonLabels"`
	ForceCommonLabels       bool                `json:"forceCommonLabels"`
	LabelWithoutSelector    bool                `json:"labelWithoutSelector"`
	LabelIncludeTemplates   bool                `json:"labelIncludeTemplates"`
	CommonAnnotations       map[string]string   `json:"commonAnnotations"`
	ForceCommonAnnotations  bool                `json:"forceCommonAnnotations"`
	Patches                 []map[string]any    `json:"patches"`
	Components              []string            `json:"components"`
	IgnoreMissingComponents bool                `json:"ignoreMissingComponents"`
}

type kustomizeReplicas struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func isKustomizationName(name string) bool {
	return slices.Contains(konfig.RecognizedKustomizationFileNames(), name)
}

// prepare edits the source's options into its own kustomization, as Argo CD does with `kustomize edit`: a name prefix, for
// one, takes the place of the kustomization's, where a further layer on top would add to it.
func (k *kustomizeFiles) prepare(base location) error {
	// One look at the directory answers what is in it.
	if _, _, err := k.files.find(base); err != nil {
		return err
	}
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		where, found, err := k.files.find(base.child(name))
		if err != nil {
			return err
		}
		if !found.isFile() {
			continue
		}
		content, err := k.readGuarded(where)
		if err != nil {
			return err
		}
		fields, err := kustomizationFields(where, content)
		if err != nil {
			return err
		}
		if err := k.apply(base, fields); err != nil {
			return err
		}
		written := k.absolute(base.child(name))
		edited, err := k.checked(written, where, fields)
		if err != nil {
			return err
		}
		k.edited[written] = edited
		k.edited[k.absolute(where)] = edited
	}
	return nil
}

func kustomizationFields(at location, content []byte) (map[string]any, error) {
	fields := map[string]any{}
	if err := yaml.Unmarshal(content, &fields, useNumber); err != nil {
		return nil, invalid(at.String(), 0, plainYAMLError(err))
	}
	return fields, nil
}

func useNumber(d *json.Decoder) *json.Decoder {
	d.UseNumber()
	return d
}

func (k *kustomizeFiles) apply(base location, fields map[string]any) error {
	options := k.request.Kustomize
	for field, value := range map[string]string{"namePrefix": options.NamePrefix, "nameSuffix": options.NameSuffix, "namespace": options.Namespace} {
		if value != "" {
			fields[field] = value
		}
	}
	for _, image := range options.Images {
		mergeNamed(fields, "images", imageOverride(image))
	}
	for _, r := range options.Replicas {
		mergeNamed(fields, "replicas", map[string]any{"name": r.Name, "count": r.Count})
	}
	if err := applyLabels(options, fields); err != nil {
		return err
	}
	if err := mergeStrings(fields, "commonAnnotations", options.CommonAnnotations, options.ForceCommonAnnotations); err != nil {
		return err
	}
	for _, patch := range options.Patches {
		fields["patches"] = append(listOf(fields["patches"]), patch)
	}
	for _, component := range options.Components {
		if options.IgnoreMissingComponents && !strings.Contains(component, "://") {
			at, err := locate(base, component)
			if err != nil {
				return err
			}
			_, found, err := k.files.find(at)
			if err != nil {
				return err
			}
			if !found.isDirectory() {
				continue
			}
		}
		fields["components"] = append(listOf(fields["components"]), component)
	}
	return nil
}

// applyLabels: with or without selectors, and in the newer `labels` field where `commonLabels` cannot say it.
func applyLabels(options kustomizeOptions, fields map[string]any) error {
	if len(options.CommonLabels) == 0 {
		return nil
	}
	if !options.LabelWithoutSelector {
		return mergeStrings(fields, "commonLabels", options.CommonLabels, options.ForceCommonLabels)
	}
	pairs := map[string]any{}
	for name, value := range options.CommonLabels {
		pairs[name] = value
	}
	label := map[string]any{"pairs": pairs, "includeSelectors": false, "includeTemplates": options.LabelIncludeTemplates}
	fields["labels"] = append(listOf(fields["labels"]), label)
	return nil
}

func listOf(value any) []any {
	values, _ := value.([]any)
	return values
}

func mergeStrings(fields map[string]any, field string, values map[string]string, force bool) error {
	if len(values) == 0 {
		return nil
	}
	merged, _ := fields[field].(map[string]any)
	if merged == nil {
		merged = map[string]any{}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if before, set := merged[name]; set && !force && before != values[name] {
			return failedf("%s: %s is already in the kustomization; the source may force it", field, name)
		}
		merged[name] = values[name]
	}
	fields[field] = merged
	return nil
}

// mergeNamed puts an item in a list in the place of the one with its name.
func mergeNamed(fields map[string]any, field string, item map[string]any) {
	items := listOf(fields[field])
	for i, other := range items {
		if existing, ok := other.(map[string]any); ok && existing["name"] == item["name"] {
			if field == "images" {
				item = mergeImage(existing, item)
			}
			items[i] = item
			return
		}
	}
	fields[field] = append(items, item)
}

// mergeImage keeps what an override does not say: a new tag leaves the new name alone. Tag and digest replace each other.
func mergeImage(existing, override map[string]any) map[string]any {
	merged := maps.Clone(existing)
	_, hasTag := override["newTag"]
	_, hasDigest := override["digest"]
	if hasTag || hasDigest {
		delete(merged, "newTag")
		delete(merged, "digest")
	}
	maps.Copy(merged, override)
	return merged
}

// imageOverride reads `name=new:tag`, `name:tag`, `name@digest` and their mixtures.
func imageOverride(written string) map[string]any {
	name, target, renamed := strings.Cut(written, "=")
	if !renamed {
		target = written
	}
	rest, digest, hasDigest := strings.Cut(target, "@")
	newName, tag := rest, ""
	// A colon before the last slash belongs to a port.
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		newName, tag = rest[:colon], rest[colon+1:]
	}
	image := map[string]any{"name": name}
	if renamed {
		image["newName"] = newName
	} else {
		image["name"] = newName
	}
	if tag != "" {
		image["newTag"] = tag
	}
	if hasDigest {
		image["digest"] = digest
	}
	return image
}

// Fields of a kustomization that would run programs or fetch by themselves.
var refusedFields = []string{"helmCharts", "helmChartInflationGenerator", "helmGlobals"}

// kustomization is where every kustomization file passes.
func (k *kustomizeFiles) kustomization(name string, at location, content []byte) ([]byte, error) {
	k.kustomizations++
	if k.kustomizations > maxKustomizations {
		return nil, over("kustomizations", "2000 files")
	}
	fields, err := kustomizationFields(at, content)
	if err != nil {
		return nil, err
	}
	touched, err := k.check(name, at, fields)
	if err != nil || !touched {
		return content, err
	}
	return yaml.Marshal(fields)
}

func (k *kustomizeFiles) checked(name string, at location, fields map[string]any) ([]byte, error) {
	if _, err := k.check(name, at, fields); err != nil {
		return nil, err
	}
	return yaml.Marshal(fields)
}

// check refuses what is not done here, and puts what was fetched in the place of URLs. It answers whether it changed anything.
func (k *kustomizeFiles) check(name string, at location, fields map[string]any) (bool, error) {
	for _, field := range refusedFields {
		if _, set := fields[field]; set {
			return false, refused("%s: %s is not rendered here; make the chart a source of its own", at, field)
		}
	}
	if schema, set := fields["openapi"]; set && schema != nil && !k.mayOwnSchema {
		return false, errOwnSchema
	}
	return k.resolveRemotes(path.Dir(name), fields)
}
