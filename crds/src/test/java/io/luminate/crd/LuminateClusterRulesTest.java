// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static io.luminate.crd.RuleCase.changeRefused;
import static io.luminate.crd.RuleCase.changed;
import static io.luminate.crd.RuleCase.made;
import static io.luminate.crd.RuleCase.madeRefused;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a real API server takes for a cluster, and what it refuses with which words. */
final class LuminateClusterRulesTest {
  private static final String EDGE = "edge";
  private static final String METRICS = "metrics";

  /** {@code metrics} with a number of pods instead of an autoscaler. */
  private static final String FIXED = "{spec: {autoscaling: null, replicas: 3}}";

  private static final String LEFT = "{spec: {retention: {default: 31d}}}";

  private static final List<RuleCase> SHAPE =
      List.of(
          madeRefused(EDGE, "{spec: null}", "spec", "Required value"),
          madeRefused(EDGE, "{spec: {backend: null}}", "spec.backend", "Required value"),
          madeRefused(EDGE, "{spec: {backend: badger}}", "spec.backend", "Unsupported value"),
          made(EDGE, "{metadata: {name: a123456789-123456789-123456789-123456789}}"),
          madeRefused(
              EDGE,
              "{metadata: {name: a123456789-123456789-123456789-123456789b}}",
              "",
              "metadata.name must have at most 40 characters"),
          madeRefused(EDGE, "{metadata: {name: a.b}}", "", "and have no dots"),
          madeRefused(EDGE, "{metadata: {name: 1a}}", "", "begin with a letter"),
          made(EDGE, "{spec: {rocksdb: null}}"),
          madeRefused(
              METRICS,
              "{spec: {rocksdb: {storage: {size: 1Gi}}}}",
              "spec.rocksdb",
              "rocksdb is for backend: rocksdb"),
          madeRefused(
              METRICS,
              "{spec: {clickhouse: null}}",
              "spec.clickhouse",
              "needs the section clickhouse"),
          madeRefused(
              METRICS,
              "{spec: {clickhouse: {addresses: null}}}",
              "spec.clickhouse.addresses",
              "Required value"),
          madeRefused(
              EDGE,
              "{spec: {clickhouse: {addresses: ['c:8123']}}}",
              "spec.clickhouse",
              "clickhouse is for backend: clickhouse"));

  private static final List<RuleCase> PODS =
      List.of(
          made(EDGE, "{spec: {replicas: 1}}"),
          madeRefused(EDGE, "{spec: {replicas: 2}}", "spec.replicas", "exactly one pod"),
          madeRefused(EDGE, "{spec: {replicas: 0}}", "spec.replicas", "greater than or equal to 1"),
          madeRefused(
              EDGE,
              "{spec: {autoscaling: {maxReplicas: 5}}}",
              "spec.autoscaling",
              "take autoscaling out"),
          made(METRICS, FIXED),
          made(METRICS, "{spec: {autoscaling: null, replicas: 1}}"),
          made(METRICS, "{spec: {autoscaling: null, replicas: 1000}}"),
          madeRefused(
              METRICS,
              "{spec: {autoscaling: null, replicas: 1001}}",
              "spec.replicas",
              "less than or equal to 1000"),
          made(METRICS, "{spec: {autoscaling: null}}"),
          madeRefused(METRICS, "{spec: {replicas: 3}}", "spec.replicas", "exclude each other"),
          made(METRICS, "{spec: {autoscaling: {minReplicas: 5, maxReplicas: 5}}}"),
          madeRefused(
              METRICS,
              "{spec: {autoscaling: {minReplicas: 6, maxReplicas: 5}}}",
              "spec.autoscaling.minReplicas",
              "must not be above maxReplicas"),
          madeRefused(
              METRICS,
              "{spec: {autoscaling: {minReplicas: null, maxReplicas: 2}}}",
              "spec.autoscaling.minReplicas",
              "(3 unless it is set)"),
          changed(METRICS, "{}", FIXED),
          changed(METRICS, FIXED, "{spec: {replicas: 5}}"));

  private static final List<RuleCase> STORAGE =
      List.of(
          made(EDGE, "{spec: {rocksdb: {storage: {size: 1Gi}}}}"),
          made(EDGE, "{spec: {rocksdb: {storage: {size: 64Ti, storageClassName: ''}}}}"),
          madeRefused(
              EDGE,
              "{spec: {rocksdb: {storage: {size: 1023Mi}}}}",
              "spec.rocksdb.storage.size",
              "must be from 1Gi to 64Ti"),
          madeRefused(
              EDGE,
              "{spec: {rocksdb: {storage: {size: 65Ti}}}}",
              "spec.rocksdb.storage.size",
              "must be from 1Gi to 64Ti"),
          madeRefused(
              EDGE,
              "{spec: {rocksdb: {storage: {size: 100GB}}}}",
              "spec.rocksdb.storage.size",
              "should match"),
          changed(EDGE, "{}", "{spec: {rocksdb: {storage: {size: 1Ti}}}}"),
          changed(
              EDGE,
              "{spec: {rocksdb: {storage: {size: 1Ti}}}}",
              "{spec: {rocksdb: {storage: {size: 1024Gi}}}}"),
          changeRefused(
              EDGE,
              "{}",
              "{spec: {rocksdb: {storage: {size: 99Gi}}}}",
              "spec.rocksdb.storage.size",
              "only grows"),
          changed(EDGE, "{}", "{spec: {rocksdb: null}}"),
          changeRefused(
              EDGE,
              "{spec: {rocksdb: {storage: {size: 101Gi}}}}",
              "{spec: {rocksdb: null}}",
              "spec.rocksdb.storage.size",
              "only grows"),
          changeRefused(
              EDGE,
              "{spec: {rocksdb: null}}",
              "{spec: {rocksdb: {storage: {size: 99Gi}}}}",
              "spec.rocksdb.storage.size",
              "it is 100Gi where it is absent"),
          changed(EDGE, "{spec: {rocksdb: null}}", "{spec: {rocksdb: {storage: {size: 101Gi}}}}"),
          changed(EDGE, "{}", "{spec: {rocksdb: {storage: {deletionPolicy: Delete}}}}"),
          changed(EDGE, "{spec: {rocksdb: {storage: {storageClassName: fast}}}}", LEFT),
          storageClassRefused("{storageClassName: fast}", "{storageClassName: slow}"),
          storageClassRefused("{storageClassName: fast}", "{storageClassName: null}"),
          storageClassRefused("{}", "{storageClassName: slow}"),
          storageClassRefused("{}", "{storageClassName: ''}"),
          changeRefused(
              EDGE,
              "{spec: {rocksdb: null}}",
              "{spec: {rocksdb: {storage: {storageClassName: slow}}}}",
              "spec.rocksdb.storage.storageClassName",
              "cannot be changed, set later or removed"));

  private static final List<RuleCase> IMMUTABLE =
      List.of(
          changeRefused(
              METRICS,
              "{}",
              "{spec: {backend: rocksdb, clickhouse: null, autoscaling: null}}",
              "spec.backend",
              "backend cannot be changed"),
          changeRefused(EDGE, "{}", "{spec: {backend: null}}", "spec.backend", "Required value"),
          changed(METRICS, "{}", "{spec: {clickhouse: {addresses: ['other:8123']}}}"),
          changed(METRICS, "{spec: {clickhouse: {database: null}}}", LEFT),
          changed(
              METRICS,
              "{spec: {clickhouse: {database: null}}}",
              "{spec: {clickhouse: {database: luminate}}}"),
          clickHouseRefused("{}", "{database: other}", "database"),
          clickHouseRefused("{database: other}", "{database: null}", "database"),
          clickHouseRefused("{}", "{cluster: other}", "cluster"),
          clickHouseRefused("{}", "{cluster: null}", "cluster"),
          clickHouseRefused("{cluster: null}", "{cluster: main}", "cluster"),
          changed(METRICS, "{spec: {clickhouse: {cluster: null}}}", LEFT));

  private static final List<RuleCase> AUTH =
      List.of(
          madeRefused(EDGE, "{spec: {auth: null}}", "spec.auth", "auth has to say who may ask"),
          madeRefused(
              EDGE, "{spec: {auth: {hmacSecretRef: null}}}", "spec.auth", "give exactly one of"),
          madeRefused(
              EDGE,
              "{spec: {auth: {jwks: {url: 'https://i.example'}}}}",
              "spec.auth",
              "give exactly one of"),
          madeRefused(
              EDGE,
              "{spec: {auth: {publicKeySecretRef: {name: a, key: b}}}}",
              "spec.auth",
              "give exactly one of"),
          made(
              EDGE,
              "{spec: {auth: {hmacSecretRef: null, publicKeySecretRef: {name: a, key: b.pem}}}}"),
          made(EDGE, "{spec: {auth: {hmacSecretRef: null, enabled: false, allowAnonymous: true}}}"),
          made(EDGE, "{spec: {auth: {allowAnonymous: true}}}"),
          madeRefused(
              EDGE,
              "{spec: {auth: {enabled: false, allowAnonymous: true}}}",
              "spec.auth",
              "with enabled: false no token is verified"),
          madeRefused(
              EDGE,
              "{spec: {auth: {hmacSecretRef: null, enabled: false}}}",
              "spec.auth.allowAnonymous",
              "say allowAnonymous: true too"),
          made(EDGE, "{spec: {auth: {tokenExpiry: 1s}}}"),
          made(EDGE, "{spec: {auth: {tokenExpiry: 36500d}}}"),
          madeRefused(
              EDGE,
              "{spec: {auth: {tokenExpiry: 36501d}}}",
              "spec.auth.tokenExpiry",
              "must be from 1s to 36500d"),
          madeRefused(
              EDGE,
              "{spec: {auth: {tokenExpiry: 999ms}}}",
              "spec.auth.tokenExpiry",
              "must be from 1s to 36500d"),
          madeRefused(
              EDGE, "{spec: {auth: {tokenExpiry: 1y}}}", "spec.auth.tokenExpiry", "should match"),
          made(METRICS, "{spec: {auth: {jwks: {url: 'http://[::1]:80/a%20b?c=d'}}}}"),
          madeRefused(
              METRICS,
              "{spec: {auth: {jwks: {url: 'https://issuer.example/{a}'}}}}",
              "spec.auth.jwks.url",
              "should match"),
          madeRefused(
              METRICS,
              "{spec: {auth: {jwks: {url: 'https://me@issuer.example'}}}}",
              "spec.auth.jwks.url",
              "should match"));

  private static final List<RuleCase> DURATIONS =
      List.of(
          made(EDGE, "{spec: {retention: {default: 1h, shorteningGrace: 0s}}}"),
          made(EDGE, "{spec: {retention: {default: 36500d, shorteningGrace: 30d}}}"),
          madeRefused(
              EDGE,
              "{spec: {retention: {default: 36501d}}}",
              "spec.retention.default",
              "must be from 1h to 36500d"),
          madeRefused(
              EDGE, "{spec: {retention: {default: 0d}}}", "spec.retention.default", "should match"),
          madeRefused(
              EDGE,
              "{spec: {retention: {default: 90m}}}",
              "spec.retention.default",
              "should match"),
          madeRefused(
              EDGE,
              "{spec: {retention: {shorteningGrace: 721h}}}",
              "spec.retention.shorteningGrace",
              "must be from 0s to 30d"),
          made(EDGE, "{spec: {monitoring: {interval: 1s}}}"),
          made(EDGE, "{spec: {monitoring: {interval: 60m}}}"),
          madeRefused(
              EDGE,
              "{spec: {monitoring: {interval: 61m}}}",
              "spec.monitoring.interval",
              "must be from 1s to 1h"),
          madeRefused(
              EDGE,
              "{spec: {monitoring: {interval: 999ms}}}",
              "spec.monitoring.interval",
              "must be from 1s to 1h"));

  private static final List<RuleCase> PASSED_ON =
      List.of(
          made(EDGE, "{spec: {pod: {env: [{name: A, value: b}]}}}"),
          madeRefused(
              EDGE,
              "{spec: {pod: {env: [{name: A}, {name: A}]}}}",
              "spec.pod.env[1]",
              "Duplicate value"),
          made(
              EDGE,
              "{spec: {pod: {tolerations: [{key: a, operator: Exists}], nodeSelector: {a: b}}}}"),
          made(EDGE, "{spec: {pod: {resources: {limits: {cpu: 2, memory: 1.5Gi}}}}}"),
          madeRefused(
              EDGE,
              "{spec: {pod: {resources: {limits: {memory: lots}}}}}",
              "spec.pod.resources.limits.memory",
              "should match"),
          madeRefused(
              EDGE,
              "{spec: {networkPolicy: {clientsFrom: []}}}",
              "spec.networkPolicy.clientsFrom",
              "should have at least 1 items"));

  private static final List<RuleCase> LIMITS =
      QueryLimitCases.of(METRICS, "spec.limits.queryLimits", QueryLimitCases::inCluster);

  static final List<RuleCase> CASES =
      Stream.of(SHAPE, PODS, STORAGE, IMMUTABLE, AUTH, DURATIONS, PASSED_ON, LIMITS)
          .flatMap(List::stream)
          .toList();

  @TestFactory
  Stream<DynamicTest> apiServer_decides() {
    return RuleCase.tests(CASES);
  }

  private static RuleCase storageClassRefused(String before, String change) {
    return changeRefused(
        EDGE,
        "{spec: {rocksdb: {storage: %s}}}".formatted(before),
        "{spec: {rocksdb: {storage: %s}}}".formatted(change),
        "spec.rocksdb.storage.storageClassName",
        "cannot be changed, set later or removed");
  }

  private static RuleCase clickHouseRefused(String before, String change, String field) {
    return changeRefused(
        METRICS,
        "{spec: {clickhouse: %s}}".formatted(before),
        "{spec: {clickhouse: %s}}".formatted(change),
        "spec.clickhouse." + field,
        field + " cannot be changed");
  }
}
