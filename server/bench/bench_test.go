package bench

import (
	"context"
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

func TestTmp(t *testing.T) {
	n := 2000
	if v := os.Getenv("N"); v != "" {
		n, _ = strconv.Atoi(v)
	}
	c := 200
	if v := os.Getenv("C"); v != "" {
		c, _ = strconv.Atoi(v)
	}
	r, err := Runs(context.Background(), Options{Runs: n, Callers: c, DB: os.Getenv("DB")})
	if err != nil {
		t.Fatal(err)
	}
	x, _ := json.MarshalIndent(r, "", " ")
	t.Log(string(x))
}
