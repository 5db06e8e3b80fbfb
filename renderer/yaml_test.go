package main

import (
	"fmt"
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
