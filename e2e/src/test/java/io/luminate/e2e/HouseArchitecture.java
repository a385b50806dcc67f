// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The rules on who may know whom, for any root package: the product's own, and that of the fixture
 * in which every rule is broken once. A rule tolerates a package that is still empty.
 *
 * <pre>
 * http → ingest, query → store → model          ServerMain → everything of the server, both stores
 * store.rocksdb, store.clickhouse → store       auth, limits → store, model
 * operator → crd → nothing of ours              clickhouse.testkit, kube.testkit → testkit
 * </pre>
 */
final class HouseArchitecture {

  /** Names that say nothing, and so collect everything. */
  private static final Set<String> VAGUE = Set.of("util", "common", "helper", "manager", "misc");

  /** Packages of the embedded engine, each with those of its siblings that it may know. */
  private static final Map<String, List<String>> ENGINE =
      Map.of(
          "codec", List.of(),
          "journal", List.of("codec"),
          "segment", List.of("codec"),
          "index", List.of("codec", "segment"),
          "head", List.of("codec", "segment", "index"),
          "query", List.of("codec", "segment", "index", "head"));

  /** Packages of the store on ClickHouse, each with those of its siblings that it may know. */
  private static final Map<String, List<String>> CLICKHOUSE =
      Map.of(
          "client", List.of(),
          "schema", List.of("client"),
          "write", List.of("schema", "client"),
          "cardinality", List.of("write", "schema", "client"),
          "read", List.of("schema", "client"),
          "retention", List.of("schema", "client"));

  private final String root;

  HouseArchitecture(String root) {
    this.root = root;
  }

  /** Every rule by its name. */
  Map<String, ArchRule> rules() {
    Map<String, ArchRule> rules = new TreeMap<>();
    layers(rules);
    clickHouse(rules);
    serverRooms(rules);
    kubernetes(rules);
    testkits(rules);
    ENGINE.forEach((room, known) -> rules.put("engine_" + room, engineRoom(room, known)));
    CLICKHOUSE.forEach(
        (room, known) -> rules.put("clickhouse_" + room, clickHouseRoom(room, known)));
    shape(rules);
    rules.replaceAll((name, rule) -> rule.allowEmptyShould(true).as(name));
    return rules;
  }

  private void layers(Map<String, ArchRule> rules) {
    rules.put(
        "model_knowsJavaOnly",
        classes()
            .that()
            .resideInAPackage(in("model"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", in("model")));
    rules.put(
        "store_knowsModelOnly",
        classes()
            .that()
            .resideInAnyPackage(at("store"), in("store.reference"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", "org.jspecify..", in("model"), at("store"), in("store.reference")));
    rules.put(
        "store_isNotItsReference", never(at("store"), in("store.reference"), in("store.testkit")));
    rules.put(
        "engine_knowsStoreAndModelOnly",
        never(
            in("store.rocksdb"),
            in("server"),
            in("benchmarks"),
            in("store.clickhouse"),
            in("store.reference"),
            in("store.testkit"),
            "org.eclipse.jetty..",
            "jakarta.ws.rs..",
            "com.fasterxml.."));
    rules.put(
        "rocksdb_isKnownToItsStoreAlone",
        noClasses()
            .that()
            .resideOutsideOfPackages(in("store.rocksdb.segment"), at("store.rocksdb.engine"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb.."));
  }

  private void clickHouse(Map<String, ArchRule> rules) {
    rules.put(
        "clickhouse_knowsStoreAndModelOnly",
        never(
            in("store.clickhouse"),
            in("server"),
            in("benchmarks"),
            in("store.rocksdb"),
            in("store.reference"),
            in("store.testkit"),
            "org.eclipse.jetty..",
            "jakarta.ws.rs.."));
  }

  /** Main classes are looked at alone, so what tests know is not forbidden by any of these. */
  private void testkits(Map<String, ArchRule> rules) {
    rules.put(
        "clickhouseTestkit_isForTestsAndBenchmarksAlone",
        knownTo("clickhouse.testkit", "clickhouse.testkit", "benchmarks"));
    rules.put("kubeTestkit_isForTestsAlone", knownTo("kube.testkit", "kube.testkit", "e2e"));
    rules.put(
        "testkit_isForTestkitsAlone",
        knownTo("testkit", "testkit", "clickhouse.testkit", "kube.testkit"));
    String[] luminate = {in("model"), in("store"), in("server"), in("crd"), in("operator")};
    rules.put(
        "clickhouseTestkit_knowsNothingOfLuminate", never(in("clickhouse.testkit"), luminate));
    rules.put("testkit_knowsNothingOfLuminate", never(in("testkit"), luminate));
    rules.put("kubeTestkit_knowsNothingOfLuminate", never(in("kube.testkit"), luminate));
    rules.put("kubeTestkit_knowsNoClientOfKubernetes", never(in("kube.testkit"), "io.fabric8.."));
  }

  /** Servers and their resources in Kubernetes meet through a file and HTTP, never in a type. */
  private void kubernetes(Map<String, ArchRule> rules) {
    String[] apiServer = {
      in("model"), in("store"), in("server"), in("benchmarks"), in("clickhouse.testkit")
    };
    rules.put("crds_knowNothingOfServers", never(in("crd"), apiServer));
    rules.put("crds_knowNothingOfTheOperator", never(in("crd"), in("operator")));
    rules.put("operator_knowsNothingOfServers", never(in("operator"), apiServer));
    pure(rules, "operatorDocument", in("operator.document"));
    pure(rules, "operatorObjects", in("operator.objects"));
    rules.put(
        "servers_knowNothingOfKubernetes",
        noClasses()
            .that()
            .resideInAnyPackage(apiServer)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(in("crd"), in("operator"), "io.fabric8.."));
    for (String room : List.of("publishing", "applying", "status")) {
      rules.put(
          "operator_" + room + "_isHandedTheTime",
          noClasses().that().resideInAPackage(in("operator." + room)).should(readTheWallClock()));
    }
  }

  private static void pure(Map<String, ArchRule> rules, String name, String room) {
    rules.put(
        name + "_isAFunction",
        never(
            room,
            "io.fabric8.kubernetes.client..",
            "java.net..",
            "java.nio.file..",
            "java.util.concurrent.."));
    rules.put(
        name + "_isHandedTheTime",
        noClasses().that().resideInAPackage(room).should(readTheWallClock()));
  }

  private void serverRooms(Map<String, ArchRule> rules) {
    String[] stores = {
      in("store.rocksdb"), in("store.clickhouse"), in("store.reference"), in("store.testkit")
    };
    rules.put(
        "serverMain_aloneNamesAStore",
        noClasses()
            .that()
            .resideInAPackage(in("server"))
            .and(areNot("ServerMain"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(stores));
    rules.put("server_isNotMeasuredByItself", never(in("server"), in("benchmarks")));
    rules.put("rooms_doNotKnowTheirHouse", never(at("server.*.."), at("server")));
    String[] belowHttp = {
      in("server.http"),
      "org.eclipse.jetty..",
      "jakarta.ws.rs..",
      "org.glassfish..",
      "com.fasterxml.."
    };
    rules.put("ingest_isBelowHttp", never(in("server.ingest"), belowHttp));
    rules.put("query_isBelowHttp", never(in("server.query"), belowHttp));
    rules.put("ingestAndQuery_areStrangers", never(in("server.ingest"), in("server.query")));
    for (String room : List.of("auth", "limits", "config", "telemetry")) {
      rules.put(
          room + "_isBesideTheServices",
          never(
              in("server." + room),
              in("server.http"),
              in("server.ingest"),
              in("server.query"),
              "jakarta.ws.rs.."));
    }
  }

  private void shape(Map<String, ArchRule> rules) {
    rules.put("packages_haveNoCycle", slices().matching(root + ".(**)").should().beFreeOfCycles());
    rules.put("names_saySomething", classes().should(saySomething()));
    rules.put(
        "model_holdsStill",
        fields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage(in("model"))
            .should()
            .beFinal());
    // JMH extends the benchmarks' state classes.
    rules.put(
        "classes_areClosed",
        classes()
            .that()
            .resideOutsideOfPackage(in("benchmarks"))
            .and(canBeClosed())
            .should(beClosed()));
    rules.put(
        "libraries_doNotPrint",
        noClasses()
            .that()
            .resideInAnyPackage(in("model"), in("store"), at("server.*.."))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
    rules.put(
        "store_asksItsOwnClock",
        noClasses().that().resideInAnyPackage(in("model"), in("store")).should(readTheWallClock()));
  }

  private ArchRule engineRoom(String room, List<String> known) {
    return never(
        in("store.rocksdb." + room),
        Stream.concat(
                others(ENGINE, room, known).map(other -> in("store.rocksdb." + other)),
                Stream.of(in("store.rocksdb.engine")))
            .toArray(String[]::new));
  }

  private ArchRule clickHouseRoom(String room, List<String> known) {
    return never(
        in("store.clickhouse." + room),
        Stream.concat(
                others(CLICKHOUSE, room, known).map(other -> in("store.clickhouse." + other)),
                Stream.of(at("store.clickhouse")))
            .toArray(String[]::new));
  }

  private static Stream<String> others(
      Map<String, List<String>> rooms, String room, List<String> known) {
    return rooms.keySet().stream().filter(other -> !other.equals(room) && !known.contains(other));
  }

  /** The room is known to classes of those alone. */
  private ArchRule knownTo(String room, String... those) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(Stream.of(those).map(this::in).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(in(room));
  }

  private static ArchRule never(String from, String... to) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to);
  }

  /** The package and all below it. */
  private String in(String name) {
    return root + "." + name + "..";
  }

  /** The package without those below it. */
  private String at(String name) {
    return root + "." + name;
  }

  private static DescribedPredicate<JavaClass> areNot(String topLevelName) {
    return DescribedPredicate.describe(
        "are not " + topLevelName, type -> !topLevel(type).getSimpleName().equals(topLevelName));
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(HouseArchitecture::topLevel).orElse(type);
  }

  private static ArchCondition<JavaClass> readTheWallClock() {
    return new ArchCondition<>("read the wall clock") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getMethodCallsFromSelf().stream()
            .filter(call -> isWallClock(call.getTarget().getFullName()))
            .map(call -> SimpleConditionEvent.satisfied(call, call.getDescription()))
            .forEach(events::add);
      }
    };
  }

  private static boolean isWallClock(String method) {
    return method.equals("java.lang.System.currentTimeMillis()")
        || method.startsWith("java.time.Instant.now(")
        || method.startsWith("java.time.LocalDate.now(");
  }

  private ArchCondition<JavaClass> saySomething() {
    return new ArchCondition<>("be named after what they are") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (String part : type.getPackageName().split("\\.")) {
          report(type, VAGUE.contains(singular(part)), "package " + part, events);
        }
        String last = lastWord(type.getSimpleName());
        report(type, VAGUE.contains(singular(last)), "class " + type.getSimpleName(), events);
      }
    };
  }

  private static void report(JavaClass type, boolean bad, String what, ConditionEvents events) {
    if (bad) {
      String message = type.getName() + ": " + what + " says nothing; name what it does";
      events.add(SimpleConditionEvent.violated(type, message));
    }
  }

  private static String singular(String word) {
    return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
  }

  /** {@code BufferManager} → {@code manager}. */
  private static String lastWord(String camelCase) {
    int at = camelCase.length() - 1;
    while (at > 0 && !Character.isUpperCase(camelCase.charAt(at))) {
      at--;
    }
    return at < 0 ? "" : camelCase.substring(at).toLowerCase(Locale.ROOT);
  }

  private static DescribedPredicate<JavaClass> canBeClosed() {
    return DescribedPredicate.describe(
        "are named classes",
        type ->
            !type.isInterface()
                && !type.isEnum()
                && !type.isAnonymousClass()
                && !type.getSimpleName().isEmpty());
  }

  private static ArchCondition<JavaClass> beClosed() {
    return new ArchCondition<>("be final, abstract or sealed") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean closed =
            type.getModifiers().contains(JavaModifier.FINAL)
                || type.getModifiers().contains(JavaModifier.ABSTRACT)
                || type.reflect().isSealed();
        if (!closed) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " is open to extension"));
        }
      }
    };
  }
}
