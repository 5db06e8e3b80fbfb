package main

import (
	"io"
	"os"
)

// holdLeash ends this process when the one that started it is gone, however it went (kill -9 included).
// The starter keeps the other end of standard input open for as long as it lives; the kernel closes it otherwise.
// CONTROLPLANE_LEASH names the directory of the whole control plane, which nobody is left to remove.
func holdLeash() {
	directory, leashed := os.LookupEnv("CONTROLPLANE_LEASH")
	if !leashed {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		// The other parts may still be writing: what appears while we remove is removed by whoever ends last.
		for range 5 {
			if os.RemoveAll(directory) == nil {
				break
			}
		}
		os.Exit(1)
	}()
}
