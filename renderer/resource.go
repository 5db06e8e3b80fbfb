package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// resource is what Holdfast learns of one rendered thing without parsing its body.
type resource struct {
	Group        string            `json:"group"`
	Version      string            `json:"version"`
	Kind         string            `json:"kind"`
	Namespace    string            `json:"namespace"`
	Name         string            `json:"name"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	GenerateName bool              `json:"generateName,omitempty"`
	Defines      *definition       `json:"defines,omitempty"`
	Hash         string            `json:"hash"`
	Length       int               `json:"length"`
	body         []byte
}

type definition struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Scope string `json:"scope"`
}

func (r *resource) describe() string {
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}
	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// origin says where a document was written, for errors.
type origin struct {
	file string
	line int
}

// output collects the resources of one render.
type output struct {
	request   *renderRequest
	resources []*resource
	byKey     map[string]int
	warnings  []string
	warned    map[string]bool
	bytes     int64
	random    bool
}

func newOutput(request *renderRequest) *output {
	return &output{request: request, byKey: map[string]int{}, warned: map[string]bool{}}
}

const maxWarnings = 50

func (o *output) warn(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	if !o.warned[text] && len(o.warnings) < maxWarnings {
		o.warned[text] = true
		o.warnings = append(o.warnings, text)
	}
}

// addYAML takes all documents of a file.
func (o *output) addYAML(file string, content []byte) error {
	documents, err := splitDocuments(content, o.request.Budgets.Resources)
	if err != nil {
		return err
	}
	for _, d := range documents {
		value, err := decodeYAML(d.text)
		if err != nil {
			return invalid(file, d.line, err.Error())
		}
		if err := o.add(value, origin{file, d.line}); err != nil {
			return err
		}
	}
	return nil
}

// add takes one decoded document: an object, or a List of them. Nothing (`null`) is fine.
func (o *output) add(value any, from origin) error {
	if value == nil {
		return nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return invalid(from.file, from.line, "this document is no Kubernetes object: it has no fields")
	}
	if len(object) == 0 {
		return nil
	}
	kind, _ := object["kind"].(string)
	if items, isList := object["items"]; isList && strings.HasSuffix(kind, "List") {
		return o.addList(items, from)
	}
	return o.addObject(object, kind, from)
}

func (o *output) addList(items any, from origin) error {
	list, ok := items.([]any)
	if !ok && items != nil {
		return invalid(from.file, from.line, "`items` is no list")
	}
	for _, item := range list {
		if err := o.add(item, from); err != nil {
			return err
		}
	}
	return nil
}

func (o *output) addObject(object map[string]any, kind string, from origin) error {
	apiVersion, _ := object["apiVersion"].(string)
	if kind == "" || apiVersion == "" {
		return invalid(from.file, from.line, "this document is no Kubernetes object: it has no `"+firstMissing(apiVersion)+"`")
	}
	if depthOf(object, maxDepth) > maxDepth {
		return invalid(from.file, from.line, fmt.Sprintf("it is nested deeper than %d levels", maxDepth))
	}
	metadata, err := metadataOf(object, from)
	if err != nil {
		return err
	}
	r := &resource{Kind: kind, Version: apiVersion, Namespace: text(metadata["namespace"]), Name: text(metadata["name"])}
	if group, version, found := strings.Cut(apiVersion, "/"); found {
		r.Group, r.Version = group, version
	}
	if r.Name == "" {
		r.Name, r.GenerateName = text(metadata["generateName"]), true
	}
	if r.Name == "" {
		return invalid(from.file, from.line, "this "+kind+" has no `metadata.name`")
	}
	o.strip(object, metadata, r)
	if err := o.mark(metadata, r, from); err != nil {
		return err
	}
	r.Defines = definedBy(object, r)
	if r.body, err = canonical(object); err != nil {
		return invalid(from.file, from.line, err.Error())
	}
	sum := sha256.Sum256(r.body)
	r.Hash, r.Length = hex.EncodeToString(sum[:]), len(r.body)
	return o.keep(r)
}

func firstMissing(apiVersion string) string {
	if apiVersion == "" {
		return "apiVersion"
	}
	return "kind"
}

func metadataOf(object map[string]any, from origin) (map[string]any, error) {
	switch metadata := object["metadata"].(type) {
	case nil:
		created := map[string]any{}
		object["metadata"] = created
		return created, nil
	case map[string]any:
		return metadata, nil
	}
	return nil, invalid(from.file, from.line, "`metadata` has no fields")
}

// keep replaces an earlier resource of the same name: what comes last wins.
func (o *output) keep(r *resource) error {
	o.bytes += int64(r.Length)
	if o.bytes > o.request.Budgets.OutputBytes {
		return over("what it renders to", bytesText(o.request.Budgets.OutputBytes))
	}
	key := strings.Join([]string{r.Group, r.Kind, r.Namespace, r.Name}, "\x00")
	if before, twice := o.byKey[key]; twice && !r.GenerateName {
		o.warn("%s is declared more than once; the last one counts", r.describe())
		o.resources[before] = r
		return nil
	}
	if len(o.resources) >= o.request.Budgets.Resources {
		return over("resources", fmt.Sprintf("%d resources", o.request.Budgets.Resources))
	}
	o.byKey[key] = len(o.resources)
	o.resources = append(o.resources, r)
	return nil
}

// Fields that only the API server writes. From Git they would be refused, or fight with the server for ever.
var serverMetadata = []string{"managedFields", "uid", "resourceVersion", "selfLink", "creationTimestamp", "deletionTimestamp", "generation"}

func (o *output) strip(object, metadata map[string]any, r *resource) {
	for _, field := range serverMetadata {
		delete(metadata, field)
	}
	delete(object, "status")
	if _, owned := metadata["ownerReferences"]; owned {
		// They hold ids of live objects, which Git cannot know; a wrong one has the resource deleted.
		o.warn("%s has ownerReferences; they are left out", r.describe())
		delete(metadata, "ownerReferences")
	}
}

const trackingKey = "holdfast.dev/application"

// mark puts the tracking metadata in place, and finds the annotations that steer delivery.
func (o *output) mark(metadata map[string]any, r *resource, from origin) error {
	labels, err := stringMap(metadata, "labels", from)
	if err != nil {
		return err
	}
	annotations, err := stringMap(metadata, "annotations", from)
	if err != nil {
		return err
	}
	for name, value := range annotations {
		if steers(name) {
			if r.Annotations == nil {
				r.Annotations = map[string]string{}
			}
			r.Annotations[name] = text(value)
		}
	}
	delete(r.Annotations, trackingKey)
	labels[trackingKey] = o.request.Label
	annotations[trackingKey] = o.request.Application
	return nil
}

func stringMap(metadata map[string]any, field string, from origin) (map[string]any, error) {
	found := metadata[field]
	if found == nil {
		created := map[string]any{}
		metadata[field] = created
		return created, nil
	}
	values, ok := found.(map[string]any)
	if !ok {
		return nil, invalid(from.file, from.line, "`metadata."+field+"` has no fields")
	}
	for name, value := range values {
		switch value.(type) {
		case string:
		case nil:
			delete(values, name)
		default:
			return nil, invalid(from.file, from.line, fmt.Sprintf("`metadata.%s.%s` is no string: put it in quotes", field, name))
		}
	}
	return values, nil
}

var steeringPrefixes = []string{"argocd.argoproj.io/", "helm.sh/hook", "helm.sh/resource-policy", "holdfast.dev/"}
var steeringNames = map[string]bool{
	"kustomize.toolkit.fluxcd.io/prune": true,
	"kustomize.toolkit.fluxcd.io/force": true,
	"kustomize.toolkit.fluxcd.io/ssa":   true,
}

func steers(annotation string) bool {
	for _, prefix := range steeringPrefixes {
		if strings.HasPrefix(annotation, prefix) {
			return true
		}
	}
	return steeringNames[annotation]
}

func definedBy(object map[string]any, r *resource) *definition {
	if r.Group != "apiextensions.k8s.io" || r.Kind != "CustomResourceDefinition" {
		return nil
	}
	spec, _ := object["spec"].(map[string]any)
	names, _ := spec["names"].(map[string]any)
	d := definition{Group: text(spec["group"]), Kind: text(names["kind"]), Scope: text(spec["scope"])}
	if d.Group == "" || d.Kind == "" || (d.Scope != "Namespaced" && d.Scope != "Cluster") {
		return nil
	}
	return &d
}

// canonical is JSON with sorted keys and no white space: equal objects, equal bytes.
func canonical(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
