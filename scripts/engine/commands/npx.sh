#!/bin/sh
# Stands in for npx where it would run a package that is not installed here; the real one does the rest.
own=$(dirname "$0")
for word in "$@"; do
  case $word in
    esa-cli | esa-cli@* | esbuild)
      while [ "$1" != "$word" ]; do shift; done
      shift
      if [ "$1" = -- ]; then shift; fi
      exec "$own/${word%@*}" "$@"
      ;;
  esac
done
PATH=${PATH#"$own":} exec npx "$@"
