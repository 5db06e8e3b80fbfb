package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	yamlv2 "go.yaml.in/yaml/v2"
	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

const (
	// maxDepth is far beyond any Kubernetes object, and far below what recursive code cannot take.
	maxDepth = 200
	// maxAliased is how many nodes a document with aliases may come to when they are written out.
	maxAliased = 100_000
	// maxAliases is how many aliases may be written in one document.
	maxAliases = 10_000
)

// document is one YAML document of a file, and the line it begins at.
type document struct {
	text []byte
	line int
}

// splitDocuments cuts a file at its `---` lines. Documents of nothing but blank lines and comments are left out.
func splitDocuments(content []byte, limit int) ([]document, error) {
	content = bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))
	var documents []document
	start, startLine, line := 0, 1, 1
	blank := true
	flush := func(end int) error {
		if !blank {
			if len(documents) >= limit {
				return over("resources", fmt.Sprintf("%d resources", limit))
			}
			documents = append(documents, document{content[start:end], startLine})
		}
		return nil
	}
	for at := 0; at < len(content); line++ {
		end := bytes.IndexByte(content[at:], '\n')
		next := len(content)
		if end >= 0 {
			next = at + end + 1
		}
		text := content[at:next]
		if isSeparator(text) {
			if err := flush(at); err != nil {
				return nil, err
			}
			// What follows `---` on its line belongs to the document.
			start, startLine = at+3, line
			blank = isBlank(text[3:])
		} else if blank && !isBlank(text) {
			if start < at && bytes.TrimSpace(content[start:at]) == nil {
				start, startLine = at, line
			}
			blank = false
		}
		at = next
	}
	if err := flush(len(content)); err != nil {
		return nil, err
	}
	return documents, nil
}

func isSeparator(line []byte) bool {
	return bytes.HasPrefix(line, []byte("---")) && (len(line) == 3 || strings.IndexByte(" \t\r\n", line[3]) >= 0)
}

func isBlank(line []byte) bool {
	trimmed := bytes.TrimSpace(line)
	return len(trimmed) == 0 || trimmed[0] == '#' || bytes.Equal(trimmed, []byte("..."))
}

// decodeYAML reads one document as Kubernetes does (YAML 1.1 words, JSON types), numbers kept as written.
func decodeYAML(text []byte) (any, error) {
	if err := guardYAML(text); err != nil {
		return nil, err
	}
	var parsed any
	if err := yamlv2.Unmarshal(text, &parsed); err == nil {
		if value, ok := asJSON(parsed, 0); ok {
			return value, nil
		}
	}
	return decodeByJSON(text)
}

// decodeByJSON is the way of sigs.k8s.io/yaml: through the text of JSON, and back. It defines what comes out; asJSON is its shorter way.
func decodeByJSON(text []byte) (any, error) {
	var value any
	err := yaml.Unmarshal(text, &value, func(d *json.Decoder) *json.Decoder {
		d.UseNumber()
		return d
	})
	if err != nil {
		return nil, errors.New(plainYAMLError(err))
	}
	return value, nil
}

// asJSON answers what decodeByJSON would of the same text, or false where that is not plain: keys that are no text, numbers that
// JSON does not have, bytes, depth.
func asJSON(parsed any, depth int) (any, bool) {
	if depth > maxDepth {
		return nil, false
	}
	switch v := parsed.(type) {
	case map[any]any:
		object := make(map[string]any, len(v))
		for key, child := range v {
			name, isText := key.(string)
			value, ok := asJSON(child, depth+1)
			if !isText || !ok || !utf8.ValidString(name) {
				return nil, false
			}
			object[name] = value
		}
		return object, true
	case []any:
		list := make([]any, len(v))
		for i, child := range v {
			value, ok := asJSON(child, depth+1)
			if !ok {
				return nil, false
			}
			list[i] = value
		}
		return list, true
	case string:
		return v, utf8.ValidString(v)
	case int:
		return json.Number(strconv.Itoa(v)), true
	case bool, nil:
		return v, true
	}
	return nil, false
}

func plainYAMLError(err error) string {
	text := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ")
	return strings.TrimPrefix(text, "yaml: ")
}

// What an anchor and an alias look like. Plain text may look like them too, which costs time and nothing else.
var (
	anchorLike = regexp.MustCompile(`(?:^|[\s\[{,:-])&[^\s\[\]{},]`)
	aliasLike  = regexp.MustCompile(`(?:^|[\s\[{,:-])\*[^\s\[\]{},*]`)
)

// guardYAML refuses text whose aliases would come to more than it is: "billion laughs". Text without aliases costs a scan.
func guardYAML(text []byte) error {
	if depth := flowDepth(text); depth > maxDepth {
		return fmt.Errorf("it is nested deeper than %d levels", maxDepth)
	}
	if !bytes.ContainsRune(text, '&') || !bytes.ContainsRune(text, '*') || !anchorLike.Match(text) {
		return nil
	}
	aliases := len(aliasLike.FindAllIndex(text, maxAliases+1))
	if aliases == 0 {
		return nil
	}
	if aliases > maxAliases {
		return fmt.Errorf("it has more than %d aliases", maxAliases)
	}
	decoder := yamlv3.NewDecoder(bytes.NewReader(text))
	for {
		var root yamlv3.Node
		if err := decoder.Decode(&root); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			// Not for this check to say: whoever decodes it does.
			return nil
		}
		if !aliasesFit(&root) {
			return fmt.Errorf("its aliases come to more than %d nodes", maxAliased)
		}
	}
}

// flowDepth counts nested brackets outside of strings, roughly: text that has so many is hostile wherever they stand.
func flowDepth(text []byte) int {
	depth, deepest := 0, 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth = max(0, depth-1)
		case '\n':
			// Brackets that text leaves open do not add up over a file; in JSON on many lines the decoder's own limit holds.
			if depth < maxDepth/2 {
				depth = 0
			}
		}
	}
	return deepest
}

func aliasesFit(root *yamlv3.Node) bool {
	sizes := map[*yamlv3.Node]int{}
	open := map[*yamlv3.Node]bool{}
	var size func(n *yamlv3.Node, depth int) int
	size = func(n *yamlv3.Node, depth int) int {
		if depth > 2*maxDepth || open[n] {
			return maxAliased + 1
		}
		if known, ok := sizes[n]; ok {
			return known
		}
		open[n] = true
		total := 1
		if n.Alias != nil {
			total += size(n.Alias, depth+1)
		}
		for _, child := range n.Content {
			total = min(total+size(child, depth+1), maxAliased+1)
		}
		delete(open, n)
		sizes[n] = total
		return total
	}
	// A file without bombs may be long: only what aliases add counts.
	return size(root, 0) <= maxAliased || countNodes(root) > maxAliased
}

func countNodes(n *yamlv3.Node) int {
	total := 1
	for _, child := range n.Content {
		total += countNodes(child)
	}
	return total
}

// depthOf answers how deep a decoded value is nested, at most one more than `most`.
func depthOf(value any, most int) int {
	if most < 0 {
		return 1
	}
	deepest := 0
	switch v := value.(type) {
	case map[string]any:
		for _, child := range v {
			deepest = max(deepest, depthOf(child, most-1))
		}
	case []any:
		for _, child := range v {
			deepest = max(deepest, depthOf(child, most-1))
		}
	default:
		return 0
	}
	return deepest + 1
}
