package downhill.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.tensorboard.Events.Event;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir Path folder;

  @Test
  void writesTheGoldenFileByteForByte() throws IOException {
    try (EventFile events = EventFile.create(folder, 1700000000.25)) {
      events.text(
          "settings",
          0,
          1700000000.5,
          "| a | b |\n|---|---|\n| größe | 犬 |\n" + "0123456789".repeat(20));
      events.scalars(
          938, 1700000001.0, new TreeMap<>(Map.of("loss/test", 0.1, "accuracy/test", 0.8125)));
      events.scalar("loss/train", (1L << 40) + 1, 1700000002.0, 1e300);
      events.scalar("zero", 0, 1700000003.0, 0);
      assertThat(events.file())
          .isEqualTo(folder.resolve("events.out.tfevents.1700000000.downhill"));
      try (var golden = EventFileTest.class.getResourceAsStream("golden.tfevents")) {
        assertThat(Files.readAllBytes(events.file()))
            .isEqualTo(Objects.requireNonNull(golden).readAllBytes());
      }
    }
  }

  @Test
  void everyEventCanBeReadAtOnce() throws IOException {
    try (EventFile events = EventFile.create(folder.resolve("not/there"), 5)) {
      assertThat(Events.of(events.file()))
          .containsExactly(new Event(5, 0, "brain.Event:2", Map.of(), Map.of()));
      events.scalar("a", 1, 6, Double.NaN);
      assertThat(Events.of(events.file()))
          .hasSize(2)
          .endsWith(new Event(6, 1, "", Map.of("a", Float.NaN), Map.of()));
      events.text("b", 2, 7, "");
      assertThat(Events.of(events.file()))
          .hasSize(3)
          .endsWith(new Event(7, 2, "", Map.of(), Map.of("b", "")));
      events.scalar("c", Long.MAX_VALUE, 8, -1e-50);
      assertThat(Events.of(events.file()))
          .hasSize(4)
          .endsWith(new Event(8, Long.MAX_VALUE, "", Map.of("c", -0f), Map.of()));
    }
  }

  @Test
  void neverWritesOverAnother() throws IOException {
    for (int n = 0; n < 3; n++) {
      try (EventFile events = EventFile.create(folder, 99.9)) {
        events.scalar("n", n, 100, n);
      }
    }
    String first = "events.out.tfevents.0000000099.downhill";
    List<String> names = List.of(first, first + ".2", first + ".3");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
    for (int n = 0; n < 3; n++) {
      assertThat(Events.of(folder.resolve(names.get(n))))
          .endsWith(new Event(100, n, "", Map.of("n", (float) n), Map.of()));
    }
  }

  /** {@code Event.session_log} (7) with {@code SessionLog.status} (1) START (1). */
  @Test
  void beginsAnewAtAStep() throws IOException {
    try (EventFile events = EventFile.create(folder, 5)) {
      events.restart(470, 6);
      assertThat(Events.of(events.file()))
          .endsWith(new Event(6, 470, "", Map.of(), Map.of("session", "status 1")));
    }
  }

  @Test
  void rejectsWhatCannotBeShown() throws IOException {
    try (EventFile events = EventFile.create(folder, 1)) {
      long before = Files.size(events.file());
      assertThatThrownBy(() -> events.scalar(" ", 1, 1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tag: expected a name, found a blank");
      assertThatThrownBy(() -> events.text("", 1, 1, "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tag");
      assertThatThrownBy(() -> events.scalar("a", -1, 1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("step: expected at least 0, found -1");
      assertThat(Files.size(events.file())).isEqualTo(before);
    }
  }

  @Test
  void saysWhichFileCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> EventFile.create(file, 1))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(file.toString());
    EventFile events = EventFile.create(folder, 1);
    events.close();
    assertThatThrownBy(() -> events.scalar("a", 1, 1, 1))
        .isInstanceOf(IOException.class)
        .hasMessage(events.file() + ": ClosedChannelException");
  }
}
