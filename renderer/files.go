package main

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

// entry is one name in a directory. IDs are of the content: equal ids, equal bytes.
type entry struct {
	Name string `json:"name"`
	Type string `json:"type"`
	ID   string `json:"id"`
}

// node is what a path leads to, links not followed. Nil: nothing.
type node struct {
	Type    string  `json:"type"`
	ID      string  `json:"id"`
	Target  string  `json:"target,omitempty"`
	Entries []entry `json:"entries,omitempty"`
	// Listing is a hash of the names and types in a directory: what a listing says without the contents.
	Listing string `json:"listing,omitempty"`
}

func (n *node) isDirectory() bool { return n != nil && n.Type == "directory" }
func (n *node) isFile() bool      { return n != nil && n.Type == "file" }

func (n *node) child(name string) *entry {
	i, found := slices.BinarySearchFunc(n.Entries, name, func(e entry, name string) int { return strings.Compare(e.Name, name) })
	if !found {
		return nil
	}
	return &n.Entries[i]
}

// location is a path in one of the trees that a render may see. The path is clean and relative; "" is the root.
type location struct {
	root string
	path string
}

func (l location) String() string {
	if l.path == "" {
		return "."
	}
	return l.path
}

func (l location) child(name string) location { return location{l.root, path.Join(l.path, name)} }

// read is one thing that the render depends on. State: `-` nothing there, `d` a directory, `f:ID` a file, `s:ID` a link,
// `l:HASH` the names and types in a directory, `t:ID` all that is below.
type read struct {
	Root  string `json:"root"`
	Path  string `json:"path"`
	State string `json:"state"`
}

// asker puts a question to Holdfast.
type asker interface {
	ask(ctx context.Context, q question) (answer, []byte, error)
}

const (
	mainRoot     = "main"
	maxLinks     = 40
	maxPath      = 4096
	maxPathDepth = 256
)

// files is the virtual file system of one render: immutable trees, known only through questions. It remembers what was
// asked, for speed, and what was learned, because that is what the render depends on.
type files struct {
	ctx    context.Context
	asker  asker
	blobs  *blobCache
	limits budgets

	mutex sync.Mutex
	nodes map[location]*node
	reads map[read]struct{}
	bytes int64
	count int
}

func newFiles(ctx context.Context, asker asker, blobs *blobCache, limits budgets) *files {
	return &files{ctx: ctx, asker: asker, blobs: blobs, limits: limits, nodes: map[location]*node{}, reads: map[read]struct{}{}}
}

func (f *files) record(at location, state string) {
	f.mutex.Lock()
	f.reads[read{at.root, at.path, state}] = struct{}{}
	f.mutex.Unlock()
}

// learned lists what the render depends on, in a stable order.
func (f *files) learned() []read {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	all := make([]read, 0, len(f.reads))
	for r := range f.reads {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b read) int {
		return strings.Compare(a.Root+"\x00"+a.Path+"\x00"+a.State, b.Root+"\x00"+b.Path+"\x00"+b.State)
	})
	return all
}

// locate joins a path as people write it to a directory. It refuses to leave the tree.
func locate(directory location, written string) (location, error) {
	if len(written) > maxPath || strings.Count(written, "/") > maxPathDepth {
		return location{}, refused("the path %.60q… is too long", written)
	}
	if strings.ContainsAny(written, "\x00\\") {
		return location{}, refused("the path %q holds characters that no path here may have", written)
	}
	joined := path.Join(directory.path, written)
	if strings.HasPrefix(written, "/") {
		joined = path.Clean(written)[1:]
	}
	if joined == ".." || strings.HasPrefix(joined, "../") {
		return location{}, refused("the path %q leads out of the source", written)
	}
	if joined == "." {
		joined = ""
	}
	return location{directory.root, joined}, nil
}

// look finds what is at a path, links in it not followed.
func (f *files) look(at location) (*node, error) {
	f.mutex.Lock()
	known, ok := f.nodes[at]
	var parent *node
	if at.path != "" {
		parent = f.nodes[location{at.root, parentOf(at.path)}]
	}
	f.mutex.Unlock()
	if ok {
		return known, nil
	}
	if parent.isDirectory() {
		found := parent.child(path.Base(at.path))
		if found == nil {
			return f.remember(at, nil), nil
		}
		if found.Type == "file" {
			return f.remember(at, &node{Type: "file", ID: found.ID}), nil
		}
	}
	if err := f.spend(); err != nil {
		return nil, err
	}
	answered, _, err := f.asker.ask(f.ctx, question{Ask: "look", Root: at.root, Paths: []string{at.path}})
	if err != nil {
		return nil, err
	}
	if answered.Node != nil {
		slices.SortFunc(answered.Node.Entries, func(a, b entry) int { return strings.Compare(a.Name, b.Name) })
	}
	return f.remember(at, answered.Node), nil
}

func (f *files) remember(at location, n *node) *node {
	f.mutex.Lock()
	f.nodes[at] = n
	f.mutex.Unlock()
	return n
}

// spend counts a question: what is asked without end has to end somewhere.
func (f *files) spend() error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.count++
	if f.count > f.limits.Files {
		return over("files read", fmt.Sprintf("%d files", f.limits.Files))
	}
	return nil
}

func parentOf(p string) string {
	parent := path.Dir(p)
	if parent == "." {
		return ""
	}
	return parent
}

// find follows links, within the tree only, and says where it ended. The node is nil when there is nothing.
func (f *files) find(at location) (location, *node, error) {
	for range maxLinks {
		found, err := f.look(at)
		if err != nil {
			return at, nil, err
		}
		if found == nil {
			moved, target, err := f.throughParents(at)
			if err != nil {
				return at, nil, err
			}
			if !moved {
				f.record(at, "-")
				return at, nil, nil
			}
			at = target
			continue
		}
		switch found.Type {
		case "symlink":
			if at, err = f.follow(at, found); err != nil {
				return at, nil, err
			}
			continue
		case "file":
			f.record(at, "f:"+found.ID)
		case "directory":
			f.record(at, "d")
		default:
			// A submodule: nothing that can be read.
			f.record(at, "-")
			return at, nil, nil
		}
		return at, found, nil
	}
	return at, nil, refused("the links at %s have no end", at)
}

func (f *files) follow(at location, link *node) (location, error) {
	f.record(at, "s:"+link.ID)
	if strings.HasPrefix(link.Target, "/") {
		return at, refused("the link %s leads out of the source", at)
	}
	target, err := locate(location{at.root, parentOf(at.path)}, link.Target)
	if err != nil {
		return at, refused("the link %s leads out of the source", at)
	}
	return target, nil
}

// throughParents looks for a link among the directories above a path that was not found, from below: a directory that is
// found under its path has no link above it.
func (f *files) throughParents(at location) (bool, location, error) {
	segments := strings.Split(at.path, "/")
	for i := len(segments) - 1; i > 0; i-- {
		above := location{at.root, strings.Join(segments[:i], "/")}
		found, err := f.look(above)
		if err != nil {
			return false, at, err
		}
		if found == nil {
			continue
		}
		if found.Type != "symlink" {
			return false, at, nil
		}
		target, err := f.follow(above, found)
		if err != nil {
			return false, at, err
		}
		whole, err := locate(target, strings.Join(segments[i:], "/"))
		return err == nil, whole, err
	}
	return false, at, nil
}

// list answers what is in a directory, and records the names.
func (f *files) list(at location) ([]entry, location, error) {
	where, found, err := f.find(at)
	if err != nil {
		return nil, where, err
	}
	if !found.isDirectory() {
		return nil, where, failedf("there is no directory %s", at)
	}
	f.record(where, "l:"+found.Listing)
	return found.Entries, where, nil
}
