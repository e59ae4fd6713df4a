// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;

/**
 * Topics of tables in every state that a destination's metadata tells of: what a sink had written of them when its
 * destination was kept, and what came later. Part of the golden set: never change it, but add to it under other names.
 */
final class GoldenTopics {

    /** The settings under which the destination was written, and is written on. */
    static final String[] SETTINGS = {
        "on.table.error", "quarantine",
        "schema.evolution", "full",
        "snapshot.transaction.max.ms", "0",
        "table.shop.log.apply.mode", "append",
        "table.shop.clients.delete.mode", "soft",
        "table.shop.clients.soft.delete.history", "true"
    };

    private final TopicLog followed = new TopicLog("erp.shop.orders", 0);
    private final TopicLog appended = new TopicLog("erp.shop.log", 0);
    private final TopicLog behindView = new TopicLog("erp.shop.prices", 0);
    private final TopicLog inBatches = new TopicLog("erp.shop.items", 0);
    private final TopicLog quarantined = new TopicLog("erp.shop.bad", 0);
    private final TopicLog soft = new TopicLog("erp.shop.clients", 0);
    private final TopicLog refused = new TopicLog("erp.shop.refused", 0);

    private final Orders orders = new Orders(followed, "orders");
    private final Orders renamed = orders.renaming("code", "label");
    private final Orders log = new Orders(appended, "log");
    private final Snapshots prices = new Snapshots(new Orders(behindView, "prices"));
    private final Orders items = new Orders(inBatches, "items");
    private final Orders bad = new Orders(quarantined, "bad", "character varying(3)");
    private final Orders clients = new Orders(soft, "clients");

    /** The topic of records that were put aside. */
    TopicLog refused() {
        return refused;
    }

    /** All others. */
    TopicLog[] topics() {
        return new TopicLog[] {followed, appended, behindView, inBatches, quarantined, soft};
    }

    /** The topics of tables that take all that comes. */
    List<TopicLog> untroubled() {
        return List.of(followed, appended, behindView, inBatches, soft);
    }

    /** What had been sent when the destination was kept. */
    void sendWhatIsWritten() {
        new Snapshots(orders).whole("o1", "queue", 3);
        orders.at("2026-01-01T00:00:01Z");
        orders.update(1, "changed", 10);
        orders.delete(3, new ConnectHeaders());
        updateRenamed(
                2,
                "renamed",
                20,
                new RecordHeaders()
                        .schemaChange(List.of(new SchemaChange.Rename("code", "label")))
                        .headers());
        for (int id = 1; id <= 3; id++) {
            log.insert(id, "entry " + id, id);
        }
        prices.whole("p1", "snapshot", 2);
        prices.whole("p2", "snapshot", 3);
        Snapshots batches = new Snapshots(items);
        batches.begin("i1", "queue");
        batches.rows("i1", 1, 5);
        bad.insert(1, "ok", 1);
        bad.insert(2, "far too long", 2);
        clients.insert(1, "first", 1);
        clients.delete(1, "first", 1);
        Orders badly = new Orders(refused, "refused", "character varying(3)");
        badly.insert(1, "ok", 1);
        badly.insert(2, "far too long", 2);
    }

    /** What came later. */
    void sendTheRest() {
        updateRenamed(1, "later", 11, new ConnectHeaders());
        // Sent again from before the rename.
        orders.update(2, "again", 21);
        log.insert(4, "entry 4", 4);
        prices.whole("p3", "snapshot", 4);
        Snapshots batches = new Snapshots(items);
        batches.lastRows("i1", 6, 8);
        items.update(8, "changed", 80);
        new Snapshots(new Orders(quarantined, "bad", "text")).whole("b1", "queue", 2);
        clients.insert(1, "second", 2);
        clients.delete(1, "second", 2);
    }

    private void updateRenamed(long id, String label, int amount, Headers headers) {
        Struct row = new Struct(renamed.writer().rowSchema())
                .put("id", id)
                .put("label", label)
                .put("amount", amount);
        renamed.send(
                renamed.writer().key(row),
                renamed.writer().updated(row, renamed.source(), Orders.transaction()),
                headers);
    }
}
