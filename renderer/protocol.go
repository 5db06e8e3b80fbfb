// The protocol between Holdfast (TypeScript, src/render/protocol.ts) and its renderer (Go, renderer/protocol.go), over stdin and stdout.
// A frame is: length of the rest (u32 LE), request id (u32 LE), length of the head (u32 LE), head (JSON), tail (bytes).
// The first frame each way is `hello` with id 0 and the version; other versions do not go on. Ids are chosen by Holdfast.
// Holdfast sends `render`, `jq`, `cancel`, `answer`; the renderer sends `question` (about files), then one `result` or `error`.
// A tail holds what would be dear as JSON: file contents in an answer, canonical JSON of resources in a result, one after another.

package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

const protocolVersion = "1"

// maxFrame bounds one frame; whoever would send more has to say no instead.
const maxFrame = 512 << 20

type frame struct {
	id   uint32
	head json.RawMessage
	tail []byte
}

func readFrame(in *bufio.Reader) (frame, error) {
	var lengths [12]byte
	if _, err := io.ReadFull(in, lengths[:]); err != nil {
		return frame{}, err
	}
	total := binary.LittleEndian.Uint32(lengths[0:])
	id := binary.LittleEndian.Uint32(lengths[4:])
	headLength := binary.LittleEndian.Uint32(lengths[8:])
	if total > maxFrame || total < 8 || headLength > total-8 {
		return frame{}, fmt.Errorf("malformed frame: %d bytes with a head of %d", total, headLength)
	}
	rest := make([]byte, total-8)
	if _, err := io.ReadFull(in, rest); err != nil {
		return frame{}, err
	}
	return frame{id: id, head: rest[:headLength], tail: rest[headLength:]}, nil
}

// frameWriter lets several requests write at the same time, a frame at a time.
type frameWriter struct {
	mutex sync.Mutex
	out   *bufio.Writer
}

func (w *frameWriter) write(id uint32, head any, tails ...[]byte) error {
	encoded, err := json.Marshal(head)
	if err != nil {
		return err
	}
	total := 8 + len(encoded)
	for _, tail := range tails {
		total += len(tail)
	}
	if total > maxFrame {
		return fmt.Errorf("a frame of %d bytes is too large", total)
	}
	var lengths [12]byte
	binary.LittleEndian.PutUint32(lengths[0:], uint32(total))
	binary.LittleEndian.PutUint32(lengths[4:], id)
	binary.LittleEndian.PutUint32(lengths[8:], uint32(len(encoded)))

	w.mutex.Lock()
	defer w.mutex.Unlock()
	if _, err := w.out.Write(lengths[:]); err != nil {
		return err
	}
	if _, err := w.out.Write(encoded); err != nil {
		return err
	}
	for _, tail := range tails {
		if _, err := w.out.Write(tail); err != nil {
			return err
		}
	}
	return w.out.Flush()
}

// What comes in.

type envelope struct {
	Type string `json:"type"`
}

type hello struct {
	Type    string `json:"type"`
	Version string `json:"version"`
	// MemoryBytes is what the whole process may use.
	MemoryBytes int64 `json:"memoryBytes,omitempty"`
	// Sealed says whether the kernel keeps this process from files, network and programs.
	Sealed bool `json:"sealed"`
}

type renderRequest struct {
	SourceType  string   `json:"sourceType"`
	Path        string   `json:"path"`
	Application string   `json:"application"`
	Label       string   `json:"label"`
	Mark        string   `json:"mark"`
	Namespace   string   `json:"namespace"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
	// Refs are the names of the other sources' trees.
	Refs      []string         `json:"refs"`
	Mounts    []mount          `json:"mounts"`
	Helm      helmOptions      `json:"helm"`
	Kustomize kustomizeOptions `json:"kustomize"`
	Directory directoryOptions `json:"directory"`
	Budgets   budgets          `json:"budgets"`
}

// missing names something that the render needs from elsewhere: a chart, a repository or one file.
type missing struct {
	Kind     string `json:"kind"`
	URL      string `json:"url"`
	Name     string `json:"name,omitempty"`
	Version  string `json:"version,omitempty"`
	Revision string `json:"revision,omitempty"`
}

// mount is something that was missing, and the root under which it can be asked for now.
type mount struct {
	missing
	Root string `json:"root"`
}

type budgets struct {
	Milliseconds  int   `json:"milliseconds"`
	InputBytes    int64 `json:"inputBytes"`
	FileBytes     int64 `json:"fileBytes"`
	OutputBytes   int64 `json:"outputBytes"`
	Resources     int   `json:"resources"`
	InflatedBytes int64 `json:"inflatedBytes"`
	Files         int   `json:"files"`
}

type queryRequest struct {
	// Mode is `paths` or `delete`.
	Mode         string   `json:"mode"`
	Expressions  []string `json:"expressions"`
	Milliseconds int      `json:"milliseconds"`
}

// What goes out.

type question struct {
	Type   string   `json:"type"`
	Number int      `json:"number"`
	Ask    string   `json:"ask"`
	Root   string   `json:"root"`
	Paths  []string `json:"paths"`
	Max    int64    `json:"max,omitempty"`
}

type answer struct {
	Number int `json:"number"`
	// Failed ends the request: Holdfast knows why.
	Failed bool `json:"failed"`
	// TooLarge is the path of the file that is larger than asked for.
	TooLarge string  `json:"tooLarge"`
	Node     *node   `json:"node"`
	Lengths  []int64 `json:"lengths"`
}

type renderResult struct {
	Type      string     `json:"type"`
	Resources []resource `json:"resources"`
	Warnings  []string   `json:"warnings"`
	Reads     []read     `json:"reads"`
	// Missing is not empty when nothing could be rendered before these are mounted.
	Missing []missing `json:"missing"`
	// Random says that another render of the same input yields something else.
	Random bool `json:"random"`
}

type queryResult struct {
	Type  string  `json:"type"`
	Paths [][]any `json:"paths,omitempty"`
}

type errorResult struct {
	Type    string            `json:"type"`
	Code    string            `json:"code"`
	Details map[string]string `json:"details"`
	// Stuck says that the request ended but its work goes on: the process should be replaced.
	Stuck bool `json:"stuck"`
}
