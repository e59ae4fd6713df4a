// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.queue.QueueAdministration;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tablecast cleanup}. */
@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Removes what a deleted source connector has left behind.",
        description = {
            "",
            "Takes the connector off the readers of its queues. A queue that nobody reads any more is removed with its"
                    + " triggers, and with the last queue all that Tablecast made in the schema. Queues that other"
                    + " connectors read stay, and these lose nothing.",
            "",
            "Stop or delete the connector first.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing of the connector is left, or what removes it is printed",
            "1:the configuration has a problem, the connector is still reading, or a queue could not be removed",
            "2:wrong usage, or a file could not be read"
        },
        footer = {
            "",
            "Examples:",
            "  tablecast cleanup --name erp-source source.json",
            "  tablecast cleanup --print --name erp-source source.json > cleanup.sql",
            "  PGPASSWORD=... tablecast cleanup --user postgres --name erp-source source.json"
        })
final class CleanupCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SourceOptions source;

    @Option(
            names = "--force",
            description =
                    "Also while a task of the connector is reading. If it goes on, it sets up its queues again and"
                            + " copies its tables.")
    private boolean isForced;

    @Option(names = "--print", description = "Print the SQL for a database administrator, and change nothing.")
    private boolean isPrinted;

    CleanupCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException, InterruptedException {
        SourceOptions.Configuration configuration = source.read(connectors);
        if (!configuration.hasName()) {
            throw new ParameterException(
                    spec.commandLine(),
                    configuration.file() + " does not hold the connector's name, under which it reads its queues."
                            + " Say --name NAME.");
        }
        SourceSession session = source.session(configuration, spec.commandLine());
        return session.run((connection, queues) -> {
            List<TableId> tables = queues.tablesToLeave(connection);
            if (isPrinted) {
                return print(session, connection, queues, tables);
            }
            if (tables.isEmpty()) {
                session.say(
                        "Nothing to remove: no queue is registered for this connector." + others(connection, queues));
                return true;
            }
            return cleanUp(session, connection, queues, tables, configuration.readerBy(connection));
        });
    }

    /** A name with a slip in it has no queues either. */
    private static String others(Connection connection, QueueAdministration queues) throws SQLException {
        List<String> readers = queues.readers(connection);
        return readers.isEmpty()
                ? ""
                : " Queues are registered for: " + String.join(", ", readers) + " (connector/topic.prefix).";
    }

    private static boolean print(
            SourceSession session, Connection connection, QueueAdministration queues, List<TableId> tables)
            throws SQLException, InterruptedException {
        session.say("-- Ends the reading of a source connector, which must be stopped or deleted when this is run.");
        session.say("-- Run as the owner of the queues or a superuser: psql -v ON_ERROR_STOP=1 -f FILE");
        session.say("-- A table that is in use makes its transaction fail (lock_timeout); run it again then.");
        if (tables.isEmpty()) {
            session.say("-- Nothing to remove: no queue is registered for this connector.");
        }
        boolean isWell = true;
        for (TableId table : tables) {
            isWell &= session.attempt(connection, () -> {
                List<String> script = queues.removal(connection, table);
                session.say("");
                session.say("-- " + SetupCommand.oneLine(table));
                session.say("BEGIN;\n" + String.join(";\n", script) + ";\nCOMMIT;");
            });
        }
        return isWell;
    }

    private boolean cleanUp(
            SourceSession session,
            Connection connection,
            QueueAdministration queues,
            List<TableId> tables,
            String reader)
            throws SQLException, InterruptedException {
        if (!isForced && isReading(session, connection, queues, tables)) {
            return false;
        }
        boolean isWell = true;
        for (TableId table : tables) {
            isWell &= session.attempt(
                    connection, () -> session.say(table + ": " + said(queues.leave(connection, table, reader))));
        }
        return isWell;
    }

    private static boolean isReading(
            SourceSession session, Connection connection, QueueAdministration queues, List<TableId> tables)
            throws SQLException {
        for (TableId table : tables) {
            if (queues.isRead(connection, table)) {
                session.complain(() -> "The connector is reading " + table + " at this moment. Stop or delete it first;"
                        + " with --force its queues are removed all the same. Nothing was changed.");
                return true;
            }
        }
        return false;
    }

    private static String said(QueueAdministration.Outcome outcome) {
        return switch (outcome) {
            case REMOVED -> "removed";
            case LEFT -> "left to its other readers";
            case SET_UP, RENEWED, UNCHANGED -> throw new IllegalStateException("Leaving a queue has " + outcome);
        };
    }
}
