package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what can be heard on the way. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AccessTest {
  private static final String SECRET = "correct-horse-battery-staple";

  @TempDir private Path folder = Path.of("");

  private String model() throws IOException {
    return Models.save(Models.lamps("left", "right"), folder.resolve("lamps.safetensors"))
        .toString();
  }

  @Test
  void withATokenOnlyThoseWhoHaveIt() throws IOException {
    AccessToken token = AccessToken.of(SECRET);
    try (Serving serving = Serving.of(settings -> settings.with(token), model())) {
      URI uri = serving.uri();
      for (String path : new String[] {"/v2", "/metrics", "/v2/models/lamps", "/nowhere"}) {
        Wire.Answer answer = Wire.get(uri, path);
        assertThat(answer.status()).as(path).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.text()).startsWith("{\"error\":").doesNotContain(SECRET);
      }
      assertThat(Wire.post(uri, "/v2/models/lamps/infer", "{}").status()).isEqualTo(401);
      assertThat(Wire.get(uri, "/v2", "Authorization: Bearer " + SECRET).status()).isEqualTo(200);
      assertThat(Wire.get(uri, "/v2", "Authorization: bearer  " + SECRET).status()).isEqualTo(200);
      for (String wrong :
          new String[] {
            SECRET + "x", SECRET.substring(1), "", SECRET.toUpperCase(java.util.Locale.ROOT)
          }) {
        assertThat(Wire.get(uri, "/v2", "Authorization: Bearer " + wrong).status()).isEqualTo(401);
      }
      assertThat(Wire.get(uri, "/v2", "Authorization: Basic " + SECRET).status()).isEqualTo(401);
      assertThat(Wire.get(uri, "/v2/health/ready").status()).as("for probes").isEqualTo(200);
      assertThat(
              Wire.get(uri, "/v2", "Host: a.example", "Authorization: Bearer " + SECRET).status())
          .as("under any name")
          .isEqualTo(200);
    }
  }

  @Test
  void otherMachinesNeedAToken() throws Exception {
    InetAddress everywhere = InetAddress.getByName("0.0.0.0");
    assertThatThrownBy(() -> new ServerSettings("1", everywhere, 0, null, null, Limits.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short",
        "fifteen-letters",
        "with a space in it",
        "tab\tinside-here-x",
        "ümläute-sind-nicht-dabei"
      })
  void tokensThatAreNone(String token) {
    assertThatThrownBy(() -> AccessToken.of(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at least 16")
        .message()
        .satisfies(m -> assertThat(token.isEmpty() || !m.contains(token)).isTrue());
  }

  private Path keystore(String name, String... more) throws Exception {
    Path file = folder.resolve(name);
    ProcessBuilder keytool =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            "changeit",
            "-keystore",
            file.toString());
    keytool.command().addAll(java.util.List.of(more));
    Process process =
        keytool.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return file;
  }

  @Test
  void tlsWithAKeystore() throws Exception {
    Path file =
        keystore(
            "key.p12",
            "-genkeypair",
            "-alias",
            "here",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1");
    TlsKeys keys = TlsKeys.load(file, "changeit");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "server",
        KeyStore.getInstance(file.toFile(), "changeit".toCharArray()).getCertificate("here"));
    try (Serving serving = Serving.of(settings -> settings.with(keys), model())) {
      assertThat(serving.uri().getScheme()).isEqualTo("https");
      try (Wire wire = Wire.to(serving.uri(), trusted)) {
        wire.send(Wire.head("GET", "/v2/models/lamps/ready", 0));
        assertThat(wire.answer().text()).isEqualTo("{\"name\":\"lamps\",\"ready\":true}");
        wire.send("NONSENSE\r\n\r\n");
        assertThat(wire.answer().status()).isEqualTo(400);
      }
      KeyStore nobody = KeyStore.getInstance("PKCS12");
      nobody.load(null, null);
      nobody.setCertificateEntry("other", otherCertificate());
      assertThatThrownBy(
              () -> {
                try (Wire wire = Wire.to(serving.uri(), nobody)) {
                  wire.send(Wire.head("GET", "/v2", 0));
                  wire.answer();
                }
              })
          .isInstanceOf(SSLException.class);
      try (Wire wire = Wire.to(serving.uri())) { // without TLS
        wire.send(Wire.head("GET", "/v2", 0));
        assertThatThrownBy(wire::answer).isInstanceOf(Exception.class);
      }
    }
    assertThatThrownBy(() -> TlsKeys.load(file, "another"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("password")
        .hasMessageContaining("key.p12");
  }

  private java.security.cert.Certificate otherCertificate() throws Exception {
    Path other =
        keystore(
            "other.p12", "-genkeypair", "-alias", "there", "-keyalg", "EC", "-dname", "CN=other");
    return KeyStore.getInstance(other.toFile(), "changeit".toCharArray()).getCertificate("there");
  }

  @Test
  void keystoresThatAreNone() throws Exception {
    assertThatThrownBy(() -> TlsKeys.load(folder.resolve("none.p12"), "x"))
        .hasMessageContaining("no such file");
    Path nonsense = Files.writeString(folder.resolve("nonsense.p12"), "hello, I am no keystore");
    assertThatThrownBy(() -> TlsKeys.load(nonsense, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nonsense.p12");
    Path without =
        keystore("secret.p12", "-genseckey", "-alias", "s", "-keyalg", "AES", "-keysize", "128");
    assertThatThrownBy(() -> TlsKeys.load(without, "changeit")).hasMessageContaining("certificate");
  }

  @Test
  void aPortThatIsTaken() throws IOException {
    String model = model();
    try (Serving first = Serving.of(model)) {
      assertThatThrownBy(() ->
              Serving.of(
                  s ->
                      new ServerSettings(
                          "1", s.address(), first.uri().getPort(), null, null, s.limits()),
                  model))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port " + first.uri().getPort());
      assertThat(Wire.get(first.uri(), "/v2").status()).isEqualTo(200);
    }
  }
}
