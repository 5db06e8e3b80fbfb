package main

import (
	"strings"
	"testing"
)

func TestLinksAreFollowedWithinTheTree(t *testing.T) {
	f := filesOf(tree{
		"app/a": "-> ../other/b", "other/b": "-> c", "other/c": "found", "app/dir": "-> ../other", "app/up": "-> ../../x",
		"app/abs": "-> /etc/passwd", "app/self": "-> self", "app/one": "-> two", "app/two": "-> one", "app/none": "-> gone",
	})
	for _, test := range []struct{ path, content, problem string }{
		{"app/a", "found", ""},
		{"app/dir/c", "found", ""},
		{"app/dir/b", "found", ""},
		{"app/up", "", "leads out"},
		{"app/abs", "", "leads out"},
		{"app/self", "", "no end"},
		{"app/one", "", "no end"},
		{"app/none", "", "no file"},
		{"app/dir/none", "", "no file"},
		{"app/a/below", "", "no file"},
	} {
		content, err := f.read(location{mainRoot, test.path})
		switch {
		case test.problem == "" && (err != nil || string(content) != test.content):
			t.Errorf("%s: %q, %v", test.path, content, err)
		case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
			t.Errorf("%s: %v, want %q", test.path, err, test.problem)
		}
	}
}

func TestPathsStayInTheTree(t *testing.T) {
	base := location{mainRoot, "a/b"}
	for written, want := range map[string]string{
		"c": "a/b/c", "./c": "a/b/c", "../c": "a/c", "../../c": "c", "/c": "c", "/": "", ".": "a/b", "../..": "", "/../c": "c", "c/../../d": "a/d",
	} {
		at, err := locate(base, written)
		if err != nil || at.path != want {
			t.Errorf("%q: %q, %v; want %q", written, at.path, err, want)
		}
	}
	for _, written := range []string{"../../..", "../../../c", "c\x00", `c\d`, strings.Repeat("a/", 300), strings.Repeat("a", 5000)} {
		if at, err := locate(base, written); err == nil {
			t.Errorf("%.40q leads to %q", written, at.path)
		}
	}
}

func TestWhatWasReadIsNoted(t *testing.T) {
	f := filesOf(tree{"app/x": "1", "app/y": "2", "app/link": "-> x", "app/dir/z": "3"})
	if _, err := f.readAll([]location{{mainRoot, "app/x"}, {mainRoot, "app/link"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.list(location{mainRoot, "app/dir"}); err != nil {
		t.Fatal(err)
	}
	if _, found, err := f.find(location{mainRoot, "app/none"}); err != nil || found != nil {
		t.Fatal(found, err)
	}
	var noted []string
	for _, r := range f.learned() {
		noted = append(noted, r.Path+" "+r.State)
	}
	want := "app/dir d|app/dir lapp/dir|app/link sx|app/none -|app/x f1"
	if got := strings.NewReplacer("l:", "", "s:s", "s", "f:f", "f").Replace(strings.Join(noted, "|")); got != want {
		t.Errorf("noted %s, want %s", got, want)
	}
}

func TestBudgetsOfReading(t *testing.T) {
	limits := testBudgets()
	big := strings.Repeat("x", int(limits.FileBytes)+1)
	if _, err := filesOf(tree{"big": big}).read(location{mainRoot, "big"}); err == nil {
		t.Error("a file beyond the limit was read")
	}
	// One by one allowed, all together not; also when the bytes are in the cache already.
	many := tree{}
	var all []location
	for _, name := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		many[name] = strings.Repeat(name, int(limits.FileBytes))
		all = append(all, location{mainRoot, name})
	}
	blobs := newBlobCache(64 << 20)
	for range 2 {
		f := filesOf(many)
		f.blobs = blobs
		if _, err := f.readAll(all); err == nil || !strings.Contains(err.Error(), "RENDER_TOO_LARGE") {
			t.Errorf("more than the limit was read: %v", err)
		}
	}
}

func TestBlobsAreForgottenOldestFirst(t *testing.T) {
	c := newBlobCache(10 * (overhead + 100))
	content := make([]byte, 100)
	for _, id := range strings.Split("abcdefghij", "") {
		c.put(id, content)
	}
	c.get("a")
	c.put("k", content)
	if _, ok := c.get("a"); !ok {
		t.Error("what was used last is gone")
	}
	if _, ok := c.get("b"); ok {
		t.Error("what was not used for longest is still there")
	}
}
