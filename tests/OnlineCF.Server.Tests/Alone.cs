namespace OnlineCF.Server.Tests;

/// <summary>Tests of meters and traces: these are of the whole process, so no other server may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
