package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// maxKustomizations bounds how many kustomization files one render may read.
const maxKustomizations = 2000

// kustomizeFiles is the virtual file system as Kustomize wants it: every tree below a root of its own, whose name cannot
// be guessed, so that no relative path leads from one tree into another. Kustomization files pass through an editor.
type kustomizeFiles struct {
	ctx         context.Context
	files       *files
	request     *renderRequest
	out         *output
	rootByToken map[string]string
	tokenByRoot map[string]string
	// edited are kustomization files with the source's options in them.
	edited map[string][]byte
	// added are files that were fetched for a kustomization, beside it.
	added          map[string]location
	kustomizations int
	mayOwnSchema   bool
	missing        []missing
	// failure is what the render ends with, whatever Kustomize makes of it.
	failure error
}

func newKustomizeFiles(ctx context.Context, f *files, request *renderRequest, out *output) *kustomizeFiles {
	k := &kustomizeFiles{
		ctx: ctx, files: f, request: request, out: out, rootByToken: map[string]string{}, tokenByRoot: map[string]string{},
		edited: map[string][]byte{}, added: map[string]location{},
	}
	k.addRoot(mainRoot)
	for _, m := range request.Mounts {
		k.addRoot(m.Root)
	}
	return k
}

func (k *kustomizeFiles) addRoot(root string) {
	var random [12]byte
	_, _ = rand.Read(random[:])
	token := hex.EncodeToString(random[:])
	k.rootByToken[token], k.tokenByRoot[root] = root, token
}

func (k *kustomizeFiles) absolute(at location) string {
	return path.Join("/", k.tokenByRoot[at.root], at.path)
}

// place finds the tree and the path in it. Not ok: above all trees, or in none.
func (k *kustomizeFiles) place(name string) (location, bool) {
	token, rest, _ := strings.Cut(strings.TrimPrefix(path.Clean(name), "/"), "/")
	root, ok := k.rootByToken[token]
	return location{root, rest}, ok
}

func (k *kustomizeFiles) fail(err error) error {
	if k.failure == nil {
		k.failure = err
	}
	return err
}

func (k *kustomizeFiles) find(name string) (location, *node, error) {
	if cause := context.Cause(k.ctx); cause != nil {
		return location{}, nil, k.fail(cause)
	}
	at, ok := k.place(name)
	if !ok || len(name) > maxPath {
		return at, nil, nil
	}
	where, found, err := k.files.find(at)
	if err != nil {
		return where, nil, k.fail(err)
	}
	return where, found, nil
}

func (k *kustomizeFiles) Exists(name string) bool {
	if _, ok := k.added[name]; ok {
		return true
	}
	_, found, err := k.find(name)
	return err == nil && found != nil
}

func (k *kustomizeFiles) IsDir(name string) bool {
	_, found, err := k.find(name)
	return err == nil && found.isDirectory()
}

func (k *kustomizeFiles) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	if _, ok := k.added[name]; ok {
		return filesys.ConfirmedDir(path.Dir(name)), path.Base(name), nil
	}
	where, found, err := k.find(name)
	if err != nil {
		return "", "", err
	}
	switch {
	case found.isDirectory():
		return filesys.ConfirmedDir(k.absolute(where)), "", nil
	case found.isFile():
		return filesys.ConfirmedDir(k.absolute(location{where.root, parentOf(where.path)})), path.Base(where.path), nil
	}
	return "", "", fmt.Errorf("there is no file or directory %s", k.plain(name))
}

func (k *kustomizeFiles) ReadFile(name string) ([]byte, error) {
	if at, ok := k.added[name]; ok {
		return k.readGuarded(at)
	}
	if content, ok := k.edited[name]; ok {
		return content, nil
	}
	where, found, err := k.find(name)
	if err != nil {
		return nil, err
	}
	if !found.isFile() {
		return nil, &fs.PathError{Op: "open", Path: k.plain(name), Err: fs.ErrNotExist}
	}
	content, err := k.readGuarded(where)
	if err != nil {
		return nil, err
	}
	if isKustomizationName(path.Base(name)) {
		if content, err = k.kustomization(name, where, content); err != nil {
			return nil, k.fail(err)
		}
		k.edited[name] = content
	}
	return content, nil
}

func (k *kustomizeFiles) readGuarded(at location) ([]byte, error) {
	content, err := k.files.read(at)
	if err != nil {
		return nil, k.fail(err)
	}
	if err := guardYAML(content); err != nil {
		return nil, k.fail(invalid(at.String(), 0, err.Error()))
	}
	// Kustomize may change what it gets; others share these bytes.
	return slices.Clone(content), nil
}

func (k *kustomizeFiles) ReadDir(name string) ([]string, error) {
	at, ok := k.place(name)
	if !ok {
		return nil, fs.ErrNotExist
	}
	entries, _, err := k.files.list(at)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	return names, nil
}

func (k *kustomizeFiles) Glob(pattern string) ([]string, error) {
	at, ok := k.place(pattern)
	if !ok {
		return nil, nil
	}
	found, err := expand(k.files, at)
	if err != nil {
		return nil, k.fail(err)
	}
	var names []string
	for _, place := range found {
		names = append(names, k.absolute(place))
	}
	return names, nil
}

// What follows would change files, or walk over all of them; nothing that is allowed here needs it.

var errUnsupported = errors.New("not possible here: files are read-only")

func (k *kustomizeFiles) Create(string) (filesys.File, error)  { return nil, errUnsupported }
func (k *kustomizeFiles) Mkdir(string) error                   { return errUnsupported }
func (k *kustomizeFiles) MkdirAll(string) error                { return errUnsupported }
func (k *kustomizeFiles) RemoveAll(string) error               { return errUnsupported }
func (k *kustomizeFiles) WriteFile(string, []byte) error       { return errUnsupported }
func (k *kustomizeFiles) Open(string) (filesys.File, error)    { return nil, errUnsupported }
func (k *kustomizeFiles) Walk(string, filepath.WalkFunc) error { return errUnsupported }
