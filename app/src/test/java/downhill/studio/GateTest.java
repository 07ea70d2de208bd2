package downhill.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which names of this machine are taken; the rest of the gate is tested over HTTP. */
class GateTest {
  @Test
  void browsersLeaveOutTheUsualPort() {
    assertThat(Gate.hosts(80)).contains("127.0.0.1", "localhost", "localhost:80");
    assertThat(Gate.hosts(7840)).containsExactlyInAnyOrder("127.0.0.1:7840", "localhost:7840");
  }
}
