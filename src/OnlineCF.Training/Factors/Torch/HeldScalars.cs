using TorchSharp;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// Scalars that live as long as the process. One made on the fly, also by a default argument of TorchSharp's,
/// may be finalised while the native call still reads it; a step that runs millions of times meets that.
/// </summary>
internal static class HeldScalars
{
    /// <summary>0.</summary>
    public static readonly Scalar Zero = 0.0;

    /// <summary>1, the default weight of an addition.</summary>
    public static readonly Scalar One = 1.0;
}
