// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.Locale;
import java.util.Optional;

/** What a person says about the environment: a system property, or an environment variable of the same name. */
final class Settings {
    private Settings() {}

    /** For {@code tablecast.test.postgres.url} also {@code TABLECAST_TEST_POSTGRES_URL}; empty text means not set. */
    static Optional<String> value(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .or(() -> Optional.ofNullable(System.getenv(variable(property))))
                .filter(value -> !value.isBlank());
    }

    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
