package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// maxArchiveEntries is more than any chart has.
const maxArchiveEntries = 20_000

var byteOrderMark = []byte("\xEF\xBB\xBF")

// unpackVendored replaces `charts/NAME.tgz` by the files in it: Helm would unpack it without a limit on entries.
func (l *chartLoader) unpackVendored(names []string, contents [][]byte) ([]*archive.BufferedFile, error) {
	var all []*archive.BufferedFile
	for i, name := range names {
		packed, isPacked := strings.CutPrefix(name, "charts/")
		if !isPacked || path.Ext(packed) != ".tgz" || strings.Contains(packed, "/") {
			all = append(all, &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(contents[i], byteOrderMark)})
			continue
		}
		unpacked, err := l.unpack(name, contents[i], 0)
		if err != nil {
			return nil, err
		}
		for _, file := range unpacked {
			file.Name = "charts/" + strings.TrimSuffix(packed, ".tgz") + "/" + file.Name
			all = append(all, file)
		}
	}
	return all, nil
}

// unpack inflates a chart's archive once to count what comes out, then again for real.
func (l *chartLoader) unpack(name string, content []byte, nesting int) ([]*archive.BufferedFile, error) {
	if nesting > maxChartNesting {
		return nil, refused("archives in %s are nested deeper than %d levels", name, maxChartNesting)
	}
	if err := l.measure(name, content); err != nil {
		return nil, err
	}
	unpacked, err := archive.LoadArchiveFiles(bytes.NewReader(content))
	if err != nil {
		return nil, failedf("%s: %v", name, err)
	}
	var all []*archive.BufferedFile
	for _, file := range unpacked {
		inner, isPacked := strings.CutPrefix(file.Name, "charts/")
		if !isPacked || path.Ext(inner) != ".tgz" || strings.Contains(inner, "/") {
			all = append(all, file)
			continue
		}
		nested, err := l.unpack(name+"/"+file.Name, file.Data, nesting+1)
		if err != nil {
			return nil, err
		}
		for _, n := range nested {
			n.Name = "charts/" + strings.TrimSuffix(inner, ".tgz") + "/" + n.Name
			all = append(all, n)
		}
	}
	return all, nil
}

func (l *chartLoader) measure(name string, content []byte) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return failedf("%s: %v", name, err)
	}
	defer unzipped.Close()
	limited := &io.LimitedReader{R: unzipped, N: l.inflatedLeft}
	tooLarge := over("what "+name+" inflates to", bytesText(l.request.Budgets.InflatedBytes))
	reader := tar.NewReader(limited)
	for entries := 0; ; entries++ {
		_, err := reader.Next()
		if limited.N <= 0 || entries > maxArchiveEntries {
			return tooLarge
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return failedf("%s: %v", name, err)
		}
	}
	if _, err := io.Copy(io.Discard, limited); err != nil {
		return failedf("%s: %v", name, err)
	}
	if limited.N <= 0 {
		return tooLarge
	}
	l.inflatedLeft = limited.N
	return nil
}
