package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
)

// The layout of a recorded stream, as src/generator/trace-format.ts describes it.
const (
	jsonAt       = 48
	recordsAt    = jsonAt + 2048
	requestBytes = 16
)

// request asks for tickets.
type request struct {
	client   int32
	event    int32
	quantity int32
}

type trace struct {
	events   int
	requests []request
}

// loadTrace reads the first requests of a trace, up to limit; all if that is 0.
func loadTrace(path string, limit int) (*trace, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(content) < recordsAt || !bytes.HasPrefix(content, []byte("ONSALETR")) {
		return nil, fmt.Errorf("%s is not a trace", path)
	}
	var header struct{ Requests, Events int }
	if err := json.Unmarshal(content[jsonAt:recordsAt], &header); err != nil {
		return nil, err
	}
	records := content[recordsAt:]
	if len(records) != header.Requests*requestBytes {
		return nil, fmt.Errorf("%s is cut short", path)
	}
	if limit == 0 || limit > header.Requests {
		limit = header.Requests
	}
	requests := make([]request, limit)
	for i := range requests {
		if requests[i], err = decode(records[i*requestBytes:]); err != nil {
			return nil, err
		}
	}
	return &trace{events: header.Events, requests: requests}, nil
}

func decode(record []byte) (request, error) {
	client := binary.LittleEndian.Uint32(record[8:])
	packed := binary.LittleEndian.Uint32(record[12:])
	if packed&3 != 0 {
		return request{}, fmt.Errorf("a request asks for no tickets")
	}
	return request{
		client:   int32(client),
		event:    int32(packed >> 12),
		quantity: int32(packed >> 2 & 1023),
	}, nil
}
