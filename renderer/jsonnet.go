package main

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/google/go-jsonnet"
)

type jsonnetVariable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Code  bool   `json:"code"`
}

const (
	// jsonnetStack bounds recursion; go-jsonnet's own default.
	jsonnetStack = 500
	// jsonnetDepth bounds brackets in brackets, which its parser follows by recursion.
	jsonnetDepth = 2000
)

// guardJsonnet counts brackets wherever they stand: what strings hold does not add up to so many.
func guardJsonnet(at location, content []byte) error {
	depth := 0
	for _, c := range content {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth > jsonnetDepth {
			return invalid(at.String(), 0, fmt.Sprintf("it is nested deeper than %d levels", jsonnetDepth))
		}
	}
	return nil
}

func renderJsonnet(f *files, request *renderRequest, at location, content []byte, out *output) error {
	if err := guardJsonnet(at, content); err != nil {
		return err
	}
	options := request.Directory.Jsonnet
	importer := &jsonnetImporter{files: f, contents: map[location]jsonnet.Contents{}}
	// Libraries are named from the root of the tree, and the application's own directory is the first: as in Argo CD.
	for _, library := range append([]string{request.Path}, options.Libs...) {
		place, err := locate(location{mainRoot, ""}, library)
		if err != nil {
			return err
		}
		importer.libraries = append(importer.libraries, place)
	}
	vm := jsonnet.MakeVM()
	vm.MaxStack = jsonnetStack
	vm.Importer(importer)
	for _, v := range options.ExtVars {
		if v.Code {
			vm.ExtCode(v.Name, v.Value)
		} else {
			vm.ExtVar(v.Name, v.Value)
		}
	}
	for _, v := range options.TLAs {
		if v.Code {
			vm.TLACode(v.Name, v.Value)
		} else {
			vm.TLAVar(v.Name, v.Value)
		}
	}
	rendered, err := vm.EvaluateAnonymousSnippet(at.path, string(content))
	if importer.failure != nil {
		return importer.failure
	}
	if err != nil {
		return failed(strings.TrimSpace(err.Error()))
	}
	decoder := json.NewDecoder(strings.NewReader(rendered))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return failedf("%s: %v", at, err)
	}
	from := origin{file: at.path}
	if list, ok := value.([]any); ok {
		return out.addList(list, from)
	}
	return out.add(value, from)
}

// jsonnetImporter finds imports beside the importing file, then in the libraries; never outside the source.
type jsonnetImporter struct {
	files     *files
	libraries []location
	contents  map[location]jsonnet.Contents
	// failure is what the render ends with, whatever go-jsonnet makes of it.
	failure error
}

func (i *jsonnetImporter) Import(importedFrom, imported string) (jsonnet.Contents, string, error) {
	if strings.HasPrefix(imported, "/") {
		i.failure = refused("the import %q leads out of the source", imported)
		return jsonnet.Contents{}, "", i.failure
	}
	directories := append([]location{{mainRoot, parentOf(importedFrom)}}, i.libraries...)
	var escapes error
	for _, directory := range directories {
		at, err := locate(directory, imported)
		if err != nil {
			escapes = err
			continue
		}
		where, found, err := i.files.find(at)
		if err != nil {
			i.failure = err
			return jsonnet.Contents{}, "", err
		}
		if !found.isFile() {
			continue
		}
		// The same path must yield the very same contents: go-jsonnet compares them by identity.
		if known, ok := i.contents[where]; ok {
			return known, path.Clean(where.path), nil
		}
		content, err := i.files.read(where)
		if err == nil {
			err = guardJsonnet(where, content)
		}
		if err != nil {
			i.failure = err
			return jsonnet.Contents{}, "", err
		}
		i.contents[where] = jsonnet.MakeContentsRaw(content)
		return i.contents[where], path.Clean(where.path), nil
	}
	if escapes != nil {
		i.failure = escapes
		return jsonnet.Contents{}, "", escapes
	}
	return jsonnet.Contents{}, "", fmt.Errorf("there is no file %s, neither beside %s nor in the libraries", imported, importedFrom)
}
