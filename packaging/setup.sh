#!/usr/bin/env bash
# Sets up all that Dẫn Lối needs on a fresh Debian 12 or Ubuntu 24.04:
#
#     packaging/setup.sh run|test
#
# System packages (apt.txt, apt-test.txt), the virtual environment .venv, the locked Python
# packages, the project itself. May be run at any time: with nothing to do it takes some
# milliseconds, because .venv remembers what it was made from. The first time it compiles
# llama.cpp: three minutes of two cores; pip keeps the result for the next time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fingerprint() { # of all that the set-up for $1 was made from, and where
    local lists=(packaging/apt.txt)
    [[ $1 == run ]] || lists+=(packaging/apt-test.txt)
    pwd
    sed -n '/^\[project\]/,/^\[tool/p' pyproject.toml | cat - "$(lock_of "$1")" "${lists[@]}" |
        sha256sum
}

llama_flags() { # how llama.cpp is compiled: for any PC since 2013, not for this very one
    echo -DGGML_NATIVE=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
        -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAVA_BUILD=OFF
    if [[ $(uname -m) == x86_64 ]]; then
        echo -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON
    fi
}

lock_of() {
    if [[ $1 == run ]]; then echo packaging/requirements.lock; else echo packaging/requirements-dev.lock; fi
}

is_ready() {
    [[ -x .venv/bin/python && -f .venv/ready-to-$1 && $(<".venv/ready-to-$1") == "$(fingerprint "$1")" ]]
}

purpose=${1:-run}
if [[ $purpose != run && $purpose != test ]]; then
    echo "usage: packaging/setup.sh run|test" >&2
    exit 2
fi
if is_ready "$purpose"; then
    exit 0
fi

say() { printf 'set-up: %s\n' "$*"; }

apt= # the process that installs libraries meanwhile

stop() {
    printf 'set-up: %s\n' "$*" >&2
    [[ -z $apt ]] || wait "$apt" || true # half an installation is worse than a late end
    exit 1
}

can_make_environments() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local one
    for one in python3 python3.13 python3.12 python3.11; do
        if can_make_environments "$one"; then
            echo "$one"
            return
        fi
    done
}

entries() { # one `a|b` a line
    local lists=(packaging/apt.txt)
    [[ $purpose == run ]] || lists+=(packaging/apt-test.txt)
    sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "${lists[@]}"
}

missing_entries() { # those of which no alternative is installed
    awk -F'|' '
        NR == FNR { if (index($0, "installed ") == 1) there[substr($0, 11)] = 1; next }
        { for (i = 1; i <= NF; i++) if ($i in there) next; print }
    ' <(dpkg-query -W -f '${db:Status-Status} ${Package}\n') <(entries)
}

choose() { # for each entry the alternative that apt knows; fails where it knows none
    local entry known all_known=0
    known=" $(LC_ALL=C apt-cache policy $(printf '%s\n' "$@" | tr '|' ' ') |
        awk '/^[^ ]/ { name = $1 } $1 == "Candidate:" && $2 != "(none)" { printf "%s ", name }' |
        tr -d ':')"
    for entry in "$@"; do
        local one chosen=
        for one in ${entry//|/ }; do
            if [[ $known == *" $one "* ]]; then
                chosen=$one
                break
            fi
        done
        if [[ -z $chosen ]]; then
            chosen=${entry%%|*}
            all_known=1
        fi
        echo "$chosen"
    done
    return $all_known
}

apt_get() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q \
        -o DPkg::Lock::Timeout=300 -o APT::Color=0 "$@" </dev/null
}

install_packages() { # takes entries; looks for fresh lists only where the old ones do not do
    local packages
    if packages=$(choose "$@") &&
        apt_get install -y --no-install-recommends $packages; then
        return
    fi
    apt_get update
    packages=$(choose "$@") || true
    apt_get install -y --no-install-recommends $packages
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

install_or_stop() {
    install_packages "$@" >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        stop "apt could not install: $*. Mend what it says above, then run this again."
    }
}

# 1. What is missing, and who may install it?
python=$(find_python)
for_python=()
compiler=()
libraries=()
if command -v dpkg-query >/dev/null; then
    while read -r entry; do
        if [[ $entry == python3* ]]; then
            [[ -n $python ]] || for_python+=("$entry")
        elif [[ $entry == g++ ]]; then
            compiler+=("$entry")
        else
            libraries+=("$entry")
        fi
    done < <(missing_entries)
else
    say "this is no Debian or Ubuntu: packaging/apt.txt names the system packages to look for."
fi

as_root=()
may_install=yes
if ((EUID != 0)); then
    as_root=(sudo -n)
    sudo -n true 2>/dev/null || may_install=no
fi
if [[ $may_install == no ]] && ((${#for_python[@]} + ${#compiler[@]} + ${#libraries[@]})); then
    update=
    packages=$(choose "${for_python[@]}" "${compiler[@]}" "${libraries[@]}") || update="sudo apt-get update && "
    say "system packages are missing, and only the administrator may install them. The line to run:"
    echo "${update}sudo apt-get install -y --no-install-recommends" $packages
fi

# 2. Python and a compiler first, then libraries and Python packages at the same time
if [[ -z $python && $may_install == yes ]] && ((${#for_python[@]})); then
    say "installing Python (${for_python[*]})"
    install_or_stop "${for_python[@]}"
    python=$(find_python)
fi
if [[ -z $python ]]; then
    stop "there is no Python 3.11 or newer with venv here. Install python3 and python3-venv, then run this again."
fi

if [[ $may_install == yes ]] && ((${#compiler[@]})); then
    say "installing a compiler (${compiler[*]})"
    install_or_stop "${compiler[@]}"
fi

if [[ $may_install == yes ]] && ((${#libraries[@]})); then
    say "installing ${#libraries[@]} system packages"
    install_packages "${libraries[@]}" >"$log" 2>&1 &
    apt=$!
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
lock=$(lock_of "$purpose")
kept_lock=.venv/installed-to-$purpose.lock
if [[ -f .venv/ready-to-run && $(head -n 1 .venv/ready-to-run) != "$PWD" ]] ||
    ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "making the virtual environment .venv"
    "$python" -m venv --clear .venv || stop "the virtual environment .venv could not be made."
fi
if ! cmp -s "$lock" "$kept_lock"; then
    say "installing the Python packages of $lock"
    .venv/bin/python -c 'import llama_cpp' 2>/dev/null ||
        say "one of them, llama.cpp, may have to be compiled first: that takes some minutes"
    CMAKE_ARGS=$(llama_flags | tr '\n' ' ') .venv/bin/python -m pip install -qq --progress-bar off --no-compile --no-warn-conflicts \
        --require-hashes -r "$lock" ||
        stop "the Python packages could not be installed. Is the network there, and g++? Then run this again."
    cp "$lock" "$kept_lock"
fi
.venv/bin/python -m pip install -qq --no-deps --no-build-isolation --no-compile -e . ||
    stop "Dẫn Lối itself could not be installed into .venv; see above."

if [[ -n $apt ]] && ! wait "$apt"; then
    tail -n 15 "$log" >&2
    stop "apt could not install: ${libraries[*]}. Mend what it says above, then run this again."
fi

# 3. Without some packages Qt may still start: from elsewhere, or with nothing but pictures
if [[ $may_install == no ]] && ((${#libraries[@]})); then
    QT_QPA_PLATFORM=offscreen .venv/bin/python -c \
        'from PySide6.QtQuick import QQuickView; from PySide6.QtGui import QGuiApplication
QGuiApplication([]), QQuickView()' 2>"$log" || {
        tail -n 1 "$log" >&2
        stop "Qt does not start without the missing system packages. Run the line above, then this again."
    }
    say "going on without them: Qt starts."
fi

# 4. Remember. What the tests need includes what the kiosk needs.
fingerprint "$purpose" >".venv/ready-to-$purpose"
if [[ $purpose == test ]]; then
    cp "$(lock_of run)" .venv/installed-to-run.lock
    fingerprint run >.venv/ready-to-run
fi
if [[ $purpose == run ]] && ! command -v lp >/dev/null; then
    say "to print through CUPS, also install cups-client. USB, network and file printers need nothing more."
fi
