// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The secrets of one configuration, so that nothing printed holds one: values of type password, of keys that speak of
 * passwords, secrets or tokens, and passwords inside JDBC URLs and of login modules (JAAS).
 */
final class Secrets {
    private static final String HIDDEN = "[hidden]";
    private static final int SHORT = 6;
    private static final Pattern SECRET_KEY = Pattern.compile("password|passwd|secret|token|credential|private|jaas");
    private static final Pattern IN_URL =
            Pattern.compile("[?&][^=&]*(?:password|secret)[^=&]*=([^&]+)", Pattern.CASE_INSENSITIVE);

    /** The password may hold every character, also those that would end it. */
    private static final Pattern BEFORE_HOST = Pattern.compile("//[^/@:]*:(.+)@", Pattern.DOTALL);

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern OF_LOGIN = Pattern.compile(
            "(?:password|secret)\\s*=\\s*(?:\"([^\"]+)\"|'([^']+)'|([^\"';=]+(?=[\\s;]|$)))", Pattern.CASE_INSENSITIVE);

    /** Its group matches what may stay: a user named like its password is still a user. */
    private final Optional<Pattern> pattern;

    private Secrets(Optional<Pattern> pattern) {
        this.pattern = pattern;
    }

    /**
     * The secrets among resolved settings.
     *
     * @param definition says which keys are passwords
     */
    static Secrets of(Map<String, String> settings, ConfigDef definition) {
        Set<String> secrets = new LinkedHashSet<>();
        Set<String> others = new LinkedHashSet<>();
        settings.forEach((key, value) -> {
            if (isSecret(key, definition)) {
                secrets.add(value);
                addPasswordsOfLogin(value, secrets);
            } else if (!addPasswordsOfUrl(value, secrets)) {
                others.add(value);
            }
        });
        secrets.removeIf(String::isBlank);
        others.removeIf(value -> secrets.stream().noneMatch(value::contains));
        return new Secrets(pattern(secrets, others));
    }

    /** The text without the secrets. */
    String hideIn(String text) {
        return pattern.map(secret -> secret.matcher(text)
                        .replaceAll(found -> found.group(1) == null ? HIDDEN : Matcher.quoteReplacement(found.group())))
                .orElse(text);
    }

    private static boolean isSecret(String key, ConfigDef definition) {
        ConfigDef.ConfigKey known = definition.configKeys().get(key);
        return (known != null && known.type == ConfigDef.Type.PASSWORD)
                || SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
    }

    private static void addPasswordsOfLogin(String value, Set<String> secrets) {
        Matcher password = OF_LOGIN.matcher(value);
        while (password.find()) {
            Stream.of(password.group(1), password.group(2))
                    .filter(Objects::nonNull)
                    .forEach(secrets::add);
            // What lacks its quotes is taken apart by Kafka, which may complain of any of its words.
            Stream.ofNullable(password.group(3)).flatMap(SPACES::splitAsStream).forEach(secrets::add);
        }
    }

    private static boolean addPasswordsOfUrl(String value, Set<String> secrets) {
        Matcher password = IN_URL.matcher(value);
        boolean found = false;
        while (password.find()) {
            addWithDecoded(password.group(1), secrets);
            found = true;
        }
        Matcher beforeHost = BEFORE_HOST.matcher(value);
        if (beforeHost.find()) {
            // Nobody can tell which @ stands before the host.
            String longest = beforeHost.group(1);
            for (int end = longest.length(); end > 0; end = longest.lastIndexOf('@', end - 1)) {
                addWithDecoded(longest.substring(0, end), secrets);
            }
            found = true;
        }
        return found;
    }

    private static void addWithDecoded(String secret, Set<String> secrets) {
        secrets.add(secret);
        secrets.add(decoded(secret));
    }

    private static String decoded(String secret) {
        try {
            return URLDecoder.decode(secret, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return secret;
        }
    }

    private static Optional<Pattern> pattern(Set<String> secrets, Set<String> others) {
        if (secrets.isEmpty()) {
            return Optional.empty();
        }
        String kept = longestFirst(others).map(Pattern::quote).collect(Collectors.joining("|"));
        String hidden = longestFirst(secrets).map(Secrets::expression).collect(Collectors.joining("|"));
        return Optional.of(Pattern.compile((kept.isEmpty() ? "($.^)" : "(" + kept + ")") + "|" + hidden));
    }

    private static Stream<String> longestFirst(Set<String> values) {
        return values.stream().sorted((left, right) -> Integer.compare(right.length(), left.length()));
    }

    /** A short one is hidden only where it stands alone, else half of every message would be. */
    private static String expression(String secret) {
        String literal = Pattern.quote(secret);
        return secret.length() < SHORT ? "(?<![\\p{L}\\p{N}])" + literal + "(?![\\p{L}\\p{N}])" : literal;
    }
}
