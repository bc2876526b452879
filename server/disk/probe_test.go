package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sluice/server/disk"
)

func TestAProbeTellsWhetherAFolderTakesFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := disk.Probe(folder); err != nil {
		t.Errorf("a folder with room: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("the probe left %v, %v", left, err)
	}
	if err := disk.Probe(filepath.Join(folder, "gone")); !errors.Is(err, disk.ErrFull) {
		t.Errorf("a folder that is gone: %v", err)
	}
}
