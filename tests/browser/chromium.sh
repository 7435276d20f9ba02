#!/bin/sh
# Chromium without a window, which Debian has in a package of its own. Run by root it would put itself before
# everything else on the machine, and so before the calls.
[ "$(id -u)" != 0 ] || exec setpriv --bounding-set -sys_nice chromium-headless-shell "$@"
exec chromium-headless-shell "$@"
