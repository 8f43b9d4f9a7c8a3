#!/usr/bin/env bash
# The one test command: builds OnlineCF.sln without a warning, checks the formatting, runs every test project and
# ends with the line "N passed, N failed, N skipped".
#
#   tests/run.sh                  everything
#   tests/run.sh Storage Grains   only the test projects with one of these words in their names
#   tests/run.sh Cluster --soak   with half an hour of everything at once, stops and kills, instead of half a minute
#   tests/run.sh Cluster --long   with an hour in which silos of a cluster are killed, and every fault of one oftener
#
# Release, because that is what ships: kernels, training and the README's commands are tested as users run them.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

configuration=Release
hang_timeout=10m     # one test
project_timeout=40m  # one project
results=artifacts/test-results
compiler=onlinecf-$$   # a compiler server of this run's own: projects are compiled by one warm compiler instead of a cold one each
passed=0 failed=0 skipped=0 status=0

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1

words=()
for word in "$@"; do
    case "$word" in
        --soak) export ONLINECF_SOAK_MINUTES=30; hang_timeout=60m project_timeout=90m ;;
        --long) export ONLINECF_LONG_MINUTES=60; hang_timeout=120m project_timeout=240m ;;
        *) words+=("$word") ;;
    esac
done
set -- "${words[@]}"

stop_compiler() {
    local sdk
    sdk=$(dotnet --info 2>/dev/null | sed -n 's/^ *Base Path: *//p')
    dotnet "$sdk/Roslyn/bincore/VBCSCompiler.dll" -shutdown "-pipename:$compiler" >/dev/null 2>&1
}
trap stop_compiler EXIT

finish() {
    [ $((passed + failed)) -gt 0 ] || status=1
    [ "$failed" -eq 0 ] || status=1
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$status"
}

say() { printf '\n== %s\n' "$*"; }

give_up() {
    echo "$*" >&2
    status=1
    finish
}

# What tests call beside dotnet: curl, a gRPC client of another language, a browser for the pages, Prometheus with
# Alertmanager's amtool, and npm (for Grafana's schema) for the dashboards, Compose and systemd for their files, PostgreSQL (its programs:
# each run starts a server of its own), faketime for clocks that are set. Without them those tests are skipped.
missing_packages() {
    command -v curl >/dev/null || echo curl
    /usr/bin/python3 -c 'import grpc' 2>/dev/null || echo python3-grpcio
    /usr/bin/python3 -c 'import grpc_tools' 2>/dev/null || echo python3-grpc-tools
    command -v prometheus >/dev/null || echo prometheus
    command -v amtool >/dev/null || echo prometheus-alertmanager
    command -v docker-compose >/dev/null || echo docker-compose
    command -v systemd-analyze >/dev/null || echo systemd
    command -v npm >/dev/null || echo npm
    compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || echo postgresql
    command -v faketime >/dev/null || echo faketime
    command -v chromium chromium-browser google-chrome >/dev/null || echo chromium
}

install_tools() {
    local wanted as_root=()
    wanted=$(missing_packages | xargs)
    [ -n "$wanted" ] || return 0
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    if command -v apt-get >/dev/null; then
        say "Installing $wanted"
        # shellcheck disable=SC2086 # one word a package
        { "${as_root[@]}" timeout 300 apt-get update -qq \
            && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout 600 \
                apt-get install -y -qq --no-install-recommends $wanted; } >/dev/null 2>&1
    fi
    wanted=$(missing_packages | xargs)
    [ -z "$wanted" ] || echo "Cannot install $wanted: tests that need them are skipped."
}

# The test projects to run, all of them or those that match a word.
select_projects() {
    local project word
    for project in tests/*.Tests/*.csproj; do
        [ $# -gt 0 ] || echo "$project"
        for word in "$@"; do
            case "$(basename "$project" .csproj)" in *"$word"*) echo "$project"; break ;; esac
        done
    done
}

counter() { sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# Why tests were skipped, which dotnet test does not say.
skip_reasons() {
    awk '/outcome="NotExecuted"/ { match($0, /testName="[^"]*"/); name = substr($0, RSTART + 10, RLENGTH - 11) }
         name && /<Message>/ { gsub(/^ *<Message>|<\/Message>.*/, ""); print "Skipped " name ": " $0; name = "" }' "$1"
}

run_project() {
    local name trx total executed ok
    name=$(basename "$1" .csproj)
    trx="$results/$name.trx"
    say "$name"
    timeout --kill-after=30s "$project_timeout" \
        dotnet test "tests/$name/bin/$configuration/net10.0/$name.dll" --results-directory "$results" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
        --blame-hang --blame-hang-timeout "$hang_timeout" --blame-hang-dump-type none </dev/null
    local code=$?
    find "$results" -name '*_hangdump.dmp' -delete 2>/dev/null # half a gigabyte; the name of the test is printed
    total=$(counter "$trx" total 2>/dev/null) executed=$(counter "$trx" executed 2>/dev/null)
    ok=$(counter "$trx" passed 2>/dev/null)
    : "${total:=0}" "${executed:=0}" "${ok:=0}"
    passed=$((passed + ok)) failed=$((failed + executed - ok)) skipped=$((skipped + total - executed))
    [ "$total" -eq "$executed" ] || skip_reasons "$trx"
    # A crash, a hang or a timeout fails even where every finished test has passed.
    if [ "$code" -ne 0 ] && [ "$executed" -eq "$ok" ]; then
        echo "$name ended with exit code $code." >&2
        failed=$((failed + 1))
    fi
}

mapfile -t projects < <(select_projects "$@")
[ "${#projects[@]}" -gt 0 ] || give_up "No test project has a name with: $*"
command -v dotnet >/dev/null || give_up "The .NET 10 SDK is needed."
install_tools
rm -rf "$results"

targets=(OnlineCF.sln)
[ $# -eq 0 ] || targets=("${projects[@]}")
for target in "${targets[@]}"; do
    say "Building $target ($configuration)"
    dotnet build "$target" -c "$configuration" -p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler" \
        -warnaserror -v quiet -clp:NoSummary || give_up "The build of $target failed."
done

if [ $# -eq 0 ]; then
    # Style and analyzers have had their say in the build; what is left to check is the whitespace.
    say "Formatting"
    if ! dotnet format whitespace OnlineCF.sln --verify-no-changes --no-restore; then
        echo "Run: dotnet format OnlineCF.sln" >&2
        status=1
    fi
fi

for project in "${projects[@]}"; do
    run_project "$project"
done
echo
finish
