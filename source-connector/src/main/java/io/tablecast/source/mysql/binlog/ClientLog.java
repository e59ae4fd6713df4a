// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.network.Authenticator;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the client of the binlog logs by java.util.logging, which would write it to the standard error, into the
 * worker's log. Only what threads of ours log: other connectors of the worker may use the same client.
 */
final class ClientLog implements Filter {

    /** Kept, because the log manager forgets loggers that nobody holds, and their filters. */
    private static final List<java.util.logging.Logger> LOGGERS = List.of(
            java.util.logging.Logger.getLogger(BinaryLogClient.class.getName()),
            java.util.logging.Logger.getLogger(Authenticator.class.getName()));

    private static final ThreadLocal<Boolean> IS_OURS = ThreadLocal.withInitial(() -> false);

    static {
        LOGGERS.forEach(logger -> logger.setFilter(new ClientLog(logger)));
    }

    private final Filter others;
    private final Logger log;

    private ClientLog(java.util.logging.Logger logger) {
        this.others = logger.getFilter();
        this.log = LoggerFactory.getLogger(logger.getName());
    }

    /** The client runs on the thread at hand. */
    static void takeOver() {
        IS_OURS.set(true);
    }

    @Override
    public boolean isLoggable(LogRecord logged) {
        if (!IS_OURS.get()) {
            return others == null || others.isLoggable(logged);
        }
        if (logged.getLevel().intValue() >= Level.WARNING.intValue()) {
            log.warn("{}", logged.getMessage(), logged.getThrown());
        } else {
            log.debug("{}", logged.getMessage(), logged.getThrown());
        }
        return false;
    }
}
