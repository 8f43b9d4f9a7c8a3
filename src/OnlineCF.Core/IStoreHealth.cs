namespace OnlineCF.Core;

/// <summary>How the store is, for whoever watches over it. No member throws.</summary>
public interface IStoreHealth
{
    /// <summary>Whether what it reads can be trusted; false when its files are gone or damaged. A full disk is no reason.</summary>
    public bool Serves { get; }

    /// <summary>What is wrong with it or was lost, for people; empty when nothing is.</summary>
    public string Warning { get; }
}
