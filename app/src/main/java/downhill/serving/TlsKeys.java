package downhill.serving;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Collections;

/** The key and certificate that the server shows its clients. */
public final class TlsKeys {
  private final KeyStore store;
  private final String password;

  private TlsKeys(KeyStore store, String password) {
    this.store = store;
    this.password = password;
  }

  /**
   * Reads a PKCS12 keystore.
   *
   * @throws IOException if it can't be read, is none, has another password, or holds no private key
   */
  public static TlsKeys load(Path file, String password) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      for (String alias : Collections.list(store.aliases())) {
        if (store.getCertificate(alias) != null && store.isKeyEntry(alias)) {
          return new TlsKeys(store, password);
        }
      }
      throw new IOException(
          file + ": expected a private key with its certificate, found a keystore without any");
    } catch (NoSuchFileException missing) {
      throw new IOException(file + ": no such file", missing);
    } catch (GeneralSecurityException unfit) {
      throw new IOException(file + ": expected a PKCS12 keystore: " + unfit.getMessage(), unfit);
    } catch (IOException unreadable) {
      if (unreadable.getCause() instanceof UnrecoverableKeyException) {
        throw new IOException(
            file + ": the password of the keystore is another one", unreadable.getCause());
      }
      if (String.valueOf(unreadable.getMessage()).startsWith(file.toString())) {
        throw unreadable;
      }
      throw new IOException(
          file + ": expected a PKCS12 keystore: " + unreadable.getMessage(), unreadable);
    }
  }

  KeyStore store() {
    return store;
  }

  String password() {
    return password;
  }
}
