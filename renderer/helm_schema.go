package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// validateValues checks a chart's values, and those of its dependencies, against their schemas: as Helm does, but without
// network and disk, and without values in the errors (they may be secret).
func validateValues(c *chart.Chart, values map[string]any) error {
	if c.Schema != nil {
		if err := validateAgainst(c.Schema, values); err != nil {
			return failedf("the values of the chart %s do not fit its schema: %v", c.Name(), err)
		}
	}
	for _, dependency := range c.Dependencies() {
		given, ok := values[dependency.Name()]
		if !ok || given == nil {
			continue
		}
		inner, ok := given.(map[string]any)
		if !ok {
			return failedf("the values for the chart %s are no table", dependency.Name())
		}
		if err := validateValues(dependency, inner); err != nil {
			return err
		}
	}
	return nil
}

func validateAgainst(schema []byte, values map[string]any) error {
	if flowDepth(bytes.ReplaceAll(schema, []byte("\n"), []byte(" "))) > maxDepth {
		return fmt.Errorf("the schema is nested deeper than %d levels", maxDepth)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return errors.New("the schema is no JSON")
	}
	const name = "holdfast:///values.schema.json"
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(nothingRemote{})
	if err := compiler.AddResource(name, document); err != nil {
		return err
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		var loading *jsonschema.LoadURLError
		if errors.As(err, &loading) {
			return fmt.Errorf("the schema refers to %s, and nothing outside of the chart is read", loading.URL)
		}
		return errors.New("the schema is invalid")
	}
	var invalid *jsonschema.ValidationError
	if err := compiled.Validate(values); errors.As(err, &invalid) {
		return errors.New(strings.Join(leaves(invalid, nil), "; "))
	} else if err != nil {
		return errors.New("the schema cannot be applied")
	}
	return nil
}

type nothingRemote struct{}

func (nothingRemote) Load(url string) (any, error) { return nil, errors.New("not read") }

// leaves lists the places that are wrong. Only kinds whose words hold no values speak for themselves.
func leaves(e *jsonschema.ValidationError, found []string) []string {
	for _, cause := range e.Causes {
		found = leaves(cause, found)
	}
	const most = 10
	if len(e.Causes) > 0 || len(found) >= most {
		return found
	}
	where := "/" + strings.Join(e.InstanceLocation, "/")
	switch e.ErrorKind.(type) {
	case *kind.Type, *kind.Required, *kind.AdditionalProperties, *kind.FalseSchema, *kind.MinItems, *kind.MaxItems:
		return append(found, where+": "+e.ErrorKind.LocalizedString(message.NewPrinter(language.English)))
	}
	return append(found, where+": does not satisfy "+strings.Join(e.ErrorKind.KeywordPath(), "/"))
}
