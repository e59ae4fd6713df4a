// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.kafka.common.config.types.Password;

/**
 * How a MySQL or MariaDB server is reached.
 *
 * @param properties handed to the driver as they are; they win over what Tablecast sets, except for what its reading
 *     relies on
 * @param connector the connector's name, by which the server's administrators recognise the sessions
 */
public record MySqlConnection(
        String host,
        int port,
        String user,
        Password password,
        MySqlTls tls,
        Map<String, String> properties,
        String connector) {
    public MySqlConnection {
        requireNonNull(host, "host is null");
        requireNonNull(user, "user is null");
        requireNonNull(password, "password is null");
        requireNonNull(tls, "tls is null");
        requireNonNull(connector, "connector is null");
        properties = Map.copyOf(properties);
    }
}
