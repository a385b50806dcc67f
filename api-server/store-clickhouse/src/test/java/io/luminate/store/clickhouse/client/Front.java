// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Passes connections on to a server and counts them; with TLS if told so. */
final class Front implements AutoCloseable {
  private static final String PASSWORD = "password";

  private final String scheme;
  private final ServerSocket socket;
  private final URI behind;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();

  private Front(String scheme, ServerSocket socket, URI behind) {
    this.scheme = scheme;
    this.socket = socket;
    this.behind = behind;
    Thread.ofVirtual().start(this::accept);
  }

  static Front plain(URI behind) throws IOException {
    return new Front("http", new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), behind);
  }

  /**
   * @param certificate where to write the one that it makes for itself
   */
  static Front tls(URI behind, Path certificate) throws IOException, InterruptedException {
    Path keys = certificate.resolveSibling("keys.p12");
    keytool(
        "-genkeypair",
        "-keystore",
        keys,
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-keystore", keys, "-file", certificate);
    try (InputStream in = Files.newInputStream(keys)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      ServerSocket socket =
          context
              .getServerSocketFactory()
              .createServerSocket(0, 0, InetAddress.getLoopbackAddress());
      return new Front("https", socket, behind);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void keytool(Object... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (Object argument : arguments) {
      builder.command().add(argument.toString());
    }
    builder.command().add("-storepass");
    builder.command().add(PASSWORD);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  String url() {
    return scheme + "://127.0.0.1:" + socket.getLocalPort();
  }

  /** Connections that neither side has closed. */
  int open() {
    return open.get();
  }

  /** Connections that there ever were. */
  int accepted() {
    return accepted.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket in = socket.accept();
        Socket out = new Socket(behind.getHost(), behind.getPort());
        open.incrementAndGet();
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> pass(in, out));
        Thread.ofVirtual()
            .start(
                () -> {
                  pass(out, in);
                  open.decrementAndGet();
                });
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException closed) {
      // One side ended; so does the other.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
