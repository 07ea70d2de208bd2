package downhill.studio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What happens, told to every page that watches. Telling never waits: each page has a queue of its
 * own, in which newer news of a kind take the place of older ones, and which is bounded. A page
 * that reads too slowly misses steps on the way and never the last word; if it falls far behind, it
 * is told to fetch everything anew.
 */
final class EventFeed {
  /** The most pages that may watch at once. */
  static final int MOST_PAGES = 32;

  /** The most messages that wait for a page. */
  static final int MOST_WAITING = 64;

  private static final String RELOAD = "reload";

  private final Set<Page> pages = ConcurrentHashMap.newKeySet();

  /** Returns whether anybody watches. */
  boolean isWatched() {
    return !pages.isEmpty();
  }

  /** Begins to collect messages for a page, which has to be closed. */
  Page open() {
    Page page = new Page();
    pages.add(page);
    if (pages.size() > MOST_PAGES) {
      page.close();
      throw new RefusedException(
          503, "expected at most " + MOST_PAGES + " pages, found more", "close some of them");
    }
    return page;
  }

  /**
   * Tells something; a later message of the same kind replaces it where it still waits.
   *
   * @param event its name, and its kind
   * @param json one object
   */
  void tell(String event, byte[] json) {
    tell(event, event, json);
  }

  /**
   * Tells something that only a message with the same key may replace.
   *
   * @param event its name
   */
  void tell(String event, String key, byte[] json) {
    if (!pages.isEmpty()) {
      byte[] message = message(event, json);
      pages.forEach(page -> page.put(key, message));
    }
  }

  private static byte[] message(String event, byte[] json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 40);
    out.writeBytes(("event: " + event + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(json); // one line: it is not indented, and JSON escapes line breaks
    out.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /** Ends all pages. */
  void close() {
    pages.forEach(Page::close);
  }

  /** The messages that wait for one page, in order. */
  final class Page implements AutoCloseable {
    private final Map<String, byte[]> waiting = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    private void put(String key, byte[] message) {
      lock.lock();
      try {
        if (waiting.containsKey(RELOAD) && !key.equals("state")) {
          return; // it is about to fetch everything anyway
        }
        waiting.remove(key); // what is newer comes last
        if (waiting.size() >= MOST_WAITING) {
          waiting.clear();
          waiting.put(RELOAD, message(RELOAD, "{}".getBytes(StandardCharsets.UTF_8)));
        } else {
          waiting.put(key, message);
        }
        changed.signal();
      } finally {
        lock.unlock();
      }
    }

    /**
     * Returns the next message as it goes over the wire.
     *
     * @return null where none has come in that time
     */
    byte @Nullable [] next(Duration patience) throws InterruptedException {
      lock.lock();
      try {
        long left = patience.toNanos();
        while (waiting.isEmpty() && !closed && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (waiting.isEmpty()) {
          return null;
        }
        Map.Entry<String, byte[]> first = waiting.entrySet().iterator().next();
        waiting.remove(first.getKey());
        return first.getValue();
      } finally {
        lock.unlock();
      }
    }

    int waiting() {
      lock.lock();
      try {
        return waiting.size();
      } finally {
        lock.unlock();
      }
    }

    boolean isClosed() {
      lock.lock();
      try {
        return closed;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      pages.remove(this);
      lock.lock();
      try {
        closed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
