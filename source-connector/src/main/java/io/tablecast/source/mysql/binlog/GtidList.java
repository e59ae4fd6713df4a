// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.MariadbGtidListEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * What a MariaDB knows of GTIDs when a file of its binlog begins, as far as it is needed: the domains, whose numbers the
 * library takes for signed ones.
 *
 * @see <a href="https://mariadb.com/docs/server/reference/clientserver-protocol/replication-protocol/gtid_list_event">GTID_LIST_EVENT</a>
 */
public final class GtidList extends MariadbGtidListEventData {

    private static final long serialVersionUID = 1L;
    private static final int COUNT = 0x0fffffff;

    private final HashSet<Long> domains = new HashSet<>();

    /** The domains that have transactions, in this file or before it. */
    public Set<Long> domains() {
        return Set.copyOf(domains);
    }

    /** Reads the event. */
    static final class Deserializer implements EventDataDeserializer<GtidList> {
        @Override
        public GtidList deserialize(ByteArrayInputStream in) throws IOException {
            GtidList list = new GtidList();
            int count = in.readInteger(4) & COUNT;
            for (int i = 0; i < count; i++) {
                list.domains.add(in.readInteger(4) & 0xffffffffL);
                in.skip(4 + 8);
            }
            return list;
        }
    }
}
