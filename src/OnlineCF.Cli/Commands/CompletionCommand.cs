using System.CommandLine;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf completion</summary>
internal static class CompletionCommand
{
    /// <summary>What a shell's script asks for the words that may follow.</summary>
    public const string Directive = "[suggest";

    private const string Bash = """
        _onlinecf() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(onlinecf "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _onlinecf onlinecf
        """;

    private const string Zsh = """
        #compdef onlinecf
        _onlinecf() {
            local -a words_that_follow
            words_that_follow=("${(@f)$(onlinecf "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- $words_that_follow || _files
        }
        compdef _onlinecf onlinecf
        """;

    private const string Fish = """
        complete -c onlinecf -a '(onlinecf "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var verb = new Verb(
            "completion",
            "Print a script by which a shell completes verbs and options: in bash, source <(onlinecf completion bash).",
            environment,
            talksToServer: false,
            "onlinecf completion bash",
            "onlinecf completion fish --json")
        {
            shell,
        };
        verb.Run((invocation, _) =>
        {
            var script = invocation.Value(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
            environment.Out.WriteLine(invocation.Json ? JsonOutput.OfResult(new { script }) : script);
            return Task.FromResult(ExitCodes.Ok);
        });
        return verb;
    }
}
