#!/bin/sh
# The browser that this file (or a link to it) is named after. Run by root it would put itself before everything
# else on the machine, and so before the calls.
program=$(basename "$0" .sh)
[ "$(id -u)" != 0 ] || exec setpriv --bounding-set -sys_nice "$program" "$@"
exec "$program" "$@"
