package main

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// Fields of a kustomization that name directories or files, and may name remote ones.
var remoteFields = []string{"resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators"}

// resolveRemotes replaces URLs by paths to what was fetched for them, and notes what has to be fetched.
func (k *kustomizeFiles) resolveRemotes(directory string, fields map[string]any) (bool, error) {
	changed := false
	for _, field := range remoteFields {
		entries := listOf(fields[field])
		for i, item := range entries {
			written, _ := item.(string)
			if !looksRemote(written) {
				continue
			}
			need, inside, err := parseRemote(written)
			if err != nil {
				return false, err
			}
			path, err := k.mounted(directory, need, inside, len(k.added))
			if err != nil {
				return false, err
			}
			if path == "" {
				continue
			}
			entries[i] = path
			changed = true
		}
	}
	if len(k.missing) > 0 {
		return false, fmt.Errorf("remote bases have to be fetched first")
	}
	return changed, nil
}

// mounted answers the path that leads to what was fetched, or ” when it is missing.
func (k *kustomizeFiles) mounted(directory string, need missing, inside string, number int) (string, error) {
	for _, m := range k.request.Mounts {
		if m.missing != need {
			continue
		}
		if need.Kind == "file" {
			// Kustomize reads files from a kustomization's own directory only.
			name := fmt.Sprintf(".holdfast-fetched-%d.yaml", number)
			k.added[path.Join(directory, name)] = location{m.Root, "file"}
			return name, nil
		}
		target, err := locate(location{m.Root, ""}, inside)
		if err != nil {
			return "", err
		}
		up := strings.Repeat("../", strings.Count(directory, "/"))
		return up + strings.TrimPrefix(k.absolute(target), "/"), nil
	}
	for _, m := range k.missing {
		if m == need {
			return "", nil
		}
	}
	k.missing = append(k.missing, need)
	return "", nil
}

var scpLike = regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+[:/]`)

// looksRemote is at least as wide as what Kustomize takes for a URL.
func looksRemote(written string) bool {
	lower := strings.ToLower(written)
	return strings.Contains(lower, "://") || strings.HasPrefix(lower, "git::") || strings.HasPrefix(lower, "gh:") ||
		strings.HasPrefix(lower, "github.com/") || strings.HasPrefix(lower, "github.com:") || strings.HasPrefix(lower, "www.github.com/") ||
		scpLike.MatchString(written)
}

var safeRevision = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+@-]*$`)

// parseRemote reads what Kustomize takes: `https://host/org/repo//directory?ref=revision`, and the URL of one YAML file.
func parseRemote(written string) (missing, string, error) {
	bad := func(reason string) (missing, string, error) {
		return missing{}, "", refused("the remote base %.200q: %s", withoutUser(written), reason)
	}
	address := strings.TrimPrefix(written, "git::")
	lower := strings.ToLower(address)
	if strings.HasPrefix(lower, "github.com/") || strings.HasPrefix(lower, "www.github.com/") {
		address = "https://" + address
	}
	if strings.ContainsAny(address, "\x00\n\r\t \\") {
		return bad("it holds characters that no URL has")
	}
	scheme, rest, found := strings.Cut(address, "://")
	if !found || (scheme != "https" && scheme != "ssh") {
		return bad("only https:// and ssh:// are fetched")
	}
	rest, query, _ := strings.Cut(rest, "?")
	if scheme == "https" && query == "" && (strings.HasSuffix(rest, ".yaml") || strings.HasSuffix(rest, ".yml") || strings.HasSuffix(rest, ".json")) {
		return missing{Kind: "file", URL: address}, "", nil
	}
	parameters, err := url.ParseQuery(query)
	if err != nil {
		return bad("its query cannot be read")
	}
	revision := parameters.Get("ref")
	if revision == "" {
		revision = parameters.Get("version")
	}
	if revision != "" && (!safeRevision.MatchString(revision) || strings.Contains(revision, "..")) {
		return bad("its revision is none")
	}
	host, full, found := strings.Cut(rest, "/")
	if !found || host == "" || strings.HasPrefix(host, "-") {
		return bad("it has no host or no path")
	}
	repository, inside := splitRepository(full)
	if repository == "" || strings.HasPrefix(repository, "-") || strings.Contains("/"+repository+"/", "/../") {
		return bad("it names no repository")
	}
	if clean := path.Clean("/" + inside); strings.Contains("/"+inside+"/", "/../") {
		return bad("its path leads out of the repository")
	} else {
		inside = strings.TrimPrefix(clean, "/")
	}
	return missing{Kind: "repository", URL: scheme + "://" + host + "/" + repository, Revision: revision}, inside, nil
}

// splitRepository finds where the repository ends and the path in it begins, by the same marks as Kustomize.
func splitRepository(full string) (repository, inside string) {
	if at := strings.Index(full, "_git/"); at >= 0 {
		name, rest, _ := strings.Cut(full[at+len("_git/"):], "/")
		return full[:at] + "_git/" + name, strings.TrimPrefix(rest, "/")
	}
	if at := strings.Index(full, "//"); at >= 0 {
		return full[:at], strings.TrimLeft(full[at:], "/")
	}
	if at := strings.Index(full, ".git"); at >= 0 {
		end := at + len(".git")
		return full[:end], strings.TrimLeft(full[end:], "/")
	}
	segments := strings.SplitN(full, "/", 3)
	if len(segments) < 2 {
		return "", ""
	}
	if len(segments) == 3 {
		inside = segments[2]
	}
	return segments[0] + "/" + segments[1], inside
}

var userPart = regexp.MustCompile(`//[^/@]*@`)

func withoutUser(address string) string { return userPart.ReplaceAllString(address, "//…@") }
