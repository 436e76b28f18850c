#compdef porthole
# zsh completion of porthole: source <(porthole completion zsh), after compinit
_porthole() {
  local value description
  local -a values rows
  while IFS=$'\t' read -r value description; do
    if [[ $value == :files ]]; then
      _files
      return
    fi
    values+=("$value")
    rows+=("$value${description:+  -- $description}")
  done < <(command porthole __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  (( ${#values} )) && compadd -l -d rows -a values
}
if [[ ${funcstack[1]} == _porthole ]]; then
  _porthole "$@"
else
  compdef _porthole porthole
fi
