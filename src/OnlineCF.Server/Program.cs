using OnlineCF.Server;
using OnlineCF.Server.Hosting;

return await ServerProgram.RunAsync(args);
