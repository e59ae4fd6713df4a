// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/** The PostgreSQL versions that can be started: the newest, the oldest that is supported, one between, and one refused. */
public enum PostgresVersion {
    REFUSED("13"),
    OLDEST("14"),
    MIDDLE("16"),
    NEWEST("18");

    private static final String VERSIONS = "postgres-versions.properties";

    private final String major;

    PostgresVersion(String major) {
        this.major = major;
    }

    /** The major version, such as {@code 18}. */
    public String major() {
        return major;
    }

    /** Major and minor version, such as {@code 18.6}. */
    public String number() {
        String binaries = binariesVersion();
        return binaries.substring(0, binaries.lastIndexOf('.'));
    }

    /**
     * Settings by which passwords are checked in a moment; thousands of rounds of a hash take longer than all else that a
     * connection does. Empty where the server does not know them.
     */
    Map<String, String> cheapPasswords() {
        return Integer.parseInt(major) < 16 ? Map.of() : Map.of("scram_iterations", "1");
    }

    /** Where the build puts the archive of this version, beside this class. */
    String archive() {
        return "postgres-" + major + "/postgres-linux-x86_64.txz";
    }

    /** The version of the packaged binaries, such as {@code 18.6.0}. */
    String binariesVersion() {
        Properties versions = new Properties();
        try (InputStream stream = PostgresVersion.class.getResourceAsStream(VERSIONS)) {
            versions.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + VERSIONS, e);
        }
        return versions.getProperty(major);
    }
}
