package main

import (
	"regexp"
	"strings"
)

// compileGlob understands `*`, `**`, `?`, `[abc]`, `[!abc]`, `{a,b}` and `\`. Where `segments` is set, `*` and `?` stop at
// a slash; where not, they do not: that is what Argo CD's include and exclude mean. Go's regular expressions take linear time.
func compileGlob(pattern string, segments bool) (*regexp.Regexp, error) {
	any, one := ".*", "."
	if segments {
		any, one = "[^/]*", "[^/]"
	}
	var out strings.Builder
	out.WriteString(`(?s)\A`)
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case segments && strings.HasPrefix(pattern[i:], "**/"):
			out.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(pattern[i:], "**"):
			out.WriteString(".*")
			i++
		case c == '*':
			out.WriteString(any)
		case c == '?':
			out.WriteString(one)
		case c == '{':
			depth++
			out.WriteString("(?:")
		case c == '}' && depth > 0:
			depth--
			out.WriteString(")")
		case c == ',' && depth > 0:
			out.WriteString("|")
		case c == '[':
			end := strings.IndexByte(pattern[i:], ']')
			if end < 2 {
				return nil, failedf("the pattern %q has a `[` without its `]`", pattern)
			}
			set := strings.ReplaceAll(pattern[i+1:i+end], `\`, `\\`)
			if set[0] == '!' {
				set = "^" + set[1:]
			}
			out.WriteString("[" + set + "]")
			i += end
		case c == '\\' && i+1 < len(pattern):
			i++
			out.WriteString(regexp.QuoteMeta(string(pattern[i])))
		default:
			out.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	if depth > 0 {
		return nil, failedf("the pattern %q has a `{` without its `}`", pattern)
	}
	out.WriteString(`\z`)
	compiled, err := regexp.Compile(out.String())
	if err != nil {
		return nil, failedf("the pattern %q cannot be read", pattern)
	}
	return compiled, nil
}

func hasGlob(pattern string) bool { return strings.ContainsAny(pattern, "*?[{") }
