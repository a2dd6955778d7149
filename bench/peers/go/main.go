// Sells a recorded stream as a design in Go would: see mutex.go and seed.go.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

// terms are what the program is asked to do.
type terms struct {
	trace    string
	out      string
	threads  int
	tickets  int
	requests int
}

// sold is what a design answers when all is over.
type sold struct {
	duration time.Duration
	// grants in the order of the stream.
	grants []grant
}

var designs = map[string]func(stream *trace, asked terms) (sold, error){
	"mutex": sellWithMutexes,
	"seed":  sellAsSeed,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string) error {
	if len(words) == 0 || designs[words[0]] == nil {
		return fmt.Errorf("the design must be mutex or seed; got %v", words)
	}
	asked, err := parseTerms(words[1:])
	if err != nil {
		return err
	}
	stream, err := loadTrace(asked.trace, asked.requests)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(asked.threads)
	result, err := designs[words[0]](stream, asked)
	if err != nil {
		return err
	}
	if err := saveSales(asked.out, result.grants); err != nil {
		return err
	}
	requests, reserved := len(stream.requests), len(result.grants)
	fmt.Printf(
		`{"peer":"go","design":%q,"requests":%d,"reserved":%d,"soldOut":%d,"durationNs":%d,"threads":%d,"digest":null}`+"\n",
		words[0], requests, reserved, requests-reserved, result.duration.Nanoseconds(), asked.threads)
	return nil
}

func parseTerms(words []string) (terms, error) {
	var asked terms
	flags := flag.NewFlagSet("peer", flag.ContinueOnError)
	flags.StringVar(&asked.trace, "trace", "", "the recorded stream")
	flags.StringVar(&asked.out, "out", "", "where to write what was sold")
	flags.IntVar(&asked.threads, "threads", 0, "how many threads sell")
	flags.IntVar(&asked.tickets, "tickets", 0, "tickets of each event")
	flags.IntVar(&asked.requests, "requests", 0, "how many requests to serve; 0 for all")
	if err := flags.Parse(words); err != nil {
		return asked, err
	}
	if asked.trace == "" || asked.out == "" || asked.threads < 1 || asked.tickets < 1 {
		return asked, fmt.Errorf("--trace, --threads, --tickets and --out are needed")
	}
	return asked, nil
}
