// The renderer: Helm, Kustomize and Jsonnet as libraries, behind a small protocol (protocol.go). It sees the files that
// Holdfast shows it and nothing else: no disk, no network, no environment, no programs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"runtime/debug"
	_ "time/tzdata"
)

// Exit statuses that src/render/process.ts knows.
const (
	exitProtocol    = 64
	exitOutOfMemory = 86
)

const blobCacheBytes = 64 << 20

func main() {
	in := bufio.NewReaderSize(os.Stdin, 256<<10)
	out := &frameWriter{out: bufio.NewWriterSize(os.Stdout, 256<<10)}
	// Libraries write warnings of their own; what matters is said in results.
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))

	greeting, err := shakeHands(in, out)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitProtocol)
	}
	// Recursion without end has to fail before it has taken the machine's memory.
	debug.SetMaxStack(256 << 20)
	server := newServer(out, greeting.MemoryBytes)
	go server.watchMemory()
	if err := server.serve(in); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitProtocol)
	}
}

func shakeHands(in *bufio.Reader, out *frameWriter) (hello, error) {
	var theirs hello
	first, err := readFrame(in)
	if err != nil {
		return theirs, err
	}
	if err := json.Unmarshal(first.head, &theirs); err != nil {
		return theirs, err
	}
	if theirs.MemoryBytes < 64<<20 {
		theirs.MemoryBytes = 1 << 30
	}
	limitMemory(theirs.MemoryBytes)
	sealed := seal() == nil
	if err := out.write(0, hello{Type: "hello", Version: protocolVersion, Sealed: sealed}); err != nil {
		return theirs, err
	}
	if theirs.Version != protocolVersion {
		return theirs, fmt.Errorf("Holdfast speaks version %q of the protocol, this renderer %q", theirs.Version, protocolVersion)
	}
	return theirs, nil
}
