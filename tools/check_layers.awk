# Checks that each #include of a room obeys the order in the file `layers`.
# Usage: awk -f tools/check_layers.awk layers FILES...

function complain(text) {
  printf "%s:%d: %s\n", FILENAME, FNR, text
  failures++
}

# The room that a file belongs to; empty for a file outside the rooms.
function room_of(path,   part) {
  if (split(path, part, "/") < 3) return ""
  if (part[1] == "src") return part[2]
  return part[1] == "include" ? part[2] : ""
}

# The file `layers` itself: one room a line, with the rooms it may see after a colon.
FILENAME == "layers" {
  sub(/#.*/, "")
  if (NF == 0) next
  name = $1
  narrowed = sub(/:$/, "", name)
  level[name] = ++levels
  if (narrowed) {
    narrow[name] = 1
    for (i = 2; i <= NF; i++) allowed[name, $i] = 1
  }
  next
}

FNR == 1 {
  room = room_of(FILENAME)
  if (room != "" && !(room in level))
    complain("the folder '" room "' is not in the file 'layers'; add it at its height")
}

room in level && /^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, quoted, "\"")
  if (split(quoted[2], part, "/") < 2) {
    complain("include \"" quoted[2] "\" by its path from src/ or include/")
    next
  }
  seen = part[1]
  if (seen == room) next
  if (!(seen in level))
    complain("includes \"" quoted[2] "\", and 'layers' knows no room '" seen "'")
  else if (level[seen] > level[room])
    complain("includes \"" quoted[2] "\", but '" seen "' lies above '" room "' in 'layers'")
  else if ((room in narrow) && !((room, seen) in allowed))
    complain("includes \"" quoted[2] "\", but 'layers' does not let '" room "' see '" seen "'")
}

room == "hpopt" && /^[ \t]*#[ \t]*include[ \t]*</ && !/<[a-z0-9_]+>/ {
  complain("a public header includes the standard library only")
}

END { exit failures > 0 }
