using OnlineCF.Cli;
using OnlineCF.Cli.Commands;

using var ctrlC = CtrlC.OfProcess();
return await OnlineCfCommand.RunAsync(args, CliEnvironment.OfProcess(), ctrlC.Token);
