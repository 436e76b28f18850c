# fish completion of porthole: porthole completion fish > ~/.config/fish/completions/porthole.fish
function __porthole_complete
    set -l current (commandline --current-token)
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l found (command porthole __complete fish $words[2..-1] "$current" 2>/dev/null)
    if test "$found[1]" = ":files"
        __fish_complete_path "$current"
    else
        printf '%s\n' $found
    end
end
complete --command porthole --no-files --keep-order --arguments '(__porthole_complete)'
