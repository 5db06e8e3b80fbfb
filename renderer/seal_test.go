//go:build linux && (amd64 || arm64)

package main

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// In a process of its own: what is sealed stays so.
func TestTheSealHolds(t *testing.T) {
	if os.Getenv("SEALED") == "" {
		again := exec.Command(os.Args[0], "-test.run=^TestTheSealHolds$")
		again.Env = append(os.Environ(), "SEALED=1")
		if said, err := again.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		return
	}
	if err := seal(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile("/etc/passwd"); err == nil {
		t.Error("a file was read")
	}
	if err := os.WriteFile(t.Name(), nil, 0o600); err == nil {
		t.Error("a file was written")
	}
	if err := exec.Command("/bin/true").Run(); err == nil {
		t.Error("a program was run")
	}
	if _, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("a socket was opened")
	}
	if _, err := net.LookupHost("localhost"); err == nil {
		t.Error("a name was looked up")
	}
	if _, err := time.LoadLocation("Europe/Berlin"); err != nil {
		t.Errorf("time zones should still be known: %v", err)
	}
}
