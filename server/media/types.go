package media

import (
	"fmt"
	"mime"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"sluice/server/channels"
)

// Limits are how large files may be, in bytes, by type: image, video, audio,
// document.
type Limits map[string]int64

// DefaultLimits are what WhatsApp lets people send (16 MiB of audio and video,
// 100 MiB of documents), and enough for pictures.
func DefaultLimits() Limits {
	return Limits{"image": 16 << 20, "video": 16 << 20, "audio": 16 << 20, "document": 100 << 20}
}

// ParseLimits reads "image=16MB,video=64MB" on top of the defaults.
func ParseLimits(text string) (Limits, error) {
	limits := DefaultLimits()
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, size, found := strings.Cut(strings.TrimSpace(part), "=")
		if _, known := limits[name]; !found || !known {
			return nil, fmt.Errorf("%q is not a limit: write image, video, audio or document, such as video=64MB", part)
		}
		number, isMB := strings.CutSuffix(strings.ToUpper(strings.TrimSpace(size)), "MB")
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
		if err != nil || n < 1 || !isMB || n > 2000 {
			return nil, fmt.Errorf("%q is not a size: write it in MB, from 1MB to 2000MB", size)
		}
		limits[name] = n << 20
	}
	return limits, nil
}

// sniffed is how much of a file is looked at to find its type.
const sniffed = 3072

// typeOf finds what a file is by how it begins. ok is false when that is not
// what its vendor said: a page in place of a picture.
func typeOf(head []byte, form, declared string) (found string, ok bool) {
	m := mimetype.Detect(head)
	found, _, _ = mime.ParseMediaType(m.String())
	declared, _, _ = mime.ParseMediaType(declared)
	family, _, _ := strings.Cut(found, "/")
	switch form {
	case "document":
		// A document may be anything. Of texts only the vendor knows more.
		if family == "text" && strings.HasPrefix(declared, "text/") || found == "application/octet-stream" && declared != "" && !strings.Contains(declared, "*") {
			return declared, true
		}
		return found, true
	case "audio":
		// Voice notes: AMR and Opus in Ogg; MP4 holds either.
		return found, family == "audio" || found == "video/mp4" || found == "application/ogg" || found == "video/ogg" || found == "video/3gpp" || found == "video/webm"
	case "video":
		return found, family == "video" || found == "application/ogg" || found == "audio/mp4"
	}
	return found, family == form
}

func wrongType(form, found string) *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassPermanent, Code: channels.CodeMediaType,
		Message: fmt.Sprintf("The provider called it %s, and it is %s, so it was not kept.", form, found),
	}
}
