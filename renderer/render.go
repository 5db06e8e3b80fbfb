package main

import "context"

// render turns files into resources, for one type of source. What it lacks from elsewhere it names.
type render func(ctx context.Context, f *files, request *renderRequest, out *output) ([]missing, error)

var renders = map[string]render{
	"directory": plain(renderDirectory),
	"jsonnet":   plain(renderDirectory),
	"helm":      renderHelm,
	"kustomize": renderKustomize,
}

// plain is for what never needs anything from elsewhere.
func plain(run func(f *files, request *renderRequest, out *output) error) render {
	return func(_ context.Context, f *files, request *renderRequest, out *output) ([]missing, error) {
		return nil, run(f, request, out)
	}
}

var runRender = work[renderRequest]{
	milliseconds: func(request *renderRequest) int { return request.Budgets.Milliseconds },
	timeout:      "RENDER_TIMEOUT",
	run: func(ctx context.Context, r *running, request *renderRequest, _ []byte) (any, [][]byte, error) {
		run, ok := renders[request.SourceType]
		if !ok {
			return nil, nil, failedf("the renderer knows no sources of type %q", request.SourceType)
		}
		f := newFiles(ctx, r, r.server.blobs, request.Budgets)
		out := newOutput(request)
		lacking, err := run(ctx, f, request, out)
		if err != nil {
			return nil, nil, err
		}
		if len(lacking) > 0 {
			return renderResult{Type: "result", Missing: lacking}, nil, nil
		}
		result := renderResult{Type: "result", Warnings: out.warnings, Reads: f.learned(), Random: out.random}
		tails := make([][]byte, 0, len(out.resources))
		for _, made := range out.resources {
			result.Resources = append(result.Resources, *made)
			tails = append(tails, made.body)
		}
		return result, tails, nil
	},
}
