// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What still runs. Whatever was not closed is closed when the JVM ends, the newest first. */
final class OpenServices {
    private static final Set<AutoCloseable> OPEN = new LinkedHashSet<>();
    private static boolean isHooked;

    private OpenServices() {}

    /**
     * Starts a service and says where it is; one that cannot be started is closed.
     *
     * @param start returns when the service can be used
     */
    static <S extends AutoCloseable> S started(S service, Runnable start) {
        add(service);
        try {
            start.run();
        } catch (RuntimeException | AssertionError e) {
            try {
                service.close();
            } catch (Exception another) {
                e.addSuppressed(another);
            }
            throw e;
        }
        System.out.println("Using " + service);
        return service;
    }

    private static synchronized void add(AutoCloseable service) {
        closeAtExit();
        OPEN.add(service);
    }

    static synchronized void remove(AutoCloseable service) {
        OPEN.remove(service);
    }

    static synchronized void closeAtExit() {
        if (isHooked) {
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(OpenServices::closeAll, "tablecast-services-exit"));
        isHooked = true;
    }

    private static void closeAll() {
        for (AutoCloseable service : newestFirst()) {
            try {
                service.close();
            } catch (Exception e) {
                System.err.println("Cannot close " + service + " while the JVM ends: " + e);
            }
        }
        Folders.deleteRun();
    }

    private static synchronized List<AutoCloseable> newestFirst() {
        List<AutoCloseable> services = new ArrayList<>(OPEN);
        Collections.reverse(services);
        return services;
    }
}
