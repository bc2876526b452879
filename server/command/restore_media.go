package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sluice/server/backup"
	"sluice/server/store"
)

// drafts are what came out of a backup, beside the places that it is for.
type drafts struct {
	// archive is false for a bare database, which is the backup itself.
	archive  bool
	database string
	// media is the folder with the files of messages; empty when there are none
	// to put in place.
	media    string
	contents backup.Contents
	folders  []string
}

func (d *drafts) remove() (err error) {
	for _, folder := range d.folders {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return err
}

// folder makes a folder beside a place, on its file system.
func (d *drafts) folder(place string) (string, error) {
	parent := filepath.Dir(place)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return "", fmt.Errorf("make the folder of %s: %w", place, err)
	}
	folder, err := os.MkdirTemp(parent, ".sluice-restore-*") // It has mode 0700.
	if err != nil {
		return "", fmt.Errorf("unpack the backup: %w", err)
	}
	d.folders = append(d.folders, folder)
	return folder, nil
}

// unpack gets out what the backup holds, and checks that it is all there.
func (r *restoring) unpack() error {
	d := &r.drafts
	bare, err := backup.Look(r.file)
	if bare || err != nil {
		d.database = r.file
		return err
	}
	d.archive = true
	if err := r.mayReplace(); err != nil {
		return err
	}
	database, err := d.folder(r.path)
	if err != nil {
		return err
	}
	if d.media, err = d.folder(r.media); err != nil {
		return err
	}
	if d.contents, err = backup.Extract(r.cmd.Context(), r.file, database, d.media); err != nil {
		return err
	}
	d.database = d.contents.Database
	switch {
	case d.contents.Bucket != "":
		d.media = ""
	case r.bucket != "" && d.contents.Files > 0:
		return fmt.Errorf("the backup holds %s of messages from a folder, and --media is a bucket (%s): restore with --media and a folder, and serve from that", plural(d.contents.Files, "file"), r.bucket)
	case r.bucket != "":
		d.media = ""
	}
	return nil
}

// mayReplace refuses early what --force is needed for: unpacking takes its time.
func (r *restoring) mayReplace() error {
	if r.force {
		return nil
	}
	if err := store.Absent(r.path); err != nil {
		return fmt.Errorf("%w: with --force the backup takes its place, and it is kept under another name", err)
	}
	if there, err := holdsAnything(r.media); err != nil || !there || r.bucket != "" {
		return err
	}
	return fmt.Errorf("%w: files in %s: with --force those of the backup take their place, and they are kept under another name", store.ErrExists, r.media)
}

// holdsAnything reports whether there is something in a folder, or in its place.
func holdsAnything(folder string) (bool, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the folder of files: %w", err)
	}
	return len(entries) > 0, nil
}

// placeMedia puts the files of the backup in place, and returns under which name
// those that were there are kept; empty for none.
func (r *restoring) placeMedia() (aside string, err error) {
	if r.drafts.media == "" {
		return "", nil
	}
	there, err := holdsAnything(r.media)
	if err != nil {
		return "", err
	}
	if there {
		aside = r.media + ".before-" + r.now.UTC().Format("20060102-150405")
		err = os.Rename(r.media, aside)
	} else if err = os.Remove(r.media); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("put the files of messages into %s: %w: a folder that something is mounted on cannot be replaced; restore into another one by --media", r.media, err)
	}
	if err := os.Rename(r.drafts.media, r.media); err != nil {
		if aside != "" {
			err = errors.Join(err, os.Rename(aside, r.media))
		}
		return "", fmt.Errorf("put the files of messages into %s: %w", r.media, err)
	}
	return aside, nil
}

// reportMedia says what became of files.
func (r *restoring) reportMedia(aside string) {
	out, c := r.cmd.OutOrStdout(), r.drafts.contents
	switch {
	case !r.drafts.archive:
		fmt.Fprintf(out, "The backup holds the database alone: files of messages are those in %s.\n", r.media)
		return
	case c.Bucket != "":
		fmt.Fprintf(out, "The files of messages were in %s when it was made: bring the bucket back by its own means, and serve with --media.\n", c.Bucket)
		return
	}
	fmt.Fprintf(out, "The files of messages are in %s: %d.\n", r.media, c.Files)
	if aside != "" {
		fmt.Fprintf(out, "Those that were there are kept as %s.\n", aside)
	}
	if c.LeftOut > 0 {
		fmt.Fprintf(out, "%s that messages name were not in the backup: they were gone when it was made.\n", plural(c.LeftOut, "file"))
	}
}
