package command

import (
	"os"

	"sluice/server/temporal"
)

// executorFlag says what runs the flows.
func executorFlag(s *settings) *string {
	return s.text("executor", "local", "what runs the flows: local, or temporal, which needs a Temporal cluster")
}

// temporalFlags are the flags that say where Temporal is. The result is to be
// called when they have been read.
func temporalFlags(s *settings) func() temporal.Options {
	address := s.text("temporal-address", temporal.DefaultAddress, "host and port of Temporal's frontend")
	namespace := s.text("temporal-namespace", temporal.DefaultNamespace, "the namespace in Temporal; it must exist")
	queue := s.text("temporal-task-queue", temporal.DefaultTaskQueue, "the task queue in Temporal, one for all servers on one database")
	encrypted := s.yes("temporal-tls", "speak TLS with Temporal (an API key or a certificate turns it on too)")
	cert := s.text("temporal-tls-cert", "", "file of the client certificate for Temporal, PEM")
	key := s.text("temporal-tls-key", "", "file of its private key, PEM")
	ca := s.text("temporal-tls-ca", "", "file of the authority of Temporal's certificate, PEM")
	name := s.text("temporal-tls-server-name", "", "the name in Temporal's certificate, if it is not that of the address")
	deployment := s.text("temporal-deployment", "", "the name of a worker deployment: turns worker versioning on, and runs stay with the build that began them")
	build := s.text("temporal-build-id", "", "the build in that deployment (default: the version of this program)")
	return func() temporal.Options {
		return temporal.Options{
			Address: *address, Namespace: *namespace, TaskQueue: *queue, TLS: *encrypted, CertFile: *cert, KeyFile: *key, CAFile: *ca,
			ServerName: *name, Deployment: *deployment, BuildID: *build, APIKey: os.Getenv("SLUICE_TEMPORAL_API_KEY"),
		}
	}
}
