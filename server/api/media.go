package api

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/server/runtime"
	"sluice/server/store"
)

// mediaPolicy lets a file that is opened by itself do nothing at all.
const mediaPolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"

// shownTypes are what a browser shows and cannot run. Of pictures only these: an
// SVG can hold code.
var shownTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}

// shown reports whether a file may be shown in place rather than downloaded.
func shown(contentType string) bool {
	return slices.Contains(shownTypes, contentType) || strings.HasPrefix(contentType, "audio/") || strings.HasPrefix(contentType, "video/") || contentType == "application/ogg"
}

// GetMedia answers with a file that a person sent.
func (a *API) GetMedia(c *gin.Context, mediaID string) {
	m, err := a.store.Media(c.Request.Context(), workspaceOf(c), mediaID)
	if errors.Is(err, store.ErrNotFound) {
		err = notFound("file")
	}
	if err == nil {
		err = unfinished(m)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	pace(c, m.Size)
	file, err := a.media.Open(c.Request.Context(), m)
	if err != nil {
		a.fail(c, notKept(err))
		return
	}
	defer func() { _ = file.Close() }()
	serveFile(c, servedFile{contentType: m.ContentType, filename: m.Filename, sha256: m.SHA256, at: m.StoredAt.Time}, file)
}

// pace bounds how long a file of that size may take to or from its client.
func pace(c *gin.Context, size int64) {
	// A test's recorder has no deadlines.
	control, until := http.NewResponseController(c.Writer), time.Now().Add(bodyGrace+timeFor(size, fileRate))
	_ = control.SetReadDeadline(until)
	_ = control.SetWriteDeadline(until.Add(answerTime))
}

// servedFile is what is told of a file that is answered with.
type servedFile struct {
	contentType, filename, sha256 string
	at                            time.Time
}

// serveFile answers with what somebody sent: to be shown where that is safe, else
// to be downloaded.
func serveFile(c *gin.Context, f servedFile, content io.ReadSeeker) {
	h := c.Writer.Header()
	contentType, disposition := f.contentType, "inline"
	if !shown(contentType) {
		disposition = "attachment"
		if strings.HasPrefix(contentType, "text/") || strings.Contains(contentType, "html") || strings.Contains(contentType, "xml") {
			contentType = "application/octet-stream"
		}
	}
	if f.filename != "" {
		disposition = mime.FormatMediaType(disposition, map[string]string{"filename": f.filename})
	}
	if disposition == "" {
		disposition = "attachment"
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", disposition)
	h.Set("Content-Security-Policy", mediaPolicy)
	h.Set("Cache-Control", "private, max-age=3600")
	h.Set("ETag", `"`+f.sha256+`"`)
	http.ServeContent(c.Writer, c.Request, "", f.at, content)
}

// notKept words a file that the storage does not have.
func notKept(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return refuse(http.StatusGone, "media_gone", "The file is not kept any more.")
	}
	return err
}

// unfinished words why a file cannot be had.
func unfinished(m store.Media) error {
	switch m.Status {
	case store.MediaStored:
		return nil
	case store.MediaWaiting:
		r := refuse(http.StatusConflict, "media_waiting", "The file is still being fetched from the provider.").withHint("Ask again in a moment.")
		if m.Reason != "" {
			r = r.withDetail(m.Reason)
		}
		return r
	case store.MediaFailed:
	}
	return refuse(http.StatusGone, "media_gone", "The file could not be fetched from the provider.").withDetail(m.Reason)
}

// mediaByMessage are the files of the messages of a run.
func (a *API) mediaByMessage(ctx context.Context, workspace string, messages []runtime.Message) (map[string][]store.Media, error) {
	var ids []string
	for _, m := range messages {
		if m.Direction == store.DirectionIn {
			ids = append(ids, m.ID)
		}
	}
	all, err := a.store.MediaOf(ctx, workspace, ids)
	if err != nil {
		return nil, err
	}
	files := map[string][]store.Media{}
	for _, m := range all {
		files[m.MessageID] = append(files[m.MessageID], m)
	}
	return files, nil
}

func mediaList(files []store.Media) []MessageMedia {
	list := make([]MessageMedia, 0, len(files))
	for _, m := range files {
		item := MessageMedia{Id: m.ID, Type: MessageMediaType(m.Type), ContentType: m.ContentType, Filename: m.Filename, Size: m.Size, Status: MessageMediaStatus(m.Status)}
		if m.Status == store.MediaFailed {
			item.Reason = m.Reason
		}
		list = append(list, item)
	}
	return list
}
