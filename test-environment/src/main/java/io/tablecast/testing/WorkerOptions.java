// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a Connect worker is started.
 *
 * @param groupId workers of one group share their connectors
 * @param release the worker's own; its broker may be newer
 * @param offsetFlushInterval how often source offsets are committed where exactly-once is off
 * @param settings worker settings on top of those of every worker, such as other converters
 * @param environment variables of the worker's process, which its configuration may read as <code>${env:...}</code>
 * @param jvmArguments such as agents
 */
public record WorkerOptions(
        String groupId,
        KafkaRelease release,
        ExactlyOnceSource exactlyOnceSource,
        Duration offsetFlushInterval,
        JvmProfile profile,
        Monitoring monitoring,
        Map<String, String> settings,
        Map<String, String> environment,
        List<String> jvmArguments) {

    public WorkerOptions {
        settings = Map.copyOf(settings);
        environment = Map.copyOf(environment);
        jvmArguments = List.copyOf(jvmArguments);
    }

    /** The newest release, a group of one's own, no exactly-once source support, offsets every second, no JMX port. */
    public static WorkerOptions defaults(String groupId) {
        return new WorkerOptions(
                groupId,
                KafkaRelease.NEWEST,
                ExactlyOnceSource.DISABLED,
                Duration.ofSeconds(1),
                JvmProfile.QUICK_START,
                Monitoring.NONE,
                Map.of(),
                Map.of(),
                List.of());
    }

    public WorkerOptions withRelease(KafkaRelease other) {
        return new WorkerOptions(
                groupId,
                other,
                exactlyOnceSource,
                offsetFlushInterval,
                profile,
                monitoring,
                settings,
                environment,
                jvmArguments);
    }

    public WorkerOptions withExactlyOnceSource(ExactlyOnceSource other) {
        return new WorkerOptions(
                groupId, release, other, offsetFlushInterval, profile, monitoring, settings, environment, jvmArguments);
    }

    public WorkerOptions withOffsetFlushInterval(Duration other) {
        return new WorkerOptions(
                groupId, release, exactlyOnceSource, other, profile, monitoring, settings, environment, jvmArguments);
    }

    public WorkerOptions withProfile(JvmProfile other) {
        return new WorkerOptions(
                groupId,
                release,
                exactlyOnceSource,
                offsetFlushInterval,
                other,
                monitoring,
                settings,
                environment,
                jvmArguments);
    }

    public WorkerOptions withMonitoring(Monitoring other) {
        return new WorkerOptions(
                groupId,
                release,
                exactlyOnceSource,
                offsetFlushInterval,
                profile,
                other,
                settings,
                environment,
                jvmArguments);
    }

    public WorkerOptions withSetting(String name, String value) {
        return new WorkerOptions(
                groupId,
                release,
                exactlyOnceSource,
                offsetFlushInterval,
                profile,
                monitoring,
                with(settings, name, value),
                environment,
                jvmArguments);
    }

    public WorkerOptions withEnvironment(String name, String value) {
        return new WorkerOptions(
                groupId,
                release,
                exactlyOnceSource,
                offsetFlushInterval,
                profile,
                monitoring,
                settings,
                with(environment, name, value),
                jvmArguments);
    }

    public WorkerOptions withJvmArgument(String argument) {
        List<String> more = new ArrayList<>(jvmArguments);
        more.add(argument);
        return new WorkerOptions(
                groupId,
                release,
                exactlyOnceSource,
                offsetFlushInterval,
                profile,
                monitoring,
                settings,
                environment,
                more);
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return more;
    }

    /** The worker's {@code exactly.once.source.support}. */
    public enum ExactlyOnceSource {
        DISABLED,
        ENABLED
    }

    /** Whether metrics can be read from outside. */
    public enum Monitoring {
        NONE,
        /** Through a JMX port on this machine, see {@link ConnectWorker#metrics()}. */
        JMX
    }
}
