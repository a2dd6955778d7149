package main

import (
	"bufio"
	"encoding/binary"
	"math"
	"os"
)

// grant is tickets handed to a client, some time until endNs after the opening.
type grant struct {
	event    int32
	client   int32
	ticket   int32 // the first of quantity consecutive serials
	quantity int32
	endNs    float64
}

const grantBytes = 4*4 + 3*8

// saveSales writes what was sold, for the audit: bench/peers/README.md describes the file.
func saveSales(path string, grants []grant) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	writer := bufio.NewWriterSize(file, 1<<20)
	header := binary.LittleEndian.AppendUint64([]byte("PEERSALE"), uint64(len(grants)))
	header = binary.LittleEndian.AppendUint64(header, 0) // no suspects
	if _, err := writer.Write(header); err != nil {
		return err
	}
	var entry [grantBytes]byte
	for _, each := range grants {
		// Due and begun at the opening, as far as is known: those two times stay 0.
		binary.LittleEndian.PutUint32(entry[0:], uint32(each.event))
		binary.LittleEndian.PutUint32(entry[4:], uint32(each.client))
		binary.LittleEndian.PutUint32(entry[8:], uint32(each.ticket))
		binary.LittleEndian.PutUint32(entry[12:], uint32(each.quantity))
		binary.LittleEndian.PutUint64(entry[32:], math.Float64bits(each.endNs))
		if _, err := writer.Write(entry[:]); err != nil {
			return err
		}
	}
	if err := writer.Flush(); err != nil {
		return err
	}
	return file.Close()
}
