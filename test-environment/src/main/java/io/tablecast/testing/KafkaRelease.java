// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

/** Which of Kafka's releases a process runs. */
public enum KafkaRelease {
    /** The one that Tablecast is built with. */
    NEWEST("tablecast.kafka.classpath", "kafka-runtime", "log4j2.configurationFile", "log4j2.properties"),
    /** One between it and the oldest; for workers alone. */
    MIDDLE("tablecast.middle.kafka.classpath", "middle-kafka-runtime", "log4j2.configurationFile", "log4j2.properties"),
    /** The oldest whose workers run the plugins; for workers alone, their broker is newer. */
    OLDEST("tablecast.oldest.kafka.classpath", "oldest-kafka-runtime", "log4j.configuration", "log4j.properties");

    private final String classPathProperty;
    private final String module;
    private final String loggingProperty;
    private final String loggingFile;

    KafkaRelease(String classPathProperty, String module, String loggingProperty, String loggingFile) {
        this.classPathProperty = classPathProperty;
        this.module = module;
        this.loggingProperty = loggingProperty;
        this.loggingFile = loggingFile;
    }

    /** The system property that names the file with the class path. */
    String classPathProperty() {
        return classPathProperty;
    }

    /** The module whose build writes that file. */
    String module() {
        return "test-environment/" + module;
    }

    /** The system property by which the release's logging library finds its configuration. */
    String loggingProperty() {
        return loggingProperty;
    }

    /** A resource beside this class. */
    String loggingFile() {
        return loggingFile;
    }
}
