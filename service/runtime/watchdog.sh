# A watchdog: stops the parts of a process tree when its supervisor was killed.
#
# The supervisor writes to its standard input: +GROUP for the process group of each part that starts, -GROUP when the
# part has ended. It kills the watchdog after it has stopped the parts itself. The end of the input therefore means that
# the supervisor is dead. A shell takes a megabyte of memory for this, and a Python process ten.

PATH=/usr/bin:/bin
groups=

any_runs() {
    for one in $groups; do
        kill -s 0 -- "-$one" && return 0
    done
    return 1
} 2>/dev/null

while read -r line; do
    group=${line#?}
    case $line in
    +*) groups="$groups $group" ;;
    -*) groups=$(for one in $groups; do [ "$one" = "$group" ] || echo "$one"; done) ;;
    esac
done

# SIGTERM goes to the leaders only, which stop their own processes in order. A worker gives a task five seconds to end.
for one in $groups; do
    kill -s TERM "$one"
done 2>/dev/null
left=160 # times 0.05 s
while [ "$left" -gt 0 ] && any_runs; do
    sleep 0.05
    left=$((left - 1))
done
for one in $groups; do
    kill -s KILL -- "-$one"
done 2>/dev/null
