// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** A server that somebody else runs, named by a JDBC URL; we make and drop databases and roles of our own in it. */
final class ExternalPostgres implements PostgresRuntime {
    private final String host;
    private final int port;
    private final String user;
    private final String password;

    /** Driver settings in the URL, such as {@code sslmode=require}. */
    private final String urlParameters;

    private ExternalPostgres(String host, int port, String user, String password, String urlParameters) {
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
        this.urlParameters = urlParameters;
    }

    /** The server that {@code tablecast.test.postgres.url} names, with user and password in the URL or beside it. */
    static Optional<ExternalPostgres> named() {
        return Settings.value("tablecast.test.postgres.url").map(ExternalPostgres::at);
    }

    private static ExternalPostgres at(String url) {
        Properties parsed = Driver.parseURL(url, new Properties());
        if (parsed == null) {
            throw new IllegalArgumentException("tablecast.test.postgres.url is not a JDBC URL of PostgreSQL. "
                    + "Give one such as jdbc:postgresql://localhost:5432/postgres?user=postgres&password=...");
        }
        return new ExternalPostgres(
                PGProperty.PG_HOST.getOrDefault(parsed),
                Integer.parseInt(PGProperty.PG_PORT.getOrDefault(parsed)),
                credential(parsed, PGProperty.USER, SUPERUSER),
                credential(parsed, PGProperty.PASSWORD, ""),
                parameters(url));
    }

    private static String credential(Properties parsed, PGProperty property, String fallback) {
        return Settings.value("tablecast.test.postgres." + property.getName())
                .or(() -> Optional.ofNullable(property.getOrDefault(parsed)))
                .orElse(fallback);
    }

    private static String parameters(String url) {
        int start = url.indexOf('?');
        if (start < 0) {
            return "";
        }
        List<String> parameters = Arrays.asList(url.substring(start + 1).split("&", -1));
        return parameters.stream()
                .filter(Predicate.not(parameter -> parameter.startsWith("user=") || parameter.startsWith("password=")))
                .collect(Collectors.joining("&"));
    }

    @Override
    public String description() {
        return "external PostgreSQL (tablecast.test.postgres.url)";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public String jdbcUrl(String database) {
        String url = PostgresRuntime.super.jdbcUrl(database);
        return urlParameters.isEmpty() ? url : url + "?" + urlParameters;
    }

    @Override
    public void start() {
        awaitAnswer(() -> {});
    }

    @Override
    public void stop() {
        throw notOurs("stopped");
    }

    @Override
    public void kill() {
        throw notOurs("killed");
    }

    @Override
    public void discard() {
        // The databases and roles that we made are dropped one by one; the server stays.
    }

    private IllegalStateException notOurs(String wish) {
        return new IllegalStateException("The PostgreSQL server at " + host + ":" + port + " is not ours and cannot be "
                + wish + ". Use PostgresServer.start(...), which starts one of its own.");
    }
}
