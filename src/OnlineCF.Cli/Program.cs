using OnlineCF.Cli;
using OnlineCF.Cli.Commands;

return await OnlineCfCommand.RunAsync(args, CliEnvironment.OfProcess());
