package disk

import "syscall"

// filesystems are the kinds of file systems that matter here, by the numbers
// of linux/magic.h and statfs(2).
//
//nolint:gochecknoglobals // A constant table; Go has no constant maps.
var filesystems = map[uint32]string{
	0x6969: "nfs", 0x517b: "smb", 0xfe534d42: "smb", 0xff534d42: "cifs", 0x01021997: "9p", 0x00c36400: "ceph",
}

// Free is how many bytes an unprivileged process may still write to the file system of
// a folder, and its kind, where that matters.
func Free(folder string) (free uint64, filesystem string, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, "", err
	}
	return s.Bavail * uint64(s.Bsize), filesystems[uint32(s.Type)], nil
}
