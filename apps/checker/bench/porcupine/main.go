// Checks histories of a stock with Porcupine, for comparison. Reads one JSON object a line from standard input, each with the
// name of a history file, and writes one with the verdict and the seconds that one check took, reading left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/anishathalye/porcupine"
)

type job struct {
	File      string         `json:"file"`
	Initial   map[string]int `json:"initial"`
	SecondsUp float64        `json:"seconds"`
}

type event struct {
	Time    int64  `json:"time"`
	Process int    `json:"process"`
	Type    string `json:"type"`
	F       string `json:"f"`
	Value   struct {
		Sku      string `json:"sku"`
		Quantity int    `json:"quantity"`
		Outcome  string `json:"outcome"`
		Stock    int    `json:"stock"`
	} `json:"value"`
}

type input struct {
	f        string
	sku      string
	quantity int
}

type output struct {
	unheard bool
	outcome string
	stock   int
}

// The stock of one SKU. What nobody heard of may take effect at the very end, where it disturbs nobody.
func model(initial map[string]int, sku string) porcupine.Model {
	edition := initial[sku]
	return porcupine.Model{
		Init: func() interface{} { return edition },
		Step: func(state, in, out interface{}) (bool, interface{}) {
			stock, call, answer := state.(int), in.(input), out.(output)
			switch call.f {
			case "read":
				return answer.unheard || stock == answer.stock, stock
			case "give-back":
				if stock+call.quantity > edition {
					return answer.unheard, stock
				}
				return true, stock + call.quantity
			}
			isEnough := stock >= call.quantity
			switch {
			case answer.unheard && isEnough:
				return true, stock - call.quantity
			case answer.unheard:
				return true, stock
			case answer.outcome == "sold-out":
				return !isEnough, stock
			}
			return isEnough, stock - call.quantity
		},
	}
}

func read(file string) (map[string][]porcupine.Operation, error) {
	handle, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	open := map[int]porcupine.Operation{}
	bySku := map[string][]porcupine.Operation{}
	add := func(operation porcupine.Operation) {
		sku := operation.Input.(input).sku
		bySku[sku] = append(bySku[sku], operation)
	}
	lines := bufio.NewScanner(handle)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, err
		}
		if e.Type == "invoke" {
			open[e.Process] = porcupine.Operation{ClientId: e.Process, Input: input{e.F, e.Value.Sku, e.Value.Quantity}, Call: e.Time}
			continue
		}
		operation := open[e.Process]
		delete(open, e.Process)
		switch e.Type {
		case "ok":
			operation.Return, operation.Output = e.Time, output{false, e.Value.Outcome, e.Value.Stock}
			add(operation)
		case "info":
			open[e.Process] = operation
		}
	}
	for _, operation := range open {
		operation.Return, operation.Output = 1<<62, output{unheard: true}
		add(operation)
	}
	return bySku, lines.Err()
}

// Porcupine has no bound on its memory; this ends the program before it hurts the machine.
func guardMemory(limit uint64) {
	for range time.Tick(100 * time.Millisecond) {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		if stats.HeapAlloc > limit {
			fmt.Println(`{"verdict":"out of memory","seconds":0}`)
			os.Exit(0)
		}
	}
}

func check(bySku map[string][]porcupine.Operation, j job) (string, float64) {
	begun := time.Now()
	verdict := porcupine.Ok
	for sku, operations := range bySku {
		left := time.Duration(j.SecondsUp*float64(time.Second)) - time.Since(begun)
		result := porcupine.CheckOperationsTimeout(model(j.Initial, sku), operations, max(left, time.Millisecond))
		if result == porcupine.Illegal || verdict == porcupine.Ok {
			verdict = result
		}
	}
	return map[porcupine.CheckResult]string{porcupine.Ok: "linearizable", porcupine.Illegal: "not-linearizable", porcupine.Unknown: "unknown"}[verdict], time.Since(begun).Seconds()
}

func main() {
	go guardMemory(4 << 30)
	jobs := json.NewDecoder(os.Stdin)
	for jobs.More() {
		var j job
		if err := jobs.Decode(&j); err != nil {
			panic(err)
		}
		bySku, err := read(j.File)
		if err != nil {
			panic(err)
		}
		// The best of several runs, for as long as half a second or once.
		verdict, best := check(bySku, j)
		for total := best; total < 0.5; {
			_, seconds := check(bySku, j)
			best, total = min(best, seconds), total+seconds
		}
		fmt.Printf("{\"verdict\":%q,\"seconds\":%g}\n", verdict, best)
	}
}
