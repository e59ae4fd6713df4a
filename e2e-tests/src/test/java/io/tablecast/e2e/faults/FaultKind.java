// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What can go wrong. */
enum FaultKind {
    WORKER_KILLED(Place.CLUSTER),
    WORKER_FROZEN(Place.CLUSTER),
    WORKER_LEAVES(Place.CLUSTER),
    CONNECTOR_RESTARTED(Place.CLUSTER),
    CONNECTOR_PAUSED(Place.CLUSTER),
    BROKER_KILLED(Place.CLUSTER),
    SOURCE_KILLED(Place.SOURCE),
    SOURCE_CLOCK_JUMPS(Place.SOURCE),
    MARIADB_KILLED(Place.SOURCE),
    DESTINATION_KILLED(Place.DESTINATION),
    CONNECTIONS_CUT(Place.NETWORK),
    NETWORK_SILENT(Place.NETWORK),
    NETWORK_SLOW(Place.NETWORK),
    PRIVILEGE_REVOKED(Place.SOURCE),
    QUEUE_LOCKED(Place.SOURCE),
    DESTINATION_TABLE_LOCKED(Place.DESTINATION),
    DISK_FULL(Place.DESTINATION),
    BINLOG_PURGED(Place.SOURCE);

    private final Place place;

    FaultKind(Place place) {
        this.place = place;
    }

    /** Of several kinds that befall the same place, only one at a time: what is gone cannot be broken. */
    Place place() {
        return place;
    }

    /** Whether this machine has what the fault needs. */
    boolean isPossible(Stage stage) {
        return this != SOURCE_CLOCK_JUMPS || stage.sourceClock().isPresent();
    }

    /** A fault of this kind. */
    Fault on(Stage stage, Random random) {
        return switch (this) {
            case WORKER_KILLED ->
                WorkerFaults.killed(stage, random.nextInt(stage.workers().size()));
            case WORKER_FROZEN ->
                WorkerFaults.frozen(stage, random.nextInt(stage.workers().size()));
            case WORKER_LEAVES ->
                WorkerFaults.stopped(stage, random.nextInt(stage.workers().size()));
            case CONNECTOR_RESTARTED -> WorkerFaults.restarted(stage, anyOf(stage, random));
            case CONNECTOR_PAUSED -> WorkerFaults.paused(stage, anyOf(stage, random));
            case BROKER_KILLED -> ServerFaults.brokerKilled(stage);
            case SOURCE_KILLED -> ServerFaults.sourceKilled(stage);
            case SOURCE_CLOCK_JUMPS -> ServerFaults.sourceClockJumps(stage, anyDistance(random));
            case MARIADB_KILLED -> ServerFaults.mariaDbKilled(stage);
            case DESTINATION_KILLED -> ServerFaults.destinationKilled(stage);
            case CONNECTIONS_CUT -> NetworkFaults.cut(Network.any(random), stage);
            case NETWORK_SILENT -> NetworkFaults.silent(Network.any(random), stage);
            case NETWORK_SLOW -> NetworkFaults.slow(Network.any(random), stage, 5 + random.nextInt(40));
            case PRIVILEGE_REVOKED ->
                DatabaseFaults.privilegeRevoked(stage, Workload.TABLES.get(random.nextInt(Workload.TABLES.size())));
            case QUEUE_LOCKED -> DatabaseFaults.queueLocked(stage);
            case DESTINATION_TABLE_LOCKED -> DatabaseFaults.destinationLocked(stage);
            case DISK_FULL -> DatabaseFaults.diskFull(stage);
            case BINLOG_PURGED -> DatabaseFaults.binlogPurged(stage);
        };
    }

    private static String anyOf(Stage stage, Random random) {
        return stage.connectors().get(random.nextInt(stage.connectors().size()));
    }

    /** From seconds to weeks, ahead or back. */
    private static Duration anyDistance(Random random) {
        Duration unit = List.of(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofDays(1))
                .get(random.nextInt(3));
        Duration distance = unit.multipliedBy(3 + random.nextInt(50));
        return random.nextBoolean() ? distance : distance.negated();
    }

    /** What a fault befalls. */
    enum Place {
        CLUSTER,
        SOURCE,
        DESTINATION,
        NETWORK
    }
}
