package metatest

import (
	"net/http"
	"strings"
)

// File is something that a person sent.
type File struct {
	ContentType string
	Content     []byte
}

// PutMedia lets the API know a file by its id; nil content: it is gone.
func (s *Server) PutMedia(id string, f *File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.media == nil {
		s.media = map[string]*File{}
	}
	s.media[id] = f
}

func (s *Server) file(id string) (*File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.media[id]
	return f, ok
}

const downloads = "/whatsapp_business/attachments/"

// download answers with a file at its own address, which takes the token too.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	f, _ := s.file(strings.TrimPrefix(r.URL.Path, downloads))
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.options.AccessToken:
		w.WriteHeader(http.StatusUnauthorized)
	case f == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", f.ContentType)
		_, _ = w.Write(f.Content)
	}
}

// object answers with a file's address.
func (s *Server) object(w http.ResponseWriter, r *http.Request, id string, f *File) {
	if f == nil {
		refuse(w, http.StatusBadRequest, 100, "Unsupported get request. Object with ID '"+id+"' does not exist")
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "id": id, "mime_type": f.ContentType, "file_size": len(f.Content), "url": "http://" + r.Host + downloads + id,
	})
}
