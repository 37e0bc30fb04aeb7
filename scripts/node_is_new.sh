#!/bin/sh
# Ends well where this machine has a Node that is new enough to build the front end.
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
