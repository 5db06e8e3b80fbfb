package main

import (
	"bufio"
	"bytes"
	"testing"
)

func TestFramesComeOutAsTheyWentIn(t *testing.T) {
	var pipe bytes.Buffer
	w := &frameWriter{out: bufio.NewWriter(&pipe)}
	for i, tail := range []string{"", "one", "two more"} {
		if err := w.write(uint32(i), map[string]int{"n": i}, []byte(tail), []byte("!")); err != nil {
			t.Fatal(err)
		}
	}
	in := bufio.NewReader(&pipe)
	for i, tail := range []string{"!", "one!", "two more!"} {
		f, err := readFrame(in)
		if err != nil || f.id != uint32(i) || string(f.tail) != tail {
			t.Errorf("%+v, %v", f, err)
		}
	}
}

func TestMalformedFramesAreRefused(t *testing.T) {
	for _, bytesIn := range []string{"\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00", "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x00\x00\x00ab", "\x0a"} {
		if f, err := readFrame(bufio.NewReader(bytes.NewBufferString(bytesIn))); err == nil {
			t.Errorf("%q is a frame: %+v", bytesIn, f)
		}
	}
}
