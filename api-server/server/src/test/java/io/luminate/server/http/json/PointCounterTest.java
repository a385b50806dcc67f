// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PointCounterTest {
  private final PointCounter counter = new PointCounter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"metrics":[]}                                          | 0
          {}                                                      | 0
          {"metrics":[1]}                                         | 1
          {"metrics":[{"a":[1,2,{"b":[]}]}, "x,y" ,null]}         | 3
          { "other" : [1,2] , "metrics" : [ {} , {} ] , "z" : {} }| 2
          {"\\u006detrics":[{},{}]}                               | 2
          {"metrics":{"a":1}}                                     | 0
          {"metrics":[{},{}                                       | 0
          {"metrics":[{},]}                                       | 0
          [1,2,3]                                                 | 0
          """)
  void count_isOfTheElements(String json, int points) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, text.length + PointDecoder.BODY_PADDING);
    assertThat(counter.count(padded, text.length)).as(json).isEqualTo(points);
  }
}
