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

/** A certificate for servers of tests, made by the JDK's keytool. */
public final class TestCertificate {

    /** Opens the stores. */
    public static final String PASSWORD = "certified";

    private static final String NAME = "server";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path folder = Folders.create("certificate");

    private TestCertificate() {}

    /**
     * Makes a certificate that is its own authority.
     *
     * @param names what it is for, as keytool takes it: {@code ip:127.0.0.1} or {@code dns:localhost}
     */
    public static TestCertificate of(String names) {
        TestCertificate made = new TestCertificate();
        made.makeKeys(made.own(), "CN=test", "san=" + names);
        made.export(made.own(), made.certificate());
        made.export(made.own(), made.authority());
        made.trust();
        made.writeKey();
        return made;
    }

    /** Makes one that an authority has signed, and that has expired two days ago. */
    public static TestCertificate expired(String names) {
        TestCertificate made = new TestCertificate();
        Path request = made.folder.resolve("request.pem");
        made.makeKeys(made.authorityKeys(), "CN=authority", "bc:c");
        made.makeKeys(made.own(), "CN=test", "san=" + names);
        made.keytool(made.own(), "-certreq", "-file", request.toString());
        made.keytool(
                made.authorityKeys(),
                "-gencert",
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                made.certificate().toString(),
                "-ext",
                "san=" + names,
                "-startdate",
                "-3d",
                "-validity",
                "1");
        made.export(made.authorityKeys(), made.authority());
        made.trust();
        made.writeKey();
        return made;
    }

    /** The certificate, as PEM. */
    public Path certificate() {
        return folder.resolve("certificate.pem");
    }

    /** The certificate of its authority, as PEM: what clients trust. */
    public Path authority() {
        return folder.resolve("authority.pem");
    }

    /** Its private key, as PEM without a password. */
    public Path key() {
        return folder.resolve("key.pem");
    }

    /** A PKCS12 store that trusts the authority. */
    public Path trusting() {
        return folder.resolve("trusting.p12");
    }

    private Path own() {
        return folder.resolve("own.p12");
    }

    private Path authorityKeys() {
        return folder.resolve("authority.p12");
    }

    private void makeKeys(Path store, String name, String extension) {
        keytool(store, "-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-dname", name, "-ext", extension);
    }

    private void export(Path store, Path file) {
        keytool(store, "-exportcert", "-rfc", "-file", file.toString());
    }

    private void trust() {
        keytool(trusting(), "-importcert", "-noprompt", "-file", authority().toString());
    }

    private void keytool(Path store, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("-alias", NAME, "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
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
