// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of Tablecast that is running, as its build recorded it. Both connectors report it to the worker, and it
 * is written wherever a reader must know which version left something behind.
 */
public final class TablecastVersion {

    private static final String RESOURCE = "tablecast-version.properties";
    private static final String VERSION = read();

    private TablecastVersion() {}

    /** The version, such as {@code 0.1.0}. */
    public static String version() {
        return VERSION;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream resource = TablecastVersion.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("Cannot tell Tablecast's version: " + RESOURCE
                        + " is missing from its jar; build it with Maven");
            }
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read Tablecast's version from " + RESOURCE, e);
        }
        return properties.getProperty("version");
    }
}
