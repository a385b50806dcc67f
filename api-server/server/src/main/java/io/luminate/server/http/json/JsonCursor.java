// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON (RFC 8259) from an array without making objects. The text is followed by at least
 * {@link #PADDING} zero bytes; as a zero byte is nowhere legal in JSON, it ends every loop and no
 * loop asks for the end. Reused from one text to the next, by one thread at a time.
 */
abstract class JsonCursor {
  /** A word may start at the last byte, an escape may jump six bytes. */
  static final int PADDING = 16;

  /** Protects the stack; unknown fields may nest. */
  static final int DEPTH_MAX = 64;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** A larger exponent is infinite or zero in any case, and the counter must not overflow. */
  private static final int EXPONENT_MAX = 100_000;

  private static final int DIGITS_MAX = 18;
  private static final long EXACT_INTEGER_MAX = 1L << 53;

  private static final String UNEXPECTED_END = "unexpected end of JSON";

  private static final byte[] NOTHING = new byte[PADDING];

  byte[] in = NOTHING;
  int pos;
  int end;

  /** Whether the whole text is valid UTF-8; if not, strings are looked at one by one. */
  boolean wellFormed;

  /** Whether the string scanned last has a backslash. */
  boolean escaped;

  /** The number scanned last: ±{@code mantissa} × 10^{@code exponent}, unless digits were cut. */
  boolean negative;

  long mantissa;
  int exponent;
  boolean cut;
  int numberFrom;

  final void open(byte[] bytes, int length) {
    openUnchecked(bytes, length);
    wellFormed = Utf8.valid(bytes, 0, length);
  }

  /** Without looking for bytes that are no UTF-8. */
  final void openUnchecked(byte[] bytes, int length) {
    if (bytes.length < length + PADDING) {
      throw new IllegalArgumentException(
          "needs " + PADDING + " bytes of padding, got " + (bytes.length - length));
    }
    for (int i = length; i < length + PADDING; i++) {
      bytes[i] = 0;
    }
    in = bytes;
    pos = 0;
    end = length;
    wellFormed = false;
  }

  /** Lets go of the array, which others may fill. */
  final void release() {
    in = NOTHING;
    pos = 0;
    end = 0;
  }

  /**
   * @param message what is wrong with what is there; where the text ends nothing is, so only that
   *     is said
   */
  final MalformedJsonException malformed(String message) {
    return pos < end
        ? new MalformedJsonException(message, pos)
        : new MalformedJsonException(UNEXPECTED_END, end);
  }

  final MalformedJsonException expected(String what) {
    String message = "expected " + what;
    return pos < end
        ? new MalformedJsonException(message, pos)
        : new MalformedJsonException(UNEXPECTED_END + ": " + message, end);
  }

  /** The next byte that is not white space, not consumed. */
  final byte peek() {
    byte b = in[pos];
    while (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      b = in[++pos];
    }
    return b;
  }

  final void expect(char token) {
    if (peek() != token) {
      throw expected(String.valueOf(token));
    }
    pos++;
  }

  /** After an element: true for a comma, false for the closing token; both are consumed. */
  final boolean more(char close) {
    byte b = peek();
    if (b != ',' && b != close) {
      throw expected(", or " + close);
    }
    pos++;
    return b == ',';
  }

  /** Consumes the closing token if it comes at once, that is if there are no elements. */
  final boolean empty(char close) {
    if (peek() == close) {
      pos++;
      return true;
    }
    return false;
  }

  final void expectEnd() {
    peek();
    if (pos < end) {
      throw expected("the end of the body");
    }
  }

  /** Consumes a string, its opening quote being next; its text is [result, pos - 1). */
  final int string() {
    expect('"');
    int from = pos;
    escaped = false;
    while (true) {
      int at = stop(pos);
      pos = at;
      byte b = in[at];
      if (b == '"') {
        pos = at + 1;
        return from;
      }
      if (b != '\\') {
        throw malformed("a control character in a string");
      }
      escaped = true;
      pos = at + escapeLength(at);
    }
  }

  /** Index of the first quote, backslash or control character. */
  private int stop(int from) {
    int i = from;
    while (true) {
      long word = (long) WORDS.get(in, i);
      long quotes = word ^ '"' * ONES;
      long backslashes = word ^ '\\' * ONES;
      // Each term's lowest hit is exact; carries spoil only bits above a true hit.
      long hits =
          (quotes - ONES & ~quotes | backslashes - ONES & ~backslashes | word - ' ' * ONES & ~word)
              & HIGHS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
      i += 8;
    }
  }

  private int escapeLength(int at) {
    byte kind = in[at + 1];
    if (kind == 'u') {
      for (int i = at + 2; i < at + 6; i++) {
        if (Character.digit(in[i], 16) < 0) {
          pos = i;
          throw malformed("a bad \\u escape");
        }
      }
      return 6;
    }
    if (kind != '"' && kind != '\\' && kind != '/' && "bfnrt".indexOf(kind) < 0) {
      pos = at + 1;
      throw malformed("a bad escape");
    }
    return 2;
  }

  /**
   * Guesses the end of an object of strings at {@code open} without checking its grammar.
   *
   * @return the index after its brace, or -1 when it holds anything but strings
   */
  final int flatObjectEnd(int open) {
    int i = open + 1;
    while (true) {
      byte b = in[i];
      if (b == '"') {
        i = stop(i + 1);
        while (in[i] == '\\') {
          i = stop(i + 2);
        }
        if (in[i] != '"') {
          return -1;
        }
      } else if (b == '}') {
        return i + 1;
      } else if (b != ',' && b != ':' && b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return -1;
      }
      i++;
    }
  }

  /** Whether a string's bytes are valid UTF-8. */
  final boolean wellFormed(int from, int to) {
    return wellFormed || Utf8.valid(in, from, to);
  }

  final String text(int from, int to, boolean hasEscapes) {
    if (!hasEscapes) {
      return new String(in, from, to - from, StandardCharsets.UTF_8);
    }
    StringBuilder out = new StringBuilder(to - from);
    int plainFrom = from;
    for (int i = from; i < to; ) {
      if (in[i] != '\\') {
        i++;
        continue;
      }
      out.append(new String(in, plainFrom, i - plainFrom, StandardCharsets.UTF_8));
      out.append(unescape(i));
      i += in[i + 1] == 'u' ? 6 : 2;
      plainFrom = i;
    }
    return out.append(new String(in, plainFrom, to - plainFrom, StandardCharsets.UTF_8)).toString();
  }

  private char unescape(int at) {
    return switch (in[at + 1]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = at + 2; i < at + 6; i++) {
          code = code << 4 | Character.digit(in[i], 16);
        }
        yield (char) code;
      }
      default -> (char) in[at + 1];
    };
  }

  /** Consumes a number and leaves its parts in the fields. */
  final void number() {
    numberFrom = pos;
    negative = in[pos] == '-';
    if (negative) {
      pos++;
    }
    mantissa = 0;
    exponent = 0;
    cut = false;
    int digits = integerDigits();
    if (in[pos] == '.') {
      pos++;
      fractionDigits(digits);
    }
    if ((in[pos] | 0x20) == 'e') {
      pos++;
      exponentDigits();
    }
  }

  private int integerDigits() {
    int digits = 0;
    int first = pos;
    int digit = in[pos] - '0';
    while (digit >= 0 && digit <= 9) {
      if (digits < DIGITS_MAX) {
        mantissa = mantissa * 10 + digit;
        digits += mantissa == 0 ? 0 : 1;
      } else {
        exponent++;
        cut = true;
      }
      digit = in[++pos] - '0';
    }
    if (pos == first || in[first] == '0' && pos > first + 1) {
      throw malformed("a bad number");
    }
    return digits;
  }

  private void fractionDigits(int integerDigits) {
    int digits = integerDigits;
    int first = pos;
    int digit = in[pos] - '0';
    while (digit >= 0 && digit <= 9) {
      if (digits < DIGITS_MAX) {
        mantissa = mantissa * 10 + digit;
        digits += mantissa == 0 ? 0 : 1;
        exponent--;
      } else {
        cut = true;
      }
      digit = in[++pos] - '0';
    }
    if (pos == first) {
      throw malformed("a bad number");
    }
  }

  private void exponentDigits() {
    boolean minus = in[pos] == '-';
    if (minus || in[pos] == '+') {
      pos++;
    }
    int first = pos;
    int value = 0;
    int digit = in[pos] - '0';
    while (digit >= 0 && digit <= 9) {
      value = Math.min(EXPONENT_MAX, value * 10 + digit);
      digit = in[++pos] - '0';
    }
    if (pos == first) {
      throw malformed("a bad number");
    }
    exponent += minus ? -value : value;
  }

  /**
   * The double nearest to the number. A mantissa below 2^53 and a power of ten up to 22 are both
   * exact, so one operation rounds once (Clinger 1990); other numbers take the JDK's way.
   */
  final double doubleValue() {
    if (cut || mantissa > EXACT_INTEGER_MAX || exponent < -22 || exponent > 22) {
      return Double.parseDouble(numberText());
    }
    double magnitude =
        exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
    return negative ? -magnitude : magnitude;
  }

  final String numberText() {
    return new String(in, numberFrom, pos - numberFrom, StandardCharsets.ISO_8859_1);
  }

  final boolean numberNext() {
    byte b = peek();
    return b == '-' || b >= '0' && b <= '9';
  }

  /** Consumes any value, checking its grammar. */
  final void skipValue(int depth) {
    if (depth > DEPTH_MAX) {
      throw malformed("nested deeper than " + DEPTH_MAX);
    }
    switch (peek()) {
      case '{' -> skipObject(depth);
      case '[' -> skipArray(depth);
      case '"' -> skipString();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> {
        if (!numberNext()) {
          throw expected("a value");
        }
        number();
      }
    }
  }

  private void skipString() {
    int from = string();
    if (!wellFormed(from, pos - 1)) {
      throw malformed("a string that is not UTF-8");
    }
  }

  private void skipObject(int depth) {
    pos++;
    if (empty('}')) {
      return;
    }
    do {
      skipString();
      expect(':');
      skipValue(depth + 1);
    } while (more('}'));
  }

  private void skipArray(int depth) {
    pos++;
    if (empty(']')) {
      return;
    }
    do {
      skipValue(depth + 1);
    } while (more(']'));
  }

  final void literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (in[pos] != word.charAt(i)) {
        throw expected("a value");
      }
      pos++;
    }
  }
}
