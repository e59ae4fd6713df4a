// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Java properties files, read in the encoding in which workers read them (ISO 8859-1). */
final class PropertiesFile {

    private PropertiesFile() {}

    /** The settings, sorted by key. */
    static Map<String, String> read(Path path) throws UnreadableFileException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(path)) {
            properties.load(in);
        } catch (IOException e) {
            throw ConnectorFileReader.unreadable(path, e);
        } catch (IllegalArgumentException e) {
            throw new UnreadableFileException(path + " is not a valid properties file: " + e.getMessage() + ".", e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        return settings;
    }
}
