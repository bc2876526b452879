package api

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"sluice/engine/address"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/media"
)

// fileBody is how a file comes: a type that no form of another page can send.
const fileBody = "application/octet-stream"

// SendFileFromPhone takes a file from a phone and hands it to a channel.
func (a *API) SendFileFromPhone(c *gin.Context, params SendFileFromPhoneParams) {
	if c.ContentType() != fileBody {
		a.fail(c, refuse(http.StatusUnsupportedMediaType, "not_a_file", "The request is not marked as a file.").
			withHint("Send the file itself as the body, with the header Content-Type: "+fileBody+"."))
		return
	}
	form, recipient := flows.Attachment(params.Type), address.Normal(params.ChannelType, params.Recipient)
	if err := attachable(params.ChannelType, form); err != nil {
		a.fail(c, err)
		return
	}
	ch, ok := a.repliedChannel(c, recipient, params.ChannelType, textOf(params.Channel))
	if !ok {
		return
	}
	size := a.media.Limit(form)
	if c.Request.ContentLength > 0 {
		size = min(size, c.Request.ContentLength)
	}
	pace(c, size)
	file, err := a.media.Take(c.Request.Context(), form, textOf(params.ContentType), baseName(textOf(params.Filename)), c.Request.Body)
	if err != nil {
		a.fail(c, notTaken(form, a.media.Limit(form), err))
		return
	}
	if !a.answerReply(c, ch, recipient, textOf(params.Text), simulator.ReplyOptions{Media: []channels.Media{file}}) {
		if err := a.media.Forget(c.Request.Context(), *file.Kept); err != nil {
			a.log.Error("a file that no message has could not be deleted", "request_id", requestID(c), "error", err)
		}
	}
}

// attachable refuses what people cannot send on channels of that type.
func attachable(channelType string, form flows.Attachment) error {
	t, ok := flows.ChannelTypeNamed(channelType)
	if ok && t.Attaches(form) {
		return nil
	}
	title := channelType
	if ok {
		title = t.Title
	}
	return refuse(http.StatusUnprocessableEntity, "not_attachable", "People cannot send that on "+title+".").
		withErrors([]FieldProblem{{Field: "type", Pointer: "/type", Code: "not_attachable", Message: "No " + string(form) + " arrives from people on " + title + "."}})
}

// notTaken words why a file was not kept.
func notTaken(form flows.Attachment, limit int64, err error) error {
	switch {
	case errors.Is(err, media.ErrTooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "file_too_large", "The file is too large.").
			withDetail(fmt.Sprintf("%d MB are kept of this type (%s).", limit>>20, form)).
			withHint("Choose a smaller one, or start the server with a larger --media-limits.")
	case errors.Is(err, media.ErrType):
		return refuse(http.StatusUnprocessableEntity, "file_type", "The file is not what it is sent as.").
			withDetail(sentence(err)).withHint("Send it as a document.")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF):
		return bodyRefusal(err)
	case errors.Is(err, media.ErrEmpty):
		return refuse(http.StatusUnprocessableEntity, "file_empty", "The file is empty.")
	}
	return err
}

// baseName is the last part of a file's name, whatever system it comes from.
func baseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	if name == "." || name == "/" {
		return ""
	}
	return name
}

// GetPhoneFile answers with what was sent from a phone.
func (a *API) GetPhoneFile(c *gin.Context, messageID PhoneMessageID) {
	m, err := a.simulator.Find(workspaceOf(c), messageID)
	if errors.Is(err, simulator.ErrNotFound) || err == nil && (len(m.Media) == 0 || m.Media[0].Kept == nil) {
		err = notFound("file on a simulated phone")
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	f := m.Media[0]
	pace(c, f.Kept.Size)
	content, err := a.media.OpenKept(c.Request.Context(), *f.Kept)
	if err != nil {
		a.fail(c, notKept(err))
		return
	}
	defer func() { _ = content.Close() }()
	serveFile(c, servedFile{contentType: f.ContentType, filename: f.Filename, sha256: f.Kept.SHA256, at: m.At}, content)
}

// inboundContent is a message from a phone in the form that flows use.
func inboundContent(m simulator.Message) map[string]any {
	if len(m.Media) == 0 {
		return map[string]any{"type": string(flows.MessageText), "text": m.Text}
	}
	return map[string]any{"type": string(m.Media[0].Form()), "caption": m.Text, "filename": m.Media[0].Filename}
}

// lastText is what a list of phones shows of a message.
func lastText(m simulator.Message) string {
	if m.Text != "" || len(m.Media) == 0 {
		return m.Text
	}
	return cmp.Or(m.Media[0].Filename, string(m.Media[0].Form()))
}

func phoneFileOf(m simulator.Message) *PhoneFile {
	if len(m.Media) == 0 || m.Media[0].Kept == nil {
		return nil
	}
	f := m.Media[0]
	return &PhoneFile{Type: PhoneFileType(f.Form()), ContentType: f.ContentType, Filename: f.Filename, Size: f.Kept.Size}
}
