// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.postgres;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.kafka.common.config.types.Password;

/**
 * How the destination database is reached.
 *
 * @param user empty when the URL or the driver's defaults name the user
 * @param password its value is empty when there is none
 * @param properties handed to the driver as they are; they win over what Tablecast sets, except
 *     for what values are read and written by, such as the session's time zone
 * @param connector the connector's name, by which the server's administrators recognise the sessions
 */
public record ConnectionSettings(
        String url, String user, Password password, Map<String, String> properties, String connector) {
    public ConnectionSettings {
        requireNonNull(url, "url is null");
        requireNonNull(user, "user is null");
        requireNonNull(password, "password is null");
        requireNonNull(connector, "connector is null");
        properties = Map.copyOf(properties);
    }
}
