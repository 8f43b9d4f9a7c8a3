namespace OnlineCF.Grains.Tests;

/// <summary>Tests of memory: it is the whole process's, so no other test may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
