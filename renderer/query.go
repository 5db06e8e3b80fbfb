package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/itchyny/gojq"
)

// maxQueryPaths bounds what one set of expressions may select.
const maxQueryPaths = 10_000

var runQuery = work[queryRequest]{
	milliseconds: func(request *queryRequest) int { return request.Milliseconds },
	timeout:      "RENDER_QUERY_TIMEOUT",
	run: func(ctx context.Context, _ *running, request *queryRequest, document []byte) (any, [][]byte, error) {
		decoder := json.NewDecoder(bytes.NewReader(document))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, nil, err
		}
		result, body, err := query(ctx, request, value)
		if err != nil {
			return nil, nil, err
		}
		return result, [][]byte{body}, nil
	},
}

func query(ctx context.Context, request *queryRequest, value any) (queryResult, []byte, error) {
	result := queryResult{Type: "result"}
	for _, expression := range request.Expressions {
		shape := "path(%s\n)"
		if request.Mode == "delete" {
			shape = "del(%s\n)"
		}
		code, err := compileQuery(expression, shape)
		if err != nil {
			return result, nil, err
		}
		// Values that an expression does not fit (a missing list, say) are not selected; that is no error.
		iterator := code.RunWithContext(ctx, value)
		for {
			next, ok := iterator.Next()
			if !ok {
				break
			}
			if _, isError := next.(error); isError {
				if err := context.Cause(ctx); err != nil {
					return result, nil, err
				}
				break
			}
			if request.Mode == "delete" {
				value = next
				break
			}
			if path, isPath := next.([]any); isPath {
				result.Paths = append(result.Paths, path)
			}
			if len(result.Paths) > maxQueryPaths {
				return result, nil, over("what "+expression+" selects", fmt.Sprintf("%d paths", maxQueryPaths))
			}
		}
	}
	if request.Mode != "delete" {
		return result, nil, nil
	}
	body, err := canonical(value)
	return result, body, err
}

// compileQuery has no environment, no input and no modules to offer.
func compileQuery(expression, shape string) (*gojq.Code, error) {
	invalid := func(err error) error {
		return &problem{"RENDER_QUERY_INVALID", map[string]string{"expression": expression, "reason": err.Error()}}
	}
	// On its own first: it must not close the call that it is put in.
	if _, err := gojq.Parse(expression); err != nil {
		return nil, invalid(err)
	}
	parsed, err := gojq.Parse(fmt.Sprintf(shape, expression))
	if err != nil {
		return nil, invalid(err)
	}
	code, err := gojq.Compile(parsed)
	if err != nil {
		return nil, invalid(err)
	}
	return code, nil
}
