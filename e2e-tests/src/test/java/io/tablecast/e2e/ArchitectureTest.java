// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the house that no compiler knows, held against the compiled classes of every module. */
class ArchitectureTest {

    private static JavaClasses plugins;
    private static JavaClasses everything;

    @BeforeAll
    static void readClasses() {
        plugins = classesOf("record-contract", "json-converter", "source-connector", "sink-connector");
        everything = classesOf(
                "record-contract",
                "json-converter",
                "source-connector",
                "sink-connector",
                "test-environment",
                "operator-cli",
                "benchmarks",
                "e2e-tests");
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.tablecast.(**)").should().beFreeOfCycles().check(everything);
    }

    @Test
    void sourceAndSinkShareOnlyTheContract() {
        noClasses()
                .that()
                .resideInAPackage("io.tablecast.source..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tablecast.sink..", "io.tablecast.cli..", "io.tablecast.testing..")
                .check(plugins);
        noClasses()
                .that()
                .resideInAPackage("io.tablecast.sink..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tablecast.source..", "io.tablecast.cli..", "io.tablecast.testing..")
                .check(plugins);
    }

    @Test
    void contractKnowsNoDatabaseConnection() {
        noClasses()
                .that()
                .resideInAPackage("io.tablecast.contract..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                .check(plugins);
    }

    @Test
    void contractIsBuiltUpFromTables() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.tablecast.contract..")
                .layer("table")
                .definedBy("io.tablecast.contract.table..")
                .layer("type")
                .definedBy("io.tablecast.contract.type..")
                .layer("record")
                .definedBy("io.tablecast.contract.record..")
                .layer("offset")
                .definedBy("io.tablecast.contract.offset..")
                .whereLayer("type")
                .mayOnlyBeAccessedByLayers("record")
                .whereLayer("record")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("offset")
                .mayNotBeAccessedByAnyLayer()
                .check(plugins);
    }

    @Test
    void connectLoadsOnlyConnectorsAndTasks() {
        classes()
                .that()
                .resideInAnyPackage("io.tablecast.source", "io.tablecast.sink")
                .and()
                .arePublic()
                .should()
                .haveSimpleNameEndingWith("Connector")
                .orShould()
                .haveSimpleNameEndingWith("Task")
                .check(plugins);
    }

    @Test
    void logsGoThroughSlf4j() {
        // ClientLog hands to SLF4J what a library logs otherwise.
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.ClientLog(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(everything);
    }

    @Test
    void pluginsLeaveTheWorkersOutputAlone() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(plugins);
    }

    @Test
    void nothingWaitsByTheClock() {
        noClasses()
                .should()
                .callMethodWhere(target(nameMatching("sleep")).and(target(owner(assignableTo(Thread.class)))))
                .orShould()
                .callMethodWhere(target(nameMatching("sleep")).and(target(owner(assignableTo(TimeUnit.class)))))
                .check(everything);
    }

    private static JavaClasses classesOf(String... modules) {
        Path root = Path.of(System.getProperty("tablecast.root"));
        List<Path> folders = Arrays.stream(modules)
                .map(module -> root.resolve(module).resolve("target/classes"))
                .toList();
        // The importer passes over what is not there, and a rule about no classes holds.
        assertThat(folders).as("compiled modules; run mvn test-compile").allMatch(Files::isDirectory);
        return new ClassFileImporter().importPaths(folders);
    }
}
