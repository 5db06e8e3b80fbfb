package main

import (
	"context"
	"reflect"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// maxMade bounds the text or list that one call of a template function makes.
const maxMade = 16 << 20

// Functions whose size is a number in the template, and the place of that number among the arguments.
var sizedFunctions = map[string]int{
	"repeat": 0, "indent": 0, "nindent": 0, "until": 0, "randAlphaNum": 0, "randAlpha": 0, "randAscii": 0, "randNumeric": 0,
	"randBytes": 0, "abbrev": 0, "wrap": 0, "wrapWith": 0,
}

// Functions that yield something else each time. Argo CD's users know the consequence: never in sync.
var randomFunctions = map[string]bool{
	"randAlphaNum": true, "randAlpha": true, "randAscii": true, "randNumeric": true, "randBytes": true, "randInt": true,
	"shuffle": true, "uuidv4": true, "genPrivateKey": true, "genCA": true, "genCAWithKey": true, "genSelfSignedCert": true,
	"genSelfSignedCertWithKey": true, "genSignedCert": true, "genSignedCertWithKey": true, "bcrypt": true, "htpasswd": true,
	"now": true, "ago": true, "encryptAES": true,
}

// Not offered by Helm (`env`, `expandenv`), or without the part that reaches out.
var absentFunctions = []string{"env", "expandenv", "getHostByName"}

// guardedFunctions are Sprig's with a look at the clock before each call, a bound on what one call makes, and a note
// when the outcome is random. A refusal ends the template; Helm would keep only its text, so it is left in `stopped`.
func guardedFunctions(ctx context.Context, out *output, stopped *error) template.FuncMap {
	guarded := template.FuncMap{}
	for name, function := range sprig.TxtFuncMap() {
		guarded[name] = guard(ctx, out, name, function, stopped)
	}
	for _, name := range absentFunctions {
		delete(guarded, name)
	}
	// Helm's own, which Sprig's must not replace.
	for _, name := range []string{"fail", "toJson", "mustToJson", "fromJson", "mustToDuration"} {
		delete(guarded, name)
	}
	return guarded
}

func guard(ctx context.Context, out *output, name string, function any, stopped *error) any {
	value := reflect.ValueOf(function)
	kind := value.Type()
	size, sized := sizedFunctions[name]
	isRandom := randomFunctions[name]
	call := value.Call
	if kind.IsVariadic() {
		call = value.CallSlice
	}
	return reflect.MakeFunc(kind, func(args []reflect.Value) []reflect.Value {
		err := context.Cause(ctx)
		if err == nil && madeBy(name, args, sized, size) > maxMade {
			err = over("what one call of "+name+" makes", bytesText(maxMade))
		}
		if err != nil {
			*stopped = err
			panic(err)
		}
		if isRandom && !out.random {
			out.random = true
			out.warn("a template uses %s: each render of the same revision yields something else", name)
		}
		return call(args)
	}).Interface()
}

// madeBy answers how many bytes a call would make, for functions that can make much of little.
func madeBy(name string, args []reflect.Value, sized bool, at int) int64 {
	if sized && args[at].CanInt() {
		return madeBySize(name, args[at].Int(), args[at+1:])
	}
	switch name {
	case "replace":
		old, with, in := args[0].String(), args[1].String(), args[2].String()
		return int64(len(in)) + int64(strings.Count(in, old))*int64(len(with))
	case "untilStep":
		return stepBytes(args[0].Int(), args[1].Int(), args[2].Int())
	case "seq":
		numbers, _ := args[0].Interface().([]int)
		switch len(numbers) {
		case 1:
			return stepBytes(1, int64(numbers[0]), 1)
		case 2:
			return stepBytes(int64(numbers[0]), int64(numbers[1]), 1)
		case 3:
			return stepBytes(int64(numbers[0]), int64(numbers[2]), int64(numbers[1]))
		}
	}
	return 0
}

func madeBySize(name string, size int64, rest []reflect.Value) int64 {
	if size > maxMade {
		return size
	}
	each := int64(1)
	for _, other := range rest {
		switch {
		case other.Kind() != reflect.String:
		case name == "repeat":
			each = max(1, int64(other.Len()))
		case name == "indent" || name == "nindent":
			each = 1 + int64(strings.Count(other.String(), "\n"))
		}
	}
	if name == "until" {
		each = 8
	}
	return size * each
}

func stepBytes(start, stop, step int64) int64 {
	if step == 0 {
		return 0
	}
	steps := (stop - start) / step
	return max(steps, -steps) * 8
}
