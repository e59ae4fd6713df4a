// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.contract.table.TableId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that failed at a destination.
 *
 * @param time in ISO form, UTC
 * @param kind record, quarantine or incomplete
 * @param details place, key, column and SQLSTATE, as far as there are any
 */
public record Failure(
        String time, String kind, String connector, TableId table, Map<String, String> details, String message) {

    public Failure {
        details = Map.copyOf(details);
    }

    /** Everything, for programs. */
    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("time", time);
        entries.put("kind", kind);
        entries.put("connector", connector);
        entries.put("table", table.toString());
        entries.putAll(details);
        entries.put("message", message);
        return entries;
    }

    /** Where exactly, for people: {@code , key {"id":2}, column amount, erp.shop.items[0]@17}; empty for whole tables. */
    public String place() {
        StringBuilder place = new StringBuilder();
        append(place, "key", "key ");
        append(place, "column", "column ");
        append(place, "place", "");
        return place.toString();
    }

    private void append(StringBuilder place, String detail, String title) {
        if (details.containsKey(detail)) {
            place.append(", ").append(title).append(details.get(detail));
        }
    }
}
