package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// defaultLimit is how long a page is when the client does not say.
const defaultLimit = 50

// pageLimit is how many entries to answer with.
func pageLimit(limit *int) int {
	if limit == nil {
		return defaultLimit
	}
	return *limit
}

// cursorOf writes a place in a list as opaque text.
func cursorOf(place any) *string {
	data, err := json.Marshal(place)
	if err != nil {
		// Places are structs of strings and numbers.
		panic("api: a cursor cannot be written: " + err.Error())
	}
	text := base64.RawURLEncoding.EncodeToString(data)
	return &text
}

// placeAt reads a cursor; nil without one.
func placeAt[T any](cursor *string) (*T, error) {
	if cursor == nil || *cursor == "" {
		return nil, nil //nolint:nilnil // No cursor is the first page.
	}
	var place T
	data, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err == nil {
		err = json.Unmarshal(data, &place)
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_cursor", "The cursor was not made by this server.").
			withHint("Pass next_cursor of the page before as it is, or leave the cursor out to begin at the first page.")
	}
	return &place, nil
}
