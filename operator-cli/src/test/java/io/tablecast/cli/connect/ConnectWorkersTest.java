// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ConnectWorkersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void tasksThatHaveNotBegunYetAreNoneThatRun() throws JsonProcessingException {
        String info = """
                {"name": "a", "type": "source", "config": {},
                 "tasks": [{"connector": "a", "task": 0}, {"connector": "a", "task": 1}]}""";
        String status = """
                {"connector": {"state": "RUNNING"}, "tasks": [{"id": 0, "state": "RUNNING"}]}""";

        Deployed deployed = ConnectWorkers.deployed(JSON.readTree(info), JSON.readTree(status));

        assertThat(deployed.tasks())
                .containsExactly(new Deployed.Task(0, "RUNNING", ""), new Deployed.Task(1, "UNASSIGNED", ""));
        assertThat(deployed.isRunning()).isFalse();
        assertThat(deployed.description()).isEqualTo("running (1 of 2 tasks unassigned)");
    }
}
