package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestDocumentsAreSplitWhereYAMLSplitsThem(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"one":                  {"a: 1\n", []string{"1:a: 1"}},
		"no end of line":       {"a: 1", []string{"1:a: 1"}},
		"two":                  {"a: 1\n---\nb: 2\n", []string{"1:a: 1", "3:b: 2"}},
		"a first separator":    {"---\na: 1\n", []string{"2:a: 1"}},
		"empty ones":           {"---\n---\n\n# only a comment\n---\na: 1\n---\n", []string{"6:a: 1"}},
		"comments first":       {"# hello\n\na: 1\n", []string{"1:# hello\n\na: 1"}},
		"blank lines first":    {"\n\na: 1\n", []string{"3:a: 1"}},
		"text after separator": {"--- # note\na: 1\n--- {b: 2}\n", []string{"1:a: 1", "3:{b: 2}"}},
		"no separators":        {"a: |\n  ---\n  x\nb: ----\n", []string{"1:a: |\n  ---\n  x\nb: ----"}},
		"Windows":              {"a: 1\r\n---\r\nb: 2\r\n", []string{"1:a: 1", "3:b: 2"}},
		"a byte order mark":    {"\xEF\xBB\xBFa: 1\n", []string{"1:a: 1"}},
		"nothing":              {"", nil},
	} {
		documents, err := splitDocuments([]byte(test.text), 10)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []string
		for _, d := range documents {
			got = append(got, fmt.Sprintf("%d:%s", d.line, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(d.text)), "# note\n"))))
		}
		if strings.Join(got, "|") != strings.Join(test.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if _, err := splitDocuments([]byte(strings.Repeat("---\na: 1\n", 11)), 10); err == nil {
		t.Error("more documents than allowed")
	}
}

func TestNumbersStayAsWritten(t *testing.T) {
	value, err := decodeYAML([]byte("a: 12345678901234567890\nb: 1.50\nc: 0755\nd: yes\ne: 9007199254740993\n"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := canonical(value)
	if want := `{"a":12345678901234567890,"b":1.5,"c":493,"d":true,"e":9007199254740993}`; err != nil || string(body) != want {
		t.Errorf("%s, %v; want %s", body, err, want)
	}
}

// FuzzDecodeYAML holds the short way against the one that defines what comes out.
func FuzzDecodeYAML(f *testing.F) {
	for _, text := range []string{
		"", "null", "~", "a: 1", "- 1\n- [2, x]\n", "a: {b: [c, {d: e}]}", "a: &x {y: 1}\nb: *x\n<<: *x\n", "a: 1\na: 2\n",
		"1: a\n2.5: b\ntrue: c\n~: d\n", "? [a]\n: b\n", "a: .inf\nb: -.Inf\nc: .nan\n", "a: 1e3\nb: 0.1\nc: -0.0\nd: 1.0\n",
		"a: 0x1F\nb: 0o17\nc: 017\nd: 0b11\ne: 1_000\nf: +1\n", "a: 9223372036854775807\nb: 9223372036854775808\nc: 99999999999999999999\n",
		"a: yes\nb: No\nc: on\nd: y\ne: TRUE\n", "a: 2001-01-01\nb: 2001-12-14t21:59:43.10-05:00\nc: 190:20:30\n",
		"a: !!binary aGVsbG8=\nb: !!binary /w==\nc: !!str 1\nd: !!int '2'\ne: !!float 1\nf: !own x\n", "a: |\n  x\n  y\nb: >-\n  x\n  y\n",
		"a: <b> & \\u2028\nc: \"\\u2028 \\x01 \\ud800\"\n", "a: \"\\xff\"\n", "a: b: c", "\t- x", "%YAML 1.1\n---\na: 1\n", strings.Repeat("- ", 250) + "x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, gotErr := decodeYAML([]byte(text))
		if guardYAML([]byte(text)) != nil {
			return
		}
		want, wantErr := decodeByJSON([]byte(text))
		if !reflect.DeepEqual(got, want) || (gotErr == nil) != (wantErr == nil) {
			t.Errorf("%q: %#v, %v; want %#v, %v", text, got, gotErr, want, wantErr)
		}
	})
}

func TestAliasesThatAddUp(t *testing.T) {
	fine := []string{
		"a: &a {x: 1}\nb: *a\nc: *a\n",
		"text: 5 * 3 & 4\n",
		"text: |\n  " + strings.Repeat("* item &b\n  ", 20_000),
		"a: &a [" + strings.Repeat("1,", 50_000) + "1]\nb: 1\n",
	}
	for _, text := range fine {
		if err := guardYAML([]byte(text)); err != nil {
			t.Errorf("%.30q: %v", text, err)
		}
	}
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	for _, text := range []string{bomb, "a: &a {b: *a}\n", "a: &a 1\nb: [" + strings.Repeat("*a,", 20_000) + "1]\n"} {
		if err := guardYAML([]byte(text)); err == nil {
			t.Errorf("%.30q… passed", text)
		}
	}
}
