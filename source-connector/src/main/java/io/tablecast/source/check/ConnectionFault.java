// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.source.config.SourceKeys;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A database that does not let us in, as the key to correct and what to say about it.
 */
record ConnectionFault(String key, String message) {

    static ConnectionFault of(SQLException failure, String target) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        String cause = text(failure);
        String remedy = ofEncryption(failure);
        if (!remedy.isEmpty()) {
            return new ConnectionFault(
                    SourceKeys.CONNECTION_URL, "Cannot connect to " + target + ": " + cause + " " + remedy);
        }
        return switch (state) {
            case "28P01" ->
                new ConnectionFault(
                        SourceKeys.CONNECTION_PASSWORD,
                        "Cannot log in to " + target + ": " + cause
                                + " Correct connection.password, or connection.user.");
            case "28000" ->
                new ConnectionFault(
                        SourceKeys.CONNECTION_USER,
                        "Cannot log in to " + target + ": " + cause
                                + " Correct connection.user, or let the server's pg_hba.conf admit it.");
            case "3D000" ->
                new ConnectionFault(
                        SourceKeys.CONNECTION_URL,
                        "Cannot connect to " + target + ": " + cause + " Correct the database in connection.url.");
            case "42501" ->
                new ConnectionFault(
                        SourceKeys.CONNECTION_USER,
                        "Cannot connect to " + target + ": " + cause + " Grant CONNECT on the database to the role.");
            case "08004" ->
                new ConnectionFault(
                        SourceKeys.CONNECTION_PASSWORD,
                        "Cannot log in to " + target + ": " + cause + " Set connection.user and connection.password.");
            default ->
                new ConnectionFault(
                        SourceKeys.CONNECTION_URL,
                        "Cannot connect to " + target + ": " + cause
                                + " Check host and port in connection.url, and that the server runs and accepts"
                                + " connections from this worker.");
        };
    }

    /** What to do when encryption fails; empty when something else does. The driver gives these no states of their own. */
    private static String ofEncryption(SQLException failure) {
        List<Throwable> causes = Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .toList();
        if (causes.stream().anyMatch(CertificateExpiredException.class::isInstance)) {
            return "The server's certificate has expired: renew it.";
        }
        if (causes.stream()
                .anyMatch(cause ->
                        cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException)) {
            return "The server's certificate is of an authority that is not trusted: set sslrootcert in"
                    + " connection.url to the authority's certificate.";
        }
        String messages = causes.stream().map(Throwable::getMessage).collect(Collectors.joining(" "));
        if (messages.contains("hostnameverifier")) {
            return "The server's certificate is for another host: write the host in connection.url as the certificate"
                    + " names it.";
        }
        if (messages.contains("SSL root certificate")) {
            return "Set sslrootcert in connection.url to a file that each worker can read.";
        }
        if (messages.contains("does not support SSL")) {
            return "Turn on ssl at the server, or choose another sslmode in connection.url.";
        }
        return "";
    }

    private static String text(SQLException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = failure.getMessage();
        String full = root == failure || root.getMessage() == null || message.contains(root.getMessage())
                ? message
                : message + " (" + root.getClass().getSimpleName() + ": " + root.getMessage() + ")";
        return full.endsWith(".") ? full : full + ".";
    }
}
