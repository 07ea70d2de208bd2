# Finds a JDK: for the launcher, the benchmarks and CI, which source it.

# Whether $1 is the home of a JDK that is new enough; asks its release file, not a JVM.
new_enough() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${version:-0}" -ge 25 ]
}

# The home behind the first java on the PATH.
home_on_path() {
  java=$(command -v java) || return 1
  java=$(readlink -f "$java" 2>/dev/null || printf %s "$java")
  dirname "$(dirname "$java")"
}

# Prints the home of the first that is there; fails if there is none.
find_jdk() {
  for home in "${JAVA_HOME:-}" "$(home_on_path || true)" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.jdks/* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*; do
    if [ -n "$home" ] && new_enough "$home"; then
      printf %s "$home"
      return 0
    fi
  done
  return 1
}
