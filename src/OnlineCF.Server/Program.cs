using OnlineCF.Server.Hosting;

using var signals = new EndSignals();
return await ServerProgram.RunAsync(args, signals.Ended);
