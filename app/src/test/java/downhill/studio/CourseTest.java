package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that goes on begins with what its run has told before. */
class CourseTest {
  @TempDir private Path folder;

  private String course(String history) throws IOException {
    Course course = new Course();
    course.goesOn(Files.writeString(folder.resolve("history.jsonl"), history));
    return new String(Json.object(course::write), UTF_8);
  }

  @Test
  void itBeginsWhereTheRunBegan() throws IOException {
    String all =
        course(
            """
            {"event":"started","network":"4-2","epochs":3}
            {"event":"progress","epoch":1,"step":3,"train_loss":0.75}
            {"event":"epoch","epoch":1,"step":6,"train_loss":0.5}
            {"event":"progress","epoch":2,"step":9,"train_loss":0.25}
            {"event":"interrupted","step":9}
            """);
    assertThat(all)
        .contains("\"points\":[[3,0.75],[9,0.25]]")
        .contains("\"lines\":[\"{\\\"event\\\":\\\"epoch\\\",\\\"epoch\\\":1,\\\"step\\\":6");
  }

  @Test
  void whatWasTakenBackIsLeftOut() throws IOException {
    String all =
        course(
            """
            {"event":"epoch","epoch":1,"step":6,"train_loss":0.5}
            {"event":"progress","epoch":1,"step":5,"train_loss":0.375}
            {"event":"epoch","epoch":2,"step":12,"train_loss":7}
            {"event":"progress","epoch":3,"step":13,"train_loss":77}
            {"event":"went_back","epoch":2,"step":6}
            {"event":"epoch","epoch":2,"step":12,"train_loss":0.25}
            """);
    assertThat(all).contains("0.5", "0.25", "[5,0.375]").doesNotContain("7}", "77");
  }

  @Test
  void whatCantBeReadIsLeftOut() throws IOException {
    String all =
        course(
            """
            {"event":"progress","epoch":1,"step":"three","train_loss":0.75}
            {"event":"epoch","epoch":1,"st
            {"event":"epoch","epoch":1,"step":6}
            """);
    assertThat(all).contains("\"points\":[]").contains("\\\"step\\\":6");
    Course course = new Course();
    course.goesOn(folder.resolve("none"));
    assertThat(new String(Json.object(course::write), UTF_8)).contains("\"lines\":[]");
  }

  @Test
  void aLongRunIsThinnedOut() throws IOException {
    StringBuilder history = new StringBuilder();
    for (int step = 1; step <= 5000; step++) {
      history
          .append("{\"event\":\"progress\",\"step\":")
          .append(step)
          .append(",\"train_loss\":1}\n");
    }
    String all = course(history.toString());
    assertThat(all.split("\\[").length).isBetween(200, 410);
    assertThat(all).contains("[1,1");
  }
}
