// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate for servers of tests, which is its own authority; made by the JDK's keytool. */
public final class TestCertificate {

    /** Opens the stores. */
    public static final String PASSWORD = "certified";

    private static final String NAME = "server";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path folder = Folders.create("certificate");

    private TestCertificate() {}

    /**
     * Makes a certificate.
     *
     * @param names what it is for, as keytool takes it: {@code ip:127.0.0.1} or {@code dns:localhost}
     */
    public static TestCertificate of(String names) {
        TestCertificate made = new TestCertificate();
        made.keytool(
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + names,
                "-keystore",
                made.own().toString());
        made.keytool(
                "-exportcert",
                "-rfc",
                "-file",
                made.certificate().toString(),
                "-keystore",
                made.own().toString());
        made.keytool(
                "-importcert",
                "-noprompt",
                "-file",
                made.certificate().toString(),
                "-keystore",
                made.trusting().toString());
        made.writeKey();
        return made;
    }

    /** The certificate, as PEM. */
    public Path certificate() {
        return folder.resolve("certificate.pem");
    }

    /** Its private key, as PEM without a password. */
    public Path key() {
        return folder.resolve("key.pem");
    }

    /** A PKCS12 store that trusts the certificate. */
    public Path trusting() {
        return folder.resolve("trusting.p12");
    }

    private Path own() {
        return folder.resolve("own.p12");
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", NAME, "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run keytool", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while keytool ran", e);
        }
    }

    private void writeKey() {
        try (InputStream in = Files.newInputStream(own())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            String key = LINES.encodeToString(
                    store.getKey(NAME, PASSWORD.toCharArray()).getEncoded());
            Files.writeString(key(), "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + key(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot read the key that keytool has made", e);
        }
    }
}
