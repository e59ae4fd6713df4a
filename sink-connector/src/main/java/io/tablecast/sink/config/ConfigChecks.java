// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import io.tablecast.sink.structure.TypeOverrides;
import java.util.List;
import java.util.Properties;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;
import org.postgresql.Driver;

/** Checks of single values that need no database. The texts of {@code toString} appear in the documentation. */
final class ConfigChecks {

    static final Validator JDBC_URL = check("jdbc:postgresql:...", ConfigChecks::jdbcUrl);
    static final Validator NAME_FORMAT = check("schema.table with ${schema}, ${table}, ${topic}", ConfigChecks::format);
    static final Validator SCHEMA_MAPPING = check("from:to, ...", ConfigChecks::schemaMapping);
    static final Validator TABLE_MAPPING = check("from.table:to.table, ...", ConfigChecks::tableMapping);
    static final Validator TYPE_OVERRIDES = check("from:to, ...", ConfigChecks::typeOverrides);
    static final Validator COLUMN_NAME = check("1 to 63 bytes", ConfigChecks::columnName);
    static final Validator SCHEMA_NAME = check("1 to 63 bytes", ConfigChecks::schemaName);

    private static final int MAX_NAME = 63;

    private static final Pattern USER_BEFORE_HOST = Pattern.compile("jdbc:postgresql://[^/?]*@");

    private ConfigChecks() {}

    private static Validator check(String description, BiConsumer<String, Object> check) {
        return LambdaValidator.with(check, () -> description);
    }

    private static void jdbcUrl(String name, Object value) {
        String url = (String) value;
        if (url == null) {
            return; // reported as missing
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new ConfigException(name, withoutSecrets(url), "expected jdbc:postgresql://host:port/database");
        }
        if (USER_BEFORE_HOST.matcher(url).lookingAt()) {
            throw new ConfigException(
                    name,
                    "[hidden]",
                    "the PostgreSQL driver takes no user and password before the host. Move them to connection.user and"
                            + " connection.password.");
        }
        Properties parsed = Driver.parseURL(url, null);
        if (parsed == null) {
            throw new ConfigException(name, withoutSecrets(url), "not a URL that the PostgreSQL driver understands");
        }
        if (parsed.getProperty("password") != null) {
            throw new ConfigException(
                    name, "[hidden]", "holds a password, which anyone may see. Move it to connection.password.");
        }
        if (parsed.getProperty("options") != null) {
            throw new ConfigException(
                    name,
                    withoutSecrets(url),
                    "the parameter \"options\" would replace what the connector sets for its sessions. Move it to"
                            + " connection.properties.options.");
        }
        for (String parameter : parsed.stringPropertyNames()) {
            KeyFaults.nearestOfDriver(parameter).ifPresent(meant -> {
                throw new ConfigException(
                        name,
                        withoutSecrets(url),
                        "the driver has no parameter \"" + parameter + "\". Did you mean \"" + meant + "\"?");
            });
        }
    }

    /** Users of other drivers write passwords into URLs: user:password@host, or as a parameter. */
    private static String withoutSecrets(String url) {
        return url.indexOf('@') < 0 && url.indexOf('?') < 0 && url.indexOf(';') < 0 ? url : "[hidden]";
    }

    private static void format(String name, Object value) {
        refuse(name, value, () -> TableNaming.checkFormat((String) value));
    }

    private static void schemaMapping(String name, Object value) {
        refuse(name, value, () -> TableNaming.schemaMapping(texts(value)));
    }

    private static void tableMapping(String name, Object value) {
        refuse(name, value, () -> TableNaming.tableMapping(texts(value)));
    }

    private static void typeOverrides(String name, Object value) {
        refuse(name, value, () -> TypeOverrides.parse((String) value));
    }

    private static void columnName(String name, Object value) {
        int bytes = ((String) value).getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_NAME) {
            throw new ConfigException(name, value, "expected a name of 1 to 63 bytes");
        }
    }

    private static void schemaName(String name, Object value) {
        String schema = (String) value;
        columnName(name, value);
        if (schema.startsWith("pg_")) {
            throw new ConfigException(name, value, "PostgreSQL keeps names that begin with pg_ for itself");
        }
    }

    private static void refuse(String name, Object value, Runnable parsing) {
        try {
            parsing.run();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, value, e.getMessage());
        }
    }

    private static List<String> texts(Object value) {
        return ((List<?>) value).stream().map(String::valueOf).toList();
    }
}
