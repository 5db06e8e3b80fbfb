package main

import (
	"context"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

type helmOptions struct {
	ReleaseName             string          `json:"releaseName"`
	Namespace               string          `json:"namespace"`
	KubeVersion             string          `json:"kubeVersion"`
	APIVersions             []string        `json:"apiVersions"`
	ValueFiles              []string        `json:"valueFiles"`
	IgnoreMissingValueFiles bool            `json:"ignoreMissingValueFiles"`
	Values                  string          `json:"values"`
	Parameters              []helmParameter `json:"parameters"`
	FileParameters          []helmFile      `json:"fileParameters"`
	SkipCrds                bool            `json:"skipCrds"`
	SkipTests               bool            `json:"skipTests"`
	SkipSchemaValidation    bool            `json:"skipSchemaValidation"`
}

type helmParameter struct {
	Name        string `json:"name"`
	Value       string `json:"value"`
	ForceString bool   `json:"forceString"`
}

type helmFile struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// renderHelm does what `helm template` does, with the hooks in place.
func renderHelm(ctx context.Context, f *files, request *renderRequest, out *output) ([]missing, error) {
	base, err := locate(location{mainRoot, ""}, request.Path)
	if err != nil {
		return nil, err
	}
	loader := &chartLoader{files: f, request: request, inflatedLeft: request.Budgets.InflatedBytes}
	loaded, err := loader.load(base, 0)
	if err != nil {
		return nil, err
	}
	values, valuesLacking, err := helmValues(f, request, base)
	if err != nil {
		return nil, err
	}
	if lacking := append(loader.missing, valuesLacking...); len(lacking) > 0 {
		return lacking, nil
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, failedf("the chart %s is of type %s, and only applications can be installed", loaded.Name(), kind)
	}
	capabilities, err := helmCapabilities(request)
	if err != nil {
		return nil, err
	}
	if wanted := loaded.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, failedf("the chart %s wants Kubernetes %s, and this is %s", loaded.Name(), wanted, capabilities.KubeVersion.Version)
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, err
	}
	rendered, err := executeTemplates(ctx, request, out, loaded, values, capabilities)
	if err != nil {
		return nil, err
	}
	if !request.Helm.SkipCrds {
		for _, crd := range loaded.CRDObjects() {
			if err := out.addYAML(crd.Filename, crd.File.Data); err != nil {
				return nil, err
			}
		}
	}
	return nil, addTemplates(request, out, rendered)
}

func executeTemplates(ctx context.Context, request *renderRequest, out *output, loaded *chart.Chart, values map[string]any, capabilities *common.Capabilities) (map[string]string, error) {
	options := common.ReleaseOptions{Name: releaseName(request), Namespace: releaseNamespace(request), Revision: 1, IsInstall: true}
	// Schemas are checked by code of our own: Helm's would fetch remote references and read files.
	toRender, err := util.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, true)
	if err != nil {
		return nil, err
	}
	if !request.Helm.SkipSchemaValidation {
		checked, _ := toRender["Values"].(common.Values)
		if err := validateValues(loaded, checked); err != nil {
			return nil, err
		}
	}
	var stopped error
	functions := guardedFunctions(ctx, out, &stopped)
	rendered, err := engine.Engine{CustomTemplateFuncs: functions}.RenderWithContext(ctx, loaded, toRender)
	if stopped != nil {
		return nil, stopped
	}
	if err != nil {
		return nil, templateError(err)
	}
	return rendered, nil
}

// templateError is what the template engine says, within reason.
func templateError(err error) error {
	const most = 2000
	said := strings.TrimSpace(err.Error())
	if len(said) > most {
		said = said[:most] + "…"
	}
	return failed(said)
}

func releaseName(request *renderRequest) string {
	if request.Helm.ReleaseName != "" {
		return request.Helm.ReleaseName
	}
	return request.Application
}

func releaseNamespace(request *renderRequest) string {
	if request.Helm.Namespace != "" {
		return request.Helm.Namespace
	}
	return request.Namespace
}

// helmCapabilities: what the target has, or what the source says instead. What the source names comes on top of Helm's own
// list, as with `helm template --api-versions`; what the target has is the whole truth, as with `helm install`.
func helmCapabilities(request *renderRequest) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	version := request.Helm.KubeVersion
	if version == "" {
		version = request.KubeVersion
	}
	if version != "" {
		parsed, err := common.ParseKubeVersion(version)
		if err != nil {
			return nil, failedf("%q is no version of Kubernetes", version)
		}
		capabilities.KubeVersion = *parsed
	}
	switch {
	case len(request.Helm.APIVersions) > 0:
		capabilities.APIVersions = append(slices.Clone(capabilities.APIVersions), request.Helm.APIVersions...)
	case len(request.APIVersions) > 0:
		capabilities.APIVersions = request.APIVersions
	}
	return capabilities, nil
}
