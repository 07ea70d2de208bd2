package downhill.studio;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in: the browser that was given this start's token, asking from a page that came from
 * here. Other pages in the same browser, other programs and other users of the machine may not.
 */
final class Gate {
  private static final int TOKEN_BYTES = 24;
  private static final int USUAL_PORT = 80;
  private static final String BEARER = "Bearer ";

  private final String token;
  private final int port;
  private final Set<String> hosts;

  Gate(int port) {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    this.token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    this.port = port;
    this.hosts = hosts(port);
  }

  /** Returns what browsers call this server; they leave out the usual port. */
  static Set<String> hosts(int port) {
    return port == USUAL_PORT
        ? Set.of("127.0.0.1", "localhost", "127.0.0.1:80", "localhost:80")
        : Set.of("127.0.0.1:" + port, "localhost:" + port);
  }

  String token() {
    return token;
  }

  /** Cookies know no ports, so the port is in the name. */
  private String cookieName() {
    return "downhill-studio-" + port;
  }

  /** Returns the header that gives a browser the token. */
  String cookie() {
    return cookieName() + "=" + token + "; Path=/; HttpOnly; SameSite=Strict";
  }

  /**
   * Refuses whoever may not come in.
   *
   * @param given the token in the address; null for none
   */
  void admit(Request request, @Nullable String given) {
    String host = String.valueOf(request.getHeaders().get(HttpHeader.HOST));
    // A page from elsewhere can make a browser believe that its own name means this machine.
    if (!hosts.contains(host.toLowerCase(Locale.ROOT))) {
      throw new RefusedException(
          403, "Host: expected 127.0.0.1 or localhost with this port, found another", "");
    }
    @Nullable String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (origin != null && !origin.equals("http://" + host.toLowerCase(Locale.ROOT))) {
      throw new RefusedException(403, "Origin: expected this studio's page, found another", "");
    }
    @Nullable String site = request.getHeaders().get("Sec-Fetch-Site");
    boolean navigates = "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
    if (site != null && !Set.of("same-origin", "none").contains(site) && !navigates) {
      throw new RefusedException(403, "Sec-Fetch-Site: expected same-origin, found another", "");
    }
    if (!admits(given) && !admits(bearer(request)) && !admits(cookie(request))) {
      throw new RefusedException(
          401,
          "token: expected the one of this start, found none or another",
          "open the address that downhill studio has printed");
    }
  }

  private @Nullable String cookie(Request request) {
    for (HttpCookie cookie : Request.getCookies(request)) {
      if (cookie.getName().equals(cookieName())) {
        return cookie.getValue();
      }
    }
    return null;
  }

  private static @Nullable String bearer(Request request) {
    @Nullable String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    return header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : null;
  }

  /** Compares in a time that tells nothing. */
  private boolean admits(@Nullable String given) {
    return given != null && MessageDigest.isEqual(bytes(token), bytes(given));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
