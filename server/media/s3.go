package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Bucket keeps files in S3-compatible storage. The operator named its address,
// as that of the database: it is not bound by the rules for addresses that
// people or vendors name.
type Bucket struct {
	client         *minio.Client
	bucket, prefix string
}

// ErrAddress is wrapped by errors about the address of a storage.
var ErrAddress = errors.New("the address of the media storage is not one")

// NewBucket opens s3://bucket/prefix?endpoint=https://host&region=name. The
// credentials are those of the standard environment: AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, the shared credentials file, or the machine's role.
func NewBucket(ctx context.Context, address string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("%w: write s3://bucket/prefix?endpoint=https://host", ErrAddress)
	}
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil || u.Query().Get("endpoint") != "" && (endpoint.Host == "" || endpoint.Scheme != "https" && endpoint.Scheme != "http" || strings.Trim(endpoint.Path, "/") != "") {
		return nil, fmt.Errorf("%w: the endpoint is written like https://s3.example.org", ErrAddress)
	}
	host, secure := endpoint.Host, endpoint.Scheme == "https"
	if host == "" {
		host, secure = "s3.amazonaws.com", true
	}
	client, err := minio.New(host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Transport: http.DefaultTransport}},
		}),
		Secure: secure, Region: u.Query().Get("region"),
	})
	if err != nil {
		return nil, fmt.Errorf("open the media storage: %w", err)
	}
	b := &Bucket{client: client, bucket: u.Host, prefix: strings.Trim(u.Path, "/")}
	there, err := client.BucketExists(ctx, b.bucket)
	if err != nil {
		return nil, fmt.Errorf("open the media storage %s: %w: check its endpoint and the credentials in the environment", b.bucket, err)
	}
	if !there {
		return nil, fmt.Errorf("open the media storage: there is no bucket %q: create it first", b.bucket)
	}
	return b, nil
}

func (b *Bucket) name(key string) string { return path.Join(b.prefix, key[:min(2, len(key))], key) }

// Put keeps a file; an object is there whole or not at all.
func (b *Bucket) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	_, err := b.client.PutObject(ctx, b.bucket, b.name(key), r, size, minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: size < 64<<20})
	if err != nil {
		return fmt.Errorf("write a file to the media storage: %w", err)
	}
	return nil
}

// Open reads a file.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	object, err := b.client.GetObject(ctx, b.bucket, b.name(key), minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("read a file of the media storage: %w", err)
	}
	// The request is only made when something is asked of the object.
	if _, err := object.Stat(); err != nil {
		_ = object.Close()
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			return nil, fmt.Errorf("read a file of the media storage: %w", fs.ErrNotExist)
		}
		return nil, fmt.Errorf("read a file of the media storage: %w", err)
	}
	return object, nil
}

// Delete removes a file.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	if err := b.client.RemoveObject(ctx, b.bucket, b.name(key), minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("delete a file of the media storage: %w", err)
	}
	return nil
}
