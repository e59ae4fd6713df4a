// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Hashes;
import java.nio.charset.StandardCharsets;

/** Names of what is made in the source database, and how names are written in SQL. */
final class QueueNames {

    /** What PostgreSQL keeps of a name (NAMEDATALEN - 1). */
    private static final int MAX_BYTES = 63;

    private static final int HASH_CHARACTERS = 8;

    private QueueNames() {}

    /** The usual name of a table's queue, unless another table's queue has it. */
    static String queue(TableId table) {
        return fitting("queue_" + table.schema() + "_" + table.name(), table.toString());
    }

    /** The name of a table's queue when the usual one is taken. */
    static String distinctQueue(TableId table) {
        return withHash("queue_" + table.schema() + "_" + table.name(), table.toString());
    }

    /** The name of a trigger; it holds the queue schema's, because two installations may watch one table. */
    static String trigger(String queueSchema, String event) {
        return fitting(queueSchema + "_" + event, queueSchema + "_" + event);
    }

    /** A text literal, whatever the server's {@code standard_conforming_strings} says. */
    static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }

    private static String fitting(String name, String identity) {
        return name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES ? name : withHash(name, identity);
    }

    private static String withHash(String name, String identity) {
        String hash = Hashes.text(identity).substring(0, HASH_CHARACTERS);
        String shortened = name;
        while (shortened.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES - HASH_CHARACTERS - 1) {
            shortened = shortened.substring(0, shortened.offsetByCodePoints(shortened.length(), -1));
        }
        return shortened + "_" + hash;
    }
}
