// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.apache.kafka.common.config.types.Password;

/**
 * How connections are encrypted.
 *
 * @param trusted the authorities whose certificates are trusted; empty for those that Java trusts
 * @param own the certificate by which the client shows who it is
 */
public record MySqlTls(Mode mode, Optional<Store> trusted, Optional<Store> own) {
    public MySqlTls {
        requireNonNull(mode, "mode is null");
        requireNonNull(trusted, "trusted is null");
        requireNonNull(own, "own is null");
    }

    /** What is asked of a connection ({@code ssl.mode}). */
    public enum Mode {
        DISABLED,
        PREFERRED,
        REQUIRED,
        VERIFY_CA,
        VERIFY_IDENTITY;

        /** Whether the server's certificate must be one that is trusted. */
        public boolean isVerifying() {
            return this == VERIFY_CA || this == VERIFY_IDENTITY;
        }
    }

    /** A file that holds keys or certificates. */
    public record Store(String location, Password password, String type) {
        public Store {
            requireNonNull(location, "location is null");
            requireNonNull(password, "password is null");
            requireNonNull(type, "type is null");
        }
    }
}
