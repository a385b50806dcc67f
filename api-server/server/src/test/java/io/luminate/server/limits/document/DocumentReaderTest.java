// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentReaderTest {
  private static final TenantId ACME = new TenantId("acme");

  private static LimitsDocument read(String text) throws DocumentFault {
    return DocumentReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static DocumentFault fault(byte[] bytes) {
    return catchThrowableOfType(DocumentFault.class, () -> DocumentReader.read(bytes));
  }

  private static DocumentFault fault(String text) {
    return fault(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** A document in which acme has one limit. */
  private static String acme(String section, String field, String value) {
    return "{\"tenants\":{\"acme\":{\"%s\":{\"%s\":%s}}}}".formatted(section, field, value);
  }

  private static final String WHOLE =
      """
      {"version": 7,
       "defaults": {"rateLimits": {"writeRequestsPerSecond": 10},
                    "queryLimits": {"maxQueryTimeout": "1m", "defaultQueryTimeout": "5s"}},
       "tenants": {"acme": {"rateLimits": {"metricsPerSecond": 0, "concurrentQueries": null},
                            "cardinalityLimits": {"maxMetricsPerTenant": 5}},
                   "a.b-C_9": null},
       "retention": {"default": "30d",
         "policies": [{"name": "p", "tenant": "acme", "metricPattern": "a_*", "retention": "7d"},
                      {"retention": "1w", "metricPattern": "*", "name": "all", "tenant": null}],
         "held": [{"metricPattern": "a_*", "retention": "90d",
                   "bytesUntil": "2026-03-02T12:00:00Z"}]}}
      """;

  private static void assertWhole(LimitsDocument document) {
    assertThat(document.version()).hasValue(7);
    assertThat(document.defaults().get(TenantLimit.WRITE_REQUESTS)).hasValue(10);
    assertThat(document.defaults().get(TenantLimit.MAX_QUERY_TIMEOUT)).hasValue(60_000);
    assertThat(document.defaults().get(TenantLimit.METRICS)).isEmpty();
    assertThat(document.tenants()).containsOnlyKeys(ACME, new TenantId("a.b-C_9"));
    Overrides acme = document.tenants().getOrDefault(ACME, Overrides.NONE);
    assertThat(acme.get(TenantLimit.METRICS)).hasValue(0);
    assertThat(acme.get(TenantLimit.CONCURRENT_QUERIES)).isEmpty();
    assertThat(acme.get(TenantLimit.MAX_METRICS)).hasValue(5);
    assertThat(document.ignored()).isEmpty();
    assertThat(document.retention())
        .hasValue(
            new DocumentRetention(
                Optional.of(Duration.ofDays(30)),
                List.of(
                    new RetentionPolicy("p", Optional.of(ACME), "a_*", Duration.ofDays(7)),
                    new RetentionPolicy("all", Optional.empty(), "*", Duration.ofDays(7))),
                Optional.of(
                    List.of(
                        new RetentionHold(
                            new MetricScope(Optional.empty(), "a_*"),
                            Duration.ofDays(90),
                            Instant.parse("2026-03-02T12:00:00Z"))))));
  }

  private static String policy(String fields) {
    return "{\"retention\":{\"policies\":[{\"name\":\"a\",\"metricPattern\":\"x\","
        + "\"retention\":\"1d\"},{%s}]}}".formatted(fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "metricPattern":"m","retention":"7d"                    | policies[1].name is missing
          "name":"b","retention":"7d"                             | policies[1].metricPattern is missing
          "name":"b","metricPattern":"m"                          | policies[1].retention is missing
          "name":"a","metricPattern":"m","retention":"7d"         | policies[1].name is "a", as of another policy
          "name":"","metricPattern":"m","retention":"7d"          | policies[1].name must have 1 to 253
          "name":"b","metricPattern":"m-","retention":"7d"        | policies[1].metricPattern got "m-", expected 1 to 256
          "name":"b","metricPattern":"m","retention":7            | policies[1].retention got "7", expected a duration
          "name":"b","metricPattern":"m","retention":"30m"        | policies[1].retention got "30m", expected a duration
          "name":"b","tenant":"a b"                               | policies[1].tenant is no tenant
          "name":["b"]                                            | policies[1].name expected a text
          """)
  void read_faultyPolicy_isRefusedWithItsPath(String fields, String message) {
    assertThat(fault(policy(fields)).message()).startsWith("retention." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                | retention must be an object
          {"policies":{}}                   | retention.policies must be a list
          {"policies":[7]}                  | retention.policies[0] must be an object
          {"default":"1s"}                  | retention.default got "1s", expected a duration
          {"held":[{"metricPattern":"*"}]}  | retention.held[0].retention is missing
          {"held":[{"metricPattern":"*","retention":"7d"}]}        | retention.held[0].bytesUntil is missing
          {"held":[{"bytesUntil":"+999999999-01-01T00:00:00Z"}]}   | retention.held[0].bytesUntil got "+999999999-01-01T00:00:00Z", expected
          {"held":[{"metricPattern":"*","bytesUntil":"tomorrow"}]} | retention.held[0].bytesUntil got "tomorrow", expected an instant
          """)
  void read_faultyRetention_isRefusedWithItsPath(String retention, String message) {
    assertThat(fault("{\"retention\":" + retention + "}").message()).startsWith(message);
  }

  @Test
  void read_tooManyPolicies_isRefused() throws Exception {
    String policies =
        IntStream.range(0, 256)
            .mapToObj(i -> "{\"name\":\"p" + i + "\",\"metricPattern\":\"m\",\"retention\":\"1d\"}")
            .collect(Collectors.joining(","));
    String document = "{\"retention\":{\"policies\":[%s]}}";
    assertThat(read(document.formatted(policies)).retention().orElseThrow().policies())
        .hasSize(256);
    assertThat(fault(document.formatted(policies + ",{}")).message())
        .isEqualTo("retention.policies has too many entries, at most 256 are allowed, got 257");
  }

  @Test
  void read_absentRetention_isSomethingElseThanAnEmptyOne() throws Exception {
    assertThat(read("{\"retention\":null}").retention()).isEmpty();
    assertThat(read("{\"retention\":{}}").retention())
        .hasValue(new DocumentRetention(Optional.empty(), List.of(), Optional.empty()));
  }

  @Test
  void read_json() throws Exception {
    assertWhole(read(WHOLE));
  }

  @Test
  void read_gzip_isTheSame() throws Exception {
    LimitsDocument document = DocumentReader.read(gzip(WHOLE.getBytes(StandardCharsets.UTF_8)));
    assertWhole(document);
    assertThat(document.sha256()).isEqualTo(read(WHOLE).sha256());
  }

  @Test
  void read_yaml() throws Exception {
    assertWhole(
        read(
            """
            # limits
            version: 7
            defaults:
              rateLimits: {writeRequestsPerSecond: 10}
              queryLimits:
                maxQueryTimeout: 1m
                defaultQueryTimeout: "5s"
            tenants:
              acme:
                rateLimits:
                  metricsPerSecond: 0
                  concurrentQueries: ~
                cardinalityLimits: {"maxMetricsPerTenant": 5}
              a.b-C_9:
            retention:
              default: 30d
              policies:
                - {name: p, tenant: acme, metricPattern: a_*, retention: 7d}
                - retention: 1w
                  metricPattern: "*"
                  name: all
              held:
                - metricPattern: a_*
                  retention: 90d
                  bytesUntil: 2026-03-02T12:00:00Z
            """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "\uFEFF{}", " \r\n\t{}", "{\"tenants\":null,\"version\":null}"})
  void read_nothing_isADocument(String text) throws Exception {
    LimitsDocument document = read(text);
    assertThat(document.version()).isEmpty();
    assertThat(document.defaults()).isEqualTo(Overrides.NONE);
    assertThat(document.tenants()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(TenantLimit.class)
  void read_everyLimit_ofDefaultsAndTenants(TenantLimit limit) throws Exception {
    String value = limit.isNumber() ? "17" : limit.isDuration() ? "\"2s\"" : "\"fold\"";
    OptionalLong read = OptionalLong.of(limit.isNumber() ? 17 : limit.isDuration() ? 2_000 : 1);
    LimitsDocument ofAcme = read(acme(limit.section(), limit.field(), value));
    assertThat(ofAcme.tenants().getOrDefault(ACME, Overrides.NONE).get(limit)).isEqualTo(read);
    String defaults =
        "{\"defaults\":{\"%s\":{\"%s\":%s}}}".formatted(limit.section(), limit.field(), value);
    assertThat(read(defaults).defaults().get(limit)).isEqualTo(read);
  }

  @ParameterizedTest
  @EnumSource(TenantLimit.class)
  void read_everyLimit_hasBounds(TenantLimit limit) {
    String wrong = limit.isNumber() ? "99999999999" : "\"99999999w\"";
    DocumentFault fault = fault(acme(limit.section(), limit.field(), wrong));
    String path = "tenants.acme." + limit.section() + "." + limit.field();
    assertThat(fault.message())
        .isEqualTo(
            path + " got \"%s\", expected %s".formatted(wrong.replace("\"", ""), limit.allowed()));
    assertThat(fault.details())
        .containsEntry("field", path)
        .containsEntry("allowed", limit.allowed())
        .containsEntry("received", wrong.replace("\"", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "rateLimits; writeRequestsPerSecond; -1",
        "rateLimits; writeRequestsPerSecond; 1.5",
        "rateLimits; writeRequestsPerSecond; 1e3",
        "rateLimits; writeRequestsPerSecond; \"100\"",
        "rateLimits; writeRequestsPerSecond; true",
        "rateLimits; writeRequestsPerSecond; []",
        "rateLimits; writeRequestsPerSecond; {}",
        "rateLimits; writeRequestsPerSecond; 1000000001",
        "rateLimits; concurrentQueries; 10001",
        "queryLimits; maxQueryTimeout; 30",
        "queryLimits; maxQueryTimeout; \"30\"",
        "queryLimits; maxQueryTimeout; \"0\"",
        "queryLimits; maxQueryTimeout; \"2h\"",
        "queryLimits; maxResultPoints; 0",
      })
  void read_wrongValue_namesItsPath(String section, String field, String value) {
    DocumentFault fault = fault(acme(section, field, value));
    String path = "tenants.acme." + section + "." + field;
    assertThat(fault.message()).startsWith(path + " ").contains("expected ");
    assertThat(fault.details()).containsEntry("field", path);
    assertThat(fault.isTooLarge()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "[]; the document must be an object",
        "`\"x\"`; the document must be an object",
        "``; the document must be an object",
        "{\"version\":0}; version got \"0\"",
        "{\"version\":\"7\"}; version got \"7\"",
        "{\"version\":9007199254740992}; version got \"9007199254740992\"",
        "{\"version\":{}}; version expected a whole number",
        "{\"version\":1,\"version\":1}; version stands here twice",
        "{\"defaults\":[]}; defaults must be an object",
        "{\"defaults\":{\"rateLimits\":3}}; defaults.rateLimits must be an object",
        "{\"tenants\":[]}; tenants must be an object",
        "{\"tenants\":{\"a/b\":{}}}; tenants.a/b is no tenant",
        "{\"tenants\":{\"\":{}}}; is no tenant",
        "{\"tenants\":{\"a\":{},\"a\":{}}}; tenants.a stands here twice",
        "{\"tenants\":{\"a\":7}}; tenants.a must be an object",
        "{\"tenants\":{\"a\":{\"x\":{\"y\":1,\"y\":2}}}}; tenants.a.x.y stands here twice",
        "{} {}; the document is followed by something",
        "{\"version\":1; is not valid JSON",
        "{version: 1}; is not valid JSON",
        "{\"version\":NaN}; is not valid JSON",
      })
  void read_faults_nameTheirPath(String text, String message) {
    assertThat(fault(text == null ? "" : text).message()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a: &x {}; has a YAML anchor",
        "a: &x {}|b: *x; has a YAML anchor",
        "a: *x; has a YAML anchor",
        "a: !!str b; has a YAML tag",
        "a: !!map {}; has a YAML tag",
        "? {a: b}|: c; has a name that is no text",
        "version: 1|---|version: 2; second YAML document",
        "version: 1|version: 1; version stands here twice",
        "a: [; is not valid YAML",
        "a: %; is not valid YAML",
        "version: 0x10; version got",
        "- a; must be an object",
      })
  void read_yaml_saysNoMoreThanJson(String text, String message) {
    assertThat(fault(text.replace('|', '\n')).message()).contains(message);
  }

  @Test
  void read_timeouts_thatContradictEachOther() {
    DocumentFault fault =
        fault(
            "{\"tenants\":{\"acme\":{\"queryLimits\":"
                + "{\"maxQueryTimeout\":\"1s\",\"defaultQueryTimeout\":\"2s\"}}}}");
    assertThat(fault.message())
        .isEqualTo(
            "tenants.acme.queryLimits.defaultQueryTimeout is 2s, longer than maxQueryTimeout,"
                + " which is 1s");
  }

  @Test
  void read_unknownFields_areSkippedAndNamed() throws Exception {
    LimitsDocument document =
        read(
            "{\"defaults\":{\"rateLimits\":{\"writeRequestPerSecond\":[1,{\"a\":[]}]}},"
                + "\"tenants\":{\"acme\":{\"x\":{\"y\":1}}},\"later\":\"\\u0007\"}");
    assertThat(document.ignored())
        .containsExactly("defaults.rateLimits.writeRequestPerSecond", "tenants.acme.x", "later");
  }

  @Test
  void read_manyUnknownFields_namesTheFirst() throws Exception {
    String fields =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "\"f" + i + "\":0")
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(read(fields).ignored()).hasSize(20).startsWith("f0");
  }

  @Test
  void read_deep_isRefused() {
    String json = "{\"x\":" + "[".repeat(31) + "]".repeat(31) + "}";
    assertThat(fault(json)).isNull();
    assertThat(fault("{\"x\":" + "[".repeat(100_000)).message()).contains("nests too deep");
    assertThat(fault("x: " + "[".repeat(50_000)).message()).contains("nests too deep");
    assertThat(fault("- ".repeat(10_000)).message()).contains("must be an object");
  }

  @Test
  void read_bomb_isRefused_withoutInflatingIt() throws Exception {
    byte[] bomb = gzip(new byte[DocumentReader.BYTES_MAX + 1]);
    assertThat(bomb.length).isLessThan(20_000);
    DocumentFault fault = fault(bomb);
    assertThat(fault.isTooLarge()).isTrue();
    assertThat(fault.details()).containsEntry("max_document_bytes", 16L << 20);
  }

  @Test
  void read_tooLong_isRefused() {
    byte[] tooLong = new byte[DocumentReader.BYTES_MAX + 1];
    Arrays.fill(tooLong, (byte) ' ');
    assertThat(fault(tooLong).isTooLarge()).isTrue();
  }

  @Test
  void read_longestAllowed_isRead() throws Exception {
    byte[] longest = new byte[DocumentReader.BYTES_MAX];
    Arrays.fill(longest, (byte) ' ');
    longest[0] = '{';
    longest[longest.length - 1] = '}';
    assertThat(DocumentReader.read(longest).tenants()).isEmpty();
  }

  @Test
  void read_brokenGzip_isRefused() throws Exception {
    byte[] gzip = gzip("{}".getBytes(StandardCharsets.UTF_8));
    assertThat(fault(Arrays.copyOf(gzip, gzip.length - 3)).message()).contains("gzip");
    assertThat(fault(Arrays.copyOf(gzip, gzip.length + 30)).message()).contains("gzip");
    assertThat(fault(Arrays.copyOf(gzip, 2)).message()).contains("gzip");
    gzip[12] ^= 0x55;
    assertThat(fault(gzip).message()).contains("gzip");
  }

  @Test
  void read_invalidUtf8_isRefused() {
    byte[] json = "{\"x\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    json[6] = (byte) 0xff;
    assertThat(fault(json).message()).contains("is not valid");
    byte[] yaml = "x: ?".getBytes(StandardCharsets.UTF_8);
    yaml[3] = (byte) 0xff;
    assertThat(fault(yaml).message()).contains("is not valid");
    assertThat(fault("{}".getBytes(StandardCharsets.UTF_16)).message()).contains("not valid");
  }

  /** What a message shows goes into a log, a line each. */
  @Test
  void fault_showsNothingThatBreaksALine() {
    String name = "a\\nb" + "x".repeat(500);
    DocumentFault fault = fault("{\"tenants\":{\"" + name + "\":{}}}");
    assertThat(fault.message()).doesNotContain("\n").contains("tenants.a?bxxx");
    assertThat(fault.message().length()).isLessThan(300);
  }

  private static String tenants(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"t%d\":{\"rateLimits\":{\"metricsPerSecond\":%d}}".formatted(i, i % 3))
        .collect(Collectors.joining(",", "{\"tenants\":{", "}}"));
  }

  @Test
  void read_mostTenants_shareWhatIsEqual() throws Exception {
    LimitsDocument document = read(tenants(200_000));
    assertThat(document.tenants()).hasSize(200_000);
    assertThat(document.tenants().values().stream().map(System::identityHashCode).distinct())
        .hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void read_tooManyTenants_isRefused() {
    DocumentFault fault = fault(tenants(200_001));
    assertThat(fault.message())
        .isEqualTo("tenants has too many tenants, at most 200000 are allowed, got 200001");
    assertThat(fault.details()).containsEntry("max_tenants", 200_000L);
  }

  /** Each name is remembered while its object is read, known or not. */
  @Test
  void read_tooManyUnknownFields_isRefused() {
    String fields =
        IntStream.range(0, 250_001)
            .mapToObj(i -> "\"" + i + "\":0")
            .collect(Collectors.joining(",", "{", "}"));
    DocumentFault fault = fault(fields);
    assertThat(fault.message())
        .isEqualTo("the document has too many fields, at most 250000 are allowed, got 250001");
  }

  @Test
  void read_longLineOfYaml_isRefused() throws Exception {
    String longest = "x: " + "a".repeat((64 << 10) - 3);
    assertThat(read(longest + "\n" + "#".repeat(64 << 10)).ignored()).containsExactly("x");
    assertThat(fault(longest + "a").details()).containsEntry("max_line_bytes", 65_536L);
    assertThat(read("{\"x\":\"" + "a".repeat(1 << 17) + "\"}").ignored()).containsExactly("x");
  }

  @Test
  void readVersioned_wantsAVersion() throws Exception {
    DocumentFault fault =
        catchThrowableOfType(
            DocumentFault.class,
            () -> DocumentReader.readVersioned("{}".getBytes(StandardCharsets.UTF_8)));
    assertThat(fault.message()).isEqualTo("version is missing");
    byte[] versioned = "{\"version\":1}".getBytes(StandardCharsets.UTF_8);
    assertThat(DocumentReader.readVersioned(versioned).version()).hasValue(1);
  }
}
