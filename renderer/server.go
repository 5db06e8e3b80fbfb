package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// stopGrace is how long a request that ran out of time may take to notice it.
const stopGrace = 250 * time.Millisecond

// server runs the requests, each in a goroutine of its own; Holdfast decides how many at a time.
type server struct {
	out         *frameWriter
	blobs       *blobCache
	memoryBytes int64

	mutex    sync.Mutex
	running  map[uint32]*running
	sequence int
	// working wakes whoever waits for a request to begin: an idle process does nothing.
	working *sync.Cond
}

type running struct {
	id       uint32
	sequence int
	server   *server
	cancel   context.CancelCauseFunc

	mutex    sync.Mutex
	number   int
	awaiting map[int]chan incoming
}

type incoming struct {
	answer answer
	tail   []byte
}

func newServer(out *frameWriter, memoryBytes int64) *server {
	s := &server{out: out, blobs: newBlobCache(blobCacheBytes), memoryBytes: memoryBytes, running: map[uint32]*running{}}
	s.working = sync.NewCond(&s.mutex)
	return s
}

func (s *server) awaitWork() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for len(s.running) == 0 {
		s.working.Wait()
	}
}

// serve reads frames until Holdfast closes its end.
func (s *server) serve(in *bufio.Reader) error {
	for {
		next, err := readFrame(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var m envelope
		if err := json.Unmarshal(next.head, &m); err != nil {
			return err
		}
		switch m.Type {
		case "render":
			err = start(s, next, runRender)
		case "jq":
			err = start(s, next, runQuery)
		case "cancel":
			s.cancel(next.id, errCancelled)
		case "answer":
			err = s.deliver(next)
		default:
			err = fmt.Errorf("unknown message %q", m.Type)
		}
		if err != nil {
			return err
		}
	}
}

// work is one kind of request. It answers what to write, or why not.
type work[Request any] struct {
	run func(ctx context.Context, r *running, request *Request, tail []byte) (head any, tails [][]byte, err error)
	// milliseconds is how long a request may take; timeout the code of the error when it took longer.
	milliseconds func(request *Request) int
	timeout      string
}

func start[Request any](s *server, f frame, w work[Request]) error {
	request := new(Request)
	if err := json.Unmarshal(f.head, request); err != nil {
		return err
	}
	milliseconds := w.milliseconds(request)
	ctx, cancel := context.WithCancelCause(context.Background())
	timer := time.AfterFunc(time.Duration(milliseconds)*time.Millisecond, func() { cancel(errOutOfTime) })
	s.mutex.Lock()
	s.sequence++
	r := &running{id: f.id, sequence: s.sequence, server: s, cancel: cancel, awaiting: map[int]chan incoming{}}
	s.running[f.id] = r
	s.working.Broadcast()
	s.mutex.Unlock()

	type ending struct {
		head  any
		tails [][]byte
		err   error
	}
	done := make(chan ending, 1)
	go func() {
		defer func() {
			if crash := recover(); crash != nil {
				done <- ending{err: panicked(ctx, crash)}
			}
		}()
		head, tails, err := w.run(ctx, r, request, f.tail)
		done <- ending{head, tails, err}
	}()
	go func() {
		defer cancel(nil)
		defer timer.Stop()
		defer s.forget(f.id)
		var end ending
		stuck := false
		select {
		case end = <-done:
		case <-ctx.Done():
			select {
			case end = <-done:
				end.err = context.Cause(ctx)
			case <-time.After(stopGrace):
				stuck = true
				end.err = context.Cause(ctx)
			}
		}
		if end.err == nil {
			end.err = s.out.write(f.id, end.head, end.tails...)
			if end.err == nil {
				return
			}
		}
		if cause := context.Cause(ctx); cause != nil {
			// What a cancelled library says about it is of no use.
			end.err = cause
		}
		p := asProblem(end.err, w.timeout, milliseconds)
		_ = s.out.write(f.id, errorResult{Type: "error", Code: p.code, Details: p.details, Stuck: stuck})
	}()
	return nil
}

// panicked makes an error of a panic in a library: it ends one request, not the process.
func panicked(ctx context.Context, crash any) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err, ok := crash.(error); ok {
		return err
	}
	return failedf("%v", crash)
}

func (s *server) forget(id uint32) {
	s.mutex.Lock()
	delete(s.running, id)
	s.mutex.Unlock()
}

func (s *server) cancel(id uint32, cause error) {
	s.mutex.Lock()
	r := s.running[id]
	s.mutex.Unlock()
	if r != nil {
		r.cancel(cause)
	}
}

func (s *server) cancelYoungest(cause error) {
	s.mutex.Lock()
	var youngest *running
	for _, r := range s.running {
		if youngest == nil || r.sequence > youngest.sequence {
			youngest = r
		}
	}
	s.mutex.Unlock()
	if youngest != nil {
		youngest.cancel(cause)
	}
}

func (s *server) deliver(f frame) error {
	var a answer
	if err := json.Unmarshal(f.head, &a); err != nil {
		return err
	}
	s.mutex.Lock()
	r := s.running[f.id]
	s.mutex.Unlock()
	if r == nil {
		return nil
	}
	r.mutex.Lock()
	channel := r.awaiting[a.Number]
	delete(r.awaiting, a.Number)
	r.mutex.Unlock()
	if channel != nil {
		channel <- incoming{a, f.tail}
	}
	return nil
}

// ask implements asker.
func (r *running) ask(ctx context.Context, q question) (answer, []byte, error) {
	channel := make(chan incoming, 1)
	r.mutex.Lock()
	r.number++
	q.Type, q.Number = "question", r.number
	r.awaiting[q.Number] = channel
	r.mutex.Unlock()
	if err := context.Cause(ctx); err != nil {
		return answer{}, nil, err
	}
	if err := r.server.out.write(r.id, q); err != nil {
		return answer{}, nil, err
	}
	select {
	case came := <-channel:
		if came.answer.Failed {
			return answer{}, nil, errAborted
		}
		return came.answer, came.tail, nil
	case <-ctx.Done():
		return answer{}, nil, context.Cause(ctx)
	}
}
