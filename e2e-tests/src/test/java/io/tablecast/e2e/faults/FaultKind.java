// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import java.util.Random;

/** What can go wrong. */
enum FaultKind {
    WORKER_KILLED(Place.CLUSTER) {
        @Override
        Fault on(Stage stage, Random random) {
            return WorkerFaults.killed(stage, random.nextInt(stage.workers().size()));
        }
    },
    WORKER_FROZEN(Place.CLUSTER) {
        @Override
        Fault on(Stage stage, Random random) {
            return WorkerFaults.frozen(stage, random.nextInt(stage.workers().size()));
        }
    },
    WORKER_LEAVES(Place.CLUSTER) {
        @Override
        Fault on(Stage stage, Random random) {
            return WorkerFaults.stopped(stage, random.nextInt(stage.workers().size()));
        }
    },
    CONNECTOR_RESTARTED(Place.CLUSTER) {
        @Override
        Fault on(Stage stage, Random random) {
            return WorkerFaults.restarted(stage, anyOf(stage, random));
        }
    },
    CONNECTOR_PAUSED(Place.CLUSTER) {
        @Override
        Fault on(Stage stage, Random random) {
            return WorkerFaults.paused(stage, anyOf(stage, random));
        }
    },
    BROKER_KILLED(Place.CLUSTER) {
        @Override
        Fault on(Stage stage, Random random) {
            return ServerFaults.brokerKilled(stage);
        }
    },
    SOURCE_KILLED(Place.SOURCE) {
        @Override
        Fault on(Stage stage, Random random) {
            return ServerFaults.sourceKilled(stage);
        }
    },
    MARIADB_KILLED(Place.SOURCE) {
        @Override
        Fault on(Stage stage, Random random) {
            return ServerFaults.mariaDbKilled(stage);
        }
    },
    DESTINATION_KILLED(Place.DESTINATION) {
        @Override
        Fault on(Stage stage, Random random) {
            return ServerFaults.destinationKilled(stage);
        }
    },
    CONNECTIONS_CUT(Place.NETWORK) {
        @Override
        Fault on(Stage stage, Random random) {
            return NetworkFaults.cut(Network.any(random), stage);
        }
    },
    NETWORK_SILENT(Place.NETWORK) {
        @Override
        Fault on(Stage stage, Random random) {
            return NetworkFaults.silent(Network.any(random), stage);
        }
    },
    NETWORK_SLOW(Place.NETWORK) {
        @Override
        Fault on(Stage stage, Random random) {
            return NetworkFaults.slow(Network.any(random), stage, 5 + random.nextInt(40));
        }
    },
    PRIVILEGE_REVOKED(Place.SOURCE) {
        @Override
        Fault on(Stage stage, Random random) {
            return DatabaseFaults.privilegeRevoked(stage, Workload.TABLES.get(random.nextInt(Workload.TABLES.size())));
        }
    },
    QUEUE_LOCKED(Place.SOURCE) {
        @Override
        Fault on(Stage stage, Random random) {
            return DatabaseFaults.queueLocked(stage);
        }
    },
    DESTINATION_TABLE_LOCKED(Place.DESTINATION) {
        @Override
        Fault on(Stage stage, Random random) {
            return DatabaseFaults.destinationLocked(stage);
        }
    },
    DISK_FULL(Place.DESTINATION) {
        @Override
        Fault on(Stage stage, Random random) {
            return DatabaseFaults.diskFull(stage);
        }
    },
    BINLOG_PURGED(Place.SOURCE) {
        @Override
        Fault on(Stage stage, Random random) {
            return DatabaseFaults.binlogPurged(stage);
        }
    };

    private final Place place;

    FaultKind(Place place) {
        this.place = place;
    }

    /** Of several kinds that befall the same place, only one at a time: what is gone cannot be broken. */
    Place place() {
        return place;
    }

    abstract Fault on(Stage stage, Random random);

    private static String anyOf(Stage stage, Random random) {
        return stage.connectors().get(random.nextInt(stage.connectors().size()));
    }

    /** What a fault befalls. */
    enum Place {
        CLUSTER,
        SOURCE,
        DESTINATION,
        NETWORK
    }
}
