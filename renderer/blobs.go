package main

import (
	"container/list"
	"sync"
)

// blobCache keeps file contents by their id across requests: a base or chart that many applications share is transferred
// once. Contents must not be changed by whoever gets them.
type blobCache struct {
	mutex sync.Mutex
	limit int
	size  int
	order *list.List
	byID  map[string]*list.Element
}

type blob struct {
	id      string
	content []byte
}

func newBlobCache(limit int) *blobCache {
	return &blobCache{limit: limit, order: list.New(), byID: map[string]*list.Element{}}
}

func (c *blobCache) get(id string) ([]byte, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(blob).content, true
}

// overhead is what an entry costs besides its bytes: many empty files are not free.
const overhead = 200

func (c *blobCache) put(id string, content []byte) {
	if len(content) > c.limit/8 {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, ok := c.byID[id]; ok {
		return
	}
	c.byID[id] = c.order.PushFront(blob{id, content})
	c.size += len(content) + overhead
	for c.size > c.limit {
		last := c.order.Back()
		dropped := c.order.Remove(last).(blob)
		delete(c.byID, dropped.id)
		c.size -= len(dropped.content) + overhead
	}
}
