package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColdStartTest {
  private final ColdStart start = new ColdStart();

  private boolean isOverWith(double flops) {
    return start.isOverWith(1, flops - ColdStart.EXAMPLE_FLOPS);
  }

  @Test
  void littleWorkComesBeforeItsEnd() {
    assertThat(isOverWith(ColdStart.FLOPS / 2)).isFalse();
    assertThat(isOverWith(0)).isFalse();
    assertThat(isOverWith(ColdStart.FLOPS / 2)).isFalse();
  }

  @Test
  void muchWorkEndsItAtOnceAndForGood() {
    assertThat(isOverWith(ColdStart.FLOPS)).isTrue();
    assertThat(isOverWith(1)).isTrue();
  }

  @Test
  void littleWorkAfterLittleWorkEndsItAsWell() {
    double little = ColdStart.FLOPS / 2;
    for (double asked = little; asked < ColdStart.MANY_FLOPS; asked += little) {
      assertThat(isOverWith(little)).as("%s flops", asked).isFalse();
    }
    assertThat(isOverWith(little)).isTrue();
  }

  @Test
  void manyExamplesOfANarrowNetworkAreMuchWork() {
    assertThat(start.isOverWith(1e6, 800)).isFalse();
    assertThat(start.isOverWith(1e7, 800)).isTrue();
  }

  @Test
  void aChoiceOfTheUserIsKept() {
    assertThat(Kernels.choose("SCALAR", ColdStart.FLOPS, 1)).isSameAs(Kernels.scalar());
    assertThat(Kernels.choose("VECTOR", 0, 0)).isSameAs(Kernels.vector().orElseThrow());
  }
}
