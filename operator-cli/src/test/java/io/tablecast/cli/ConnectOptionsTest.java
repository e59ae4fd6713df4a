// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://operator:hush@localhost:1/",
                "https://operator:hush@localhost:1/connect",
                "http://operator:hu/hush@localhost:1/",
                "http://operator:1/hush@localhost:1/",
                "http://operator:hu#hush@localhost:1/",
                "http://operator:hu?hush@localhost:1/",
                "http://operator:hu\\hush@localhost:1/",
                "http://operator:hu@hush@localhost:1/",
                "http://operator:hu%hush@localhost:1/",
                "http://operator:hu[hush@localhost:1/",
                "http://operator:hu hush@localhost:1/"
            })
    void passwordInAnAddressIsRefusedAndNotShown(String url) {
        CommandRun run = status(url);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("The address of the Connect worker holds a user, or an @. Leave it out, say --connect-user,"
                        + " and set TABLECAST_CONNECT_PASSWORD. Write %40 for an @ of a path.\n");
        assertThat(run.out() + run.err()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "connect://operator:hush@localhost:1/, connect://[hidden]@localhost:1/",
        "connect://operator:hu/hush@localhost:1/, connect://[hidden]@localhost:1/",
        "connect://operator:hu@hush@localhost:1/, connect://[hidden]@localhost:1/",
        "http:/operator:hush@localhost:1/, [hidden]@localhost:1/",
        "operator:hush@http://localhost:1/, [hidden]@http://localhost:1/",
        "operator:hush@localhost:1, [hidden]@localhost:1",
        "http:///connectors, http:///connectors",
        "http://connect:eight/, http://connect:eight/",
        "http://con nect/, http://con nect/"
    })
    void whatIsNoAddressIsToldWithoutWhatMayBeAPassword(String url, String shown) {
        CommandRun run = status(url);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("\"" + shown + "\" is not the address of a Connect worker, such as"
                        + " http://localhost:8083.\n");
        assertThat(run.out() + run.err()).doesNotContain("hush");
    }

    /** As Docker Compose takes them for services. */
    @Test
    void underscoreInAHostNameIsNamed() {
        CommandRun run = status("http://kafka_connect:8083");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("\"http://kafka_connect:8083\" is not the address of a Connect worker, such as"
                        + " http://localhost:8083 (host names may not hold an underscore).\n");
    }

    private static CommandRun status(String url) {
        return CommandRun.of(new KnownConnectors(List.of()), "status", "--url", url);
    }
}
