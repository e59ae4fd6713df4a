// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * A MariaDB's GTID, with what the library leaves out: an ALTER TABLE may stand in the binlog when it begins and again when
 * it is over ({@code binlog_alter_two_phase}).
 *
 * @see <a href="https://mariadb.com/docs/server/reference/clientserver-protocol/replication-protocol/gtid_event">GTID_EVENT</a>
 */
public final class TwoPhaseGtid extends MariadbGtidEventData {

    private static final long serialVersionUID = 1L;
    private static final int GROUP_COMMIT = 2;
    private static final int XA = 64 | 128;
    private static final int START_ALTER = 2;
    private static final int ROLLBACK_ALTER = 8;

    private boolean isWithoutEffect;

    /** Whether its statement only begins, or was rolled back. */
    public boolean isWithoutEffect() {
        return isWithoutEffect;
    }

    /** Reads the event. */
    static final class Deserializer implements EventDataDeserializer<TwoPhaseGtid> {
        @Override
        public TwoPhaseGtid deserialize(ByteArrayInputStream in) throws IOException {
            TwoPhaseGtid gtid = new TwoPhaseGtid();
            gtid.setSequence(in.readLong(8));
            gtid.setDomainId(in.readInteger(4) & 0xffffffffL);
            int flags = in.readInteger(1);
            gtid.setFlags(flags);
            if ((flags & GROUP_COMMIT) != 0) {
                in.skip(8);
            }
            if ((flags & XA) != 0) {
                in.skip(4);
                in.skip((long) in.readInteger(1) + in.readInteger(1));
            }
            int more = in.available() > 0 ? in.readInteger(1) : 0;
            gtid.isWithoutEffect = (more & (START_ALTER | ROLLBACK_ALTER)) != 0;
            return gtid;
        }
    }
}
