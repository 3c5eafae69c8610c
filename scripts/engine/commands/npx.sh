#!/bin/sh
# Stands in for npx where it would fetch esa-cli; whatever else it is asked for, the real one does.
own=$(dirname "$0")
for word in "$@"; do
  case $word in
    esa-cli | esa-cli@*)
      while [ "$1" != "$word" ]; do shift; done
      shift
      exec "$own/esa-cli" "$@"
      ;;
  esac
done
PATH=${PATH#"$own":} exec npx "$@"
