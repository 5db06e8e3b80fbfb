package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	memoryLook = 25 * time.Millisecond
	// memoryGrace is how long cancelled requests have to give their memory back.
	memoryGrace = 1500 * time.Millisecond
)

// limitMemory makes the garbage collector work harder near the budget, and the kernel refuse what is far beyond it: one
// huge allocation then ends this process instead of the machine.
func limitMemory(budget int64) {
	debug.SetMemoryLimit(budget * 3 / 4)
	debug.SetGCPercent(100)
	limitData(uint64(budget) + uint64(budget)/2 + 256<<20)
}

// watchMemory cancels the youngest request when live memory passes the budget: what has just begun is what made the
// difference. When that does not help in time, the process ends with a status that says why.
func (s *server) watchMemory() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	var over time.Time
	var cancelled time.Time
	for {
		s.awaitWork()
		time.Sleep(memoryLook)
		metrics.Read(sample)
		if int64(sample[0].Value.Uint64()) < s.memoryBytes*9/10 {
			over = time.Time{}
			continue
		}
		if over.IsZero() {
			// Some of it may be garbage that nobody collected yet.
			over = time.Now()
			runtime.GC()
			continue
		}
		if time.Since(cancelled) > memoryGrace/3 {
			cancelled = time.Now()
			s.cancelYoungest(errOutOfMemory)
		}
		if time.Since(over) > memoryGrace {
			fmt.Fprintln(os.Stderr, "out of memory: the budget is passed and nothing gives way")
			os.Exit(exitOutOfMemory)
		}
	}
}
