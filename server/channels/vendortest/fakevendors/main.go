// The command fakevendors serves the fakes of Twilio, Meta's WhatsApp Cloud API
// and Alibaba Cloud's Chat App Message Service on free ports of this machine, for
// tests that need a whole server. It prints one line of JSON with the addresses
// and the credentials, and ends with its standard input.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"sluice/server/channels/alibaba/alibabatest"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/channels/twilio/twiliotest"
)

// The accounts that the fakes know.
const (
	accountSID    = "AC0123456789abcdef0123456789abcdef"
	authToken     = "fake-twilio-auth-token"
	phoneNumberID = "106540352242922"
	accessToken   = "fake-meta-access-token"
	appSecret     = "fake-meta-app-secret"
	verifyToken   = "fake-meta-verify-token"
	keyID         = "LTAI5tFakeAccessKeyId"
	keySecret     = "fake-access-key-secret"
	space         = "cams-fake0001"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "fakevendors:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	v := newVendors(ctx)
	defer v.close()
	defer cancel()
	said := map[string]any{
		"credentials": map[string]map[string]string{
			"twilio": {"account_sid": accountSID, "auth_token": authToken},
			"meta":   {"access_token": accessToken, "app_secret": appSecret, "verify_token": verifyToken, "phone_number_id": phoneNumberID},
			"cams":   {"access_key_id": keyID, "access_key_secret": keySecret, "space_id": space},
		},
	}
	ended := make(chan error, 4)
	for name, handler := range map[string]http.Handler{"twilio": v.twilio, "meta": v.meta, "cams": v.camsAPI(), "control": v.control()} {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		said[name] = "http://" + l.Addr().String()
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
		defer func() { _ = server.Close() }()
		go func() { ended <- server.Serve(l) }()
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		return err
	}
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	if err := <-ended; err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// vendors are the three fakes.
type vendors struct {
	twilio  *twiliotest.Server
	meta    *metatest.Server
	cams    *alibabatest.Server
	scripts *scripts
	pushes  *pushes
}

func newVendors(ctx context.Context) *vendors {
	s := &scripts{steps: map[string][]step{}}
	v := &vendors{scripts: s}
	v.twilio = twiliotest.New(twiliotest.Options{
		AccountSID: accountSID, AuthToken: authToken,
		Script: func(twiliotest.Message) []twiliotest.Step {
			var list []twiliotest.Step
			for _, step := range s.of("twilio") {
				list = append(list, twiliotest.Step{After: step.after(), Status: step.Status, ErrorCode: step.Code})
			}
			return list
		},
	})
	v.meta = metatest.New(metatest.Options{
		PhoneNumberID: phoneNumberID, AccessToken: accessToken, AppSecret: appSecret,
		Script: func(metatest.Message) []metatest.Step {
			var list []metatest.Step
			for _, step := range s.of("meta") {
				list = append(list, metatest.Step{After: step.after(), Status: step.Status, ErrorCode: step.Code})
			}
			return list
		},
	})
	v.cams = alibabatest.New(alibabatest.Options{KeyID: keyID, Secret: keySecret, Space: space, Numbers: []string{"+6281234567890"}})
	v.pushes = &pushes{ctx: ctx}
	return v
}

func (v *vendors) close() {
	v.twilio.Close()
	v.meta.Close()
	v.cams.Close()
	v.pushes.running.Wait()
}
