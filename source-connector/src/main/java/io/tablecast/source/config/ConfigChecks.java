// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import io.tablecast.contract.record.TopicNames;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;
import org.postgresql.Driver;

/** Checks of single values that need no database. The texts of {@code toString} appear in the documentation. */
final class ConfigChecks {

    static final Validator JDBC_URL = check("jdbc:postgresql:...", ConfigChecks::jdbcUrl);
    static final Validator TOPIC_PREFIX = check("letters, digits, '.', '_' and '-'", ConfigChecks::topicPrefix);
    static final Validator TOPIC = check("letters, digits, '.', '_' and '-'", ConfigChecks::topic);
    static final Validator EXPRESSIONS = check("regular expressions", ConfigChecks::expressions);
    static final Validator OPERATIONS = check("some of c, u, d, t", ConfigChecks::operations);
    static final Validator POLL_INTERVAL = check("null or [1,...]", ConfigChecks::pollInterval);
    static final Validator SCHEDULE = check("a cron expression of five fields", ConfigChecks::schedule);

    static final Validator TIMEZONE = check("a time zone such as Europe/Rome", ConfigChecks::timezone);
    static final Validator BOUNDARY = check("null or [0,...]", ConfigChecks::boundary);
    static final Validator DST_PAUSE = check("off, or two local times such as 00:30-02:30", ConfigChecks::dstPause);

    private static final int LONGEST_PREFIX = 200;
    private static final Set<String> SKIPPABLE = Set.of("c", "u", "d", "t");

    private static final Pattern USER_BEFORE_HOST = Pattern.compile("jdbc:postgresql://[^/?]*@");

    private ConfigChecks() {}

    private static Validator check(String description, java.util.function.BiConsumer<String, Object> check) {
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

    private static void topicPrefix(String name, Object value) {
        String prefix = (String) value;
        if (prefix == null) {
            return;
        }
        if (prefix.isEmpty() || prefix.length() > LONGEST_PREFIX) {
            throw new ConfigException(name, prefix, "expected 1 to " + LONGEST_PREFIX + " characters");
        }
        legalTopic(name, prefix);
    }

    private static void topic(String name, Object value) {
        String topic = (String) value;
        legalTopic(name, topic);
        if (topic.equals(".") || topic.equals("..")) {
            throw new ConfigException(name, topic, "Kafka allows neither \".\" nor \"..\" as the name of a topic");
        }
    }

    private static void legalTopic(String name, String topic) {
        if (!TopicNames.legal(topic).equals(topic)) {
            throw new ConfigException(
                    name, topic, "Kafka allows letters, digits, '.', '_' and '-' in the names of topics");
        }
    }

    private static void expressions(String name, Object value) {
        if (value == null) {
            return;
        }
        try {
            if (TableFilter.parse((String) value).isEmpty() && name.equals(SourceKeys.TABLE_INCLUDE_LIST)) {
                throw new ConfigException(name, value, "names no table; all tables are .*");
            }
        } catch (PatternSyntaxException e) {
            throw new ConfigException(name, value, "not a regular expression: " + e.getMessage());
        }
    }

    private static void operations(String name, Object value) {
        for (Object operation : (List<?>) value) {
            if (!SKIPPABLE.contains(operation)) {
                throw new ConfigException(name, value, "expected some of c, u, d, t");
            }
        }
    }

    private static void pollInterval(String name, Object value) {
        if (value != null && (Long) value < 1) {
            throw new ConfigException(name, value, "expected at least 1 millisecond");
        }
    }

    private static void schedule(String name, Object value) {
        String expression = (String) value;
        if (expression.isEmpty()) {
            return;
        }
        try {
            new RunTimes.At(expression);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    name,
                    value,
                    "not a cron expression of five fields (minute hour day month weekday): " + e.getMessage());
        }
    }

    private static void timezone(String name, Object value) {
        try {
            ZoneId.of((String) value);
        } catch (DateTimeException e) {
            throw new ConfigException(name, value, "expected a time zone such as Europe/Rome");
        }
    }

    private static void boundary(String name, Object value) {
        if (value != null && (Long) value < 0) {
            throw new ConfigException(name, value, "expected at least 0");
        }
    }

    private static void dstPause(String name, Object value) {
        try {
            DstPause.parse((String) value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, value, e.getMessage());
        }
    }
}
