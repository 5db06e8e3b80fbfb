package main

import "testing"

func TestGlobs(t *testing.T) {
	for _, test := range []struct {
		pattern  string
		segments bool
		name     string
		want     bool
	}{
		{"*.yaml", false, "a.yaml", true},
		{"*.yaml", false, "deep/a.yaml", true},
		{"*.yaml", true, "deep/a.yaml", false},
		{"**/*.yaml", true, "a.yaml", true},
		{"**/*.yaml", true, "x/y/a.yaml", true},
		{"env/**", true, "env/a/b", true},
		{"{config.yml,env-usw2/*}", false, "env-usw2/x.yml", true},
		{"{config.yml,env-usw2/*}", false, "config.yml", true},
		{"{config.yml,env-usw2/*}", false, "other.yml", false},
		{"a?c", true, "abc", true},
		{"a?c", true, "a/c", false},
		{"[ab]x", true, "bx", true},
		{"[!ab]x", true, "bx", false},
		{"[!ab]x", true, "cx", true},
		{"[a-c]x", true, "bx", true},
		{`a\*`, true, "a*", true},
		{`a\*`, true, "ab", false},
		{"a.b", true, "axb", false},
		{"(a|b)+", true, "(a|b)+", true},
		{"(a+)+$", true, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"a,b", true, "a,b", true},
	} {
		compiled, err := compileGlob(test.pattern, test.segments)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
		} else if compiled.MatchString(test.name) != test.want {
			t.Errorf("%s on %s: not %v", test.pattern, test.name, test.want)
		}
	}
	for _, pattern := range []string{"{a", "[a", "[]", "{a,{b}"} {
		if _, err := compileGlob(pattern, true); err == nil {
			t.Errorf("%s was read", pattern)
		}
	}
}
