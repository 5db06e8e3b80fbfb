package main

import (
	"fmt"
	"slices"
)

// read answers the bytes of one file.
func (f *files) read(at location) ([]byte, error) {
	all, err := f.readAll([]location{at})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// readAll answers the bytes of several files with as few questions as possible.
func (f *files) readAll(at []location) ([][]byte, error) {
	contents := make([][]byte, len(at))
	type wanted struct {
		place location
		id    string
	}
	missing := map[string][]wanted{}
	waiting := map[string][]int{}
	for i, place := range at {
		where, found, err := f.find(place)
		if err != nil {
			return nil, err
		}
		if !found.isFile() {
			return nil, failedf("there is no file %s", place)
		}
		if content, ok := f.blobs.get(found.ID); ok {
			contents[i] = content
			if err := f.take(place, int64(len(content))); err != nil {
				return nil, err
			}
			continue
		}
		if len(waiting[found.ID]) == 0 {
			missing[where.root] = append(missing[where.root], wanted{where, found.ID})
		}
		waiting[found.ID] = append(waiting[found.ID], i)
	}
	for root, group := range missing {
		for len(group) > 0 {
			batch := group[:min(len(group), 256)]
			paths := make([]string, len(batch))
			for i, w := range batch {
				paths[i] = w.place.path
				if err := f.spend(); err != nil {
					return nil, err
				}
			}
			answered, tail, err := f.asker.ask(f.ctx, question{Ask: "read", Root: root, Paths: paths, Max: f.limits.FileBytes})
			if err != nil {
				return nil, err
			}
			if answered.TooLarge != "" {
				return nil, over("the size of "+answered.TooLarge, bytesText(f.limits.FileBytes))
			}
			// Fewer may come than were asked for, but never none.
			if len(answered.Lengths) == 0 || len(answered.Lengths) > len(batch) {
				return nil, failedf("%d files were asked for, and %d came", len(batch), len(answered.Lengths))
			}
			for i, length := range answered.Lengths {
				content := slices.Clone(tail[:length])
				tail = tail[length:]
				f.blobs.put(batch[i].id, content)
				for _, index := range waiting[batch[i].id] {
					contents[index] = content
					if err := f.take(batch[i].place, length); err != nil {
						return nil, err
					}
				}
			}
			group = group[len(answered.Lengths):]
		}
	}
	return contents, nil
}

func (f *files) take(at location, length int64) error {
	if length > f.limits.FileBytes {
		return over("the size of "+at.String(), bytesText(f.limits.FileBytes))
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.bytes += length
	if f.bytes > f.limits.InputBytes {
		return over("all files that it reads", bytesText(f.limits.InputBytes))
	}
	return nil
}

func bytesText(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
