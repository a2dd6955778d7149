// The design seed: what one of the ticket services that the lab grew out of did, without its HTTP.
//
// One readers-writer lock around everything. Events lie in a sync.Map under their UUIDs, and so do tickets, each of which
// gets a random UUID while the lock is held. A refusal is an error that says how many are left. Each request in flight
// has a goroutine of its own, as in a HTTP server; a semaphore bounds how many there are.
//
// Left out: HTTP, JSON and logs; the generator, its digest and the ring; the clock, all times and histograms; counts of
// clients and outcomes. UUIDs are numbered when all is over, since the audit counts in serials.
package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"
)

// As many as that service let in.
const maxInFlight = 10

type seedEvent struct {
	id        string
	available int
}

type seedTicket struct {
	id      string
	eventID string
}

type ticketService struct {
	mutex   sync.RWMutex
	events  sync.Map // of *seedEvent, by id
	tickets sync.Map // of *seedTicket, by id
}

var errSoldOut = errors.New("too few tickets are left")

// book takes tickets, all or none, and answers their ids.
func (service *ticketService) book(eventID string, quantity int) ([]string, error) {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	found, known := service.events.Load(eventID)
	if !known {
		return nil, fmt.Errorf("there is no event %s", eventID)
	}
	event := found.(*seedEvent)
	if event.available < quantity {
		return nil, fmt.Errorf("%w: event %s has %d, asked for %d", errSoldOut, eventID, event.available, quantity)
	}
	var ids []string
	for i := 0; i < quantity; i++ {
		ticket := &seedTicket{newUUID(), eventID}
		service.tickets.Store(ticket.id, ticket)
		ids = append(ids, ticket.id)
	}
	event.available -= quantity
	service.events.Store(eventID, event)
	return ids, nil
}

// newUUID makes a random UUID (version 4).
func newUUID() string {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		panic(err)
	}
	random[6] = random[6]&0x0f | 0x40
	random[8] = random[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", random[0:4], random[4:6], random[6:8], random[8:10], random[10:])
}

func sellAsSeed(stream *trace, asked terms) (sold, error) {
	var service ticketService
	eventIDs := make([]string, stream.events)
	for i := range eventIDs {
		eventIDs[i] = newUUID()
		service.events.Store(eventIDs[i], &seedEvent{eventIDs[i], asked.tickets})
	}
	answers := make([][]string, len(stream.requests))
	failures := make([]error, len(stream.requests))
	opening := time.Now()
	serveEach(len(stream.requests), func(i int) {
		request := &stream.requests[i]
		answers[i], failures[i] = service.book(eventIDs[request.event], int(request.quantity))
	})
	duration := time.Since(opening)
	for _, failure := range failures {
		if failure != nil && !errors.Is(failure, errSoldOut) {
			return sold{}, failure
		}
	}
	grants, err := numbered(stream.requests, answers, duration)
	return sold{duration, grants}, err
}

// serveEach calls serve for each request in a goroutine of its own, so many at a time.
func serveEach(requests int, serve func(i int)) {
	slots := make(chan struct{}, maxInFlight)
	var inFlight sync.WaitGroup
	inFlight.Add(requests)
	for i := 0; i < requests; i++ {
		slots <- struct{}{}
		go func(i int) {
			defer inFlight.Done()
			serve(i)
			<-slots
		}(i)
	}
	inFlight.Wait()
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
			if !issued {
				known[id] = serial{asked.event, next + int32(offset)}
			} else if first = before.number - int32(offset); first < 0 {
				first = 0
			}
		}
		next += int32(len(tickets))
		end := float64(duration.Nanoseconds())
		grants = append(grants, grant{asked.event, asked.client, first, int32(len(tickets)), end})
	}
	return grants, nil
}
