package store

// seal encrypts for a place in the database.
func (s *Store) seal(plain, place []byte) ([]byte, error) {
	if s.vault == nil {
		return nil, ErrNoVault
	}
	return s.vault.Seal(plain, place)
}

// open decrypts what was sealed for a place in the database.
func (s *Store) open(sealed, place []byte) ([]byte, error) {
	if s.vault == nil {
		return nil, ErrNoVault
	}
	return s.vault.Open(sealed, place)
}

// SealSecrets encrypts the secrets of a run.
func (s *Store) SealSecrets(runID string, plain []byte) ([]byte, error) {
	return s.seal(plain, secretsPlace(runID))
}

// OpenSecrets decrypts the secrets of a run.
func (s *Store) OpenSecrets(runID string, sealed []byte) ([]byte, error) {
	return s.open(sealed, secretsPlace(runID))
}

func secretsPlace(runID string) []byte { return []byte("runs/" + runID) }

// MAC is a fingerprint of data, for comparing by vault.SameMAC.
func (s *Store) MAC(data []byte) (string, error) {
	if s.vault == nil {
		return "", ErrNoVault
	}
	return s.vault.MAC(data)
}
