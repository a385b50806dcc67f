// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiServerTest {
  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String CONFIG_MAP =
      "{\"kind\": \"ConfigMap\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"%s\"}}";

  @TempDir private Path folder;

  @Test
  void shared_isOne_andLetsNoOneElseIn() throws IOException, InterruptedException {
    ApiAccess access = ApiServer.shared().access();
    assertThat(ApiServer.shared().access()).isEqualTo(access);
    try (HttpClient client = access.newHttpClient()) {
      assertThat(get(client, access, CONFIG_MAPS).statusCode()).isEqualTo(200);
      ApiAccess other = access.withToken("guessed");
      assertThat(get(client, other, CONFIG_MAPS).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void kubeconfig_isWhatKubectlTakes() throws IOException, InterruptedException {
    ApiServer server = ApiServer.shared();
    Process kubectl =
        new ProcessBuilder(
                KubeBinary.ofThisTree().get().toString(),
                "kubectl",
                "--kubeconfig=" + server.kubeconfig(),
                "auth",
                "can-i",
                "delete",
                "namespaces")
            .redirectErrorStream(true)
            .start();
    String output =
        new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(kubectl.waitFor()).as(output).isZero();
    assertThat(output).endsWith("yes");
  }

  @Test
  void restart_keepsWhatIsStored_andCloseLeavesTheLogsAlone()
      throws IOException, InterruptedException {
    ApiServer server = ApiServer.start(folder);
    ApiAccess access = server.access();
    try (HttpClient client = access.newHttpClient()) {
      assertThat(post(client, access, CONFIG_MAP.formatted("kept")).statusCode()).isEqualTo(201);
      server.restart();
      assertThat(get(client, access, CONFIG_MAPS + "/kept").statusCode()).isEqualTo(200);
      server.requireAlive();
      server.close();
      assertThatThrownBy(() -> get(client, access, "/readyz")).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(server::requireAlive).hasMessageContaining("has ended");
    assertThat(folder.resolve("etcd")).doesNotExist();
    assertThat(folder.resolve("kube-apiserver.log")).isNotEmptyFile();
  }

  @Test
  void jvm_killed_takesItsServerAlong() throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(jvm.inputReader().readLine()).isEqualTo("ready");
    List<ProcessHandle> parts = jvm.children().toList();
    assertThat(parts).as("etcd and the API server").hasSize(2);
    jvm.destroyForcibly();
    assertThat(parts).allSatisfy(part -> part.onExit().get(30, TimeUnit.SECONDS));
  }

  /** The process that is killed. */
  static final class Holder {
    public static void main(String[] args) throws IOException, InterruptedException {
      ApiServer.start(Path.of(args[0]));
      System.out.println("ready");
      Thread.sleep(Duration.ofMinutes(5));
    }
  }

  @Test
  void start_ofAPartThatEnds_saysWhatItSaid() throws IOException {
    Path program = folder.resolve("program");
    Files.writeString(program, "#!/bin/sh\necho no memory; exit 3\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(
            () -> ApiServer.start(program, folder.resolve("data"), ApiServer.Site.onLoopback()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("etcd has ended with 3")
        .hasMessageContaining("no memory");
  }

  private static HttpResponse<String> get(HttpClient client, ApiAccess access, String path)
      throws IOException, InterruptedException {
    return client.send(access.request(path).GET().build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(HttpClient client, ApiAccess access, String object)
      throws IOException, InterruptedException {
    HttpRequest request =
        access
            .request(CONFIG_MAPS)
            .setHeader("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(object))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
