#!/usr/bin/env bash
# Fetches what others wrote of the console's pages anew, by package name and version, and checks
# it against kiosk/console/static/vendor/vendor.toml:
#
#     packaging/vendor.sh
#
# Needs npm and the project's environment. A kiosk needs neither: the files are in the project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
vendor=kiosk/console/static/vendor

list() { # name, package, version, member and sum of each file, one file a line
    .venv/bin/python - "$vendor/vendor.toml" <<'PYTHON'
import sys, tomllib
for one in tomllib.load(open(sys.argv[1], "rb"))["file"]:
    print(one["name"], one["package"], one["version"], one["member"], one["sha256"])
PYTHON
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list | while read -r name package version member sum; do
    archive="$work/$package-$version.tgz"
    if [[ ! -f $archive ]]; then
        (cd "$work" && npm pack --silent "$package@$version" >/dev/null)
    fi
    tar -xzOf "$archive" "$member" >"$work/$name"
    echo "$sum  $work/$name" | sha256sum --check --quiet
    mv "$work/$name" "$vendor/$name"
    echo "vendor: $name of $package $version is as it should be"
done
