// The design mutex: a mutex for each event, as Go's documentation would have one write it.
//
// The whole trace lies in memory. Each of N goroutines claims 64 requests at a time with one atomic addition, reserves
// each under its event's mutex, and writes the answer down: 4 bytes a request, for the audit.
//
// Left out: the generator, its digest and the ring; the clock, all times and histograms; counts of clients and outcomes;
// the ledger, which is made of the answers when all is over. So grants bear no times of their own.
package main

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	chunk   = 64
	soldOut = -1
	// Each event has a cache line of its own, as in src/store/inventory.ts.
	lineBytes = 64
)

type lockedEvent struct {
	sync.Mutex
	remaining int32
	issued    int32
	_         [lineBytes - 16]byte
}

// reserve takes tickets, all or none: the first of their serials, or soldOut.
func (event *lockedEvent) reserve(quantity int32) int32 {
	event.Lock()
	defer event.Unlock()
	if event.remaining < quantity {
		return soldOut
	}
	event.remaining -= quantity
	ticket := event.issued
	event.issued += quantity
	return ticket
}

func sellWithMutexes(stream *trace, asked terms) (sold, error) {
	inventory := make([]lockedEvent, stream.events)
	for i := range inventory {
		inventory[i].remaining = int32(asked.tickets)
	}
	answers := make([]int32, len(stream.requests))
	var claimed atomic.Int64
	var sellers sync.WaitGroup
	opening := time.Now()
	for i := 0; i < asked.threads; i++ {
		sellers.Add(1)
		go func() {
			defer sellers.Done()
			sellChunks(stream.requests, inventory, answers, &claimed)
		}()
	}
	sellers.Wait()
	duration := time.Since(opening)
	return sold{duration, grantsOf(stream.requests, answers, duration)}, nil
}

func sellChunks(requests []request, inventory []lockedEvent, answers []int32, claimed *atomic.Int64) {
	for {
		to := int(claimed.Add(chunk))
		from := to - chunk
		for i := from; i < to && i < len(requests); i++ {
			asked := &requests[i]
			answers[i] = inventory[asked.event].reserve(asked.quantity)
		}
		if to >= len(requests) {
			return
		}
	}
}

func grantsOf(requests []request, answers []int32, duration time.Duration) []grant {
	var grants []grant
	for i, ticket := range answers {
		if ticket == soldOut {
			continue
		}
		asked := &requests[i]
		end := float64(duration.Nanoseconds())
		grants = append(grants, grant{asked.event, asked.client, ticket, asked.quantity, end})
	}
	return grants
}
