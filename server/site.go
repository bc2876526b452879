package server

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"sluice/server/api"
)

// site serves the built editor. Every address that is no file is a screen of
// the editor, which finds its own way from the address.
type site struct {
	files fs.FS
	// built is false when the binary has no editor in it.
	built bool
}

// assets is where the build puts files whose names change with their content.
const assets = "assets/"

// unbuilt is the page of a binary that was compiled before the editor was.
const unbuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sluice</title><meta name="viewport" content="width=device-width">
<style>body{font:15px/1.6 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}code{font-size:14px}</style></head>
<body><h1>Sluice is running, without its editor</h1>
<p>This binary was compiled before the editor was built. To have both, run this where the source is and start Sluice again:</p>
<pre><code>make web
go build .</code></pre>
<p>The API works meanwhile: its description is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</body></html>
`

func (s site) serve(c *gin.Context) {
	if isProcessPath(c.Request.URL.Path) {
		api.WriteProblem(c, http.StatusNotFound, "not_found", "There is nothing at this address.",
			"The API's description is at "+api.BasePath+"/openapi.json.")
		return
	}
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		api.WriteProblem(c, http.StatusMethodNotAllowed, "method_not_allowed", "This address only answers GET.", "")
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+c.Request.URL.Path), "/")
	switch {
	case !s.built:
		page(c, []byte(unbuilt))
	case name != "" && name != "index.html" && s.file(c, name):
	case strings.HasPrefix(name, assets):
		// A page of an older build asks for a file that is gone. The start
		// page in its place would be run as a script.
		api.WriteProblem(c, http.StatusNotFound, "not_found", "There is no such file.", "Reload the page.")
	default:
		index, err := fs.ReadFile(s.files, "index.html")
		if err != nil {
			api.WriteProblem(c, http.StatusInternalServerError, "internal", "The editor cannot be read.", "Build Sluice again with make.")
			return
		}
		page(c, index)
	}
}

// isProcessPath reports whether the address belongs to programs, which must
// not get a page for people.
func isProcessPath(p string) bool {
	return p == "/api" || strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/hooks/") || p == "/hooks"
}

func page(c *gin.Context, body []byte) {
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "text/html; charset=utf-8", body)
}

// file serves the named file, if there is one.
func (s site) file(c *gin.Context, name string) bool {
	info, err := fs.Stat(s.files, name)
	if err != nil || info.IsDir() {
		return false
	}
	if strings.HasPrefix(name, assets) {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		c.Header("Cache-Control", "no-cache")
	}
	http.ServeFileFS(c.Writer, c.Request, s.files, name)
	return true
}
