// The design seed: what two of the ticket services that the lab grew out of did, without their HTTP.
//
// One readers-writer lock around everything, events in a sync.Map under their UUIDs, and for each ticket a random UUID,
// made while the lock is held. Each request in flight has a goroutine of its own, as in a HTTP server; a semaphore
// bounds how many there are.
//
// Left out: HTTP, JSON and logs; the generator, its digest and the ring; the clock, all times and histograms; counts of
// clients and outcomes. UUIDs are numbered when all is over, since the audit counts in serials.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// More would not be faster: they all wait for the one lock.
const maxInFlight = 64

type seedEvent struct {
	id        string
	available int
}

type ticketService struct {
	mutex  sync.RWMutex
	events sync.Map // of *seedEvent, by id
}

// book takes tickets, all or none: their ids, or none when too few are left.
func (service *ticketService) book(id string, quantity int) ([]string, error) {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	found, known := service.events.Load(id)
	if !known {
		return nil, fmt.Errorf("there is no event %s", id)
	}
	event := found.(*seedEvent)
	if event.available < quantity {
		return nil, nil
	}
	tickets := make([]string, quantity)
	for i := range tickets {
		tickets[i] = newUUID()
	}
	event.available -= quantity
	service.events.Store(id, event)
	return tickets, nil
}

// newUUID makes a random UUID (version 4).
func newUUID() string {
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		panic(err)
	}
	random[6] = random[6]&0x0f | 0x40
	random[8] = random[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[0:], random[0:4])
	hex.Encode(text[9:], random[4:6])
	hex.Encode(text[14:], random[6:8])
	hex.Encode(text[19:], random[8:10])
	hex.Encode(text[24:], random[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

func sellAsSeed(stream *trace, asked terms) (sold, error) {
	var service ticketService
	ids := make([]string, stream.events)
	for i := range ids {
		ids[i] = newUUID()
		service.events.Store(ids[i], &seedEvent{ids[i], asked.tickets})
	}
	answers := make([][]string, len(stream.requests))
	failures := make(chan error, 1)
	slots := make(chan struct{}, maxInFlight)
	var inFlight sync.WaitGroup
	opening := time.Now()
	for i := range stream.requests {
		slots <- struct{}{}
		inFlight.Add(1)
		go func(i int) {
			defer func() { <-slots; inFlight.Done() }()
			tickets, err := service.book(ids[stream.requests[i].event], int(stream.requests[i].quantity))
			if err != nil {
				select {
				case failures <- err:
				default:
				}
			}
			answers[i] = tickets
		}(i)
	}
	inFlight.Wait()
	duration := time.Since(opening)
	select {
	case err := <-failures:
		return sold{}, err
	default:
	}
	grants, err := numbered(stream.requests, answers, duration)
	return sold{duration, grants}, err
}

// serial is the number that a UUID got, and the event it was a ticket of.
type serial struct {
	event  int32
	number int32
}

// numbered gives each different UUID a number, and tickets that were granted together numbers in a row. A UUID that was
// issued before takes its grant to the number that it has already: so the audit finds a ticket granted twice.
func numbered(requests []request, answers [][]string, duration time.Duration) ([]grant, error) {
	var grants []grant
	known := map[string]serial{}
	next := int32(0)
	for i, tickets := range answers {
		if len(tickets) == 0 {
			continue
		}
		asked := &requests[i]
		first := next
		for offset, id := range tickets {
			before, issued := known[id]
			if issued && before.event != asked.event {
				return nil, fmt.Errorf("%s is a ticket of two events", id)
			}
			if issued {
				first = max(0, before.number-int32(offset))
			} else {
				known[id] = serial{asked.event, next + int32(offset)}
			}
		}
		next += int32(len(tickets))
		end := float64(duration.Nanoseconds())
		grants = append(grants, grant{asked.event, asked.client, first, int32(len(tickets)), end})
	}
	return grants, nil
}
