// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.mysql.MySqlActivity.View;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a task's tables know of a server's transactions, looked at for all of them together: INNODB_TRX is answered from a
 * cache, which is filled anew only when nobody has asked for 100 ms, so that many tables would keep each other from ever
 * seeing anything new. An earlier look is as good as a new one, for what was true then. Thread-safe.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/innodb-information-schema-internal-data.html">Persistence and
 *     consistency of InnoDB transaction information</a>
 */
final class TransactionLooks {

    /** Longer than the cache lives, and never alike, lest several tasks keep in step. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(TransactionLooks.class);

    /** Looks in vain before a person is told: about half a minute. */
    private static final int MANY = 100;

    private int cached;
    private Optional<View> last = Optional.empty();
    private boolean hasLooked;
    private long nextLook;

    /** The newest that is known; empty before anything is. */
    synchronized Optional<View> view(Connection connection) throws SQLException {
        if (!hasLooked || System.nanoTime() - nextLook >= 0) {
            Optional<View> seen = MySqlActivity.view(connection);
            hasLooked = true;
            nextLook = System.nanoTime()
                    + PAUSE.toNanos()
                    + ThreadLocalRandom.current().nextLong(PAUSE.toNanos());
            note(seen.isPresent());
            last = seen.isPresent() ? seen : last;
        }
        return last;
    }

    private void note(boolean isCurrent) {
        cached = isCurrent ? 0 : cached + 1;
        if (cached == MANY) {
            LOG.warn("Reading by control columns stands still: the server shows its transactions from a cache, because"
                    + " somebody asks for information_schema.innodb_trx more than ten times a second. Let others ask less"
                    + " often");
        }
    }
}
