// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The files that {@code docker} mounts into its containers, run by the programs that the containers run them with. */
final class Playground {

    /** The name and the password of the connectors' role. */
    static final String ROLE = "tablecast";

    static final String PASSWORD = "secret of the playground";

    private static final Path FOLDER = Path.of(System.getProperty("tablecast.root"), "docker");

    private Playground() {}

    /** The shop, its tables and the sources' role. */
    static void openShop(Database source) {
        source.execute(role("source/10-role.sql", "shop", source), text("source/20-shop.sql"));
    }

    /** The sink's role, which the server has already when it also has the shop. */
    static void openWarehouse(Database destination) {
        destination.execute(
                role("destination/10-role.sql", "warehouse", destination).replaceFirst("CREATE ROLE .*\n", ""));
    }

    /** A server with the settings of the container's, where MySQL can be had; a MariaDB does with its own. */
    static MySqlServer startMySql() {
        MySqlOptions options = MySqlOptions.defaults();
        if (options.release() == MySqlRelease.MYSQL) {
            for (String line : text("mysql/tablecast.cnf").lines().toList()) {
                if (line.contains("=")) {
                    List<String> setting = List.of(line.split(" = ", 2));
                    options = options.withSetting(setting.get(0).replace('_', '-'), setting.get(1));
                }
            }
        }
        return MySqlServer.start(options);
    }

    /** The web shop, its tables and the sources' user. */
    static MySqlDatabase openWebshop(MySqlServer server) {
        String script = text("mysql/10-webshop.sh");
        server.database("")
                .execute(script.substring(script.indexOf("<<SQL\n") + 6, script.lastIndexOf("SQL\n"))
                        .replace("$TABLECAST_PASSWORD", PASSWORD));
        return server.database("webshop");
    }

    /** Some rounds of the workload with all that happens in it: both shops lose a table's rows and gain a column. */
    static void work(Database source, MySqlDatabase webshop) {
        List<String> rounds = new ArrayList<>(Collections.nCopies(3, "transactions"));
        rounds.addAll(List.of("truncate", "transactions", "column", "transactions", "column"));
        for (String round : rounds) {
            source.execute(text("workload/shop/" + round + ".sql"));
            webshop.execute(text("workload/webshop/" + round + ".sql"));
        }
    }

    /** The worker's settings, of two files, as the image joins them. */
    static Map<String, String> workerSettings() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(
                    ShippedConfiguration.text("worker-distributed.properties") + text("worker-docker.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the worker's files: " + e.getMessage(), e);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    // psql replaces what it reads from the environment.
    private static String role(String file, String databaseThere, Database database) {
        return text(file)
                .replaceFirst("\\\\getenv password TABLECAST_PASSWORD\n", "")
                .replace(":'password'", "'" + PASSWORD + "'")
                .replace("DATABASE " + databaseThere, "DATABASE " + Database.quote(database.name()));
    }

    private static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + FOLDER.resolve(file) + ": " + e.getMessage(), e);
        }
    }
}
