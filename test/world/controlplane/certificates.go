package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// certificates writes ca.crt, then server.crt and server.key for the loopback addresses, then NAME.crt and NAME.key
// for each user, to a directory: os.Args is [_, directory, users...]. The authority's key is not kept.
func certificates() int {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: controlplane certificates DIRECTORY [USER...]")
		return 2
	}
	if err := writeCertificates(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane certificates:", err)
		return 1
	}
	return 0
}

func writeCertificates(directory string, users []string) error {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authority := template("test authority", 1)
	authority.IsCA = true
	authority.BasicConstraintsValid = true
	authority.KeyUsage = x509.KeyUsageCertSign
	if err := writeCertificate(directory, "ca", authority, nil, authority, authorityKey); err != nil {
		return err
	}

	server := template("localhost", 2)
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	server.DNSNames = []string{"localhost"}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if err := writeLeaf(directory, "server", server, authority, authorityKey); err != nil {
		return err
	}

	for index, name := range users {
		user := template(name, int64(3+index))
		user.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		if err := writeLeaf(directory, name, user, authority, authorityKey); err != nil {
			return err
		}
	}
	return nil
}

func template(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

func writeLeaf(directory, name string, leaf, authority *x509.Certificate, authorityKey *ecdsa.PrivateKey) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return writeCertificate(directory, name, leaf, key, authority, authorityKey)
}

// writeCertificate signs the leaf, and keeps its key where there is one: without, the leaf is the authority itself.
func writeCertificate(directory, name string, leaf *x509.Certificate, key *ecdsa.PrivateKey, authority *x509.Certificate, authorityKey *ecdsa.PrivateKey) error {
	public := &authorityKey.PublicKey
	if key != nil {
		public = &key.PublicKey
	}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, authority, public, authorityKey)
	if err != nil {
		return err
	}
	path := filepath.Join(directory, name)
	if err := writePEM(path+".crt", "CERTIFICATE", signed); err != nil || key == nil {
		return err
	}
	encoded, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path+".key", "EC PRIVATE KEY", encoded)
}

func writePEM(path, kind string, bytes []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600)
}
