# Sourced by ./mvnw and ./llama. Sets JAVA_HOME to a JDK of version 25 or newer where one can be found:
# those declared in ~/.m2/toolchains.xml, the JAVA_HOME at hand, JAVA25_HOME, the java on the PATH, then the usual places. Leaves JAVA_HOME alone otherwise.

jdk_feature() { # prints the feature version of the JDK at $1, or 0
  jdk_line=""
  if [ -n "${1:-}" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
    while IFS= read -r jdk_entry; do
      case "$jdk_entry" in JAVA_VERSION=*) jdk_line=${jdk_entry#JAVA_VERSION=} ;; esac
    done <"$1/release"
  fi
  jdk_line=${jdk_line#\"}
  jdk_line=${jdk_line%%[!0-9]*}
  echo "${jdk_line:-0}"
}

toolchain_homes() { # prints the JDKs that the user declared to Maven
  [ -r "$HOME/.m2/toolchains.xml" ] || return 0
  sed -n 's:.*<jdkHome>\(.*\)</jdkHome>.*:\1:p' "$HOME/.m2/toolchains.xml"
}

find_jdk25() { # prints the home of the first JDK >= 25
  path_java=$(command -v java 2>/dev/null || :)
  [ -z "$path_java" ] || path_java=$(readlink -f "$path_java" 2>/dev/null || echo "$path_java")
  set +f
  toolchain_homes | while IFS= read -r jdk; do
    [ "$(jdk_feature "$jdk")" -lt 25 ] || echo "$jdk"
  done | head -n 1 | grep . && return 0
  for jdk in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${JDK25_HOME:-}" "${JAVA_HOME_25_X64:-}" "${path_java%/bin/java}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ "$(jdk_feature "$jdk")" -ge 25 ]; then
      echo "$jdk"
      return 0
    fi
  done
  return 1
}

if jdk25_home=$(find_jdk25); then
  JAVA_HOME=$jdk25_home
  export JAVA_HOME
else
  jdk25_home=""
fi
