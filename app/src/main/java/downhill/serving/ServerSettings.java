package downhill.serving;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where and to whom the server answers.
 *
 * @param version the program's, for the server's metadata
 * @param address where to listen
 * @param port where to listen; 0 for any that is free
 * @param token what clients have to send; null where everybody is let in
 * @param tls the keys for HTTPS; null for HTTP
 * @param limits what a client may ask for
 */
public record ServerSettings(
    String version,
    InetAddress address,
    int port,
    @Nullable AccessToken token,
    @Nullable TlsKeys tls,
    Limits limits) {
  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the port is none, or others than this machine would be let
   *     in without a token
   */
  public ServerSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: expected 0 to 65535, found " + port);
    }
    if (token == null && !address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "address %s: expected a token, since other machines reach it, found none"
              .formatted(address.getHostAddress()));
    }
  }

  /** On this machine alone, at any free port, for everybody on it. */
  public static ServerSettings local(String version) {
    return new ServerSettings(
        version, InetAddress.getLoopbackAddress(), 0, null, null, Limits.DEFAULTS);
  }

  /**
   * Returns the address of a host.
   *
   * @throws IllegalArgumentException if there is no such host
   */
  public static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new IllegalArgumentException(
          "host '%s': expected a name or address of this machine, found an unknown one"
              .formatted(host),
          unknown);
    }
  }

  /** Returns these settings with other limits. */
  public ServerSettings with(Limits other) {
    return new ServerSettings(version, address, port, token, tls, other);
  }

  /** Returns these settings with a token. */
  public ServerSettings with(AccessToken other) {
    return new ServerSettings(version, address, port, other, tls, limits);
  }

  /** Returns these settings with TLS. */
  public ServerSettings with(TlsKeys other) {
    return new ServerSettings(version, address, port, token, other, limits);
  }
}
