package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

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
