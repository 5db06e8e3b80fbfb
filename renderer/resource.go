package main

import (
	"bytes"
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
	annotations[trackingKey] = o.request.Mark
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
