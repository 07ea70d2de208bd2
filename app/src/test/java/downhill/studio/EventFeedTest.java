package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Telling never waits, keeps the order, and keeps no more than it may. */
class EventFeedTest {
  private final EventFeed feed = new EventFeed();

  private static byte[] json(int n) {
    return ("{\"n\":" + n + "}").getBytes(UTF_8);
  }

  private static List<String> all(EventFeed.Page page) throws InterruptedException {
    List<String> all = new ArrayList<>();
    while (true) {
      byte @Nullable [] message = page.next(Duration.ZERO);
      if (message == null) {
        return all;
      }
      all.add(new String(message, UTF_8));
    }
  }

  @Test
  void newerNewsTakeThePlaceOfOlder() throws Exception {
    EventFeed.Page page = feed.open();
    feed.tell("progress", json(1));
    feed.tell("epoch", "epoch 1", json(2));
    feed.tell("progress", json(3));
    feed.tell("epoch", "epoch 2", json(4));
    assertThat(all(page))
        .containsExactly(
            "event: epoch\ndata: {\"n\":2}\n\n",
            "event: progress\ndata: {\"n\":3}\n\n",
            "event: epoch\ndata: {\"n\":4}\n\n");
  }

  @Test
  void aPageThatDoesNotReadIsToldToFetchAnew() throws Exception {
    EventFeed.Page slow = feed.open();
    EventFeed.Page quick = feed.open();
    int read = 0;
    for (int n = 0; n < 1000; n++) {
      feed.tell("epoch", "epoch " + n, json(n));
      read += all(quick).size();
      assertThat(slow.waiting()).isLessThanOrEqualTo(EventFeed.MOST_WAITING);
    }
    feed.tell("state", json(1000));
    assertThat(read).isEqualTo(1000);
    assertThat(all(slow))
        .containsExactly("event: reload\ndata: {}\n\n", "event: state\ndata: {\"n\":1000}\n\n");
    feed.tell("epoch", "epoch 1001", json(1001));
    assertThat(all(slow)).hasSize(1);
  }

  @Test
  void nobodyIsWatchingWhenAllAreClosed() {
    EventFeed.Page page = feed.open();
    assertThat(feed.isWatched()).isTrue();
    page.close();
    assertThat(feed.isWatched()).isFalse();
    assertThat(page.isClosed()).isTrue();
  }

  @Test
  void thereIsAnEndToPages() {
    for (int n = 0; n < EventFeed.MOST_PAGES; n++) {
      feed.open();
    }
    assertThatThrownBy(feed::open).isInstanceOf(RefusedException.class);
  }
}
