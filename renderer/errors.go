package main

import (
	"errors"
	"fmt"
	"strconv"
)

// problem is an error of Holdfast's catalogue (src/errors.ts): a code, and the details its message names.
type problem struct {
	code    string
	details map[string]string
}

func (p *problem) Error() string { return fmt.Sprintf("%s %v", p.code, p.details) }

// failed says that the input cannot be rendered, and why, in the words of the library that found out.
func failed(reason string) *problem {
	return &problem{"RENDER_FAILED", map[string]string{"reason": reason}}
}

func failedf(format string, values ...any) *problem {
	return failed(fmt.Sprintf(format, values...))
}

// refused says that the input asks for something that Holdfast does not do on purpose.
func refused(format string, values ...any) *problem {
	return &problem{"RENDER_REFUSED", map[string]string{"reason": fmt.Sprintf(format, values...)}}
}

// over says which budget was passed. `limit` is a number with its unit.
func over(budget, limit string) *problem {
	return &problem{"RENDER_TOO_LARGE", map[string]string{"budget": budget, "limit": limit}}
}

func invalid(file string, line int, reason string) *problem {
	where := file
	if line > 0 {
		where += ":" + strconv.Itoa(line)
	}
	return &problem{"RENDER_INVALID", map[string]string{"file": where, "reason": reason}}
}

var (
	errOutOfTime   = errors.New("out of time")
	errOutOfMemory = errors.New("out of memory")
	errCancelled   = errors.New("cancelled")
	// errAborted ends a request whose question Holdfast could not answer; it knows the reason.
	errAborted = errors.New("aborted")
)

// asProblem turns what ended a render into what is said about it.
func asProblem(err error, timeout string, milliseconds int) *problem {
	var known *problem
	switch {
	case errors.Is(err, errOutOfTime):
		return &problem{timeout, map[string]string{"ms": strconv.Itoa(milliseconds)}}
	case errors.Is(err, errOutOfMemory):
		return &problem{"RENDER_OUT_OF_MEMORY", map[string]string{}}
	case errors.Is(err, errCancelled):
		return &problem{"CANCELLED", map[string]string{}}
	case errors.Is(err, errAborted):
		return &problem{"ABORTED", map[string]string{}}
	case errors.As(err, &known):
		return known
	}
	return failed(err.Error())
}
