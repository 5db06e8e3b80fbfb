package main

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// Kustomize keeps the OpenAPI schema that a kustomization may bring (`openapi:`) in a global variable. Builds without one
// go in parallel; a build with one goes alone, and leaves the built-in schema behind.
var (
	schemaLock sync.RWMutex
	schemaOnce sync.Once
)

// errOwnSchema: the build met a kustomization with a schema of its own, and has to begin again, alone.
var errOwnSchema = errors.New("a kustomization brings its own OpenAPI schema")

func loadBuiltInSchema() {
	openapi.ResetOpenAPI()
	openapi.Schema()
}

// renderKustomize does what `kustomize build` does, with the source's options edited into its kustomization first.
func renderKustomize(ctx context.Context, f *files, request *renderRequest, out *output) ([]missing, error) {
	schemaOnce.Do(loadBuiltInSchema)
	fs := newKustomizeFiles(ctx, f, request, out)
	base, err := locate(location{mainRoot, ""}, request.Path)
	if err != nil {
		return nil, err
	}
	built, err := build(fs, base)
	if err != nil {
		return nil, err
	}
	if len(fs.missing) > 0 {
		return fs.missing, nil
	}
	for _, made := range built.Resources() {
		content, err := made.AsYAML()
		if err != nil {
			return nil, err
		}
		if err := out.addYAML("the output of Kustomize", content); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func build(fs *kustomizeFiles, base location) (resmap.ResMap, error) {
	built, err := buildShared(fs, base)
	if errors.Is(fs.failure, errOwnSchema) || errors.Is(err, errOwnSchema) {
		fs.failure, fs.mayOwnSchema = nil, true
		built, err = buildAlone(fs, base)
	}
	if fs.failure != nil {
		return nil, fs.failure
	}
	if len(fs.missing) > 0 {
		return built, nil
	}
	var known *problem
	if err == nil || errors.As(err, &known) || context.Cause(fs.ctx) != nil {
		return built, err
	}
	return nil, failed(fs.plain(err.Error()))
}

func buildShared(fs *kustomizeFiles, base location) (resmap.ResMap, error) {
	schemaLock.RLock()
	defer schemaLock.RUnlock()
	return runKustomizer(fs, base)
}

func buildAlone(fs *kustomizeFiles, base location) (resmap.ResMap, error) {
	schemaLock.Lock()
	defer schemaLock.Unlock()
	defer loadBuiltInSchema()
	return runKustomizer(fs, base)
}

// runKustomizer's options: no plug-ins, no functions, no Helm, files only from a kustomization's own directory.
func runKustomizer(fs *kustomizeFiles, base location) (resmap.ResMap, error) {
	if err := fs.prepare(base); err != nil {
		return nil, err
	}
	return krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, fs.absolute(base))
}

// plain takes the names of the virtual roots out of what Kustomize says.
func (fs *kustomizeFiles) plain(said string) string {
	for token, root := range fs.rootByToken {
		with := ""
		if root != mainRoot {
			with = root + "/"
		}
		said = strings.ReplaceAll(said, "/"+token+"/", with)
		said = strings.ReplaceAll(said, "/"+token, strings.TrimSuffix(with, "/"))
	}
	for _, quoted := range quotedContents {
		said = quoted.ReplaceAllString(said, "$1…")
	}
	const most = 2000
	if len(said) > most {
		said = said[:most] + "…"
	}
	return said
}

// Kustomize quotes patches, configurations and literals when it cannot read them. They may hold secrets.
var quotedContents = []*regexp.Regexp{
	regexp.MustCompile("(?s)( with config: )`.*?`"),
	regexp.MustCompile(`(?s)(patch from )\[.*\]`),
	regexp.MustCompile(`(?s)(literal sources? )(\[.*?\]|[^,]*)`),
}
