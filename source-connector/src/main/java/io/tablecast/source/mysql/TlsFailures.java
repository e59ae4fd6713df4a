// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Finds in failures, whose messages say little, that and why encryption was refused. */
public final class TlsFailures {

    private static final String NO_TLS = "does not support SSL";

    private TlsFailures() {}

    /** Why the client does not accept the server, with what to do; empty where a failure is another one. */
    public static Optional<String> reason(Throwable failure) {
        Throwable deepest = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean isOfTls = cause instanceof SSLException || cause instanceof GeneralSecurityException;
            deepest = isOfTls ? cause : deepest;
            if (String.valueOf(cause.getMessage()).contains(NO_TLS)) {
                return Optional.of("the server takes no encrypted connections. Let it, or set ssl.mode=preferred.");
            }
        }
        return deepest == null ? Optional.empty() : Optional.of(explained(String.valueOf(deepest.getMessage())));
    }

    private static String explained(String message) {
        String said = message.endsWith(".") ? message : message + ".";
        boolean isUntrusted = message.contains("certification path")
                || message.contains("trust anchor")
                || message.contains("Signature does not match");
        if (isUntrusted) {
            return "the server's certificate is not one that is trusted: " + said + " Let ssl.truststore.location name"
                    + " a store that holds the certificate of its authority.";
        }
        if (message.contains("does not match") || message.contains("matching") || message.contains("matched")) {
            return "the server's certificate is of another host: " + said + " Let connection.url name the host as the"
                    + " certificate does, or set ssl.mode=verify_ca.";
        }
        return "the encrypted connection was not accepted: " + said;
    }
}
