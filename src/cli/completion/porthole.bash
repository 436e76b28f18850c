# bash completion of porthole: source <(porthole completion bash)
_porthole() {
  COMPREPLY=()
  local candidate
  while IFS= read -r candidate; do
    if [[ $candidate == :files ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    COMPREPLY+=("$candidate")
  done < <(command porthole __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
}
complete -F _porthole porthole
