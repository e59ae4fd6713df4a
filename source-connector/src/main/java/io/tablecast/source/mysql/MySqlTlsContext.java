// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.config.MySqlTls;
import io.tablecast.source.config.MySqlTls.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS for the driver, and the same for the client of the binlog. Immutable. */
public final class MySqlTlsContext {

    private final MySqlTls tls;

    public MySqlTlsContext(MySqlTls tls) {
        this.tls = tls;
    }

    /** Sets what the driver wants to know. */
    void describe(Properties properties) {
        properties.setProperty("sslMode", tls.mode().name());
        tls.trusted().ifPresent(store -> {
            describe(properties, "trustCertificateKeyStore", store);
            properties.setProperty("fallbackToSystemTrustStore", "false");
        });
        tls.own().ifPresent(store -> describe(properties, "clientCertificateKeyStore", store));
    }

    private static void describe(Properties properties, String name, Store store) {
        properties.setProperty(name + "Url", Path.of(store.location()).toUri().toString());
        properties.setProperty(name + "Type", store.type());
        properties.setProperty(name + "Password", store.password().value());
    }

    /**
     * A context that trusts what is to be trusted.
     *
     * @throws GeneralSecurityException when a store cannot be used
     * @throws IOException when a store cannot be read, or not with its password
     */
    SSLContext context() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(), tls.mode().isVerifying() ? trusted() : TrustAll.MANAGERS, null);
        return context;
    }

    /** What is wrong with a store, as a sentence; empty when it can be read. */
    public static Optional<String> fault(Store store) {
        try {
            load(store);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of("There is no file " + store.location() + " on this worker.");
        } catch (IOException | GeneralSecurityException e) {
            return Optional.of("Cannot read " + store.location() + " as a store of the type " + store.type() + ": "
                    + e.getMessage() + ". Correct its type and its password.");
        }
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        if (tls.own().isEmpty()) {
            return new KeyManager[0];
        }
        Store store = tls.own().get();
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(load(store), store.password().value().toCharArray());
        return factory.getKeyManagers();
    }

    private TrustManager[] trusted() throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        // Null stands for what Java trusts.
        factory.init(tls.trusted().isPresent() ? load(tls.trusted().get()) : null);
        return factory.getTrustManagers();
    }

    private static KeyStore load(Store store) throws GeneralSecurityException, IOException {
        KeyStore loaded = KeyStore.getInstance(store.type());
        String password = store.password().value();
        try (InputStream in = Files.newInputStream(Path.of(store.location()))) {
            loaded.load(in, password.isEmpty() ? null : password.toCharArray());
        }
        return loaded;
    }
}
